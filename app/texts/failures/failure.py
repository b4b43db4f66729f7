"""An entry of the failure catalogue: when it happens, and the sentence for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from app.model.reasons.base import BaseReason

R = TypeVar("R", bound=BaseReason)


@dataclass(frozen=True)
class Failure:
    """An entry; `failure` describes its fields."""

    when: str
    example: BaseReason
    say: Callable[[Any], str]
    undeployed: bool
    ending: str

    @property
    def name(self) -> str:
        """The name of its type of reason."""
        return self.example.name


ENTRIES: dict[type[BaseReason], Failure] = {}
"""Every entry by its type of reason, in the order of the generated table."""


def failure(
    *, when: str, example: R, undeployed: bool = False, ending: str = ""
) -> Callable[[Callable[[R], str]], Callable[[R], str]]:
    """Enter the decorated function as the sentence (markup) for reasons of the example's type.

    `when` (Markdown) says what makes it happen. `undeployed` adds "Nothing was deployed.", or what
    is true for another command. `ending` is a sentence that comes once, after all reasons. The
    function's docstring lists what the sentence has to say.
    """

    def entered(say: Callable[[R], str]) -> Callable[[R], str]:
        assert type(example) not in ENTRIES, f"{example.name} has an entry"
        ENTRIES[type(example)] = Failure(when, example, say, undeployed, ending)
        return say

    return entered
