"""What a typed ref may mean, and what a survey found for it (pure)."""

import re
from collections.abc import Iterable

from msgspec import Struct

from app.github_app.api.shapes.survey import (
    Author,
    CommitNode,
    RepositoryNode,
)
from app.model import Json
from app.model.github.commit import Commit, PullRequest
from app.model.github.refs import ResolvedRef
from app.model.plan import RefKind

_PULL = re.compile(r"#(\d{1,9})|(?:refs/)?pull/(\d{1,9})(?:/head)?")
_SHA = re.compile(r"[0-9a-fA-F]{7,40}")


class Target(Struct, frozen=True, kw_only=True):
    """The ways in which a ref can be read; none at all: the default branch."""

    branch: str | None = None
    tag: str | None = None
    sha: str | None = None
    pull: int | None = None

    def variables(self) -> dict[str, Json]:
        """The survey query's variables; those of refs that are not asked for are placeholders."""
        return {
            "asBranch": self.branch is not None,
            "branch": f"refs/heads/{self.branch or 'none'}",
            "asTag": self.tag is not None,
            "tag": f"refs/tags/{self.tag or 'none'}",
            "asSha": self.sha is not None,
            "sha": self.sha or "HEAD",
            "asPull": self.pull is not None,
            "number": self.pull or 1,
            "asDefault": self == Target(),
        }


def read_target(typed: str | None) -> Target:
    """What `typed` may mean; `heads/x` is only ever a branch, `tags/x` a tag."""
    if not typed:
        return Target()
    pull = _PULL.fullmatch(typed)
    if pull is not None:
        return Target(pull=int(pull[1] or pull[2]))
    name = typed.removeprefix("refs/")
    if name.startswith("heads/"):
        return Target(branch=name.removeprefix("heads/"))
    if name.startswith("tags/"):
        return Target(tag=name.removeprefix("tags/"))
    sha = typed.lower() if _SHA.fullmatch(typed) else None
    return Target(branch=typed, tag=typed, sha=sha)


def found_refs(node: RepositoryNode, target: Target) -> list[tuple[ResolvedRef, CommitNode]]:
    """Each ref that the target turned out to be, with its commit."""
    found = [*_named_refs(node, target), *_pull_head(node)]
    commit = node.commit.peeled if node.commit else None
    # GitHub also finds a branch whose name looks like a SHA: its commit's SHA begins otherwise.
    if commit is not None and commit.oid.startswith(target.sha or "-"):
        found.append((_by_itself(commit), commit))
    return found


def _named_refs(node: RepositoryNode, target: Target) -> Iterable[tuple[ResolvedRef, CommitNode]]:
    default = node.default_branch_ref if target == Target() else None
    named = ((RefKind.BRANCH, default), (RefKind.BRANCH, node.branch), (RefKind.TAG, node.tag))
    for kind, ref in named:
        commit = ref.target.peeled if ref is not None and ref.target is not None else None
        if ref is not None and commit is not None:
            yield ResolvedRef(kind=kind, name=ref.name, sha=commit.oid), commit


def _pull_head(node: RepositoryNode) -> Iterable[tuple[ResolvedRef, CommitNode]]:
    pull = node.pull_request
    for head in pull.commits.present if pull is not None else ():
        if pull is not None:
            ref = ResolvedRef(
                kind=RefKind.PULL_REQUEST,
                name=f"pull/{pull.number}/head",
                sha=head.commit.oid,
                pull_request=pull.number,
                from_fork=pull.is_cross_repository,
            )
            yield ref, head.commit


def _by_itself(commit: CommitNode) -> ResolvedRef:
    """A commit that was named by its SHA; its pull requests tell whether it comes from a fork."""
    opened = [p for p in commit.pulls if p.is_cross_repository and p.state == "OPEN"]
    fork = next((p.number for p in opened if p.head_ref_oid == commit.oid), None)
    return ResolvedRef(
        kind=RefKind.SHA,
        name=commit.oid,
        sha=commit.oid,
        pull_request=fork,
        from_fork=fork is not None,
        in_repository=any(not p.is_cross_repository for p in commit.pulls),
    )


def commit_of(node: CommitNode) -> Commit:
    """The commit as the rest of deploybot knows it."""
    author = node.author or Author()
    return Commit(
        sha=node.oid,
        message=node.message,
        author_name=author.name or "",
        author_login=author.user.login if author.user else None,
        author_id=author.user.database_id if author.user else None,
        url=node.url,
    )


def pull_of(node: RepositoryNode, ref: ResolvedRef, commit: CommitNode) -> PullRequest | None:
    """The pull request that was asked for, else the commit's: of the ref's branch, or newest."""
    if ref.kind is RefKind.PULL_REQUEST and node.pull_request is not None:
        return node.pull_request.pull_request()
    if not commit.pulls:
        return None
    best = max(commit.pulls, key=lambda p: (p.head_ref_name == ref.name, p.number))
    return best.pull_request()
