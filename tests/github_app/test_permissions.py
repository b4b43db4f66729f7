"""One list of permissions and events covers every call, query field and router."""

import re
from pathlib import Path

import pytest

import app.github_app
from app.github_app.api import queries
from app.github_app.events.payloads import _SHAPES
from app.github_app.permissions import (
    ACTING_EVENTS,
    CALLS,
    EVENTS,
    FIELDS,
    PERMISSIONS,
    UNASKED_EVENTS,
)
from sandbox.github import standin
from tests.github_app.conftest import Entrance

ROOM = Path(app.github_app.__file__).parent
LEVELS = {"read": 1, "write": 2}


def granted(need: str) -> bool:
    """Whether the App's permissions cover a need, `name:level`."""
    name, _, level = need.partition(":")
    return LEVELS.get(PERMISSIONS.get(name, ""), 0) >= LEVELS[level]


def spelled() -> set[str]:
    """Every REST path in the room's code, without its query."""
    files = [path for path in ROOM.rglob("*.py") if path.name != "permissions.py"]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    paths = re.findall(
        r'"(/(?:app|repos|users|orgs|repositories|installation)\b[\w/{}?=&-]*)', text
    )
    return {re.sub(r"\{?\?.*", "", path) for path in paths if path != "/repos"}


def test_every_path_is_listed() -> None:
    """The paths that are spelled in the room are those in the list of calls."""
    assert spelled() == {call.partition(" ")[2] for call in CALLS}


@pytest.mark.parametrize("call", CALLS)
def test_every_call_is_permitted(call: str) -> None:
    """Each call needs no more than what the App asks for."""
    need = CALLS[call]
    assert need is None or granted(need)


def test_every_query_field_is_permitted() -> None:
    """Each GraphQL field that takes a permission has it, and is used by a query."""
    asked = " ".join(
        value for name, value in vars(queries).items() if name.isupper() and isinstance(value, str)
    )
    for field, need in FIELDS.items():
        assert granted(need)
        assert re.search(rf"\b{field}\b", asked)


async def test_every_router_is_covered(entrance: Entrance) -> None:
    """What a router handles is subscribed to or comes unasked, acts, and has a shape."""
    handled = set(entrance.router._shallow_routes)
    assert not entrance.router._deep_routes
    assert handled <= {*EVENTS, *UNASKED_EVENTS}
    assert handled == ACTING_EVENTS == set(_SHAPES)


def test_the_stand_in_grants_the_same() -> None:
    """The stand-in gives its App what ours asks for, no more."""
    assert PERMISSIONS == standin.PERMISSIONS
    assert list(EVENTS) == standin.EVENTS
