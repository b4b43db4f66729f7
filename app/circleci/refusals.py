"""What CircleCI's refusals mean to a person (pure).

CircleCI tells its refusals apart by words only; the ones known are read here, everything
else is `circleci_refused` and quoted.
"""

import re
from collections.abc import Iterable

from app.errors import Refused
from app.model.reasons import Reason
from app.model.reasons.ci import (
    CIParameterInvalid,
    CIParameterUndeclared,
    CIPlanLimit,
    CIProjectUnknown,
    CIRefused,
    CIStartedNothing,
    CITokenRefused,
)
from app.model.reasons.gates import RefGone
from app.model.reasons.pipeline import CIConfigError

_UNDECLARED = re.compile(r"Unexpected argument\(s\):?\s*(.+)", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_OTHER_THING = re.compile(r"\b(?:definition|branch|tag)\b", re.IGNORECASE)
_NO_REF = re.compile(r"\b(?:branch|tag)\b.{0,200} (?:not found|does not exist)", re.IGNORECASE)
_TYPE = re.compile(r"Type error for argument ([\w-]+)", re.IGNORECASE)
_PLAN = re.compile(r"\b(?:plans?|credits?|usage limit|concurrency limit)\b", re.IGNORECASE)
_CONFIG = re.compile(r"\bconfig(?:uration)?\b", re.IGNORECASE)


def refusal(status: int, message: str, *, slug: str = "") -> Refused:
    """The lasting refusal that an answer of 3xx or 4xx (but 429) is."""
    return _refused(status, message, _reason(status, message, slug))


def _reason(status: int, message: str, slug: str) -> Reason:
    wrong = wrong_parameters(message)
    if wrong is not None:
        return wrong
    said = message[:300]
    if status == 402 or (status in (400, 403) and _PLAN.search(message)):
        return CIPlanLimit(message=said)
    if status in (401, 403):
        return CITokenRefused(message=said)
    if status == 404 and slug and not _OTHER_THING.search(message):
        return CIProjectUnknown(slug=slug, message=said)
    if status in (400, 404, 422) and _NO_REF.search(message):
        return RefGone()
    if status in (400, 422) and _CONFIG.search(message):
        return CIConfigError(message=said)
    return CIRefused(message=said)


def wrong_parameters(
    message: str,
) -> CIParameterUndeclared | CIParameterInvalid | None:
    """What a message says of parameters, if it does.

    CircleCI says it in its answer, or accepts the request and puts it into the pipeline's errors.
    """
    undeclared = _UNDECLARED.search(message)
    if undeclared:
        return CIParameterUndeclared(parameters=_names(undeclared[1]), message=message[:300])
    mistyped = _TYPE.search(message)
    if mistyped is None:
        return None
    return CIParameterInvalid(parameters=(mistyped[1],), message=message[:300])


def undeclared_parameters(status: int, message: str, names: Iterable[str]) -> Refused:
    """Parameters were sent that the project's configuration does not declare."""
    reason = CIParameterUndeclared(parameters=tuple(names), message=message[:300])
    return _refused(status, message, reason)


def started_nothing(status: int, message: str) -> Refused:
    """A good status without a pipeline; `[ci skip]` in the head commit is the usual cause."""
    return _refused(status, message, CIStartedNothing(message=message[:300]))


def may_mean_undeclared(error: Refused, *, parameters: Iterable[str], needs_run: bool) -> bool:
    """Whether a refusal may be the misleading `Project not found` for undeclared parameters.

    It is not where the project cannot be triggered this way at all (`needs_run`: a GitHub
    App project asked for without a definition).
    """
    unknown = isinstance(error.reason, CIProjectUnknown)
    return unknown and any(parameters) and not needs_run


def _names(listed: str) -> tuple[str, ...]:
    """Names from `sha, url` in any of the spellings seen: quoted, bracketed, with `:`."""
    return tuple(dict.fromkeys(_NAME.findall(listed)))


def _refused(status: int, message: str, reason: Reason) -> Refused:
    return Refused("ci", reason, message, status=status)
