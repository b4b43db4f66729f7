"""Refs: branches, tags and pull requests, what they point to, and how they are shown to people."""

from msgspec import Struct

from app.model.plan import RefKind

SHORT_SHA = 7
"""Characters of a commit's SHA that are shown."""


class ResolvedRef(Struct, frozen=True, kw_only=True):
    """A ref that exists; `name` is a branch, a tag, `pull/<n>/head` or a full SHA.

    `sha` is the commit to deploy (for an annotated tag, the commit it points to). `from_fork`: it
    is the head of a fork's pull request. `in_repository`: a pull request whose branch is in this
    repository contains the commit.
    """

    kind: RefKind
    name: str
    sha: str
    pull_request: int | None = None
    from_fork: bool = False
    in_repository: bool = False


class Reach(Struct, frozen=True, kw_only=True):
    """Evidence that a commit belongs to the repository and not to a fork.

    `by_ref`: a branch or tag contains it. `succeeded_in` are environments where it was deployed
    successfully; they are only read if no ref contains it.
    """

    by_ref: bool = False
    succeeded_in: tuple[str, ...] = ()


def shown_ref(ref: str) -> str:
    """A ref as people know it: without `refs/heads/`, a full SHA shortened."""
    for prefix in ("refs/heads/", "refs/tags/", "refs/", "heads/", "tags/"):
        ref = ref.removeprefix(prefix)
    if ref.startswith("pull/") and ref.endswith(("/head", "/merge")):
        return f"#{ref.split('/')[1]}"
    if len(ref) == 40 and all(letter in "0123456789abcdef" for letter in ref):
        return ref[:SHORT_SHA]
    return ref


def ref_or_sha(ref: str, sha: str) -> str:
    """A ref as people know it, or the short SHA if there is no ref."""
    return shown_ref(ref) or sha[:SHORT_SHA]
