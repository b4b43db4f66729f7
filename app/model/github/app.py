"""Our App on GitHub: who it is, how it is registered, what was delivered to it."""

from msgspec import Struct


class AppIdentity(Struct, frozen=True, kw_only=True):
    """Our own App, from `GET /app`."""

    id: int
    slug: str
    client_id: str = ""
    html_url: str = ""


class AppRegistration(Struct, frozen=True, kw_only=True):
    """How our App is registered: permissions, events, the webhook's address."""

    permissions: dict[str, str]
    events: tuple[str, ...]
    webhook_url: str


class DeliveryPage(Struct, frozen=True, kw_only=True):
    """Some deliveries of events that act, newest first.

    `older` is the cursor of the next page, None on the last; `reaches` when the oldest of the
    page was delivered (epoch seconds), whatever its event.
    """

    deliveries: tuple["Delivery", ...]
    older: str | None
    reaches: float


class Delivery(Struct, frozen=True, kw_only=True):
    """A recorded webhook delivery of the App; `code` is our HTTP answer, 0 for none."""

    id: int
    guid: str
    delivered_at: float
    redelivery: bool
    status: str
    event: str
    code: int = 0
    action: str = ""
    installation_id: int | None = None
    repository_id: int | None = None
