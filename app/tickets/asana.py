"""Asana: reading the names of tasks.

https://developers.asana.com/reference/gettask
"""

import asyncio
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field

import msgspec
import structlog
from aiohttp import ClientSession
from cachetools import TTLCache
from msgspec import Struct, structs
from yarl import URL

from app.errors import Unavailable
from app.http.attempt import attempt, passing_failure
from app.model.plan import Ticket

LONGEST_TITLE = 120
"""Characters of a task's name that are shown."""
KEPT_FOR = 600.0
"""Seconds for which a task's name, or Asana's refusal to tell it, is cached."""
PATIENCE = 2.0
"""The longest, in seconds, that one request may take: a look waits for it."""

log = structlog.get_logger()


class _Task(Struct):
    name: str


class _Found(Struct):
    data: _Task


def _cache() -> MutableMapping[str, str]:
    return TTLCache(maxsize=2048, ttl=KEPT_FOR)


@dataclass(frozen=True, kw_only=True)
class Asana:
    """Asana for one token; `timeout` is in seconds, for each task, `PATIENCE` at most."""

    session: ClientSession
    base_url: str
    token: str = field(repr=False)
    timeout: float
    cache: MutableMapping[str, str] = field(default_factory=_cache)

    async def titled(self, tickets: Sequence[Ticket]) -> tuple[Ticket, ...]:
        """The tickets, Asana's with their names; a task that Asana does not show stays without.

        Raises `Unavailable` if trying later may help. The names that were read are cached, so only
        the others are asked for again.
        """
        named = await asyncio.gather(*map(self._titled, tickets), return_exceptions=True)
        for failure in named:
            if isinstance(failure, BaseException):
                raise failure
        return tuple(one for one in named if isinstance(one, Ticket))

    async def _titled(self, ticket: Ticket) -> Ticket:
        if ticket.system != "asana" or ticket.title:
            return ticket
        if ticket.key not in self.cache:
            self.cache[ticket.key] = await self._name(ticket.key)
        return structs.replace(ticket, title=self.cache[ticket.key])

    async def _name(self, gid: str) -> str:
        """The task's name; empty if Asana refuses to tell it."""
        answer = await attempt(
            self.session,
            "GET",
            URL(f"{self.base_url}/tasks/{gid}").with_query(opt_fields="name"),
            provider="asana",
            seconds=min(self.timeout, PATIENCE),
            ambiguous=False,
            headers={"Authorization": f"Bearer {self.token}"},
        )
        status = answer.status
        failed = passing_failure("asana", status, answer.headers, f"HTTP {status}", ambiguous=False)
        if failed is not None:
            raise failed
        if status == 200:
            return _name_in(answer.body)
        log.warning("asana.refused", status=status)
        return ""


def _name_in(body: bytes) -> str:
    try:
        name = msgspec.json.decode(body, type=_Found).data.name
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unavailable("asana", "an unreadable answer", status=200) from error
    return " ".join(name.split())[:LONGEST_TITLE]


class Untitled:
    """`app.ports.Tickets` where no ticket system is configured."""

    async def titled(self, tickets: Sequence[Ticket]) -> tuple[Ticket, ...]:
        """The tickets as they are."""
        return tuple(tickets)
