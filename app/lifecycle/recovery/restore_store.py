"""Restoring every repository after the store was lost: one page a look, with the place kept.

A repository that cannot be read is set aside and tried again later; the others are read once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from msgspec import Struct, convert, structs, to_builtins

from app.errors import ProviderError, RateLimited, Refused, Unavailable
from app.lifecycle.recovery.restore_repository import RepositoryPlace, RepositoryRestorer
from app.lifecycle.requests.decision import Decision, Later, Nothing
from app.model.ask import Ask
from app.model.github.repository import Repository
from app.ports import Clock, GitHub, Key

logger = structlog.get_logger()

SOON = 30.0
"""The first pause in seconds before what could not be read is tried again."""

LONGEST_PAUSE = 3600.0
"""The longest pause in seconds; each is twice as long as the one before."""

TRIES = 80
"""Tries of a repository, in about three days; later only `deploybot resync` restores it."""

MOST_ASIDE = 500
"""The most repositories that are set aside: more mean that something else is wrong."""

MANY_FAILURES = 3
"""After so many failures in a row it is not one repository's fault, and each step waits."""


class Aside(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A repository that could not be read: how far it was, and when it is tried again.

    `retry_at` is epoch seconds.
    """

    repository: Repository
    retry_at: float
    place: RepositoryPlace = RepositoryPlace()
    tries: int = 1


class Restoration(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is left to restore, and the number of `failures` in a row.

    `installations` are those left (None: not listed yet), and `page` is the cursor of the next
    page of the first one's repositories. `todo` are the repositories left of the page before, the
    first from `place` on. `aside` are those that are tried again later.
    """

    installations: tuple[int, ...] | None = None
    page: str = ""
    todo: tuple[Repository, ...] = ()
    place: RepositoryPlace = RepositoryPlace()
    aside: tuple[Aside, ...] = ()
    failures: int = 0


@dataclass(frozen=True, kw_only=True)
class StoreRestorer:
    """Decides the ask that restores the store: one step in each look."""

    github: GitHub
    restorer: RepositoryRestorer
    clock: Clock
    wake: Callable[[Key], None]

    async def __call__(self, ask: Ask) -> Decision:
        """Read one page; the ask is over when nothing is left."""
        kept = ask.body.get("restoration")
        left = convert(kept, Restoration) if kept else Restoration()
        after = await self._step(left)
        if after.todo or after.installations:
            seconds = 0.0 if after.failures < MANY_FAILURES else min(2.0**after.failures, 300.0)
        elif after.aside:
            seconds = max(0.0, min(one.retry_at for one in after.aside) - self.clock.wall())
        else:
            return Nothing()
        return Later(seconds=seconds, body={"restoration": to_builtins(after)})

    async def _step(self, left: Restoration) -> Restoration:
        if left.installations is None:
            return structs.replace(left, installations=tuple(await self.github.installations()))
        if left.todo:
            first, place = left.todo[0], left.place
            rest = structs.replace(left, todo=left.todo[1:], place=RepositoryPlace())
            return await self._restore(
                rest, Aside(repository=first, retry_at=0.0, place=place, tries=0)
            )
        if left.installations:
            return await self._listed(left, left.installations[0])
        now = self.clock.wall()
        due = next((one for one in left.aside if one.retry_at <= now), None)
        if due is None:
            return left
        rest = structs.replace(left, aside=tuple(one for one in left.aside if one is not due))
        return await self._restore(rest, due)

    async def _listed(self, left: Restoration, installation_id: int) -> Restoration:
        """List one more page of an installation's repositories."""
        others = (left.installations or ())[1:]
        try:
            page = await self.github.repositories(installation_id, left.page)
        except Refused as error:  # suspended, or uninstalled meanwhile
            logger.warning("restore.closed", installation=installation_id, error=error.message)
            return structs.replace(left, installations=others, page="")
        more = left.installations if page.older else others
        return structs.replace(
            left, installations=more, page=page.older or "", todo=page.repositories
        )

    async def _restore(self, rest: Restoration, one: Aside) -> Restoration:
        """Read one page of a repository; `rest` is what else is left."""
        name = one.repository.full_name
        try:
            restored = await self.restorer.restore(one.repository, one.place)
        except RateLimited:
            raise
        except ProviderError as error:
            logger.warning("restore.failed", repository=name, error=error.message)
            failures = rest.failures + 1 if isinstance(error, Unavailable) else rest.failures
            return self._set_aside(structs.replace(rest, failures=failures), one)
        for key in restored.noted:
            self.wake(key)
        rest = structs.replace(rest, failures=0)
        if not restored.whole:
            return self._set_aside(rest, one)
        if restored.next is None:
            return rest
        return structs.replace(rest, todo=(one.repository, *rest.todo), place=restored.next)

    def _set_aside(self, rest: Restoration, one: Aside) -> Restoration:
        if one.tries >= TRIES or len(rest.aside) >= MOST_ASIDE:
            logger.warning("restore.given_up", repository=one.repository.full_name)
            return rest
        pause = min(SOON * 2.0**one.tries, LONGEST_PAUSE)
        later = structs.replace(one, retry_at=self.clock.wall() + pause, tries=one.tries + 1)
        return structs.replace(rest, aside=(*rest.aside, later))
