"""GitHub as the rest of deploybot uses it: `app.ports.GitHub`."""

import time
from collections.abc import Callable, Mapping, Sequence

import aiohttp

from app.github_app.access import Access
from app.github_app.api_deployments import Deployments
from app.github_app.check_runs import CheckRuns
from app.github_app.connection import deadline
from app.github_app.deliveries import Deliveries
from app.github_app.histories import Histories
from app.github_app.installed import Installed
from app.github_app.listings import Listings
from app.github_app.surveys import Surveys
from app.model.ask import Plan, RepositoryRef
from app.model.build import PostedStatus
from app.model.github import (
    AppIdentity,
    CheckRunReport,
    Collaborator,
    DeliveryPage,
    Deployment,
    Repository,
    StatusSummary,
    Survey,
)
from app.observe import Metrics


class GitHubClient:
    """GitHub through the App's installations.

    Each method ends within `timeout` seconds, all its requests together (unless it says
    otherwise), and raises only `Unavailable`, `RateLimited` or `Refused`. `ValueError` if
    `private_key` is no RSA key.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        app_id: str,
        private_key: str,
        base_url: str,
        graphql_url: str,
        timeout: float,
        metrics: Metrics | None = None,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._timeout = timeout
        self._access = Access(
            session,
            app_id=app_id,
            private_key=private_key,
            base_url=base_url,
            graphql_url=graphql_url,
            timeout=timeout,
            metrics=metrics or Metrics.create(),
            wall=wall,
            monotonic=monotonic,
        )
        self._deployments = Deployments(self._access)
        self._check_runs = CheckRuns(self._access)
        self._surveys = Surveys(self._access)
        self._histories = Histories(self._access)
        self._listings = Listings(self._access)
        self._deliveries = Deliveries(self._access)
        self._installed = Installed(self._access)

    async def identity(self) -> AppIdentity:
        """`GET /app`, cached."""
        with deadline(self._timeout):
            return await self._access.identity()

    async def repository(self, full_name: str) -> Repository:
        """A repository by name."""
        with deadline(self._timeout):
            return await self._access.repository(full_name)

    async def repository_by_id(self, ref: RepositoryRef) -> Repository:
        """A repository by id, whatever it is called now."""
        with deadline(self._timeout):
            return await self._access.repository_by_id(ref)

    async def installed(self) -> list[Repository]:
        """Every repository that the App may see; many calls, each within the timeout."""
        return await self._installed.repositories()

    async def survey(
        self, ref: RepositoryRef, *, target: str | None, environment: str | None
    ) -> Survey:
        """The one read before a creation. `target` None: the default branch."""
        with deadline(self._timeout):
            return await self._surveys.survey(ref, target=target, environment=environment)

    async def first_seen(self, ref: RepositoryRef, sha: str) -> Mapping[str, float]:
        """When each check of a commit first appeared there, in epoch seconds; all pages."""
        with deadline(self._timeout):
            return await self._histories.first_seen(ref, sha)

    async def closest_refs(self, ref: RepositoryRef, target: str) -> list[str]:
        """Names of branches and tags that resemble `target`, closest first."""
        with deadline(self._timeout):
            return await self._listings.closest_refs(ref, target)

    async def create_deployment(self, plan: Plan) -> Deployment:
        """Create it; `Unavailable.ambiguous` where it may exist now."""
        with deadline(self._timeout):
            return await self._deployments.create(plan)

    async def find_deployment(self, plan: Plan, *, since: float) -> Deployment | None:
        """Our own deployment that carries the plan's `payload.deploybot.request`."""
        with deadline(self._timeout):
            return await self._deployments.find(plan, since=since)

    async def deployment(self, ref: RepositoryRef, deployment_id: int) -> Deployment:
        """One deployment with its app, by REST."""
        with deadline(self._timeout):
            return await self._deployments.one(ref, deployment_id)

    async def last_status(self, ref: RepositoryRef, deployment_id: int) -> StatusSummary | None:
        """The newest status of a deployment, None before the first."""
        with deadline(self._timeout):
            return await self._deployments.last_status(ref, deployment_id)

    async def post_status(
        self, ref: RepositoryRef, deployment_id: int, status: PostedStatus
    ) -> None:
        """Post a status; `Unavailable.ambiguous` where it may be posted now."""
        with deadline(self._timeout):
            await self._deployments.post_status(ref, deployment_id, status)

    async def post_check_run(self, ref: RepositoryRef, report: CheckRunReport) -> None:
        """Show a completed check on a commit."""
        with deadline(self._timeout):
            await self._check_runs.post(ref, report)

    async def deployments(
        self, ref: RepositoryRef, *, environments: Sequence[str] = (), limit: int = 100
    ) -> list[Deployment]:
        """Newest first with their latest status, in one GraphQL call; at most 100."""
        with deadline(self._timeout):
            return await self._listings.deployments(ref, environments=environments, limit=limit)

    async def collaborators(self, ref: RepositoryRef) -> list[Collaborator]:
        """Everyone with access, the first 2,000; each page within the timeout."""
        return await self._listings.collaborators(ref)

    async def deliveries(self, cursor: str) -> DeliveryPage:
        """A page of 100 of the App's deliveries, those of events that act, newest first."""
        with deadline(self._timeout):
            return await self._deliveries.page(cursor)

    async def redeliver(self, delivery_id: int) -> None:
        """Have a delivery sent again."""
        with deadline(self._timeout):
            await self._deliveries.redeliver(delivery_id)

    async def open_deployments(
        self, refs: Sequence[RepositoryRef], *, since: float
    ) -> dict[int, list[Deployment]]:
        """The latest deployments of many repositories of one installation, by repository id.

        All since then, and at least the latest 20. A call for 25 repositories, and more where
        one has had more than 20; each within the timeout.
        """
        return await self._listings.open_deployments(refs, since=since)

    async def close(self) -> None:
        """Drop what is under way; the session is the caller's."""
        await self._access.close()
