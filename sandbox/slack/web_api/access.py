"""Checks the bot's token and its scopes."""

from dataclasses import dataclass, field

from sandbox.slack.state import Channel
from sandbox.slack.web_api.arguments import SlackError

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
    """The app's tokens and scopes; while `error` is set, it is the answer to every call."""

    token: str
    app_token: str
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    error: str = ""

    def check_token(self, given: str) -> None:
        """Refuse a call without one of the app's tokens; raises `SlackError`."""
        if not given:
            raise SlackError("not_authed")
        if given not in {self.token, self.app_token}:
            raise SlackError("invalid_auth")
        if self.error:
            raise SlackError(self.error)

    def need(self, scope: str) -> None:
        """Refuse a call without this scope; raises `SlackError`."""
        if scope not in self.scopes:
            provided = ",".join(sorted(self.scopes))
            raise SlackError("missing_scope", needed=scope, provided=provided)

    def need_for(self, channel: Channel, action: str) -> None:
        """Refuse a call without the scope for this kind of channel; raises `SlackError`.

        The scope is `channels:<action>`, `groups:<action>` or `im:<action>`.
        """
        if channel.is_im:
            # We do not ask for the scope that reads direct messages, only for `im:write`.
            self.need("im:write" if action == "read" else f"im:{action}")
        else:
            self.need(f"groups:{action}" if channel.is_private else f"channels:{action}")
