"""Our own messages, told by the metadata that we gave them."""

from typing import Any


def is_ours(message: dict[str, Any], identity: dict[str, Any]) -> bool:
    """Whether we posted it: metadata alone could be anybody's."""
    return any(
        identity.get(mine) and message.get(theirs) == identity[mine]
        for mine, theirs in (("bot_id", "bot_id"), ("user_id", "user"))
    )


def carries(message: dict[str, Any], event_type: str, **payload: str | int) -> bool:
    """Whether a message's metadata says this; numbers may come back as text."""
    metadata = message.get("metadata") or {}
    carried = metadata.get("event_payload") or {}
    return metadata.get("event_type") == event_type and all(
        str(carried.get(key)) == str(value) for key, value in payload.items()
    )
