"""The `deployment_id` that a pipeline was started with, as CircleCI shows it (pure)."""

from collections.abc import Mapping

from app.model.build import Json

NAMES = ("pipeline.parameters.deployment_id", "deployment_id")
"""How `/values` may spell it: that it is prefixed is likely, and not documented.

https://circleci.com/docs/api/v2/#operation/getPipelineValuesById
"""


def declares(values: Mapping[str, Json]) -> bool:
    """Whether `GET /pipeline/{id}/values` tells it; every project that deploys declares it."""
    return any(name in values for name in NAMES)


def in_values(values: Mapping[str, Json]) -> int | None:
    """From `GET /pipeline/{id}/values`; None for an ordinary pipeline."""
    return next((found for name in NAMES if (found := _number(values.get(name)))), None)


def _number(value: Json) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value > 0 else None
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        return int(value) or None
    return None
