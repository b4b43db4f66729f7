"""Searching the App's webhook deliveries for those that failed, a page at a time (pure).

GitHub lists deliveries newest first, so a redelivery is seen before the delivery that failed, and
the newest one tells whether the event arrived. An event whose redelivery failed is redelivered
again, unless we refused it. A search may take many pages, and its redeliveries many calls: it is
kept on its ask between looks, so that a call that fails does not undo those before it.
https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
"""

from collections.abc import Mapping
from http import HTTPStatus

from msgspec import Struct, structs

from app.model.github.app import Delivery, DeliveryPage

MOST = 200
"""The most failed deliveries that one search finds; the next search finds the rest."""

MOST_TRIES = 5
"""How often an event that never arrives is redelivered."""

OK = "OK"


class Search(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A search for failed deliveries that goes back from `began` to `since` (epoch seconds).

    `older` is the cursor of its next page, None once all were read. `redelivered` are the GUIDs of
    events that were redelivered already. `failed` are the failed deliveries, oldest first; with
    `more`, newer ones are left for the next search. GitHub was asked to redeliver the first
    `requested` of them. `failures_before` counts, by GUID, the redeliveries that earlier searches
    saw fail, and `failures` those with the ones of this search.
    """

    began: float
    since: float
    older: str | None = ""
    redelivered: tuple[str, ...] = ()
    failed: tuple[Delivery, ...] = ()
    more: bool = False
    requested: int = 0
    failures_before: dict[str, int] = {}
    failures: dict[str, int] = {}

    @property
    def over(self) -> bool:
        """Whether all pages were read."""
        return self.older is None

    @property
    def next(self) -> Delivery | None:
        """The next delivery to redeliver; None once all were."""
        return self.failed[self.requested] if self.requested < len(self.failed) else None

    @property
    def covered(self) -> float:
        """Until when all failed deliveries were found (epoch seconds)."""
        return self.failed[-1].delivered_at if self.more else self.began


def after_page(search: Search, page: DeliveryPage) -> Search:
    """The search with one more page read."""
    redelivered, missed, failures = {*search.redelivered}, [], {**search.failures}
    for one in page.deliveries:
        if one.guid in redelivered:
            continue
        if one.redelivery:
            redelivered.add(one.guid)
            if one.status != OK:
                failures[one.guid] = search.failures_before.get(one.guid, 0) + 1
        if one.delivered_at >= search.since and _worth_another(one, search.failures_before):
            missed.append(one)
    failed = sorted((*missed, *search.failed), key=lambda one: (one.delivered_at, one.id))
    end = page.older is None or page.reaches < search.since
    return structs.replace(
        search,
        older=None if end else page.older,
        redelivered=tuple(sorted(redelivered)),
        failures=failures,
        failed=tuple(failed[:MOST]),
        more=search.more or len(failed) > MOST,
    )


def _worth_another(last: Delivery, failures: Mapping[str, int]) -> bool:
    """Whether to redeliver an event, by its newest delivery."""
    refused = HTTPStatus.BAD_REQUEST <= last.code < HTTPStatus.INTERNAL_SERVER_ERROR
    in_vain = last.redelivery and (refused or failures.get(last.guid, 0) >= MOST_TRIES - 1)
    return last.status != OK and not in_vain


def after_request(search: Search) -> Search:
    """The search once GitHub was asked for the next redelivery."""
    return structs.replace(search, requested=search.requested + 1)
