"""Slack's events: the bot or a person joins a channel, a channel is renamed or archived."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from msgspec import structs

from app.commands.channels.hello import unlinked_of
from app.errors import Refused, Unavailable
from app.model import Json
from app.model.ask import Ask
from app.model.chat.card import Answer
from app.observe import audited
from app.ports import Bindings, Chat, GitHub
from app.texts.replies.channels.connecting import here_again, how_to_begin
from app.texts.replies.channels.people import who_are_you

logger = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class ChannelEvents:
    """Greets people who join a bound channel, and keeps bindings in step with Slack's channels.

    https://docs.slack.dev/reference/events/member_joined_channel
    """

    bindings: Bindings
    github: GitHub
    chat: Chat

    async def run(self, ask: Ask) -> None:
        """Act on one event; events of other types are ignored."""
        handle = self._handlers().get(str(ask.body.get("type", "")))
        if handle is not None:
            await handle(ask.body)

    def _handlers(self) -> Mapping[str, Callable[[Mapping[str, Json]], Awaitable[None]]]:
        return {
            "member_joined_channel": self._member_joined,
            "channel_rename": self._renamed,
            "group_rename": self._renamed,
            "channel_archive": self._archived,
            "group_archive": self._archived,
            "channel_id_changed": self._id_changed,
        }

    async def _member_joined(self, event: Mapping[str, Json]) -> None:
        channel, user = _text(event, "channel"), _text(event, "user")
        if not channel or not user:
            return
        if user == await self.chat.bot_user():
            await self._say(channel, await self._greeting(channel))
        else:
            await self._ask_who(channel, user)

    async def _greeting(self, channel: str) -> Answer | None:
        """How to begin; nothing if `setup` has just made the bot join a public channel."""
        project = await self.bindings.project_of_channel(channel)
        if project is None:
            return how_to_begin()
        return here_again(project) if project.private else None

    async def _ask_who(self, channel: str, user: str) -> None:
        """Ask a person without a link for their login, if there are logins left to claim."""
        project = await self.bindings.project_of_channel(channel)
        if project is None or project.problem:
            return
        if await self.bindings.user_of_slack(user) is not None:
            return
        unlinked, _ = await unlinked_of(self.github, self.bindings, project)
        if not unlinked:
            return
        try:
            await self.chat.whisper(channel, user, who_are_you(project, unlinked))
        except Refused as error:
            logger.info("joined.not_asked", channel=channel, reason=error.name)

    async def _say(self, channel: str, answer: Answer | None) -> None:
        """Greet. If Slack's answer is lost, it is not repeated: no greeting is better than two."""
        if answer is None:
            return
        try:
            await self.chat.say(channel, answer)
        except Refused as error:
            logger.info("joined.not_greeted", channel=channel, reason=error.name)
        except Unavailable as error:
            if not error.ambiguous:
                raise
            logger.info("joined.perhaps_greeted", channel=channel, error=error.message)

    async def _renamed(self, event: Mapping[str, Json]) -> None:
        """https://docs.slack.dev/reference/events/channel_rename."""
        channel = event.get("channel")
        if not isinstance(channel, Mapping):
            return
        project = await self.bindings.project_of_channel(_text(channel, "id"))
        name = _text(channel, "name")
        if project is not None and name and name != project.slack_channel:
            after = structs.replace(project, slack_channel=name)
            await self.bindings.update_project(project, after)

    async def _archived(self, event: Mapping[str, Json]) -> None:
        await self._release(_text(event, "channel"))

    async def _release(self, channel: str) -> None:
        """Unbind a channel that is gone, so that its repository can be bound elsewhere."""
        project = await self.bindings.unbind(channel)
        if project is not None:
            where = {"repository": project.repository, "channel": project.slack_channelid}
            audited("release", by="slack", **where)

    async def _id_changed(self, event: Mapping[str, Json]) -> None:
        """https://docs.slack.dev/reference/events/channel_id_changed.

        The event may come late. If somebody has bound the new id to a repository by then, that
        binding stays and the old one goes.
        """
        project = await self.bindings.project_of_channel(_text(event, "old_channel_id"))
        new = _text(event, "new_channel_id")
        if project is None or not new:
            return
        if await self.bindings.project_of_channel(new) is not None:
            await self._release(project.slack_channelid)
            return
        after = structs.replace(project, slack_channelid=new)
        await self.bindings.update_project(project, after)


def _text(event: Mapping[str, Json], key: str) -> str:
    value = event.get(key)
    return value if isinstance(value, str) else ""
