"""Reads from Slack's answers which workspace is ours, and whether people belong to it (pure).

https://docs.slack.dev/reference/objects/user-object
"""

from typing import Any

from app.model.chat.workspace import Member, Workspace


def workspace_of(identity: dict[str, Any]) -> Workspace:
    """Our workspace, from the answer of `auth.test`."""
    enterprise = identity.get("enterprise_id") or ""
    return Workspace(team_id=str(identity.get("team_id") or ""), enterprise_id=str(enterprise))


def member_of(user: dict[str, Any], ours: Workspace) -> Member:
    """The `user` in the answer of `users.info`, as a member (or not) of our workspace."""
    enterprise = (user.get("enterprise_user") or {}).get("enterprise_id")
    home = user.get("team_id") or ours.team_id
    known = home == ours.team_id or (bool(ours.enterprise_id) and enterprise == ours.enterprise_id)
    return Member(
        ours=known and not user.get("is_stranger"),
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
    )
