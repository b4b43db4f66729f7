"""A provider's clock: it need not agree with the bot's."""

import time
from dataclasses import dataclass
from email.utils import formatdate

from aiohttp import web


@dataclass
class Clock:
    """The time as one provider has it, in epoch seconds; `ahead` seconds before ours."""

    ahead: float = 0.0

    def __call__(self) -> float:
        """Return the provider's time."""
        return time.time() + self.ahead

    async def stamp(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Put the provider's time into an answer's `Date` header."""
        response.headers["Date"] = formatdate(self(), usegmt=True)
