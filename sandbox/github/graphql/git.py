"""GraphQL: refs, commits and files."""

from dataclasses import dataclass
from typing import Any

from sandbox.github.changes.git import tree_sha
from sandbox.github.graphql.context import Context, connection
from sandbox.github.payloads.accounts import WEB, iso
from sandbox.github.records import (
    Commit,
    Repository,
    Tag,
    User,
)
from sandbox.github.rest.issues import pulls_with


@dataclass(frozen=True, kw_only=True)
class Ref:
    """A branch, tag or pull-request ref, with its qualified name."""

    repository: Repository
    qualified: str

    @property
    def prefix(self) -> str:
        """`refs/heads/` or the like."""
        return "/".join(self.qualified.split("/")[:2]) + "/"

    @property
    def name(self) -> str:
        """The name without the prefix."""
        return self.qualified.removeprefix(self.prefix)


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A directory of a commit."""

    repository: Repository
    sha: str


def find_ref(repository: Repository, name: str) -> Ref | None:
    """A ref by its qualified name, or by the short name of a branch or tag."""
    candidates = [name] if name.startswith("refs/") else [f"refs/heads/{name}", f"refs/tags/{name}"]
    names = set(_all_refs(repository))
    return next(
        (Ref(repository=repository, qualified=item) for item in candidates if item in names), None
    )


def _all_refs(repository: Repository) -> list[str]:
    return [
        *(f"refs/heads/{name}" for name in repository.branches),
        *(f"refs/tags/{name}" for name in repository.tags),
        *(f"refs/pull/{pull.number}/head" for pull in repository.pulls),
    ]


def refs(
    repository: Repository,
    _: Context,
    *,
    refPrefix: str,  # noqa: N803 - GraphQL's spelling
    query: str | None = None,
    **arguments: Any,
) -> dict[str, Any]:
    """Refs under a prefix, by name; only those whose names contain `query`."""
    prefix = refPrefix if refPrefix.endswith("/") else f"{refPrefix}/"
    found = sorted(name for name in _all_refs(repository) if name.startswith(prefix))
    if query:
        found = [name for name in found if query.lower() in name.removeprefix(prefix).lower()]
    backwards = arguments.pop("direction", None) == "DESC"
    order = arguments.pop("orderBy", None)
    if backwards or (order and order["direction"] == "DESC"):
        found.reverse()
    items = [Ref(repository=repository, qualified=name) for name in found]
    return connection("refs", items, arguments)


def _target(ref: Ref, _: Context) -> Commit | Tag | None:
    repository, name = ref.repository, ref.name
    if ref.prefix == "refs/tags/":
        tag = repository.tags[name]
        return tag if tag.sha else repository.commits[tag.commit]
    if ref.prefix == "refs/heads/":
        return repository.commits[repository.branches[name]]
    return repository.commits[repository.issues[int(name.split("/")[0])].head_sha]


def blob_or_commit(
    repository: Repository, context: Context, *, expression: str = "", oid: str = ""
) -> Any:
    """The object of `<ref>:<path>` (file or directory) or `<ref>` (commit or annotated tag)."""
    revision, colon, path = (oid or expression).partition(":")
    if not colon:
        return _object(repository, context, revision)
    name = repository.default_branch if revision == "HEAD" else revision
    sha = context.hub.state.resolve(repository, name)
    if sha is None:
        return None
    files = repository.commits[sha].files
    if path in files:
        return repository.blobs[files[path]]
    folder = f"{path.rstrip('/')}/" if path else ""
    inner = {
        name.removeprefix(folder): blob for name, blob in files.items() if name.startswith(folder)
    }
    return Tree(repository=repository, sha=tree_sha(inner)) if inner else None


def _object(repository: Repository, context: Context, revision: str) -> Any:
    if revision in repository.blobs:
        return repository.blobs[revision]
    for tag in repository.tags.values():
        if tag.sha and revision in {tag.sha, tag.name, f"refs/tags/{tag.name}"}:
            return None if revision in repository.branches else tag
    name = repository.default_branch if revision == "HEAD" else revision.split("^", maxsplit=1)[0]
    sha = context.hub.state.resolve(repository, name)
    return None if sha is None else repository.commits[sha]


def _who(commit: Commit, _: Context) -> dict[str, Any]:
    user: User | None = commit.user
    return {"name": commit.name, "email": commit.email, "date": iso(commit.at), "user": user}


def _pulls(commit: Commit, context: Context, **arguments: Any) -> dict[str, Any]:
    # The pull requests of a fork's commit are in the repository that it was forked from.
    home = commit.repository.parent or commit.repository
    found = pulls_with(context.hub, home.pulls[::-1], commit.sha)
    return connection("associatedPullRequests", found, arguments)


def _ref_pulls(ref: Ref, _: Context, **arguments: Any) -> dict[str, Any]:
    found = [
        pull
        for pull in reversed(ref.repository.pulls)
        if ref.prefix == "refs/heads/" and pull.head_ref == ref.name
    ]
    return connection("associatedPullRequests", found, arguments)


def _parents(commit: Commit, _: Context, **arguments: Any) -> dict[str, Any]:
    found = [commit.repository.commits[sha] for sha in commit.parents]
    return connection("parents", found, arguments)


def _oid(item: Any, _: Context) -> str:
    return str(item.sha or item.commit)


OBJECT: dict[str, Any] = {
    "oid": _oid,
    "abbreviatedOid": lambda item, context: _oid(item, context)[:7],
    "commitUrl": lambda item, _: f"{WEB}/{item.repository.full_name}/commit/{item.sha}",
    "commitResourcePath": lambda item, _: f"/{item.repository.full_name}/commit/{item.sha}",
}

COMMIT: dict[str, Any] = {
    **OBJECT,
    "messageHeadline": lambda item, _: item.message.partition("\n")[0],
    "messageBody": lambda item, _: item.message.partition("\n")[2].strip(),
    "url": OBJECT["commitUrl"],
    "author": _who,
    "committer": _who,
    "authoredDate": lambda item, _: iso(item.at),
    "committedDate": lambda item, _: iso(item.at),
    "parents": _parents,
    "associatedPullRequests": _pulls,
}

FIELDS: dict[str, dict[str, Any]] = {
    "Ref": {
        "id": lambda ref, context: (
            context.hub.state.node_id("REF", ref.repository.id) + ref.qualified
        ),
        "target": _target,
        "associatedPullRequests": _ref_pulls,
    },
    "Commit": COMMIT,
    "Tag": {
        **OBJECT,
        "target": lambda tag, _: tag.repository.commits[tag.commit],
        "tagger": lambda tag, _: {
            "name": tag.tagger.name,
            "email": tag.tagger.email,
            "date": iso(tag.at),
            "user": tag.tagger,
        },
    },
    "Blob": {
        **OBJECT,
        "text": lambda blob, _: blob.content.decode("utf-8", "replace"),
        "byteSize": lambda blob, _: len(blob.content),
        "isTruncated": lambda blob, _: len(blob.content) > 512_000,
        "isBinary": lambda _, __: False,
    },
    "Tree": {**OBJECT, "id": lambda tree, _: f"T_{tree.sha}"},
}
