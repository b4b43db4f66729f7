"""GitHub's webhook: verify, parse once, run every router's callbacks, answer.

https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import structlog
from aiohttp import web
from gidgethub.routing import Router
from gidgethub.sansio import Event

from app.errors import StoreError
from app.github_app.events.payloads import decoder_for
from app.github_app.permissions import ACTING_EVENTS
from app.http.bodies import Bodies
from app.http.guard import DEADLINE, within
from app.http.parsing import decode
from app.http.requests import GITHUB_LIMIT, RejectedRequest, header, signed
from app.observe import Metrics

log = structlog.get_logger()

_PLAIN = re.compile(r"[\w.:-]{1,100}", re.ASCII)


@dataclass(frozen=True)
class GitHubWebhook:
    """`POST /github/webhook`. `deadline` is in seconds, for all callbacks of one event."""

    secrets: Sequence[str]
    router: Router
    metrics: Metrics
    bodies: Bodies
    deadline: float = DEADLINE

    def __post_init__(self) -> None:
        """Expose the failure count of every event as 0, so that the first one is an increase."""
        for name in sorted(ACTING_EVENTS):
            self.metrics.handler_failures.labels(f"github {name}")

    def routes(self) -> list[web.RouteDef]:
        """For the application's router."""
        return [web.post("/github/webhook", self.handle)]

    async def handle(self, request: web.Request) -> web.Response:
        """2xx once everything is recorded; an event without a handler is answered 2xx as well."""
        signature = header(request, "X-Hub-Signature-256", status=401)

        def check(body: bytes) -> None:
            if not signed(body, signature, self.secrets, prefix="sha256="):
                raise RejectedRequest(401, "wrong signature")

        body = await self.bodies.verified(request, check, limit=GITHUB_LIMIT)
        name, delivery = _plain(request, "X-GitHub-Event"), _plain(request, "X-GitHub-Delivery")
        data = decode(body, decoder_for(name))
        if await self._run(Event(data, event=name, delivery_id=delivery)):
            return web.Response(text="ok")
        return web.Response(status=500, text="internal error")

    async def _run(self, event: Event) -> bool:
        """Run every callback, even after one has failed; returns whether all went well.

        gidgethub's own dispatch stops at the first exception. A `StoreError` is raised at
        the end, so that GitHub lists the delivery as failed.
        """
        ends_at = monotonic() + self.deadline
        unrecorded: StoreError | None = None
        all_well = True
        for callback in self.router.fetch(event):
            try:
                await within(ends_at - monotonic(), callback(event))
            except StoreError as error:
                unrecorded = error
                kind = type(error).__name__
                log.warning("event.not_recorded", **_facts(event), kind=kind)
            except Exception:
                all_well = False
                self.metrics.handler_failures.labels(f"github {event.event}").inc()
                log.exception("event.handler_failed", **_facts(event))
        if unrecorded is not None:
            raise unrecorded
        return all_well


def _plain(request: web.Request, name: str) -> str:
    """A header that must be a plain word, since it becomes a key and a part of the log."""
    value = header(request, name)
    if not _PLAIN.fullmatch(value):
        raise RejectedRequest(400, f"malformed header {name}")
    return value


def _facts(event: Event) -> dict[str, str]:
    return {"delivery": event.delivery_id, "github_event": event.event}
