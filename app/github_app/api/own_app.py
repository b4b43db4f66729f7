"""The App itself: how it is registered, where it is installed, and its webhook deliveries.

https://docs.github.com/en/rest/apps
"""

from msgspec import Struct
from yarl import URL

from app.github_app.api.access import Access, in_time
from app.github_app.api.shapes.rest import (
    Anything,
    DeliveryObject,
    InstallationObject,
    RepositoryObject,
)
from app.github_app.permissions import ACTING_EVENTS
from app.model.github.app import AppRegistration, DeliveryPage
from app.model.github.repository import RepositoryPage

A_PAGE = "100"

_INSTALLATIONS = "/app/installations{?per_page}"
_REPOSITORIES = "/installation/repositories{?per_page,page}"
_DELIVERIES = "/app/hook/deliveries{?per_page,cursor}"


class _App(Struct, frozen=True):
    permissions: dict[str, str] = {}
    events: list[str] = []


class _Hook(Struct, frozen=True):
    url: str | None = None


class OwnApp(Access):
    """Reads what GitHub knows about the App, and asks for redeliveries."""

    @in_time
    async def registration(self) -> AppRegistration:
        """The App's permissions, its events and its webhook's address; two calls."""
        app = await self.app.read("/app", {}, _App)
        hook = await self.app.read("/app/hook/config", {}, _Hook)
        return AppRegistration(
            permissions=app.permissions, events=tuple(app.events), webhook_url=hook.url or ""
        )

    async def installations(self) -> list[int]:
        """The ids of the installations that are not suspended; one call for each hundred."""
        found = await self.app.pages(_INSTALLATIONS, {"per_page": A_PAGE}, InstallationObject)
        return [one.id for one in found if one.suspended_at is None]

    @in_time
    async def repositories(self, installation_id: int, cursor: str) -> RepositoryPage:
        """A page of the repositories of an installation; the first page's cursor is empty."""
        variables = {"per_page": A_PAGE, "page": cursor or "1"}
        listed, older = await self.installation(installation_id).page(
            _REPOSITORIES, variables, RepositoryObject, key="repositories"
        )
        return RepositoryPage(
            repositories=tuple(one.repository(installation_id) for one in listed),
            older=URL(older).query.get("page") if older else None,
        )

    @in_time
    async def deliveries(self, cursor: str) -> DeliveryPage:
        """A page of deliveries of events that we act on, newest first.

        Successful ones too: GitHub's filter `status=failure` would miss those that timed out. The
        first page's cursor is empty.
        """
        variables = {"per_page": A_PAGE, "cursor": cursor} if cursor else {"per_page": A_PAGE}
        listed, older = await self.app.page(_DELIVERIES, variables, DeliveryObject)
        every = [one.delivery() for one in listed]
        return DeliveryPage(
            deliveries=tuple(one for one in every if one.event in ACTING_EVENTS),
            older=URL(older).query.get("cursor") if older else None,
            reaches=min((one.delivered_at for one in every), default=0.0),
        )

    @in_time
    async def redeliver(self, delivery_id: int) -> None:
        """Have GitHub send a delivery again, under the same GUID."""
        url = "/app/hook/deliveries/{id}/attempts"
        await self.app.write(url, {"id": str(delivery_id)}, {}, Anything)
