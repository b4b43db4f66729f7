"""Which commit is meant by what was typed, and what the CI builds for it (pure)."""

import re
from collections.abc import Sequence
from urllib.parse import unquote

from msgspec import Struct, structs

from app.model.github.refs import ResolvedRef
from app.model.github.survey import Survey
from app.model.plan import RefKind
from app.model.reasons import Reason
from app.model.reasons.typed import RefAmbiguous, RefUnknown, ShaTooShort, ShaUnknown

_HEX = re.compile(r"[0-9a-fA-F]+")
_SPELLED = ("heads/", "tags/", "refs/heads/", "refs/tags/")
_PASTED = re.compile(
    r"https?://[^/\s]+/(?P<repository>[^/\s]+/[^/\s]+)/"
    r"(?:pull/(?P<number>[0-9]+)|(?:tree|commit|releases/tag)/(?P<ref>[^?#\s]+))(?:[/?#].*)?"
)
SHORTEST_SHA = 7
"""Characters that a short SHA needs to be taken for one."""


class Aim(Struct, frozen=True, kw_only=True):
    """The commit that is meant; `ref` is the ref of the deployment to create on GitHub.

    `at_head`: the ref points to the commit now; otherwise the commit was pinned, or given by its
    SHA.
    """

    resolved: ResolvedRef
    ref: str
    at_head: bool


def pasted(typed: str, repository: str) -> str:
    """The ref in the address of one of this repository's pages on GitHub; else what was typed.

    `repository` is `owner/name`.
    """
    found = _PASTED.fullmatch(typed)
    if found is None or found["repository"].lower() != repository.lower():
        return typed
    return f"#{found['number']}" if found["number"] else unquote(found["ref"]).rstrip("/")


def find_ref(survey: Survey, typed: str | None, similar: Sequence[str] = ()) -> Aim | Reason:
    """The commit that was typed (None: the default branch's head), or why there is none.

    `similar` are similar names of branches and tags, closest first.
    """
    if len(survey.refs) > 1:
        return RefAmbiguous(ref=typed or "")
    if not survey.refs:
        return _not_found(survey, typed or survey.repository.default_branch, similar)
    found = survey.refs[0]
    if found.kind is RefKind.PULL_REQUEST:
        return _pull_request(found, survey)
    spelled = typed if typed and typed.startswith(_SPELLED) else found.name
    return Aim(resolved=found, ref=spelled, at_head=found.kind is not RefKind.SHA)


def at_head(survey: Survey, ref: str, sha: str) -> Aim | None:
    """The aim if the survey is about this commit and a ref points to it; None otherwise."""
    if survey.commit is None or survey.commit.sha != sha:
        return None
    for found in survey.refs:
        if found.sha == sha and found.kind is not RefKind.SHA:
            return Aim(resolved=found, ref=ref, at_head=True)
    return None


def pinned(survey: Survey, sha: str, *, ref: str | None = None) -> Aim | Reason:
    """The aim for a commit by its SHA; `ref` is what its deployment was created with."""
    for found in survey.refs:
        if found.sha == sha:
            own = found.kind in (RefKind.BRANCH, RefKind.TAG)
            known = found.in_repository or own
            by_sha = structs.replace(found, kind=RefKind.SHA, name=sha, in_repository=known)
            return Aim(resolved=by_sha, ref=ref or sha, at_head=False)
    return ShaUnknown(sha=sha[:SHORTEST_SHA], repository=survey.repository.full_name)


def _pull_request(found: ResolvedRef, survey: Survey) -> Aim:
    """A pull request's head: by its branch, or by its SHA if it comes from a fork.

    GitHub does not document `pull/<n>/head` as the ref of a deployment, and does not show one on
    its pull request. https://docs.github.com/en/rest/deployments/deployments
    """
    pull = survey.pull_request
    if found.from_fork or pull is None or not pull.branch:
        return Aim(resolved=found, ref=found.sha, at_head=False)
    return Aim(resolved=structs.replace(found, name=pull.branch), ref=pull.branch, at_head=True)


def _not_found(survey: Survey, typed: str, similar: Sequence[str]) -> Reason:
    repository = survey.repository.full_name
    if _HEX.fullmatch(typed) and any(sign.isdigit() for sign in typed) and not similar:
        if 4 <= len(typed) < SHORTEST_SHA:
            return ShaTooShort(sha=typed, needed=SHORTEST_SHA)
        if SHORTEST_SHA <= len(typed) <= 40:
            return ShaUnknown(sha=typed, repository=repository)
    return RefUnknown(ref=typed, closest=similar[0] if similar else "", repository=repository)
