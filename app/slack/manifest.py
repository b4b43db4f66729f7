"""What the Slack app asks for: its scopes and events, and the manifest that creates it.

https://docs.slack.dev/reference/app-manifest
"""

from typing import Any

from app.texts.speech import COMMAND_DESCRIPTION, COMMAND_HINT, DESCRIPTION

SCOPES = (
    "commands",
    "chat:write",
    "chat:write.public",
    "channels:read",
    "channels:join",
    "channels:history",
    "groups:read",
    "groups:history",
    "im:write",
    "users:read",
)

EVENTS = frozenset(
    {
        "member_joined_channel",
        "channel_rename",
        "group_rename",
        "channel_archive",
        "group_archive",
        "channel_id_changed",
        "app_uninstalled",
        "tokens_revoked",
        "app_home_opened",
    }
)

REVOCATIONS = frozenset({"app_uninstalled", "tokens_revoked"})
"""Events that may mean that our token has stopped working."""

METHODS = {
    "auth.test": (),
    "chat.postMessage": ("chat:write", "chat:write.public"),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history"),
    "conversations.replies": ("channels:history", "groups:history"),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.join": ("channels:join",),
    "users.info": ("users:read",),
}
"""Every Web API method that we call, with the scopes that it needs."""


def manifest(*, public_url: str, command: str) -> dict[str, Any]:
    """The manifest of an app that sends its requests to `public_url`."""
    return {
        "display_information": {"name": "deploybot", "description": DESCRIPTION},
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "deploybot", "always_online": True},
            "slash_commands": [
                {
                    "command": command,
                    "url": f"{public_url}/slack/command",
                    "description": COMMAND_DESCRIPTION,
                    "usage_hint": COMMAND_HINT,
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {
                "request_url": f"{public_url}/slack/event",
                "bot_events": sorted(EVENTS),
            },
            "interactivity": {
                "is_enabled": True,
                "request_url": f"{public_url}/slack/interactive",
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }
