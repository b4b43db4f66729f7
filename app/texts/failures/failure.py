"""An entry of the catalogue: when it happens, and the sentence that is said about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from app.model.reasons.base import BaseReason

R = TypeVar("R", bound=BaseReason)


@dataclass(frozen=True)
class Failure:
    """An entry; `failure` describes its parts."""

    when: str
    example: BaseReason
    say: Callable[[Any], str]
    undeployed: bool
    ending: str

    @property
    def name(self) -> str:
        """The name of its reasons."""
        return self.example.name


ENTRIES: dict[type[BaseReason], Failure] = {}
"""Every entry by the type of its reasons, in the order of the generated table."""


def failure(
    *, when: str, example: R, undeployed: bool = False, ending: str = ""
) -> Callable[[Callable[[R], str]], Callable[[R], str]]:
    """Make the decorated function (markup) what is said of reasons of the example's type.

    `when` (Markdown) says what makes it happen. `undeployed` adds "Nothing was deployed.", or
    what is true of another command; `ending` is a sentence that is said once after several.
    """

    def entered(say: Callable[[R], str]) -> Callable[[R], str]:
        assert type(example) not in ENTRIES, f"{example.name} has an entry"
        ENTRIES[type(example)] = Failure(when, example, say, undeployed, ending)
        return say

    return entered
