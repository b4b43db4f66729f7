"""Finds and runs the command for what somebody typed or pressed in Slack."""

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import structs

from app.commands.channels.channel_events import ChannelEvents
from app.commands.channels.claim import Claim
from app.commands.command import Command, said_of, slack_of
from app.commands.controls.lock import TellMe
from app.commands.deployments.deploy import AGAIN
from app.commands.deployments.kept import SHOWING, KeptCommands
from app.commands.deployments.retry import RETRY_AGAIN
from app.commands.help import Help
from app.commands.parsing.grammar import Grammar, Typed
from app.errors import Refused, UserError
from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.planning.targets.environments import Environment, find_environment
from app.lifecycle.requests.confirmation import agreed
from app.lifecycle.requests.decision import Decision, Nothing, Reply
from app.model.ask import EVENT_ORIGIN, Ask, AskKind, Said
from app.model.chat.card import Answer
from app.model.chat.reply import SlackAddress
from app.model.reasons import Reason
from app.model.reasons.binding import WrongWorkspace
from app.model.reasons.typed import UnknownCommand
from app.ports import Chat, Records
from app.texts.cards.approvals import APPROVE, REJECT
from app.texts.replies.channels.people import CLAIM
from app.texts.replies.deployments.confirmation import AGREE, AGREE_PLAN, DECLINE, declined
from app.texts.replies.locks import UNLOCK
from app.texts.replies.refusals import TELL_ME, refusal

BUTTONS = ("cancel", "retry", "rollback", "resume", "status", APPROVE, REJECT, UNLOCK)
"""Actions that run the command of the same name on the deployment whose id the button carries."""

ACTIONS = (*BUTTONS, AGAIN, RETRY_AGAIN, CLAIM, TELL_ME, AGREE, AGREE_PLAN, DECLINE)
"""Every action of our buttons and select menus."""


@dataclass(frozen=True, kw_only=True)
class Commands:
    """Decides asks that come from Slack: commands, buttons and events."""

    chat: Chat
    records: Records
    grammar: Grammar
    commands: Mapping[str, Command]
    help: Help
    claim: Claim
    tell_me: TellMe
    channel_events: ChannelEvents
    kept: KeptCommands

    async def decide(self, ask: Ask) -> Decision:
        """Decide what to do about a command, a button or an event.

        A provider's `Refused` becomes an answer. Raises `UserError`, and `Unavailable` and
        `StoreError`, after which the ask is decided again later.
        """
        try:
            return await self.kept.deciding(ask, lambda: self._decide(ask))
        except Refused as error:
            return Reply(answer=refusal(error.reason))

    async def immediate(self, said: Said, place: SlackAddress) -> Answer | None:
        """The answer to `help` and to typing mistakes; None for what must become an ask."""
        try:
            typed = self.grammar.parse(said.text)
            if typed.name in ("", self.help.name):
                return await self.help.here(place)
            self._named(typed)
        except UserError as error:
            reasons = [await self._hinted(reason, place) for reason in error.reasons]
            return refusal(*reasons, of=error.of)
        return None

    async def _hinted(self, reason: Reason, place: SlackAddress) -> Reason:
        """The reason; for an unknown command that names an environment, with its name."""
        if not isinstance(reason, UnknownCommand):
            return reason
        project = await self.help.bindings.project_of_channel(place.channel_id)
        if project is None:
            return reason
        config = self.kept.configs.last(project.repository_id) or RepoConfig()
        found = find_environment(reason.typed, config, ())
        if not isinstance(found, Environment):
            return reason
        return structs.replace(reason, environment=found.name)

    async def _decide(self, ask: Ask) -> Decision:
        if ask.kind is AskKind.SLACK_EVENT:
            if await self._our_event(ask):
                await self.channel_events.run(ask)
            return Nothing()
        if ask.said is None:
            return Nothing()
        await self._our_workspace(slack_of(ask))
        if ask.kind is AskKind.COMMAND:
            typed = self.grammar.parse(ask.said.text)
            command = self._named(typed)
            if command.name in SHOWING:
                return await self.kept.showing(ask, lambda: command.run(ask, typed))
            return await command.run(ask, typed)
        return await self._pressed(ask)

    async def _pressed(self, ask: Ask) -> Decision:
        said = said_of(ask)
        if said.action == CLAIM:
            return await self.claim.run(ask)
        if said.action in (AGREE, AGREE_PLAN):
            return agreed(await self.records.ask(said.value), ask)
        if said.action == DECLINE:
            return Reply(answer=declined())
        if said.action == TELL_ME:
            return await self.tell_me.run(ask)
        if said.action == AGAIN:
            typed = self.grammar.parse(f"deploy {said.value.partition(' ')[2]}")
            return await self.commands["deploy"].run(ask, typed)
        if said.action == RETRY_AGAIN:
            typed = Typed(name="retry", args=(said.value.partition(" ")[2],))
            return await self.commands["retry"].run(ask, typed)
        if said.action in BUTTONS:
            parts = said.value.split(" ") if said.action == APPROVE else (said.value,)
            typed = Typed(name=said.action, args=tuple(parts))
            return await self.commands[said.action].run(ask, typed)
        return Nothing()

    async def _our_workspace(self, place: SlackAddress) -> None:
        """Raise `UserError` for people of other workspaces.

        The person's own team counts, not only the request's: a channel may be shared with another
        company. An organization on Enterprise Grid has many workspaces, so where the request does
        not say whether the person belongs to ours, Slack is asked.
        """
        ours, teams = await self.chat.our_workspace(), (place.team_id, place.person_team_id)
        if ours.matches(teams):
            return
        known = ours.may_match(teams, place.enterprise_id)
        if not known or not (await self.chat.member(place.user_id)).ours:
            raise UserError(WrongWorkspace())

    async def _our_event(self, ask: Ask) -> bool:
        """Whether the event is from our workspace.

        The entrance checks this too, but the event may have come before we knew our workspace.
        """
        origin = ask.body.get(EVENT_ORIGIN) or {}
        ours = await self.chat.our_workspace()
        return ours.may_match(origin.get("teams", ()), origin.get("enterprise", ""))

    def _named(self, typed: Typed) -> Command:
        if typed.name in ("", self.help.name):
            return self.help
        command = self.commands.get(typed.name)
        if command is None:
            guess = self.grammar.closest(typed.name)
            raise UserError(UnknownCommand(typed=typed.name, closest=guess))
        return command
