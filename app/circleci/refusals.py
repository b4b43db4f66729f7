"""The reasons behind CircleCI's refusals (pure).

Only the message tells refusals apart. Known ones are recognized here; any other becomes
`CIRefused`, which quotes it.
"""

import re
from collections.abc import Mapping

from app.errors import Refused
from app.model.plan import InputValue
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

Sent = Mapping[str, InputValue]
"""The parameters that a pipeline is started with."""

_UNDECLARED = re.compile(r"Unexpected argument\(s\):?\s*(.+)", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_OTHER_THING = re.compile(r"\b(?:definition|branch|tag)\b", re.IGNORECASE)
_NO_REF = re.compile(r"\b(?:branch|tag)\b.{0,200} (?:not found|does not exist)", re.IGNORECASE)
_TYPE = re.compile(r"Type error for argument ([\w-]+)", re.IGNORECASE)
_PLAN = re.compile(r"\b(?:plans?|credits?|usage limit|concurrency limit)\b", re.IGNORECASE)
_CONFIG = re.compile(r"\bconfig(?:uration)?\b", re.IGNORECASE)


def refusal(status: int, message: str, *, slug: str = "", sent: Sent | None = None) -> Refused:
    """The error for an answer of 3xx or 4xx (except 429), which will not pass by itself.

    `slug` is the project that was asked for, `sent` the parameters, if any.
    """
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
    """What a message says is wrong with the parameters that were sent; None if nothing.

    CircleCI either refuses the request, or accepts it and puts the message into the pipeline's
    errors.
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
    """The error for parameters that the project's configuration does not declare."""
    reason = CIParameterUndeclared(parameters=_typed(tuple(sent), sent), message=message[:300])
    return _refused(status, message, reason)


def started_nothing(status: int, message: str) -> Refused:
    """The error for a 2xx without a pipeline; `[ci skip]` in the head commit is the usual cause."""
    return _refused(status, message, CIStartedNothing(message=message[:300]))


def may_mean_undeclared(error: Refused, *, parameters: Sent, needs_run: bool) -> bool:
    """Whether a refusal may be the misleading `Project not found` for undeclared parameters.

    It is not if the project cannot be triggered this way at all (`needs_run`: it is a GitHub App
    project, and no definition is named).
    """
    unknown = isinstance(error.reason, CIProjectUnknown)
    return unknown and bool(parameters) and not needs_run


def _names(listed: str) -> tuple[str, ...]:
    """Names from `sha, url` in any of the spellings seen: quoted, bracketed, with `:`."""
    return tuple(dict.fromkeys(_NAME.findall(listed)))


def _typed(names: tuple[str, ...], sent: Sent) -> tuple[CIParameter, ...]:
    """The parameters, each with the type to declare it as: the type of the value that is sent.

    https://circleci.com/docs/reference/reusing-config/#parameter-types
    """
    return tuple(CIParameter(name=name, type=declared_as(sent.get(name, ""))) for name in names)


def declared_as(value: InputValue) -> str:
    """The type of a parameter that accepts the value."""
    if isinstance(value, bool):
        return "boolean"
    return "integer" if isinstance(value, int) else "string"


def _refused(status: int, message: str, reason: Reason) -> Refused:
    return Refused("ci", reason, message, status=status)
