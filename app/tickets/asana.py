"""Asana: the names of tasks. Whatever goes wrong, a ticket stays without a title.

https://developers.asana.com/reference/gettask
"""

import asyncio
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field

import msgspec
import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout
from cachetools import TTLCache
from msgspec import Struct, structs
from yarl import URL

from app.model.build import Ticket

LONGEST_TITLE = 120
KEPT_FOR = 600.0
"""Seconds for which a task's name is remembered, and that it could not be read."""

log = structlog.get_logger()


class _Task(Struct):
    name: str


class _Found(Struct):
    data: _Task


def _cache() -> MutableMapping[str, str]:
    return TTLCache(maxsize=2048, ttl=KEPT_FOR)


@dataclass(frozen=True, kw_only=True)
class Asana:
    """Asana for one token; `timeout` is in seconds, for each task."""

    session: ClientSession
    base_url: str
    token: str = field(repr=False)
    timeout: float
    cache: MutableMapping[str, str] = field(default_factory=_cache)

    async def titled(self, tickets: Sequence[Ticket]) -> tuple[Ticket, ...]:
        """The tickets, Asana's with their names where Asana tells them in time."""
        return tuple(await asyncio.gather(*map(self._titled, tickets)))

    async def _titled(self, ticket: Ticket) -> Ticket:
        if ticket.system != "asana" or ticket.title:
            return ticket
        if ticket.key not in self.cache:
            name = await self._name(ticket.key)
            if name is None:
                return ticket
            self.cache[ticket.key] = name
        return structs.replace(ticket, title=self.cache[ticket.key])

    async def _name(self, gid: str) -> str | None:
        """The task's name; empty if it cannot be read, None if it may be later."""
        try:
            async with self.session.get(
                URL(f"{self.base_url}/tasks/{gid}"),
                params={"opt_fields": "name,permalink_url,completed"},
                headers={"Authorization": f"Bearer {self.token}"},
                timeout=ClientTimeout(total=self.timeout),
                allow_redirects=False,
            ) as response:
                body = await response.read()
        except (ClientError, TimeoutError, OSError) as error:
            log.warning("asana did not answer", kind=type(error).__name__)
            return None
        if response.status == 200:
            return _name_in(body)
        log.warning("asana refused", status=response.status)
        return "" if response.status in (400, 401, 402, 403, 404) else None


def _name_in(body: bytes) -> str | None:
    try:
        name = msgspec.json.decode(body, type=_Found).data.name
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return " ".join(name.split())[:LONGEST_TITLE]


class Untitled:
    """`app.ports.Tickets` where no ticket system is configured."""

    async def titled(self, tickets: Sequence[Ticket]) -> tuple[Ticket, ...]:
        """The tickets as they are."""
        return tuple(tickets)
