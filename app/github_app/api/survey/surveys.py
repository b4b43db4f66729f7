"""The survey: everything that judging a deployment needs, in one GraphQL query."""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property, partial

from cachetools import TTLCache
from msgspec import Struct, structs

from app.errors import Refused
from app.github_app.api import queries
from app.github_app.api.access import Access
from app.github_app.api.repository.files import the_file
from app.github_app.api.repository_query import query_repository
from app.github_app.api.shapes.graphql import Nodes, deployments
from app.github_app.api.shapes.survey import (
    BlobNode,
    CommitNode,
    CommitOfRepository,
    ContextNode,
    RepositoryNode,
)
from app.github_app.api.survey.check_states import judged_checks
from app.github_app.api.survey.targets import (
    Target,
    commit_of,
    found_refs,
    pull_of,
    read_target,
)
from app.github_app.client.connection import Connection
from app.github_app.client.graphql import QueryAnswer
from app.github_app.permissions import FIELDS, shown
from app.model import Json
from app.model.configuration.file import CONFIG_PATHS
from app.model.github.commit import Check
from app.model.github.refs import ResolvedRef
from app.model.github.repository import Repository
from app.model.github.survey import Survey
from app.model.plan import RepositoryRef
from app.model.reasons.github import GitHubRefused

LATEST = 50
"""Deployments that a survey reads."""
PAGES = 200
"""The most pages, of 100 checks each, that are read."""
TOO_MANY = f"more than {PAGES * 100:,} checks on a commit"
RESUMED_FOR = 60.0
"""Seconds for which pages of checks are kept, so that a retry reads only the missing ones."""

SIZES = {"contexts": 100, "pulls": 10, "made": 100, "places": 100, "latest": LATEST, "newest": 30}
"""The most nodes that each list of the survey returns."""

_NO_PLACES: Mapping[str, Json] = {"listed": False, "asNamed": False}
_NO_DEPLOYMENTS: Mapping[str, Json] = {"deployed": False}
OPTIONAL: Mapping[str, Mapping[str, Json]] = {
    "associatedPullRequests": {},
    "statusCheckRollup": {},
    "contexts": {},
    "workflowRun": {},
    "environments": _NO_PLACES,
    "named": _NO_PLACES,
    "deployments": _NO_DEPLOYMENTS,
    "recent": _NO_DEPLOYMENTS,
}
"""Fields that a survey can do without: where GitHub withholds one, its value stays unknown.

Each with the variables that leave it out of the query."""


class CheckPages(Struct, frozen=True, kw_only=True):
    """A commit's checks after the first page, as far as they were read.

    `after` is the next page's cursor; None: all were read.
    """

    contexts: tuple[ContextNode, ...]
    after: str | None
    withheld: frozenset[str] = frozenset()


class Surveys(Access):
    """Reads surveys of repositories."""

    @cached_property
    def _read_checks(self) -> TTLCache[tuple[int, str, str], CheckPages]:
        return TTLCache(100, RESUMED_FOR)

    async def survey(
        self,
        ref: RepositoryRef,
        *,
        target: str | None,
        environment: str | None,
        also: Sequence[str] = (),
    ) -> Survey:
        """A survey of `target` (None: the default branch) and the environments that are named.

        One query, and one more for each further hundred checks of the commit; each ends within
        the timeout.
        """
        names = [environment, *also] if environment is not None else None
        return await self.run_on(ref, partial(self._survey, read_target(target), names))

    async def _survey(
        self, target: Target, names: list[str] | None, connection: Connection, ref: RepositoryRef
    ) -> Survey:
        places: Json = [*names] if names is not None else None
        variables: dict[str, Json] = {
            **target.variables(),
            "environments": places,
            "named": places,
            "asNamed": names is not None,
            "listed": True,
            "deployed": True,
        }
        shape = dict[str, RepositoryNode | None]
        answer = await query_repository(
            connection, ref, queries.SURVEY, variables, shape, sizes=SIZES, optional=OPTIONAL
        )
        found = found_refs(answer.data, target)
        read = QueryAnswer[Sequence[ContextNode]]([])
        if found:
            read = await self._all_contexts(connection, ref, found[0][1])
        withheld = answer.withheld | read.withheld
        checks = judged_checks(read.data, app_id=self.app_id, by_suite="workflowRun" in withheld)
        survey = survey_of(answer.data, ref.installation_id or 0, found, checks)
        return structs.replace(survey, checks_need=_needed(withheld))

    async def _all_contexts(
        self, connection: Connection, ref: RepositoryRef, commit: CommitNode
    ) -> QueryAnswer[Sequence[ContextNode]]:
        """All checks of a commit, page by page, continued from where the last try failed.

        Raises `Refused` for more than `PAGES` pages.
        """
        if commit.status_check_rollup is None:
            return QueryAnswer([])
        first = commit.status_check_rollup.contexts
        place = (ref.id, commit.oid, first.page_info.end_cursor or "")
        read = self._read_checks.get(place) or CheckPages(
            contexts=(), after=first.page_info.end_cursor if first.page_info.has_next_page else None
        )
        for _ in range(PAGES):
            if read.after is None:
                self._read_checks.pop(place, None)
                return QueryAnswer([*first.present, *read.contexts], read.withheld)
            read = await _next_page(connection, ref, commit.oid, read)
            self._read_checks[place] = read
        raise Refused("github", GitHubRefused(message=TOO_MANY), TOO_MANY)


async def _next_page(
    connection: Connection, ref: RepositoryRef, oid: str, read: CheckPages
) -> CheckPages:
    answer = await query_repository(
        connection,
        ref,
        queries.CHECKS,
        {"oid": oid, "after": read.after},
        dict[str, CommitOfRepository | None],
        sizes={"contexts": SIZES["contexts"]},
        optional=OPTIONAL,
    )
    rollup = answer.data.object.status_check_rollup if answer.data.object else None
    contexts = rollup.contexts if rollup else Nodes[ContextNode]()
    page = contexts.page_info
    return CheckPages(
        contexts=(*read.contexts, *contexts.present),
        after=page.end_cursor if page.has_next_page else None,
        withheld=read.withheld | answer.withheld,
    )


def _needed(withheld: Collection[str]) -> str:
    """The permission that we lack to see all checks; empty: none is withheld."""
    field = next((one for one in ("statusCheckRollup", "contexts") if one in withheld), None)
    return shown(FIELDS[field]) if field else ""


def survey_of(
    node: RepositoryNode,
    installation_id: int,
    found: Sequence[tuple[ResolvedRef, CommitNode]],
    checks: tuple[Check, ...],
) -> Survey:
    """The survey as the rest of deploybot knows it (pure).

    Raises `Refused` if the configuration file cannot be read: it must not count as missing.
    """
    ref, commit = found[0] if found else (None, None)
    config = the_file(node.config, node.other_config) or BlobNode()
    on_commit = commit.deployments.present if commit and commit.deployments else []
    recent = node.recent.present if node.recent else []
    return Survey(
        repository=_repository_of(node, installation_id),
        refs=tuple(resolved for resolved, _ in found),
        commit=commit_of(commit) if commit else None,
        pull_request=pull_of(node, ref, commit) if ref and commit else None,
        checks=checks,
        config=(config.text or "") if config.oid else None,
        config_path=CONFIG_PATHS[config is node.other_config],
        environments=_environments(node),
        deployments=tuple(deployments(node.deployments)),
        on_commit=tuple(one.number for one in on_commit if one.number is not None),
        recent=tuple((one.number, one.commit_oid) for one in recent if one.number is not None),
    )


def _environments(node: RepositoryNode) -> tuple[str, ...]:
    """The first page of environments, and those that were asked for by name."""
    listed = [
        one.name for nodes in (node.environments, node.named) if nodes for one in nodes.present
    ]
    return tuple(dict.fromkeys(listed))


def _repository_of(node: RepositoryNode, installation_id: int) -> Repository:
    return Repository(
        id=node.database_id,
        full_name=node.name_with_owner,
        installation_id=installation_id,
        default_branch=node.default_branch_ref.name if node.default_branch_ref else "",
        archived=node.is_archived,
        private=node.is_private,
        html_url=node.url,
    )
