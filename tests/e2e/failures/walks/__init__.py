"""The failure walk: every way to fail that the catalogue names, made to happen for real."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.e2e.shop import Shop

Go = Callable[[Shop], Awaitable[str]]


@dataclass(frozen=True)
class Walk:
    """How an entry of the catalogue is made to happen, and words that the person must see.

    `go` gives what the person sees: an answer, a card, or GitHub's status.
    """

    name: str
    says: str
    go: Go


def typing(text: str, user: str = "dana") -> Go:
    """The answer to a command."""

    async def go(shop: Shop) -> str:
        return await shop.type(text, user=user)

    return go
