"""What people and administrators do in the workspace."""

from sandbox.slack.requests.events import Events
from sandbox.slack.requests.interactions import Answered, Interactions
from sandbox.slack.requests.typed import delivered, find_control, pressed, smart
from sandbox.slack.state import Channel, Json, Message, Notification, Workspace, new_slack_id
from sandbox.slack.web_api.access import Access


class People:
    """What people do. Channels and people are given by id or name, messages as such or by ts."""

    workspace: Workspace
    access: Access
    events: Events
    interactions: Interactions
    command: str
    linked_text: bool

    async def type_command(
        self,
        channel: str,
        user: str,
        text: str,
        *,
        smart_quotes: bool = False,
        team_id: str | None = None,
    ) -> Answered:
        """Type a slash command; `text` may begin with `/cimon` or leave it out."""
        text = text.strip()
        if text == self.command or text.startswith(f"{self.command} "):
            text = text.removeprefix(self.command).strip()
        if smart_quotes:
            text = smart(text)
        return await self.interactions.command(
            self.workspace.channel(channel),
            self.workspace.user(user),
            self.command,
            delivered(self.workspace, text, linked=self.linked_text),
            team_id=team_id or self.workspace.team_id,
        )

    async def press(
        self,
        channel: str,
        user: str,
        message: Message | str,
        action_id: str,
        *,
        value: str | None = None,
        team_id: str | None = None,
    ) -> Answered:
        """Press a button; `value` chooses among buttons that have the same action id."""
        return await self._act(channel, user, message, action_id, value, team_id)

    async def choose(
        self,
        channel: str,
        user: str,
        message: Message | str,
        action_id: str,
        value: str,
        *,
        team_id: str | None = None,
    ) -> Answered:
        """Choose the option with that value in a select."""
        return await self._act(channel, user, message, action_id, value, team_id)

    async def _act(
        self,
        channel: str,
        user: str,
        message: Message | str,
        action_id: str,
        value: str | None,
        team_id: str | None,
    ) -> Answered:
        where, who = self.workspace.channel(channel), self.workspace.user(user)
        shown = self.find_message(where, message) if isinstance(message, str) else message
        block, element, number = find_control(shown, action_id, value)
        action = pressed(block, element, value)
        return await self.interactions.act(
            where, who, shown, action, attachment=number, team_id=team_id
        )

    async def submit_view(self, user: str, view_id: str, values: Json) -> Answered:
        """Submit a form; `values` are by block id and action id, as in Slack's `state.values`."""
        view = self.workspace.views[view_id]
        return await self.interactions.submit(self.workspace.user(user), view, values)

    def find_message(self, channel: Channel, ts: str) -> Message:
        """A channel's message by its ts; it may be ephemeral."""
        ephemeral = [one for one in self.workspace.ephemerals if one.channel == channel.id]
        return next(one for one in [*channel.messages, *ephemeral] if one.ts == ts)

    def say(self, channel: str, user: str, text: str, *, thread_ts: str | None = None) -> Message:
        """Write a message as somebody."""
        where, who = self.workspace.channel(channel), self.workspace.user(user)
        ts = self.workspace.next_ts()
        return self.workspace.post(
            Message(ts=ts, channel=where.id, user=who.id, text=text, thread_ts=thread_ts)
        )

    def enter(self, channel: Channel, user: str, inviter: str | None = None) -> None:
        """Add a member to a channel."""
        if user not in channel.members:
            channel.members.append(user)
        self.events.joined(channel, user, inviter)
        self._changed(channel)

    def join(self, channel: str, user: str) -> None:
        """Let somebody join a channel."""
        self.enter(self.workspace.channel(channel), self.workspace.user(user).id)

    def invite_bot(self, channel: str, by: str = "dana") -> None:
        """Invite the bot to a channel, as `/invite @deploybot` does."""
        inviter = self.workspace.user(by).id
        self.enter(self.workspace.channel(channel), self.workspace.bot.id, inviter)

    def kick_bot(self, channel: str) -> None:
        """Remove the bot from a channel."""
        where = self.workspace.channel(channel)
        where.members.remove(self.workspace.bot.id)
        self._changed(where)

    def rename(self, channel: str, name: str) -> None:
        """Rename a channel; its id stays."""
        where = self.workspace.channel(channel)
        where.name = name
        self.events.renamed(where)
        self._changed(where)

    def archive(self, channel: str, by: str = "dana") -> None:
        """Archive a channel."""
        where = self.workspace.channel(channel)
        where.is_archived = True
        self.events.archived(where, self.workspace.user(by).id)
        self._changed(where)

    def convert_private(self, channel: str) -> None:
        """Make a public channel private; its id stays, and no event is sent."""
        where = self.workspace.channel(channel)
        where.is_private = True
        self._changed(where)

    def change_id(self, channel: str) -> str:
        """Share a private channel with another workspace; returns the new id that it gets."""
        where = self.workspace.channel(channel)
        old, where.id = where.id, new_slack_id("C")
        del self.workspace.channels[old]
        self.workspace.channels[where.id] = where
        for message in where.messages:
            message.channel = where.id
        self.events.moved(old, where.id)
        self._changed(where)
        return where.id

    def open_home(self, user: str) -> None:
        """Open the app's home tab as somebody."""
        who = self.workspace.user(user).id
        self.events.send({"type": "app_home_opened", "user": who, "channel": "D0", "tab": "home"})

    def uninstall(self) -> None:
        """Uninstall the app: calls are refused, and two events are sent."""
        self.access.error = "account_inactive"
        self.events.send({"type": "app_uninstalled"})
        tokens = {"oauth": [], "bot": [self.workspace.bot.id]}
        self.events.send({"type": "tokens_revoked", "tokens": tokens})

    def revoke_token(self, *, told: bool = True) -> None:
        """Revoke the bot's token; `told` sends the event for that."""
        self.access.error = "token_revoked"
        tokens = {"oauth": [], "bot": [self.workspace.bot.id]}
        if told:
            self.events.send({"type": "tokens_revoked", "tokens": tokens})

    def remove_scope(self, scope: str) -> None:
        """Take a scope from the app."""
        self.access.scopes.discard(scope)

    def advance(self, seconds: float) -> None:
        """Put Slack's clock forward (seconds), so that response_urls and trigger ids expire."""
        self.workspace.offset += seconds

    def messages(self, channel: str) -> list[Message]:
        """A channel's messages and replies, oldest first."""
        return self.workspace.channel(channel).messages

    def channel_texts(self, channel: str) -> list[str]:
        """The texts of a channel's messages, oldest first."""
        return [one.text for one in self.messages(channel)]

    def last_message(self, channel: str) -> Message:
        """A channel's newest message."""
        return self.messages(channel)[-1]

    def replies(self, channel: str, ts: str) -> list[Message]:
        """The replies in a thread."""
        return self.workspace.channel(channel).replies(ts)

    def ephemerals(self, user: str) -> list[Message]:
        """The messages that only this person sees, oldest first."""
        who = self.workspace.user(user).id
        return [one for one in self.workspace.ephemerals if one.only_for == who]

    @property
    def notifications(self) -> list[Notification]:
        """Who was notified of which message, oldest first; edits notify nobody."""
        return self.workspace.notifications

    def notified(self, user: str) -> list[str]:
        """The ts of the messages that notified a person."""
        who = self.workspace.user(user).id
        return [one.ts for one in self.workspace.notifications if one.user == who]

    def _changed(self, channel: Channel) -> None:
        data = {
            "id": channel.id,
            "name": channel.name,
            "private": channel.is_private,
            "archived": channel.is_archived,
            "members": channel.members,
        }
        self.workspace.tell("slack.channel", data)
