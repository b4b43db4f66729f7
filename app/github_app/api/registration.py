"""How the App is registered: what it may do, what it is told, and where.

https://docs.github.com/en/rest/apps/apps#get-the-authenticated-app
https://docs.github.com/en/rest/apps/webhooks#get-a-webhook-configuration-for-an-app
"""

from msgspec import Struct

from app.github_app.api.access import Access, in_time
from app.model.github.app import AppRegistration


class _App(Struct, frozen=True):
    permissions: dict[str, str] = {}
    events: list[str] = []


class _Hook(Struct, frozen=True):
    url: str | None = None


class Registrations(Access):
    """Reads the App's own settings."""

    @in_time
    async def registration(self) -> AppRegistration:
        """Two calls, as the App itself."""
        app = await self.app.read("/app", {}, _App)
        hook = await self.app.read("/app/hook/config", {}, _Hook)
        return AppRegistration(
            permissions=app.permissions, events=tuple(app.events), webhook_url=hook.url or ""
        )
