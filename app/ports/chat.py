"""What the lifecycle and the commands need of the chat."""

from typing import Protocol

from app.model.chat.card import Answer, Card, CardSearch
from app.model.chat.reply import SlackAddress
from app.model.chat.workspace import Member, Workspace


class Chat(Protocol):
    """Slack. Nothing is retried inside; posting is ambiguous when the answer is lost."""

    async def team_id(self) -> str:
        """The one workspace we serve, from `auth.test`, cached."""

    async def serves(self) -> Workspace:
        """The one workspace we serve, with its organization, from `auth.test`, cached."""

    async def member(self, user: str) -> Member:
        """Who somebody is there."""

    async def bot_user(self) -> str:
        """Our own user id there, from `auth.test`, cached."""

    async def post_card(self, channel: str, card: Card) -> str:
        """Post the live message; its ts."""

    async def update_card(self, channel: str, ts: str, card: Card) -> None: ...

    async def find_card(
        self,
        channel: str,
        repository: str,
        deployment_id: int,
        search: CardSearch,
        *,
        since: float,
    ) -> CardSearch:
        """One more page of a search for our messages since then that show the deployment."""

    async def delete(self, channel: str, ts: str) -> None: ...

    async def reply(
        self, channel: str, ts: str, text: str, *, outcome: str, broadcast: bool
    ) -> str:
        """A message in the thread; with `broadcast` also in the channel.

        `outcome` goes into its metadata (event type `deploybot_outcome`), to find it again.
        """

    async def replied(self, channel: str, ts: str, *, outcome: str) -> bool:
        """Whether a reply with that outcome in its metadata is in the thread.

        `Refused`: `slack_message_gone`, as for `reply`.
        """

    async def say(self, channel: str, answer: Answer, *, notice: str = "") -> str:
        """A message in the channel; its ts. `notice` goes into its metadata, to find it again."""

    async def said(self, channel: str, notice: str, *, since: float) -> bool:
        """Whether that notice is among the channel's latest messages since then."""

    async def whisper(self, channel: str, user: str, answer: Answer) -> None:
        """A message that one person sees."""

    async def answer(self, to: SlackAddress, answer: Answer) -> None:
        """Answer a command or button by its `response_url` (30 minutes, 5 times)."""

    async def join(self, channel: str) -> None:
        """Join a public channel; `Refused`: `slack_not_in_channel` if it takes an invitation."""

    async def channel_name(self, channel: str) -> tuple[str, bool]:
        """Its name, and whether it is private."""
