"""The App's own webhook deliveries: what failed, and sending it again.

https://docs.github.com/en/rest/apps/webhooks
"""

from msgspec import Struct
from yarl import URL

from app.github_app.api.access import Access, in_time
from app.github_app.api.rest_shapes import DeliveryObject
from app.github_app.permissions import ACTING_EVENTS
from app.model.github.app import DeliveryPage


class _Accepted(Struct, frozen=True):
    """The answer to a redelivery says nothing."""


class Deliveries(Access):
    """Lists and repeats deliveries."""

    @in_time
    async def deliveries(self, cursor: str) -> DeliveryPage:
        """One page, newest first. `status=failure` would miss timeouts, so all are listed."""
        url = "/app/hook/deliveries{?per_page,cursor}"
        asked = {"per_page": "100", "cursor": cursor} if cursor else {"per_page": "100"}
        listed, older = await self.app.page(url, asked, DeliveryObject)
        every = [one.delivery() for one in listed]
        return DeliveryPage(
            deliveries=tuple(one for one in every if one.event in ACTING_EVENTS),
            older=URL(older).query.get("cursor") if older else None,
            reaches=min((one.delivered_at for one in every), default=0.0),
        )

    @in_time
    async def redeliver(self, delivery_id: int) -> None:
        """Send one again, under its GUID."""
        url = "/app/hook/deliveries/{id}/attempts"
        await self.app.write(url, {"id": str(delivery_id)}, {}, _Accepted)
