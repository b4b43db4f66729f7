"""A build: what deploybot remembers of one GitHub deployment, and how far it has got."""

from enum import StrEnum

from msgspec import Struct

from app.model.build_parts import (
    Approval,
    CancelRequest,
    Commented,
    JobProgress,
    PostedStatus,
    SeenStatus,
    Stray,
)
from app.model.chat.reply import ReplyAddress
from app.model.ci import WorkflowReport
from app.model.configuration.environment_names import folded
from app.model.effects import Backoff, Effect, Guard, Trouble
from app.model.github.live import Live, WentLive
from app.model.github.source_event import Closed
from app.model.plan import DEFAULT_TIMEOUT, TASK, Concurrency, Person, Plan, Ticket
from app.model.reasons import Reason
from app.model.reasons.approvals import ApprovalNeeded
from app.model.slot import Listing
from app.model.waiting import Tally, Wait

BuildKey = tuple[int, int]
"""`(repository_id, deployment_id)`."""


class BuildState(StrEnum):
    """Where a build stands; the diagram is in `docs/architecture.md`."""

    WAITING = "waiting"
    TRIGGERING = "triggering"
    RUNNING = "running"
    ON_HOLD = "on_hold"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ERRORED = "errored"
    CANCELED = "canceled"
    INACTIVE = "inactive"
    EXTERNAL = "external"

    @property
    def ended(self) -> bool:
        """Whether nothing more will run for it."""
        return self not in (self.WAITING, self.TRIGGERING, self.RUNNING, self.ON_HOLD)


class Origin(StrEnum):
    """Whose a deployment is: our bot's, a person's, or another app's."""

    OURS = "ours"
    PERSON = "person"
    FOREIGN = "foreign"


class Build(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One deployment. Times are epoch seconds by our clock, unless a comment says otherwise.

    The fields are flat because the store writes each by itself: notes change some of them while a
    look is at work on others (see `app.ports.store.Records`).
    """

    repository_id: int
    deployment_id: int

    # The record: its lease, its timer, and what it has waited for
    holder: str | None = None
    version: int = 0
    events: int = 0
    due_at: float | None = None
    guards: dict[Effect, Guard] = {}
    backoff: dict[str, Backoff] = {}  # by provider, or by the effect that it refused
    trouble: Trouble | None = None
    tally: Tally = Tally()
    waited: dict[Wait, float] = {}  # seconds

    # The deployment on GitHub, as its events and GitHub's API describe it
    repository: str = ""
    installation_id: int | None = None
    sha: str = ""
    ref: str = ""
    environment: str = ""
    task: str = TASK
    payload: str = ""  # JSON text
    transient: bool = False
    production: bool = False
    created_at: float | None = None  # by GitHub's clock
    creator: str = ""
    creator_id: int | None = None
    creator_type: str = ""
    app_slug: str | None = None  # the App that created it
    workflow_run: bool = False  # created by a job of GitHub Actions
    webhook_at: float | None = None  # when its webhook arrived

    # What it is and how it is run
    origin: Origin | None = None
    state: BuildState = BuildState.WAITING
    restored: bool = False  # its record was lost, and rebuilt from GitHub
    trigger: str = ""  # a `Trigger` or a `SourceKind`
    asker: Person | None = None  # according to the deployment; read `requester` instead
    asked_at: float | None = None
    reply_to: ReplyAddress | None = None
    plan: Plan | None = None  # None until it is judged
    tickets_named: bool = False  # the titles of the plan's tickets were read

    # Requests to end it
    cancel: CancelRequest | None = None
    closed: Closed | None = None

    # Gates
    gates_open: bool = False
    gates_at: float | None = None  # when they were last judged
    waits_for: tuple[Reason, ...] = ()
    waiting_sha: str | None = None  # the commit whose checks it waits for
    approvals: dict[str, Approval] = {}  # by the person's id, so that each counts once
    approved: tuple[str, ...] = ()  # the keys of those that counted when last judged
    approvals_told: int = 0  # how many of `approved` have a status on GitHub

    # The environment's slot
    slot: str = ""  # its name, once the slot lists the build
    standing: Listing = Listing.UNLISTED
    canceling: int | None = None  # a running deployment that was told to make way for this one
    runs_beside: int | None = None  # a deployment of ours that runs there at the same time
    neighbour: str = ""  # another app that deploys there at the same time
    announced: bool = False  # as an app's deployment, it was announced to ours as a neighbour

    # Starting the pipeline, and finding it again after an unclear answer
    guarded_project: str | None = None  # the CI project that may have a pipeline we do not know of
    unsure: bool = False  # the answer to an attempt to start it was lost, so it may have two
    unread: dict[str, int] = {}  # looks in vain at a pipeline that the CI does not show, by its id
    searched_at: float | None = None  # when `unread` was last counted
    undecided: tuple[str, ...] = ()  # ids of pipelines that may be its own, after it gave up
    searched_again: bool = False  # the last search, after the outcome, is done
    stray: Stray | None = None
    second_pipeline: str = ""  # the URL (or id) of a second pipeline, which was canceled

    # The pipeline
    pipeline_id: str | None = None
    build_number: int | None = None
    build_url: str = ""
    started_at: float | None = None
    workflow: str = ""  # the workflow that decided the outcome
    workflow_id: str | None = None
    reports: dict[str, WorkflowReport] = {}  # from the CI's webhooks, by the workflow's id
    reports_considered: int = 0  # how many of `reports` were taken into account
    looked_at: float | None = None  # when it was last read
    jobs: JobProgress | None = None
    on_hold_since: float | None = None
    job_approvals: dict[str, Approval] = {}  # by the CI job's id
    approval_passed_on: Approval | None = None  # the last that was passed on to the CI
    approval_refused: str = ""  # the CI's error if it refused that
    pipeline_ended: bool = False
    reruns: int = 0
    live_then: Live | None = None  # what was live before the rerun numbered `live_known`
    live_known: int = 0

    # The outcome
    reason: Reason | None = None
    ended_at: float | None = None  # by the CI's clock, if it tells
    concluded_at: float | None = None  # when we learned of it
    deployed_at: float | None = None  # when it went live, by the CI's clock
    success_told: bool = False  # the slot knows that it succeeded
    replaced: dict[str, WentLive] = {}  # what went live after it, by deployment id
    replaced_others: float = 0.0  # its `deployed_at`, once what it replaced was told so

    # Its status on GitHub
    status: PostedStatus | None = None  # the last one of ours; of an external build, anybody's
    statuses: dict[str, SeenStatus] = {}  # from GitHub's webhooks, by the creator's login
    bot: str = ""  # our own login among these, once it is known

    # Its messages
    slack_channelid: str | None = None
    message_ts: str | None = None
    message_at: float | None = None
    card_digest: str | None = None  # of what the message shows
    overtaken: str = ""  # set by a process that lost its lease, and may have changed the message
    notified: str | None = None  # the key of the outcome that people were told
    asides: tuple[str, ...] = ()  # the keys of earlier news that they were told
    late_told: bool = False  # the requester was told that nothing has started yet
    channel_problem: Reason | None = None  # why we cannot post there
    told_problem: bool = False  # the requester was told of it
    comments: dict[str, Commented] = {}  # on pull requests, by their keys

    @property
    def left_running(self) -> bool:
        """Whether it ended for us while its pipeline may go on: it took too long."""
        errored = self.state is BuildState.ERRORED
        return errored and self.pipeline_id is not None and not self.pipeline_ended

    @property
    def stoppable(self) -> bool:
        """Whether there is, or will be, something to cancel."""
        return not self.state.ended or self.left_running

    @property
    def ran(self) -> bool:
        """Whether a pipeline was started for it, or may have been."""
        return self.pipeline_id is not None or Effect.TRIGGER in self.guards

    @property
    def live_before(self) -> Live | None:
        """What was live before it, where that is known; after a rerun, before that rerun."""
        if self.reruns:
            return self.live_then if self.live_known == self.reruns else None
        return self.plan.live if self.plan is not None else None

    @property
    def seen_others(self) -> SeenStatus | None:
        """The latest status by somebody else, once it is known which are ours."""
        others = [seen for login, seen in self.statuses.items() if self.bot and login != self.bot]
        return max(others, key=lambda seen: seen.id, default=None)

    @property
    def why(self) -> Reason | None:
        """Why it ended; a person's cancel is a reason of its own, and so is a rejection."""
        if self.reason is not None or self.cancel is None:
            return self.reason
        return self.cancel.reason

    @property
    def running_since(self) -> float | None:
        """When its pipeline started; None after a rerun on the CI's page: nobody tells when."""
        return None if self.reruns else self.started_at

    @property
    def slot_name(self) -> str:
        """The name of its environment's slot; all spellings of a name have one slot.

        Once a slot lists it, that one's: the configuration may rename the environment meanwhile.
        """
        return self.slot or folded(self.plan.environment if self.plan else self.environment)

    @property
    def occupies_slot(self) -> bool:
        """Whether its slot lists it as what runs there."""
        return self.standing is Listing.RUNNING

    @property
    def exclusive(self) -> bool:
        """Whether it needs its environment's slot; what has no plan yet is thought to."""
        return self.plan is None or self.plan.concurrency is not Concurrency.ALLOW

    @property
    def timeout(self) -> float:
        """Seconds that its pipeline may take."""
        return self.plan.timeout if self.plan else DEFAULT_TIMEOUT

    @property
    def requester(self) -> Person | None:
        """Who asked, if that is known."""
        return (self.plan.requester if self.plan else None) or self.asker

    @property
    def created_by(self) -> str:
        """Which other app, or who, created it; people by their name in the chat if they are linked.

        What a person does through our own App is theirs, though GitHub names the App as well.
        """
        app = self.app_slug if self.origin is Origin.FOREIGN else None
        person = self.requester.display_name if self.requester else ""
        return app or person or self.creator

    @property
    def committer(self) -> Person | None:
        """Who wrote the commit, if that is known."""
        return self.plan.committer if self.plan else None

    @property
    def approval_needed(self) -> ApprovalNeeded | None:
        """What it waits for, where that is people."""
        return next((one for one in self.waits_for if isinstance(one, ApprovalNeeded)), None)

    @property
    def approval_untold(self) -> bool:
        """Whether somebody agreed, which GitHub has yet to be told before it starts."""
        return self.state is BuildState.WAITING and self.approvals_told < len(self.approved)

    @property
    def agreed(self) -> tuple[Person, ...]:
        """Who agreed to it, as far as that counts, and then who approved jobs of its pipeline."""
        keys = (key for key in self.approved if key in self.approvals)
        return (
            *(self.approvals[key].by for key in keys),
            *(approval.by for approval in self.job_approvals.values()),
        )

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        """The tickets that its commit or pull request names."""
        return self.plan.tickets if self.plan else ()

    @property
    def deploy_url(self) -> str:
        """Where it can be opened once it is live; empty if that is not known."""
        return self.plan.deploy_url if self.plan else ""

    @property
    def key(self) -> BuildKey:
        """The key of its record."""
        return (self.repository_id, self.deployment_id)
