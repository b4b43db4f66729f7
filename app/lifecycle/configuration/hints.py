"""What the configuration allows in a certain place, for "did you mean" (pure)."""

import re
from collections.abc import Iterable
from typing import get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from app.lifecycle.configuration.model import (
    CI_SECTION,
    Approvals,
    CIConfig,
    Defaults,
    DeployOn,
    EnvironmentCIConfig,
    EnvironmentConfig,
    InputConfig,
    RepoConfig,
    Sendable,
)
from app.lifecycle.configuration.yaml_reader import Path

_LISTED = re.compile(r"[^',\s]+")


def keys_at(path: Path) -> Iterable[str]:
    """The keys that are allowed below a path; below `send`, the names."""
    match path:
        case ():
            return _keys(RepoConfig)
        case (section,) if section == CI_SECTION:
            return _keys(CIConfig)
        case (section, "send") if section == CI_SECTION:
            return get_args(Sendable)
        case ("defaults",):
            return _keys(Defaults)
        case ("inputs", _):
            return _keys(InputConfig)
        case ("environments", _):
            return _keys(EnvironmentConfig)
        case ("environments", _, section) if section == CI_SECTION:
            return _keys(EnvironmentCIConfig)
        case ("environments", _, "deploy_on"):
            return _keys(DeployOn)
        case ("environments", _, "approvals"):
            return _keys(Approvals)
        case _:
            return ()


def expected_values(error: ErrorDetails) -> tuple[str, ...]:
    """The values that pydantic lists as allowed, if the error is about a fixed set of them."""
    if error["type"] not in {"literal_error", "enum"}:
        return ()
    listed = str(error.get("ctx", {}).get("expected", ""))
    return tuple(_LISTED.findall(listed.replace(" or ", ", ")))


def _keys(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())
