"""The App's own webhook deliveries: what failed, and sending it again.

https://docs.github.com/en/rest/apps/webhooks
"""

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import Struct

from app.github_app.access import Access
from app.github_app.answers import DeliveryObject
from app.github_app.permissions import ACTING_EVENTS
from app.model.github import Delivery


class _Accepted(Struct, frozen=True):
    """The answer to a redelivery says nothing."""


@dataclass(frozen=True)
class Deliveries:
    """Lists and repeats deliveries."""

    access: Access

    async def failed(self, *, since: float) -> list[Delivery]:
        """What never arrived and was never tried again since then, oldest first.

        `status=failure` would miss timeouts, so all are listed and judged here.
        """
        recent = await self.access.app.pages(
            "/app/hook/deliveries?per_page=100",
            {},
            DeliveryObject,
            until=lambda one: one.delivered_at.timestamp() < since,
        )
        return never_delivered(one.delivery() for one in recent)

    async def redeliver(self, delivery_id: int) -> None:
        """Send one again, under its GUID."""
        url = "/app/hook/deliveries/{id}/attempts"
        await self.access.app.write(url, {"id": str(delivery_id)}, {}, _Accepted)


def never_delivered(recent: Iterable[Delivery]) -> list[Delivery]:
    """Of each GUID that is neither delivered nor tried again, its delivery; oldest first (pure)."""
    failed: dict[str, Delivery] = {}
    settled: set[str] = set()
    for one in recent:
        if one.status == "OK" or one.redelivery or one.event not in ACTING_EVENTS:
            settled.add(one.guid)
        failed[one.guid] = one
    missed = (one for guid, one in failed.items() if guid not in settled)
    return sorted(missed, key=lambda one: (one.delivered_at, one.id))
