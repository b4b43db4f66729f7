"""GitHub, as the lifecycle and the commands use it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from app.model.build_parts import PostedStatus
from app.model.configuration.file import ProposedFile
from app.model.github.app import AppIdentity, DeliveryPage
from app.model.github.commit import CheckRunReport, IncomingCommit, PullComment
from app.model.github.deployment import Deployment, DeploymentPage, StatusSummary, SweptDeployments
from app.model.github.live import Comparison
from app.model.github.refs import Reach
from app.model.github.repository import Collaborator, Repository, RepositoryPage
from app.model.github.survey import Survey
from app.model.plan import Plan, RepositoryRef


class GitHub(Protocol):
    """GitHub, through the App's installations."""

    async def identity(self) -> AppIdentity:
        """Our own App, from `GET /app`, cached."""

    async def clock(self) -> float:
        """GitHub's own clock (epoch seconds).

        It is estimated from GitHub's earlier answers. If there are none, or our wall clock has
        jumped since, GitHub is asked.
        """

    async def by_our_clock(self, at: float) -> float:
        """Convert a time by GitHub's clock into one by ours; both are epoch seconds."""

    async def repository(self, full_name: str) -> Repository:
        """A repository by name (`owner/name`).

        Raises `Refused` with `RepositoryNotFound`, `AppNotInstalled` or `AppSuspended`.
        """

    async def repository_by_id(self, ref: RepositoryRef) -> Repository:
        """A repository by id, even if it was renamed or moved."""

    async def installations(self) -> list[int]:
        """The ids of the App's installations."""

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
        """Read everything that judging a deployment needs.

        `target` is a ref (None: the default branch), `environment` the environment whose
        deployments are read (None: all); `also` are other names of it.
        """

    async def compare(self, ref: RepositoryRef, *, base: str, head: str) -> Comparison | None:
        """How the commit `head` compares to `base`; None if they have no common history."""

    async def changes(
        self, ref: RepositoryRef, *, base: str, head: str, ahead: int, most: int
    ) -> list[IncomingCommit]:
        """The newest of the `ahead` commits that `head` has and `base` lacks, newest first.

        At most `most` of them (100 or less), with their pull requests if we may see those.
        """

    async def changed_files(
        self, ref: RepositoryRef, *, base: str, head: str
    ) -> tuple[str, ...] | None:
        """The files that `head` changes compared to `base`.

        None if that is not known: `base` has commits that `head` lacks, they have no common
        history, or there are more files than GitHub lists (300).
        """

    async def first_seen(self, ref: RepositoryRef, sha: str) -> Mapping[str, float]:
        """When each check of a commit, by its name, first appeared there (epoch seconds).

        It reads all statuses and check runs; a survey has only the latest of each.
        """

    async def reach_of(self, ref: RepositoryRef, sha: str, bases: Sequence[str]) -> Reach:
        """Whether a commit belongs to the repository; `bases` are refs or commits to try first."""

    async def deployed(
        self, ref: RepositoryRef, sha: str, environments: Sequence[str]
    ) -> list[Deployment]:
        """A commit's deployments to these environments, and the latest of any commit to them."""

    async def closest_refs(self, ref: RepositoryRef, target: str) -> list[str]:
        """The names of branches and tags that are similar to `target`, most similar first."""

    async def create_deployment(self, plan: Plan) -> Deployment: ...

    async def find_deployment(self, plan: Plan, *, since: float) -> Deployment | None:
        """Our own deployment with the plan's `payload.deploybot.request`, if it exists.

        `since` is epoch seconds; older deployments are not searched.
        """

    async def deployment(self, ref: RepositoryRef, deployment_id: int) -> Deployment:
        """One deployment by REST, which unlike GraphQL tells the app that created it."""

    async def last_status(self, ref: RepositoryRef, deployment_id: int) -> StatusSummary | None: ...

    async def post_status(
        self, ref: RepositoryRef, deployment_id: int, status: PostedStatus
    ) -> int:
        """Post a status; returns its id."""

    async def post_check_run(self, ref: RepositoryRef, report: CheckRunReport) -> None:
        """Post a completed check run on a commit."""

    async def react(self, ref: RepositoryRef, comment_id: int) -> float | None:
        """Add the `eyes` reaction to a comment; returns when it was added, by GitHub's clock.

        Calling it again changes nothing.
        """

    async def show_comment(self, ref: RepositoryRef, comment: PullComment) -> int | None:
        """Update our comment on a pull request, or create it; returns its id.

        None: it already shows something newer. Raises `Refused` (404) if `comment_id` was deleted.
        """

    async def deployments(
        self, ref: RepositoryRef, *, environments: Sequence[str] = (), limit: int = 100
    ) -> list[Deployment]:
        """The latest deployments to these environments (or all), with their latest statuses.

        Newest first, in one GraphQL request.
        """

    async def deployments_page(self, ref: RepositoryRef, cursor: str) -> DeploymentPage:
        """A page of all deployments, newest first; the first page's cursor is empty."""

    async def latest_in(self, ref: RepositoryRef, environments: Sequence[str]) -> list[Deployment]:
        """The latest deployments to each of these environments, by exact name."""

    async def collaborators(self, ref: RepositoryRef) -> list[Collaborator]:
        """The first 2,000 people with access; many requests, each within the time limit."""

    async def person(self, ref: RepositoryRef, login: str) -> Collaborator | None:
        """The user with that login, and their access to the repository; None: no such user.

        `permission` is `admin`, `write`, `read` or `none`.
        """

    async def team(self, ref: RepositoryRef, org: str, slug: str) -> list[Collaborator] | None:
        """The first 2,000 members of a team; None: no such team, or we may not see it.

        Raises `Refused` if the App may not read the organization's members.
        """

    async def deliveries(self, cursor: str) -> DeliveryPage:
        """A page of the App's webhook deliveries, newest first; the first one's cursor is empty."""

    async def redeliver(self, delivery_id: int) -> None: ...

    async def open_deployments(
        self, refs: Sequence[RepositoryRef], *, since: float
    ) -> SweptDeployments:
        """The latest deployments of many repositories of one installation."""

    async def file(self, ref: RepositoryRef, path: str) -> str | None:
        """The text of a file on the default branch; None if there is no readable one."""

    async def proposed_config(self, ref: RepositoryRef, number: int, sha: str) -> ProposedFile:
        """The configuration file at a pull request's commit, and the default branch's."""
