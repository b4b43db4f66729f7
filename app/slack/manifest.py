"""The manifest from which an operator creates the Slack app.

https://docs.slack.dev/reference/app-manifest
"""

from typing import Any

from app.slack.scopes import EVENTS, SCOPES
from app.texts.slack import COMMAND_DESCRIPTION, COMMAND_HINT, DESCRIPTION


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
