"""What the lifecycle and the commands need of GitHub."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from app.model.build_parts import PostedStatus
from app.model.configuration.file import ProposedFile
from app.model.github.app import AppIdentity, DeliveryPage
from app.model.github.commit import Change, CheckRunReport, Reach
from app.model.github.deployment import Deployment, DeploymentPage, StatusSummary, SweptDeployments
from app.model.github.live import Comparison
from app.model.github.pull_comment import PullComment
from app.model.github.repository import Collaborator, Repository, RepositoryPage
from app.model.github.survey import Survey
from app.model.plan import Plan, RepositoryRef


class GitHub(Protocol):
    """GitHub through the App's installations."""

    async def identity(self) -> AppIdentity:
        """`GET /app`, cached."""

    async def clock(self) -> float:
        """GitHub's own clock now (epoch seconds).

        It is asked where no answer has told it, or where our wall clock has jumped since.
        """

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

    async def file(self, ref: RepositoryRef, path: str) -> str | None:
        """The text of a file of the default branch; None: there is none that can be read."""

    async def proposed_config(self, ref: RepositoryRef, number: int, sha: str) -> ProposedFile:
        """The configuration at a pull request's commit, beside the default branch's."""
