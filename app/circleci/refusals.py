"""What CircleCI's refusals mean to a person (pure).

CircleCI tells its refusals apart by words only; the ones known are read here, everything
else is `circleci_refused` and quoted.
"""

import re
from collections.abc import Mapping

from app.errors import Refused
from app.model.reasons import Reason
from app.model.reasons.ci import (
    CIParameter,
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

Sent = Mapping[str, str | int | bool]
"""The parameters of a pipeline that was asked for."""

_UNDECLARED = re.compile(r"Unexpected argument\(s\):?\s*(.+)", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_OTHER_THING = re.compile(r"\b(?:definition|branch|tag)\b", re.IGNORECASE)
_NO_REF = re.compile(r"\b(?:branch|tag)\b.{0,200} (?:not found|does not exist)", re.IGNORECASE)
_TYPE = re.compile(r"Type error for argument ([\w-]+)", re.IGNORECASE)
_PLAN = re.compile(r"\b(?:plans?|credits?|usage limit|concurrency limit)\b", re.IGNORECASE)
_CONFIG = re.compile(r"\bconfig(?:uration)?\b", re.IGNORECASE)


def refusal(status: int, message: str, *, slug: str = "", sent: Sent | None = None) -> Refused:
    """The lasting refusal that an answer of 3xx or 4xx (but 429) is."""
    return _refused(status, message, _reason(status, message, slug, sent or {}))


def _reason(status: int, message: str, slug: str, sent: Sent) -> Reason:
    wrong = wrong_parameters(message, sent)
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


def wrong_parameters(message: str, sent: Sent) -> CIParameterUndeclared | CIParameterInvalid | None:
    """What a message says of the parameters that were sent, if it does.

    CircleCI says it in its answer, or accepts the request and puts it into the pipeline's errors.
    """
    undeclared = _UNDECLARED.search(message)
    if undeclared:
        return CIParameterUndeclared(
            parameters=_typed(_names(undeclared[1]), sent), message=message[:300]
        )
    mistyped = _TYPE.search(message)
    if mistyped is None:
        return None
    return CIParameterInvalid(parameters=_typed((mistyped[1],), sent), message=message[:300])


def undeclared_parameters(status: int, message: str, sent: Sent) -> Refused:
    """Parameters were sent that the project's configuration does not declare."""
    reason = CIParameterUndeclared(parameters=_typed(tuple(sent), sent), message=message[:300])
    return _refused(status, message, reason)


def started_nothing(status: int, message: str) -> Refused:
    """A good status without a pipeline; `[ci skip]` in the head commit is the usual cause."""
    return _refused(status, message, CIStartedNothing(message=message[:300]))


def may_mean_undeclared(error: Refused, *, parameters: Sent, needs_run: bool) -> bool:
    """Whether a refusal may be the misleading `Project not found` for undeclared parameters.

    It is not where the project cannot be triggered this way at all (`needs_run`: a GitHub
    App project asked for without a definition).
    """
    unknown = isinstance(error.reason, CIProjectUnknown)
    return unknown and bool(parameters) and not needs_run


def _names(listed: str) -> tuple[str, ...]:
    """Names from `sha, url` in any of the spellings seen: quoted, bracketed, with `:`."""
    return tuple(dict.fromkeys(_NAME.findall(listed)))


def _typed(names: tuple[str, ...], sent: Sent) -> tuple[CIParameter, ...]:
    """The parameters with the types to declare them as: those of what is sent.

    https://circleci.com/docs/reference/reusing-config/#parameter-types
    """
    return tuple(CIParameter(name=name, type=declared_as(sent.get(name, ""))) for name in names)


def declared_as(value: str | int | bool) -> str:
    """The type of a parameter that takes the value."""
    if isinstance(value, bool):
        return "boolean"
    return "integer" if isinstance(value, int) else "string"


def _refused(status: int, message: str, reason: Reason) -> Refused:
    return Refused("ci", reason, message, status=status)
