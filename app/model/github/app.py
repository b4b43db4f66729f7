"""Our GitHub App: its identity, its registration, and its webhook deliveries."""

from msgspec import Struct


class AppIdentity(Struct, frozen=True, kw_only=True):
    """Our own App, from `GET /app`."""

    id: int
    slug: str
    client_id: str = ""
    html_url: str = ""

    @property
    def bot(self) -> str:
        """The login under which the App acts; no person can have such a name."""
        return f"{self.slug}[bot]"


class AppRegistration(Struct, frozen=True, kw_only=True):
    """How our App is registered: its permissions, events and webhook URL."""

    permissions: dict[str, str]
    events: tuple[str, ...]
    webhook_url: str


class DeliveryPage(Struct, frozen=True, kw_only=True):
    """A page of deliveries, newest first; only those of events that we act on.

    `older` is the cursor of the next page, None on the last. `reaches` is when the page's oldest
    delivery of any event was made (epoch seconds).
    """

    deliveries: tuple["Delivery", ...]
    older: str | None
    reaches: float


class Delivery(Struct, frozen=True, kw_only=True):
    """A webhook delivery that GitHub recorded; `code` is our HTTP status, 0 if we did not answer.

    https://docs.github.com/en/rest/apps/webhooks
    """

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
