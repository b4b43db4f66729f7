"""What the lifecycle and the commands need of GitHub, the CI, the chat and ticket systems.

Every method makes at most one attempt for each request it sends (retries are new looks), ends
within half a lease (of a list with many pages, each page does), and raises only `Unavailable`,
`RateLimited` or `Refused` of `app.errors`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from app.model.build_parts import PostedStatus
from app.model.card import Answer, Card, CardSearch
from app.model.ci import FileGaps, Job, Pipeline, PipelineReading, PipelineSearch, WebhookGap
from app.model.github import (
    AppIdentity,
    Change,
    CheckRunReport,
    Collaborator,
    DeliveryPage,
    Deployment,
    DeploymentPage,
    Reach,
    Repository,
    RepositoryPage,
    StatusSummary,
    Survey,
    SweptDeployments,
)
from app.model.live import Comparison
from app.model.plan import Plan, RepositoryRef, Run, Ticket
from app.model.pull_comment import PullComment
from app.model.reasons import Reason
from app.model.reply import SlackAddress
from app.model.workspace import Member, Workspace
from app.ports.files import Files


class GitHub(Files, Protocol):
    """GitHub through the App's installations."""

    async def identity(self) -> AppIdentity:
        """`GET /app`, cached."""

    async def clock(self) -> float:
        """GitHub's own clock now (epoch seconds); it is asked where no answer has told it yet."""

    async def by_our_clock(self, at: float) -> float:
        """A moment that GitHub tells, by our clock; epoch seconds."""

    async def repository(self, full_name: str) -> Repository:
        """A repository by name.

        `Refused`: `repository_not_found`, `app_not_installed`, `app_suspended`.
        """

    async def repository_by_id(self, ref: RepositoryRef) -> Repository:
        """A repository by id, whatever it is called now."""

    async def installations(self) -> list[int]:
        """The installations of the App."""

    async def repositories(self, installation_id: int, cursor: str) -> RepositoryPage:
        """A page of the repositories of an installation; the first page's cursor is empty."""

    async def survey(
        self,
        ref: RepositoryRef,
        *,
        target: str | None,
        environment: str | None,
        also: Sequence[str] = (),
    ) -> Survey:
        """The one read before a creation. `target` None: the default branch.

        `also` are further names of the environment under which it was deployed to.
        """

    async def compare(self, ref: RepositoryRef, *, base: str, head: str) -> Comparison | None:
        """How the commit `head` stands to `base`; None where they share no history."""

    async def changes(
        self, ref: RepositoryRef, *, base: str, head: str, ahead: int, most: int
    ) -> list[Change]:
        """The newest of the `ahead` commits that `head` has and `base` lacks, newest first.

        At most `most` (100 or less), each with its pull request where that is shown.
        """

    async def changed_files(
        self, ref: RepositoryRef, *, base: str, head: str
    ) -> tuple[str, ...] | None:
        """The files that `head` changes on top of `base`.

        None where that cannot be told: `base` has commits that `head` lacks, they share no
        history, or these are more files than GitHub tells of.
        """

    async def first_seen(self, ref: RepositoryRef, sha: str) -> Mapping[str, float]:
        """When each check of a commit, by its name, first appeared there (epoch seconds).

        From the whole history of statuses and check runs: a survey knows the latest only.
        """

    async def reach_of(self, ref: RepositoryRef, sha: str, bases: Sequence[str]) -> Reach:
        """What speaks for a commit; `bases` are refs and commits that may be ahead of it."""

    async def deployed(
        self, ref: RepositoryRef, sha: str, environments: Sequence[str]
    ) -> list[Deployment]:
        """The deployments of a commit to these environments, and the latest of any there."""

    async def closest_refs(self, ref: RepositoryRef, target: str) -> list[str]:
        """Names of branches and tags that resemble `target`, closest first."""

    async def create_deployment(self, plan: Plan) -> Deployment: ...

    async def find_deployment(self, plan: Plan, *, since: float) -> Deployment | None:
        """Our own deployment that carries the plan's `payload.deploybot.request`."""

    async def deployment(self, ref: RepositoryRef, deployment_id: int) -> Deployment:
        """One deployment with its app, by REST."""

    async def last_status(self, ref: RepositoryRef, deployment_id: int) -> StatusSummary | None: ...

    async def post_status(
        self, ref: RepositoryRef, deployment_id: int, status: PostedStatus
    ) -> int:
        """Post a status; its id."""

    async def post_check_run(self, ref: RepositoryRef, report: CheckRunReport) -> None:
        """Show a completed check on a commit."""

    async def react(self, ref: RepositoryRef, comment_id: int) -> float | None:
        """Show whoever wrote a comment that it was seen; since when, by GitHub's clock."""

    async def show_comment(self, ref: RepositoryRef, comment: PullComment) -> int | None:
        """Bring our comment on a pull request up to date, or make it; its id.

        None: it shows something newer. `Refused` (404) where a `comment_id` is gone.
        """

    async def deployments(
        self, ref: RepositoryRef, *, environments: Sequence[str] = (), limit: int = 100
    ) -> list[Deployment]:
        """Newest first with their latest status, in one GraphQL call; of all, or of these."""

    async def deployments_page(self, ref: RepositoryRef, cursor: str) -> DeploymentPage:
        """A page of all deployments, newest first; the first page's cursor is empty."""

    async def latest_in(self, ref: RepositoryRef, environments: Sequence[str]) -> list[Deployment]:
        """The latest deployments of each of these environments, by its exact name."""

    async def collaborators(self, ref: RepositoryRef) -> list[Collaborator]:
        """Everyone with access, the first 2,000; many calls, each within the timeout."""

    async def person(self, ref: RepositoryRef, login: str) -> Collaborator | None:
        """Whoever has that login now, with what they may do there; None: nobody has it.

        `permission` is `admin`, `write`, `read` or `none`.
        """

    async def team(self, ref: RepositoryRef, org: str, slug: str) -> list[Collaborator] | None:
        """The members of a team, the first 2,000; None: we are shown no such team.

        `Refused` where the App may not read members.
        """

    async def deliveries(self, cursor: str) -> DeliveryPage:
        """A page of the App's deliveries, newest first; the first page's cursor is empty."""

    async def redeliver(self, delivery_id: int) -> None: ...

    async def open_deployments(
        self, refs: Sequence[RepositoryRef], *, since: float
    ) -> SweptDeployments:
        """Latest deployments of many repositories of one installation."""


Claimed = Callable[[str], Awaitable[int | None]]
"""The deployment that a pipeline, by its id, is recorded as belonging to."""


class CI(Protocol):
    """The CI that runs pipelines; what is its own about names, links and limits it tells."""

    async def trigger(self, run: Run) -> Pipeline:
        """Start one pipeline: one request. `Unavailable.ambiguous` where it may have begun.

        `Refused` with a reason of the catalogue that says what to fix.
        """

    async def recent(
        self, run: Run, search: PipelineSearch, *, since: float, claimed: Claimed | None = None
    ) -> PipelineSearch:
        """One more page of a search for our own pipelines of the project since then.

        Each with the `deployment_id` it carries, or `unreadable`; one that `claimed` knows of
        costs no call. `since` is by the CI's clock (epoch seconds).
        """

    async def deployment_of(self, pipeline_id: str) -> int | None:
        """The `deployment_id` that a pipeline carries; None where it has none, or is not shown."""

    async def clock(self) -> float | None:
        """The CI's own clock now (epoch seconds), never ahead of it; None where it does not tell.

        It is asked for it where no answer has told it yet.
        """

    async def revision(self, pipeline_id: str) -> str:
        """The commit that a pipeline runs on; empty where the CI does not tell it."""

    async def read(
        self, pipeline_id: str, *, sent: Mapping[str, str | int | bool] | None = None
    ) -> PipelineReading:
        """A pipeline and its workflows; `sent` are the parameters it was started with."""

    async def jobs(self, workflow_id: str) -> list[Job]: ...

    async def cancel(self, workflow_ids: Sequence[str]) -> None:
        """Cancel workflows; one that ended already is fine, one that is not shown is refused."""

    async def approve(self, workflow_id: str, job_id: str) -> None:
        """Approve a job that waits for a person; one that is held no more is fine."""

    async def checks(self, pipeline_id: str, *, definition: str | None) -> frozenset[str]:
        """The names of the checks that a pipeline posts; `definition` is its `Run`'s."""

    def default_project(self, repository: str) -> str:
        """The project that runs a repository (`owner/name`) whose file names none."""

    def project_key(self, project: str) -> str:
        """A project in the one spelling that all its spellings share, to compare with."""

    async def source_of(self, project: str, definition: str) -> int | None:
        """GitHub's id of the repository that a definition checks out; None: it is not told."""

    def project_of_page(self, url: str) -> str | None:
        """The project of the pipeline whose page this is; None: it is no such page."""

    def barred(self, run: Run) -> tuple[Reason, ...]:
        """What the CI would not take of a run, as far as can be told without asking it."""

    def project_file(self, run: Run, repository: str) -> str | None:
        """The repository's file that says what the run's project does; None: it is elsewhere."""

    def file_gaps(self, text: str | None, run: Run) -> FileGaps:
        """What that file, None for none, lacks for deployments; nothing where that is hidden."""

    async def webhook_missing(self, project: str, url: str) -> WebhookGap | None:
        """None if an outbound webhook to `url` exists or was created now; else what hinders."""


class Chat(Protocol):
    """Slack. Nothing is retried inside; posting is ambiguous when the answer is lost."""

    async def team_id(self) -> str:
        """The one workspace we serve, from `auth.test`, cached."""

    async def serves(self) -> Workspace:
        """The one workspace we serve, with its organization, from `auth.test`, cached."""

    async def member(self, user: str) -> Member:
        """Who somebody is there."""

    async def bot_user(self) -> str:
        """Our own user id there, from `auth.test`, cached."""

    async def post_card(self, channel: str, card: Card) -> str:
        """Post the live message; its ts."""

    async def update_card(self, channel: str, ts: str, card: Card) -> None: ...

    async def find_card(
        self,
        channel: str,
        repository: str,
        deployment_id: int,
        search: CardSearch,
        *,
        since: float,
    ) -> CardSearch:
        """One more page of a search for our messages since then that show the deployment."""

    async def delete(self, channel: str, ts: str) -> None: ...

    async def reply(
        self, channel: str, ts: str, text: str, *, outcome: str, broadcast: bool
    ) -> str:
        """A message in the thread; with `broadcast` also in the channel.

        `outcome` goes into its metadata (event type `deploybot_outcome`), to find it again.
        """

    async def replied(self, channel: str, ts: str, *, outcome: str) -> bool:
        """Whether a reply with that outcome in its metadata is in the thread.

        `Refused`: `slack_message_gone`, as for `reply`.
        """

    async def say(self, channel: str, answer: Answer, *, notice: str = "") -> str:
        """A message in the channel; its ts. `notice` goes into its metadata, to find it again."""

    async def said(self, channel: str, notice: str, *, since: float) -> bool:
        """Whether that notice is among the channel's latest messages since then."""

    async def whisper(self, channel: str, user: str, answer: Answer) -> None:
        """A message that one person sees."""

    async def answer(self, to: SlackAddress, answer: Answer) -> None:
        """Answer a command or button by its `response_url` (30 minutes, 5 times)."""

    async def join(self, channel: str) -> None:
        """Join a public channel; `Refused`: `slack_not_in_channel` if it takes an invitation."""

    async def channel_name(self, channel: str) -> tuple[str, bool]:
        """Its name, and whether it is private."""


class Tickets(Protocol):
    """Ticket systems: names for references."""

    async def titled(self, tickets: Sequence[Ticket]) -> tuple[Ticket, ...]:
        """The tickets with their titles, where a system tells them.

        `Unavailable` where one may be told later: then all are asked for again.
        """
