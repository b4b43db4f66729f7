"""The survey: all that judging a deployment needs, in one GraphQL query."""

from collections.abc import Sequence
from functools import partial

from app.errors import Refused
from app.github_app.api import queries
from app.github_app.api.access import Access, ask_repository, in_time
from app.github_app.api.graphql_shapes import deployments
from app.github_app.api.survey_shapes import (
    BlobNode,
    CommitNode,
    ContextNode,
    RepositoryChecks,
    RepositoryNode,
)
from app.github_app.api.targets import (
    Target,
    commit_of,
    found_refs,
    judged_checks,
    pull_of,
    read_target,
)
from app.github_app.client.connection import Connection
from app.model.github import Repository, ResolvedRef, Survey
from app.model.plan import RepositoryRef
from app.model.reasons.gates import ConfigurationUnreadable

LATEST = 50
"""Deployments that a survey reads."""
PAGES = 50
"""Pages of 100 checks that are read at most."""


class Surveys(Access):
    """Surveys repositories."""

    @in_time
    async def survey(
        self,
        ref: RepositoryRef,
        *,
        target: str | None,
        environment: str | None,
        also: Sequence[str] = (),
    ) -> Survey:
        """One query; more only for a commit with over 100 checks."""
        names = [environment, *also] if environment is not None else None
        return await self.reach(ref, partial(self._survey, read_target(target), names))

    async def _survey(
        self, target: Target, names: list[str] | None, connection: Connection, ref: RepositoryRef
    ) -> Survey:
        variables = {
            **target.variables(),
            "environments": names,
            "latest": LATEST,
        }
        node = await ask_repository(
            connection, ref, queries.SURVEY, variables, dict[str, RepositoryNode | None]
        )
        found = found_refs(node, target)
        contexts = await _all_contexts(connection, ref, found[0][1]) if found else []
        return survey_of(node, ref.installation_id or 0, found, contexts)


async def _all_contexts(
    connection: Connection, ref: RepositoryRef, commit: CommitNode
) -> list[ContextNode]:
    """All checks of a commit, page by page."""
    rollup = commit.status_check_rollup
    contexts: list[ContextNode] = []
    for _ in range(PAGES):
        if rollup is None:
            break
        contexts += rollup.contexts.present
        if not rollup.contexts.page_info.has_next_page:
            break
        variables = {"oid": commit.oid, "after": rollup.contexts.page_info.end_cursor}
        node = await ask_repository(
            connection, ref, queries.CHECKS, variables, dict[str, RepositoryChecks | None]
        )
        rollup = node.object.status_check_rollup if node.object else None
    return contexts


def survey_of(
    node: RepositoryNode,
    installation_id: int,
    found: Sequence[tuple[ResolvedRef, CommitNode]],
    contexts: Sequence[ContextNode],
) -> Survey:
    """The survey as the rest of deploybot knows it (pure).

    `Refused` (`ConfigurationUnreadable`), for a file that is there must not count as none.
    """
    ref, commit = found[0] if found else (None, None)
    config = node.config or BlobNode()
    if config.oid and (config.text is None or config.is_truncated):
        message = "the file is binary or too large"
        raise Refused("github", ConfigurationUnreadable(message=message), message)
    on_commit = commit.deployments.present if commit and commit.deployments else []
    recent = node.recent.present if node.recent else []
    return Survey(
        repository=_repository_of(node, installation_id),
        refs=tuple(resolved for resolved, _ in found),
        commit=commit_of(commit) if commit else None,
        pull_request=pull_of(node, ref, commit) if ref and commit else None,
        checks=judged_checks(contexts),
        config=(config.text or "") if config.oid else None,
        config_oid=config.oid,
        environments=tuple(one.name for one in node.environments.present)
        if node.environments
        else (),
        deployments=tuple(deployments(node.deployments)),
        on_commit=tuple(one.number for one in on_commit if one.number is not None),
        recent=tuple((one.number, one.commit_oid) for one in recent if one.number is not None),
    )


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
