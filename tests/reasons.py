"""Reasons by their names, for tests whose cases are names."""

from typing import Any

import msgspec

from app.model.reasons import Reason


def named(name: str, **facts: Any) -> Reason:
    """The reason of that name, with these facts."""
    return msgspec.convert({"name": name, **facts}, Reason)
