"""The scopes and events that the Slack app asks for; the manifest and `doctor` read them here."""

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
