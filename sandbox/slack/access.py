"""Who may call what: the bot's token and its scopes."""

from dataclasses import dataclass, field

from sandbox.slack.arguments import SlackError
from sandbox.slack.state import Channel

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


@dataclass(kw_only=True)
class Access:
    """The app's standing in the workspace; `error` answers every call while it is set."""

    token: str
    app_token: str
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    error: str = ""

    def check_token(self, given: str) -> None:
        """Refuse a call without one of our tokens."""
        if not given:
            raise SlackError("not_authed")
        if given not in {self.token, self.app_token}:
            raise SlackError("invalid_auth")
        if self.error:
            raise SlackError(self.error)

    def need(self, scope: str) -> None:
        """Refuse a call without that scope."""
        if scope not in self.scopes:
            provided = ",".join(sorted(self.scopes))
            raise SlackError("missing_scope", needed=scope, provided=provided)

    def need_for(self, channel: Channel, action: str) -> None:
        """Refuse without `channels:<action>`, `groups:<action>` or `im:<action>`."""
        if channel.is_im:
            # Reading our own direct messages is not asked for; opening them is.
            self.need("im:write" if action == "read" else f"im:{action}")
        else:
            self.need(f"groups:{action}" if channel.is_private else f"channels:{action}")
