"""A provider's clock, which may differ from the bot's."""

import time
from dataclasses import dataclass
from email.utils import formatdate

from aiohttp import web


@dataclass
class Clock:
    """One provider's time in epoch seconds; it is `ahead` seconds later than ours."""

    ahead: float = 0.0

    def __call__(self) -> float:
        """Return the provider's time."""
        return time.time() + self.ahead

    async def stamp(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Put the provider's time into an answer's `Date` header."""
        response.headers["Date"] = formatdate(self(), usegmt=True)
