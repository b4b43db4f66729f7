"""The App's webhooks: signs them, sends them in the background, keeps a log of deliveries."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.core.delivery import Deliverer, Sent
from sandbox.github.records import Installation, Repository


@dataclass(kw_only=True, eq=False)
class Delivery:
    """One delivery, as the App's list of deliveries shows it."""

    id: int
    sent: Sent
    action: str | None
    installation_id: int | None
    repository_id: int | None

    @property
    def status(self) -> str:
        """`OK` for an answer of 2xx, else what went wrong, in GitHub's words."""
        code = self.sent.status
        if code is None:
            return self.sent.failure or "timed out"
        return "OK" if 200 <= code < 300 else f"Invalid HTTP Response: {code}"


@dataclass(kw_only=True)
class Webhooks:
    """Sends webhooks to `url` (None: the App has no webhook), signed with `secret`."""

    deliverer: Deliverer
    secret: str
    app_id: int
    new_id: Callable[[], int]
    url: str | None = None
    log: list[Delivery] = field(default_factory=list)

    def emit(
        self,
        event: str,
        payload: dict[str, Any],
        *,
        installation: Installation | None,
        repository: Repository | None = None,
    ) -> None:
        """Send an event, if there is an installation and it is not suspended."""
        if self.url is None or installation is None:
            return
        if "installation" not in payload:
            small = {"id": installation.id, "node_id": installation.node_id}
            payload = {**payload, "installation": small}
        body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
        guid = str(uuid.uuid4())
        sent = self.deliverer.send(
            event=event,
            guid=guid,
            url=self.url,
            headers=self._headers(event, guid, body),
            body=body,
        )
        self.log.append(
            Delivery(
                id=self.new_id(),
                sent=sent,
                action=payload.get("action"),
                installation_id=installation.id,
                repository_id=None if repository is None else repository.id,
            )
        )

    def redeliver(self, delivery: Delivery) -> None:
        """Send an event again, with the same body and GUID."""
        old = delivery.sent
        sent = self.deliverer.send(
            event=old.event,
            guid=old.guid,
            url=self.url or old.url,
            headers=self._headers(old.event, old.guid, old.body),
            body=old.body,
            redelivery=True,
        )
        self.log.append(
            Delivery(
                id=self.new_id(),
                sent=sent,
                action=delivery.action,
                installation_id=delivery.installation_id,
                repository_id=delivery.repository_id,
            )
        )

    def delivered(self) -> list[Delivery]:
        """The finished deliveries, newest first; GitHub does not list one under way yet."""
        return [item for item in reversed(self.log) if item.sent.done]

    def _headers(self, event: str, guid: str, body: bytes) -> dict[str, str]:
        key = self.secret.encode()
        return {
            "Accept": "*/*",
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/5a1c3f0",
            "X-GitHub-Delivery": guid,
            "X-GitHub-Event": event,
            "X-GitHub-Hook-ID": str(self.app_id + 1),
            "X-GitHub-Hook-Installation-Target-ID": str(self.app_id),
            "X-GitHub-Hook-Installation-Target-Type": "integration",
            "X-Hub-Signature": "sha1=" + hmac.new(key, body, hashlib.sha1).hexdigest(),
            "X-Hub-Signature-256": "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest(),
        }
