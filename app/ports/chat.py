"""The chat, as the lifecycle and the commands use it."""

from typing import Protocol

from app.model.chat.card import Answer, Card, CardSearch
from app.model.chat.reply import SlackAddress
from app.model.chat.workspace import Member, Workspace


class Chat(Protocol):
    """Slack. If the answer to a post is lost, `Unavailable.ambiguous` is set: it may be there."""

    async def our_workspace(self) -> Workspace:
        """The workspace that we serve and its organization, from `auth.test`, cached."""

    async def member(self, user: str) -> Member:
        """What a person (a user id) is in that workspace: a member, a guest or an outsider."""

    async def bot_user(self) -> str:
        """The bot's own user id, from `auth.test`, cached."""

    async def post_card(self, channel: str, card: Card) -> str:
        """Post the live message; returns its `ts`."""

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
        """Read the next page of a search for our live messages of a deployment.

        `since` is epoch seconds; older messages are not searched.
        """

    async def delete(self, channel: str, ts: str) -> None: ...

    async def reply(
        self, channel: str, ts: str, text: str, *, outcome: str, broadcast: bool
    ) -> str:
        """Reply in a message's thread, and with `broadcast` also in the channel; returns its `ts`.

        `outcome` goes into the reply's metadata (event type `deploybot_outcome`), so that `replied`
        finds it. Raises `Refused` with `SlackMessageGone` if the message was deleted.
        https://docs.slack.dev/messaging/message-metadata
        """

    async def replied(self, channel: str, ts: str, *, outcome: str) -> bool:
        """Whether the thread has a reply of ours with that `outcome`; raises what `reply` does."""

    async def say(self, channel: str, answer: Answer, *, notice: str = "") -> str:
        """Post a message in the channel; returns its `ts`.

        `notice` goes into the message's metadata, so that `said` finds it.
        """

    async def said(self, channel: str, notice: str, *, since: float) -> bool:
        """Whether one of our latest messages since `since` (epoch seconds) has that `notice`."""

    async def whisper(self, channel: str, user: str, answer: Answer) -> None:
        """Post a message in the channel that only one person sees."""

    async def answer(self, to: SlackAddress, answer: Answer) -> None:
        """Answer a command or button by its `response_url`, which works 5 times in 30 minutes.

        https://docs.slack.dev/interactivity/handling-user-interaction
        """

    async def join(self, channel: str) -> None:
        """Join a public channel; raises `Refused` with `SlackNotInChannel` if it is private."""

    async def channel_name(self, channel: str) -> tuple[str, bool]:
        """A channel's name, and whether it is private."""
