"""What CircleCI's refusals mean to a person (pure).

CircleCI tells its refusals apart by words only; the ones known are read here, everything
else is `circleci_refused` and quoted.
"""

import re
from collections.abc import Iterable

from app.errors import Refused

_UNDECLARED = re.compile(r"Unexpected argument\(s\):?\s*(.+)", re.IGNORECASE)
_OTHER_THING = re.compile(r"\b(?:definition|branch|tag)\b", re.IGNORECASE)
_NO_REF = re.compile(r"\b(?:branch|tag)\b.* (?:not found|does not exist)", re.IGNORECASE)
_TYPE = re.compile(r"Type error for argument ([\w-]+)", re.IGNORECASE)
_PLAN = re.compile(r"\b(?:plans?|credits?|usage limit|concurrency limit)\b", re.IGNORECASE)
_CONFIG = re.compile(r"\bconfig(?:uration)?\b", re.IGNORECASE)


def refusal(status: int, message: str, *, slug: str = "") -> Refused:
    """The lasting refusal that an answer of 3xx or 4xx (but 429) is."""
    wrong = wrong_parameters(message)
    if wrong is not None:
        name, parameters = wrong
        return _refused(name, status, message, slug=slug, parameters="\n".join(parameters))
    if status == 402 or (status in (400, 403) and _PLAN.search(message)):
        return _refused("circleci_plan_limit", status, message, slug=slug)
    if status in (401, 403):
        return _refused("circleci_token_refused", status, message, slug=slug)
    if status == 404 and slug and not _OTHER_THING.search(message):
        return _refused("circleci_project_unknown", status, message, slug=slug)
    if status in (400, 404, 422) and _NO_REF.search(message):
        return _refused("ref_gone", status, message, slug=slug)
    if status in (400, 422) and _CONFIG.search(message):
        return _refused("circleci_config_error", status, message, slug=slug)
    return _refused("circleci_refused", status, message, slug=slug)


def wrong_parameters(message: str) -> tuple[str, list[str]] | None:
    """What a message says of parameters: an entry of the catalogue, and their names.

    CircleCI says it in its answer, or accepts the request and puts it into the pipeline's errors.
    """
    undeclared = _UNDECLARED.search(message)
    if undeclared:
        return "circleci_parameter_undeclared", _names(undeclared[1])
    mistyped = _TYPE.search(message)
    return ("circleci_parameter_invalid", [mistyped[1]]) if mistyped else None


def undeclared_parameters(status: int, message: str, names: Iterable[str], *, slug: str) -> Refused:
    """Parameters were sent that the project's configuration does not declare."""
    return _refused(
        "circleci_parameter_undeclared", status, message, slug=slug, parameters="\n".join(names)
    )


def started_nothing(status: int, message: str, *, slug: str) -> Refused:
    """A good status without a pipeline; `[ci skip]` in the head commit is the usual cause."""
    return _refused("circleci_started_nothing", status, message, slug=slug)


def may_mean_undeclared(error: Refused, *, parameters: Iterable[str], needs_run: bool) -> bool:
    """Whether a refusal may be the misleading `Project not found` for undeclared parameters.

    It is not where the project cannot be triggered this way at all (`needs_run`: a GitHub
    App project asked for without a definition).
    """
    return error.name == "circleci_project_unknown" and any(parameters) and not needs_run


def _names(listed: str) -> list[str]:
    """Names from `sha, url` in any of the spellings seen: quoted, bracketed, with `:`."""
    return list(dict.fromkeys(re.findall(r"[A-Za-z_][\w-]*", listed)))


def _refused(name: str, status: int, message: str, **details: str) -> Refused:
    kept = {key: value for key, value in details.items() if value}
    return Refused("ci", name, message, status=status, details={**kept, "message": message[:300]})
