"""What an action is asked with: the body's fields, checked."""

from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.world import PEOPLE

Json = dict[str, Any]
Action = Callable[[Json], Awaitable[str]]
"""Takes the body it was asked with. Raises Impossible."""


class Impossible(Exception):
    """Something cannot be done; says why, in a sentence."""


def person(body: Json) -> str:
    """Who does it, by the short name."""
    user = text(body, "user")
    if user not in PEOPLE:
        raise Impossible(f"{user} is nobody here.")
    return user


def login(body: Json) -> str:
    """Who does it, by the GitHub login."""
    return PEOPLE[person(body)]


def text(body: Json, name: str) -> str:
    """A text that must be there."""
    value = body.get(name)
    if not isinstance(value, str):
        raise Impossible(f"{name} must be a text.")
    return value


def flag(body: Json, name: str) -> bool | None:
    """True, false, or None where nothing is said."""
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise Impossible(f"{name} must be true or false.")
    return value


def number(body: Json, name: str) -> int:
    """A whole number that must be there."""
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Impossible(f"{name} must be a number.")
    return value
