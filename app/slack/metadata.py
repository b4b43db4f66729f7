"""Recognizes messages of ours by their metadata (pure).

https://docs.slack.dev/messaging/message-metadata
"""

from typing import Any


def is_ours(message: dict[str, Any], identity: dict[str, Any]) -> bool:
    """Whether our bot posted the message; other apps could post the same metadata."""
    return any(
        identity.get(mine) and message.get(theirs) == identity[mine]
        for mine, theirs in (("bot_id", "bot_id"), ("user_id", "user"))
    )


def carries(message: dict[str, Any], event_type: str, **payload: str | int) -> bool:
    """Whether a message's metadata has this type and payload; Slack may return numbers as text."""
    metadata = message.get("metadata") or {}
    carried = metadata.get("event_payload") or {}
    return metadata.get("event_type") == event_type and all(
        str(carried.get(key)) == str(value) for key, value in payload.items()
    )
