"""Reads and checks the fields of an action's request body."""

from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.world import PEOPLE

Json = dict[str, Any]
Action = Callable[[Json], Awaitable[str]]
"""Takes the request's body; raises `Impossible`."""


class Impossible(Exception):
    """An action cannot be done; the message says why, in a sentence."""


def person(body: Json) -> str:
    """The short name of the person who acts."""
    user = text(body, "user")
    if user not in PEOPLE:
        raise Impossible(f"{user} is nobody here.")
    return user


def login(body: Json) -> str:
    """The GitHub login of the person who acts."""
    return PEOPLE[person(body)]


def text(body: Json, name: str) -> str:
    """A required text."""
    value = body.get(name)
    if not isinstance(value, str):
        raise Impossible(f"{name} must be a text.")
    return value


def flag(body: Json, name: str) -> bool | None:
    """A boolean; None if it is absent."""
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise Impossible(f"{name} must be true or false.")
    return value


def number(body: Json, name: str) -> int:
    """A required whole number."""
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Impossible(f"{name} must be a number.")
    return value
