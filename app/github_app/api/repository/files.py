"""Files of a repository: one of the default branch, and the configuration in a pull request."""

from functools import partial

from app.errors import Refused
from app.github_app.api import queries
from app.github_app.api.access import Access, in_time
from app.github_app.api.repository_query import query_repository
from app.github_app.api.shapes.graphql import AnyRepository, Named, Nodes, Shape
from app.github_app.api.shapes.survey import BlobNode, RepositoryFile
from app.github_app.client.connection import Connection
from app.model.configuration.file import CONFIG_FILE, CONFIG_PATHS, ProposedFile
from app.model.plan import RepositoryRef
from app.model.reasons.gates import BOTH_FILES, ConfigurationUnreadable

MOST_CHANGED = 100
"""Changed files of a pull request that are read; GitHub lists them by path, `.github/` early."""

UNREADABLE = "the file is binary or too large"


class ChangedFile(Shape, frozen=True, kw_only=True):
    """A file that a pull request changes."""

    path: str


class ChangingPull(Shape, frozen=True, kw_only=True):
    """A pull request's changed files."""

    files: Nodes[ChangedFile] | None = None


class ProposedNode(AnyRepository, frozen=True, kw_only=True):
    """The configuration on the default branch and in the pull request, under both its names."""

    default_branch_ref: Named | None = None
    config: BlobNode | None = None
    other_config: BlobNode | None = None
    proposed: BlobNode | None = None
    other_proposed: BlobNode | None = None
    pull_request: ChangingPull | None = None


class Files(Access):
    """Reads files."""

    @in_time
    async def file(self, ref: RepositoryRef, path: str) -> str | None:
        """The text of a file on the default branch; None if it is missing, binary or truncated."""
        return await self.run_on(ref, partial(_file, path))

    @in_time
    async def proposed_config(self, ref: RepositoryRef, number: int, sha: str) -> ProposedFile:
        """The configuration at a pull request's commit, and whether the pull request changes it.

        One query: a fork's commit can be read in the repository of the pull request.
        """
        return await self.run_on(ref, partial(_proposed, number, sha))


async def _file(path: str, connection: Connection, ref: RepositoryRef) -> str | None:
    variables = {"expression": f"HEAD:{path}"}
    answer = await query_repository(
        connection, ref, queries.FILE, variables, dict[str, RepositoryFile | None], sizes={}
    )
    found = answer.data.object
    return None if found is None or found.is_truncated else found.text


async def _proposed(
    number: int, sha: str, connection: Connection, ref: RepositoryRef
) -> ProposedFile:
    places = [f"{sha}:{path}" for path in CONFIG_PATHS]
    answer = await query_repository(
        connection,
        ref,
        queries.PROPOSED,
        {"number": number, "proposed": places[0], "otherProposed": places[1]},
        dict[str, ProposedNode | None],
        sizes={"files": MOST_CHANGED},
        optional={"pullRequest": {}},
    )
    return proposed_file(answer.data)


def proposed_file(node: ProposedNode) -> ProposedFile:
    """As the rest of deploybot knows it (pure); raises `Refused` for an unreadable file."""
    found = {path: one for path, one in zip(CONFIG_PATHS, _both(node), strict=True) if one}
    default = the_file(node.config, node.other_config)
    path, file = next(iter(found.items()), (CONFIG_FILE, None))
    return ProposedFile(
        changed=_changed(node, file, default),
        path=path,
        text=_text(file) if file else None,
        twice=len(found) > 1,
        default_text=default.text if default else None,
        default_branch=node.default_branch_ref.name if node.default_branch_ref else "",
    )


def the_file(*spellings: BlobNode | None) -> BlobNode | None:
    """The one of the two spellings that exists, if any.

    Raises `Refused` if both do, or if the file cannot be read: it must not count as missing.
    """
    found = [one for one in spellings if one is not None and one.oid]
    if len(found) > 1:
        raise Refused("github", BOTH_FILES, BOTH_FILES.problem)
    for one in found:
        _text(one)
    return found[0] if found else None


def _both(node: ProposedNode) -> tuple[BlobNode | None, ...]:
    both = (node.proposed, node.other_proposed)
    return tuple(one if one is not None and one.oid else None for one in both)


def _changed(node: ProposedNode, file: BlobNode | None, default: BlobNode | None) -> bool:
    """Whether the pull request changes the configuration, and is not merely behind a change.

    Where GitHub does not list all changed files, a file that differs counts as changed.
    """
    files = node.pull_request.files if node.pull_request else None
    if files is not None:
        if any(one.path in CONFIG_PATHS for one in files.present):
            return True
        if not files.page_info.has_next_page:
            return False
    return (file.oid if file else "") != (default.oid if default else "")


def _text(file: BlobNode) -> str:
    if file.text is None or file.is_truncated:
        raise Refused("github", ConfigurationUnreadable(message=UNREADABLE), UNREADABLE)
    return file.text
