"""Reads from Slack's answers which workspace, people and messages are ours (pure)."""

from typing import Any

from app.model.chat.workspace import Member, Workspace


def workspace_of(identity: dict[str, Any]) -> Workspace:
    """Our workspace, from the answer of `auth.test`."""
    enterprise = identity.get("enterprise_id") or ""
    return Workspace(team_id=str(identity.get("team_id") or ""), enterprise_id=str(enterprise))


def member_of(user: dict[str, Any], ours: Workspace) -> Member:
    """The `user` in the answer of `users.info`, as a member (or not) of our workspace.

    https://docs.slack.dev/reference/objects/user-object
    """
    enterprise = (user.get("enterprise_user") or {}).get("enterprise_id")
    home = user.get("team_id") or ours.team_id
    known = home == ours.team_id or (bool(ours.enterprise_id) and enterprise == ours.enterprise_id)
    return Member(
        ours=known and not user.get("is_stranger"),
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
    )


def is_ours(message: dict[str, Any], identity: dict[str, Any]) -> bool:
    """Whether our bot posted the message; other apps could post the same metadata."""
    return any(
        identity.get(mine) and message.get(theirs) == identity[mine]
        for mine, theirs in (("bot_id", "bot_id"), ("user_id", "user"))
    )


def carries(message: dict[str, Any], event_type: str, **payload: str | int) -> bool:
    """Whether a message's metadata has this type and payload; Slack may return numbers as text.

    https://docs.slack.dev/messaging/message-metadata
    """
    metadata = message.get("metadata") or {}
    carried = metadata.get("event_payload") or {}
    return metadata.get("event_type") == event_type and all(
        str(carried.get(key)) == str(value) for key, value in payload.items()
    )
