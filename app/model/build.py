"""A build: what deploybot remembers of one GitHub deployment, and how far it has got."""

from enum import StrEnum
from typing import Any

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

Json = Any
"""A value that JSON can hold."""


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
    """One deployment. Times are epoch seconds, `waited` seconds; ids are the providers'.

    `plan` is how it is run and shown, once that is known. `asker` is who asked as the deployment
    itself tells; the plan may know them better, so read `requester`.
    `approvals` are by the person's id, so that each counts once; `approved` are those that counted
    when the gates were judged last, of which GitHub's status has told `approvals_told`.
    `job_approvals` are by the CI's job; `passed_on` is the last that the CI was told of,
    `not_passed` what it said if it refused that.
    `slot` lists it as `standing`; `canceling` is what runs there and was told to give way to it.
    `success_told`: the slot knows that it succeeded. `replaced` went live there after it, by
    deployment id; `replaced_others` is its success for which those live before it were told so.
    `statuses` are by their creator's login, of which `bot` is ours (empty: not known yet).
    `ended_at` is by the CI's clock where that told it, `concluded_at` by ours when we heard.
    `overtaken` names a process that may have changed the message too late.
    """

    repository_id: int
    deployment_id: int

    # progress
    due_at: float | None = None
    holder: str | None = None
    version: int = 0
    events: int = 0
    backoff: dict[str, Backoff] = {}
    guards: dict[Effect, Guard] = {}
    tally: Tally = Tally()
    waited: dict[Wait, float] = {}
    trouble: Trouble | None = None

    # facts of the deployment: entrances write them, looks read them
    repository: str = ""
    installation_id: int | None = None
    sha: str = ""
    ref: str = ""
    environment: str = ""
    task: str = TASK
    created_at: float | None = None
    creator: str = ""
    creator_id: int | None = None
    creator_type: str = ""
    app_slug: str | None = None
    workflow_run: bool = False
    transient: bool = False
    production: bool = False
    payload: str = ""
    webhook_at: float | None = None
    statuses: dict[str, SeenStatus] = {}
    reports: dict[str, WorkflowReport] = {}
    stray: Stray | None = None
    cancel: CancelRequest | None = None
    closed: Closed | None = None
    replaced: dict[str, WentLive] = {}
    overtaken: str = ""

    # what it is, decided once
    origin: Origin | None = None
    state: BuildState = BuildState.WAITING
    restored: bool = False
    trigger: str = ""
    asker: Person | None = None
    asked_at: float | None = None
    plan: Plan | None = None
    tickets_named: bool = False

    # gates and slot
    gates_open: bool = False
    gates_at: float | None = None
    approvals: dict[str, Approval] = {}
    approved: tuple[str, ...] = ()
    approvals_told: int = 0
    waits_for: tuple[Reason, ...] = ()
    waiting_sha: str | None = None
    slot: str = ""
    standing: Listing = Listing.UNLISTED
    canceling: int | None = None

    # the pipeline
    unsure: bool = False
    guarded_project: str | None = None
    searched_at: float | None = None
    unread: dict[str, int] = {}
    undecided: tuple[str, ...] = ()
    doubled: str = ""
    considered: int = 0
    searched_again: bool = False
    pipeline_id: str | None = None
    build_number: int | None = None
    build_url: str = ""
    workflow: str = ""
    workflow_id: str | None = None
    started_at: float | None = None
    looked_at: float | None = None
    on_hold_since: float | None = None
    jobs: JobProgress | None = None
    job_approvals: dict[str, Approval] = {}
    passed_on: Approval | None = None
    not_passed: str = ""
    beside: int | None = None
    neighbour: str = ""
    announced: bool = False
    pipeline_ended: bool = False
    reruns: int = 0
    live_then: Live | None = None
    live_known: int = 0

    # the outcome
    reason: Reason | None = None
    ended_at: float | None = None
    concluded_at: float | None = None
    deployed_at: float | None = None
    success_told: bool = False
    replaced_others: float = 0.0
    status: PostedStatus | None = None
    bot: str = ""

    # the channel
    slack_channelid: str | None = None
    message_ts: str | None = None
    message_at: float | None = None
    card_digest: str | None = None
    notified: str | None = None
    asides: tuple[str, ...] = ()
    channel_problem: Reason | None = None
    told_problem: bool = False
    late_told: bool = False
    comments: dict[str, Commented] = {}
    reply_to: ReplyAddress | None = None

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
