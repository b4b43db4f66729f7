"""The types of the values in a configuration, with their validation (pure).

An invalid value raises a `PydanticCustomError` whose type is the name of its sentence in
`app/texts/failures/config_problems.py`.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.model import Json
from app.model.ci import LONGEST_PARAMETER
from app.model.plan import InputValue

NUMBER = "{number}"
"""Placeholder for the number of a pull request, in names of environments and in `url`."""

DEFAULT_BRANCH = "{default_branch}"
"""Placeholder for the repository's default branch, in `deploy_on.push`."""

_DURATION = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?")
_LONGEST_DURATION = 7 * 24 * 3600.0
_PERSON = re.compile(
    r"@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})|team:[A-Za-z0-9][A-Za-z0-9_-]{0,38}/[A-Za-z0-9._-]{1,100}"
)
_PROJECT = re.compile(r"(?:gh|github|bb|bitbucket|circleci)/[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{6,20}")
_ID = re.compile(r"[^\s/]{1,100}")
_PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,127}")
_URL = re.compile(r"https?://[^\s{}<>|\"]+")
_APP = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def _wrong(name: str) -> PydanticCustomError:
    return PydanticCustomError(name, "{name}", {"name": name})


def is_pattern(environment: str) -> bool:
    """Whether an environment's name in the file is a pattern for many environments."""
    return NUMBER in environment or any(sign in environment for sign in "*?[")


def seconds(text: str) -> float:
    """A duration such as `90s`, `60m` or `1h30m` in seconds.

    Raises `ValueError` if it is not a duration, or longer than a week.
    """
    found = _DURATION.fullmatch(text)
    hours, minutes, rest = found.groups() if found and text else (None, None, None)
    total = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(rest or 0)
    if not 1 <= total <= _LONGEST_DURATION:
        raise ValueError(text)
    return float(total)


def _duration(value: Json) -> float:
    if isinstance(value, str):
        try:
            return seconds(value)
        except ValueError:
            pass
    raise _wrong("duration")


def _matching(pattern: re.Pattern[str], name: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise _wrong(name)
        return value

    return AfterValidator(check)


def _line(value: str) -> str:
    if not value.strip() or value != value.strip() or not value.isprintable() or len(value) > 255:
        raise _wrong("line")
    return value


def _url(value: str) -> str:
    bare = value.replace(NUMBER, "1")
    if not _URL.fullmatch(bare) or len(value) > LONGEST_PARAMETER:
        raise _wrong("url")
    return value


def _checks(value: Json) -> Json:
    if value == "all":
        return value
    if isinstance(value, tuple) and all(isinstance(name, str) and name.strip() for name in value):
        return value
    raise _wrong("checks")


def _parameter_value(value: Json) -> Json:
    if not isinstance(value, InputValue) or len(str(value)) > LONGEST_PARAMETER:
        raise _wrong("parameter_value")
    return value


def _nothing_is_empty(value: Json) -> Json:
    """An empty section, such as `staging:` with nothing below it, has every default."""
    return {} if value is None else value


Line = Annotated[str, AfterValidator(_line)]
"""Text on one line, without spaces around it."""

Glob = Line
"""A shell glob in which `*` also matches `/`."""

Duration = Annotated[
    float,
    PlainValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": r"^(?=.)(\d+h)?(\d+m)?(\d+s)?$"}),
]
Url = Annotated[str, AfterValidator(_url), Field(json_schema_extra={"pattern": "^https?://"})]
PersonOrTeam = Annotated[str, _matching(_PERSON, "person")]
ProjectSlug = Annotated[str, _matching(_PROJECT, "project_slug")]
ChannelId = Annotated[str, _matching(_CHANNEL, "channel_id")]
DefinitionId = Annotated[str, _matching(_ID, "definition_id")]
ParameterName = Annotated[str, _matching(_PARAMETER, "parameter_name")]
ParameterValue = Annotated[
    InputValue,
    PlainValidator(_parameter_value),
    WithJsonSchema({"type": ["string", "integer", "boolean"], "maxLength": LONGEST_PARAMETER}),
]
AppName = Annotated[str, _matching(_APP, "app_name")]
Checks = Annotated[
    Literal["all"] | tuple[str, ...],
    PlainValidator(_checks),
    WithJsonSchema({"oneOf": [{"const": "all"}, {"type": "array", "items": {"type": "string"}}]}),
]


def _requirement(value: Json) -> Json:
    """`staging`, or `{staging: 1h}` for a success there at least that long ago."""
    if isinstance(value, str):
        return _line(value)
    if not isinstance(value, Mapping) or len(value) != 1:
        raise _wrong("requirement")
    [(name, soak)] = value.items()
    if not isinstance(name, str) or not isinstance(soak, str):
        raise _wrong("requirement")
    _duration(soak)
    return {_line(name): soak}


Requirement = Annotated[
    str | dict[str, str],
    PlainValidator(_requirement),
    WithJsonSchema(
        {
            "oneOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "minProperties": 1,
                    "maxProperties": 1,
                    "additionalProperties": {
                        "type": "string",
                        "pattern": r"^(?=.)(\d+h)?(\d+m)?(\d+s)?$",
                    },
                },
            ]
        }
    ),
]


def may_be_empty(kind: Any) -> BeforeValidator:
    """Allows a section of the type `kind` to be empty."""
    return BeforeValidator(_nothing_is_empty, json_schema_input_type=kind | None)
