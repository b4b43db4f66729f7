"""Searching the App's deliveries for those that never arrived, a page at a time (pure).

GitHub lists deliveries newest first, so what was sent again is seen before what failed: the last
try tells whether an event arrived. One that was sent again in vain is sent once more, unless we
have refused it. A search may take many pages, and sending again many calls: it is kept in its ask
between two looks, so that a call that fails now costs none of those that did not.
"""

from collections.abc import Mapping
from http import HTTPStatus

from msgspec import Struct, structs

from app.model.github.app import Delivery, DeliveryPage

MOST = 200
"""Deliveries that one search finds; the rest is the next one's."""

MOST_TRIES = 5
"""How often an event is sent again that never arrives."""

OK = "OK"


class Search(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A search that `began` then and goes back to `since` (epoch seconds).

    `older` is where its next page begins, None once all were read; `again` are the GUIDs that
    were sent again, `failed` the oldest deliveries that never arrived, oldest first; with `more`
    there are newer ones as well. GitHub was asked to send the first `asked` of them again. `tries`:
    how often earlier searches had those sent again that failed once more, by GUID; `tried` is
    what the next search is told.
    """

    began: float
    since: float
    older: str | None = ""
    again: tuple[str, ...] = ()
    failed: tuple[Delivery, ...] = ()
    more: bool = False
    asked: int = 0
    tries: dict[str, int] = {}
    tried: dict[str, int] = {}

    @property
    def over(self) -> bool:
        """Whether all was read."""
        return self.older is None

    @property
    def next(self) -> Delivery | None:
        """What is to be sent again next; None when all was."""
        return self.failed[self.asked] if self.asked < len(self.failed) else None

    @property
    def covered(self) -> float:
        """Up to when nothing is left that was not found (epoch seconds)."""
        return self.failed[-1].delivered_at if self.more else self.began


def after_page(search: Search, page: DeliveryPage) -> Search:
    """The search with one more page read."""
    again, missed, tried = {*search.again}, [], {**search.tried}
    for one in page.deliveries:
        if one.guid in again:
            continue
        if one.redelivery:
            again.add(one.guid)
            if one.status != OK:
                tried[one.guid] = search.tries.get(one.guid, 0) + 1
        if one.delivered_at >= search.since and _worth_another(one, search.tries):
            missed.append(one)
    failed = sorted((*missed, *search.failed), key=lambda one: (one.delivered_at, one.id))
    end = page.older is None or page.reaches < search.since
    return structs.replace(
        search,
        older=None if end else page.older,
        again=tuple(sorted(again)),
        tried=tried,
        failed=tuple(failed[:MOST]),
        more=search.more or len(failed) > MOST,
    )


def _worth_another(last: Delivery, tries: Mapping[str, int]) -> bool:
    """Whether an event is sent again, by its last try."""
    refused = HTTPStatus.BAD_REQUEST <= last.code < HTTPStatus.INTERNAL_SERVER_ERROR
    in_vain = last.redelivery and (refused or tries.get(last.guid, 0) >= MOST_TRIES - 1)
    return last.status != OK and not in_vain


def after_asking(search: Search) -> Search:
    """The search when GitHub was asked to send the next one again."""
    return structs.replace(search, asked=search.asked + 1)
