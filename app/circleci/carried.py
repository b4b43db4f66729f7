"""The `deployment_id` that a pipeline carries, wherever CircleCI shows it (pure).

That parameters appear in `/values` as `pipeline.parameters.<name>` is likely but not
documented, so the bare name is read as well.
"""

import re
from collections.abc import Mapping

from app.model.build import Json

NAMES = ("pipeline.parameters.deployment_id", "deployment_id")
_IN_CONFIG = re.compile(
    r"^(?!\s*#).*?(?<![\w.-])deployment_id[\"']?\s*[:=]\s*[\"']?(\d{1,19})\b",
    re.IGNORECASE | re.MULTILINE,
)
_DEPTH = 6


def declares(values: Mapping[str, Json]) -> bool:
    """Whether the project declares the parameter: then `/values` has the last word."""
    return any(name in values for name in NAMES)


def in_values(values: Mapping[str, Json]) -> int | None:
    """From `GET /pipeline/{id}/values`."""
    return next((found for name in NAMES if (found := _number(values.get(name)))), None)


def in_trigger_parameters(parameters: Json, depth: int = _DEPTH) -> int | None:
    """From a GitHub App pipeline's `trigger_parameters`, at whatever depth it is."""
    if not isinstance(parameters, Mapping) or depth == 0:
        return None
    found = in_values(parameters)
    if found is not None:
        return found
    inner = (in_trigger_parameters(value, depth - 1) for value in parameters.values())
    return next((number for number in inner if number is not None), None)


def in_compiled(config: str) -> int | None:
    """From a compiled configuration, in which parameters are filled in.

    `deployment_id: 812` or `DEPLOYMENT_ID=812` outside comments; two different numbers
    tell nothing.
    """
    found = {int(number) for number in _IN_CONFIG.findall(config)}
    return found.pop() if len(found) == 1 else None


def _number(value: Json) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value > 0 else None
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        return int(value) or None
    return None
