"""Webhook deliveries as JSON."""

import json
from typing import Any

from sandbox.github.payloads.accounts import iso
from sandbox.github.webhooks import Delivery


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """A delivery in the list; if there was no HTTP answer, its status code is 0."""
    sent = delivery.sent
    return {
        "id": delivery.id,
        "guid": sent.guid,
        "delivered_at": iso(sent.at),
        "redelivery": sent.redelivery,
        "duration": round(sent.took, 2),
        "status": delivery.status,
        "status_code": sent.status or 0,
        "event": sent.event,
        "action": delivery.action,
        "installation_id": delivery.installation_id,
        "repository_id": delivery.repository_id,
        "throttled_at": None,
    }


def whole_delivery_json(delivery: Delivery) -> dict[str, Any]:
    """A delivery with its request and response."""
    sent = delivery.sent
    return {
        **delivery_json(delivery),
        "url": sent.url,
        "request": {"headers": dict(sent.headers), "payload": json.loads(sent.body)},
        "response": {"headers": {}, "payload": ""},
    }
