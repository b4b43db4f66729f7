"""The latest deployments of many repositories, or of many environments, in a few queries."""

from collections.abc import Mapping, Sequence
from functools import partial

import structlog
from msgspec import Struct

from app.errors import ProviderError, RateLimited, Refused
from app.github_app.api import queries
from app.github_app.api.access import path_of
from app.github_app.api.deployments.lists import DeploymentLists, all_since
from app.github_app.api.shapes.graphql import RepositoryDeployments, deployments
from app.github_app.client.refusals import QueryTooLarge
from app.model import Json
from app.model.github.deployment import Deployment, SweptDeployments
from app.model.plan import RepositoryRef

logger = structlog.get_logger()

BATCH = 25
"""Repositories whose deployments are read by one query."""
MOST_FAILURES = 6
"""Failures in a row after which we take GitHub to be down, and no longer blame one repository."""


class Part(Struct, frozen=True):
    """One part of a batch: a repository's deployments, to all its environments or to one."""

    ref: RepositoryRef
    environment: str | None = None


Read = Mapping[Part, list[Deployment]]
"""The deployments of each part; a part that could not be read is missing."""


class Batches(DeploymentLists):
    """Reads the latest deployments; a part that cannot be read does not affect the others."""

    async def latest_in(self, ref: RepositoryRef, environments: Sequence[str]) -> list[Deployment]:
        """The latest deployments to each of these environments."""
        read = await self._batches([Part(ref, name) for name in environments])
        return [one for listed in read.values() for one in listed]

    async def open_deployments(
        self, refs: Sequence[RepositoryRef], *, since: float
    ) -> SweptDeployments:
        """The latest deployments of the repositories of one installation, many in one query.

        A repository may have more since `since` (epoch seconds) than one query returns. Then all
        of them are read, or only the latest if GitHub refuses the rest.
        """
        read = await self._batches([Part(ref) for ref in refs])
        found = {part.ref.id: listed for part, listed in read.items()}
        unread = [ref.id for ref in refs if ref.id not in found]
        for ref in refs:
            listed = found.get(ref.id, [])
            if len(listed) >= queries.LATEST and listed[-1].created_at >= since:
                try:
                    found[ref.id] = await self.run_on(ref, partial(all_since, since))
                except RateLimited:
                    raise
                except ProviderError as error:
                    name = ref.full_name
                    logger.warning("sweep.only_latest", repository=name, error=error.message)
                    unread += [] if isinstance(error, Refused) else [ref.id]
        return SweptDeployments(found=found, unread=tuple(unread))

    async def _batches(self, parts: Sequence[Part]) -> Read:
        """Read all parts; a query that fails is halved until the part that fails is alone."""
        read: dict[Part, list[Deployment]] = {}
        left = [list(parts[at : at + BATCH]) for at in range(0, len(parts), BATCH)]
        failed = 0
        while left:
            batch = left.pop(0)
            try:
                read |= await self._one_query(batch)
            except QueryTooLarge:
                if len(batch) == 1:
                    read[batch[0]] = await self._alone(batch[0])
                    continue
            except RateLimited:
                raise
            except ProviderError as error:
                failed += 1
                if failed >= MOST_FAILURES:
                    raise
                if len(batch) == 1:
                    name = batch[0].ref.full_name
                    logger.warning("batch.unread", repository=name, error=error.message)
                    continue
            else:
                failed = 0
                continue
            middle = len(batch) // 2
            left[:0] = [batch[:middle], batch[middle:]]
        return read

    async def _alone(self, part: Part) -> list[Deployment]:
        """A part that is too large for one query even by itself, in smaller pages."""
        places = [part.environment] if part.environment is not None else []
        return await self.deployments(part.ref, environments=places, limit=queries.LATEST)

    async def _one_query(self, parts: Sequence[Part]) -> Read:
        known = (part.ref.installation_id for part in parts)
        installation_id = next((one for one in known if one is not None), None)
        if installation_id is None:
            installation_id = (await self.repository_by_id(parts[0].ref)).installation_id
        variables: dict[str, Json] = {}
        for index, part in enumerate(parts):
            path = path_of(part.ref.full_name)
            variables |= {f"o{index}": path["owner"], f"n{index}": path["repo"]}
            variables[f"e{index}"] = None if part.environment is None else [part.environment]
        shape = dict[str, RepositoryDeployments | None]
        history = any(part.environment is not None for part in parts)
        query = queries.open_deployments(len(parts), history=history)
        answer = await self.installation(installation_id).query(query, variables, shape)
        read: dict[Part, list[Deployment]] = {}
        for index, part in enumerate(parts):
            node = answer.data.get(f"r{index}")
            whole = f"r{index}" not in answer.withheld
            if node is not None and whole and node.database_id == part.ref.id:
                read[part] = deployments(node.deployments)
        return read
