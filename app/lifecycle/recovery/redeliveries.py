"""Searching the App's deliveries for those that never arrived, a page at a time (pure).

GitHub lists deliveries newest first, so what was sent again is seen before what failed. A search
may take many pages, and sending again many calls: it is kept in its ask between two looks, so that
a call that fails now costs none of those that did not.
"""

from msgspec import Struct, structs

from app.model.github import Delivery, DeliveryPage

MOST = 200
"""Deliveries that one search finds; the rest is the next one's."""

OK = "OK"


class Search(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A search that `began` then and goes back to `since` (epoch seconds).

    `older` is where its next page begins, None once all were read; `again` are the GUIDs that
    were sent again, `failed` the oldest deliveries that never arrived, oldest first; with `more`
    there are newer ones as well. GitHub was asked to send the first `asked` of them again.
    """

    began: float
    since: float
    older: str | None = ""
    again: tuple[str, ...] = ()
    failed: tuple[Delivery, ...] = ()
    more: bool = False
    asked: int = 0

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
    again = {*search.again, *(one.guid for one in page.deliveries if one.redelivery)}
    missed = [
        one
        for one in page.deliveries
        if one.status != OK and one.guid not in again and one.delivered_at >= search.since
    ]
    failed = sorted((*missed, *search.failed), key=lambda one: (one.delivered_at, one.id))
    end = page.older is None or page.reaches < search.since
    return structs.replace(
        search,
        older=None if end else page.older,
        again=tuple(sorted(again)),
        failed=tuple(failed[:MOST]),
        more=search.more or len(failed) > MOST,
    )


def after_asking(search: Search) -> Search:
    """The search when GitHub was asked to send the next one again."""
    return structs.replace(search, asked=search.asked + 1)
