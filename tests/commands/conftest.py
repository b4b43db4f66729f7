"""The commands on a real store, with the real clients, against the stand-ins."""

import re
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from msgspec import structs

from app.commands import Commands
from app.lifecycle.look_types import Now
from app.lifecycle.requests.decide import build_of
from app.lifecycle.requests.decision import (
    Confirm,
    Create,
    Deciders,
    Decision,
    Later,
    Nothing,
    Reply,
    WriteNote,
)
from app.model.ask import Ask, AskKind, Said
from app.model.build import Build
from app.model.build_parts import PostedStatus
from app.model.chat.card import Answer
from app.model.chat.reply import SlackAddress
from app.model.plan import Person
from app.model.project import Project
from app.observe import Metrics
from app.ports import Key
from app.service.clients import Clients, build_clients
from app.service.commands import build_commands
from app.service.shared import share
from app.settings import read_settings
from app.store.opening import open_store
from sandbox.world import World

TEAM_OF_OTHERS = "T0OTHERS"


def nobody_wakes(key: Key, *, delivery: str = "", awaited: bool = False) -> None:
    """Nothing looks at records here."""


@dataclass
class Desk:
    """Where people type: asks as the entrances make them, decided, and read back as text."""

    world: World
    outside: Clients
    commands: Commands

    def ask(self, user: str = "dana", channel: str = "shop", **chat: str) -> Ask:
        """An ask of a person; with `action` it is a button that was pressed."""
        workspace = self.world.slack.workspace
        where, who = workspace.channel(channel), workspace.user(user)
        place = SlackAddress(
            channel_id=where.id,
            user_id=who.id,
            team_id=chat.pop("team_id", workspace.team_id),
            channel_name="directmessage" if where.is_im else where.name,
            response_url=chat.pop("response_url", ""),
            message_ts=chat.pop("message_ts", ""),
        )
        said = Said(by=Person(name=who.name, slack_userid=who.id), **chat)
        kind = AskKind.ACTION if said.action else AskKind.COMMAND
        number = str(uuid.uuid4())
        return Ask(ask_id=number, kind=kind, asked_at=time.time(), said=said, reply_to=place)

    async def at_once(self, text: str) -> Answer | None:
        """What a typed command is answered with at once."""
        ask = self.ask(text=text)
        assert ask.said
        assert ask.reply_to
        return await self.commands.immediate(ask.said, ask.reply_to)

    async def decided(self, ask: Ask) -> Decision:
        """What an ask comes to, as the engine asks for it: again, once what it noted is kept."""
        decide = Deciders({ask.kind: self.commands.decide})
        decision = await decide(ask)
        if isinstance(decision, Later) and decision.body is not None:
            decision = await decide(structs.replace(ask, body=decision.body))
        return decision

    async def decide(self, text: str, user: str = "dana", channel: str = "shop") -> Decision:
        """What a typed command comes to."""
        return await self.decided(self.ask(user, channel, text=text))

    async def type(self, text: str, user: str = "dana", channel: str = "shop") -> str:
        """What a typed command comes to, as it reads."""
        return self.read(await self.decide(text, user, channel))

    async def press(self, action: str, value: str, user: str = "dana") -> str:
        """What a pressed button comes to, as it reads."""
        return self.read(await self.decided(self.ask(user, action=action, value=value)))

    async def happens(self, **event: Any) -> None:
        """Something happens in the workspace."""
        ask = Ask(
            ask_id=f"slack:{uuid.uuid4()}",
            kind=AskKind.SLACK_EVENT,
            asked_at=time.time(),
            body=event,
        )
        decided = await self.decided(ask)
        assert isinstance(decided, Nothing)

    def read(self, decision: Decision) -> str:
        """A decision as a review reads it; what differs from run to run is named instead."""
        match decision:
            case Reply(answer=answer):
                return self.shown(answer)
            case Create(plan=plan):
                what = f"{plan.ref} ({plan.sha}) to {plan.environment}"
                return self.named(f"create {what}, {plan.payload.trigger}")
            case Confirm(question=question, agree=agree):
                return f"{self.shown(question)}\n[{agree}]"
            case WriteNote(note=note, answer=answer):
                told = self.shown(answer) if answer else "(nothing is said)"
                facts = {name: type(value).__name__ for name, value in note.facts.items()}
                return f"note {facts}\n{told}"
            case _:
                return "(nothing)"

    def shown(self, answer: Answer) -> str:
        """An answer as lines: text, lines, buttons, select."""
        buttons = [f"[{each.label}]{'→' if each.url else ''}" for each in answer.buttons]
        select = answer.select
        lines = [
            "to the channel:" if answer.in_channel else "to the person:",
            answer.text,
            *answer.lines,
            " ".join(buttons),
            f"select {[option.label for option in select.options]}" if select else "",
        ]
        return self.named("\n".join(line for line in lines if line))

    def named(self, text: str) -> str:
        """Text with names for ids, commits, times and addresses."""
        workspace = self.world.slack.workspace
        for user in workspace.users.values():
            text = text.replace(f"<@{user.id}>", f"<@{user.name}>")
        for channel in workspace.channels.values():
            text = text.replace(f"<#{channel.id}>", f"<#{channel.name}>")
        text = text.replace(self.world.github.url, "https://github.com")
        text = text.replace(self.world.circleci.url, "https://circleci.test")
        text = text.replace(self.world.public_url, "https://bot.example")
        text = re.sub(r"<!date\^[^|>]*\|[^>]*>", "‹time›", text)
        text = re.sub(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])", "‹sha›", text)
        text = re.sub(r"(?<=[|`( ])(?=[a-f]*[0-9])[0-9a-f]{7}(?=[>`)])", "‹sha›", text)
        numbers = [each.id for each in self.world.github.deployments(self.world.repository)]
        for place, number in enumerate(sorted(numbers), start=1):
            text = text.replace(str(number), f"‹{place}›")
        return text

    async def deployed(self, text: str, status: str | None = None, **facts: Any) -> Build:
        """Deploy what was typed, as far as a record of it with these facts, and a status."""
        ask = self.ask(text=text)
        decided = await self.decided(ask)
        assert isinstance(decided, Create), self.read(decided)
        created = await self.outside.github.create_deployment(decided.plan)
        ask = structs.replace(ask, deployment_sha=created.sha, plan=decided.plan)
        build = build_of(ask, decided.plan, created.id, Now(wall=time.time()))
        build = structs.replace(build, **facts)
        await self.outside.store.adopt(build)
        if status is not None:
            await self.outside.github.post_status(
                decided.plan.repository, created.id, PostedStatus(state=status)
            )
        return build

    async def bound(self) -> None:
        """Bind #shop to acme/shop in the store, without the calls that `setup` takes."""
        state = self.world.github.state
        repository = state.repository(self.world.repository)
        installation = state.installation_of(repository)
        assert installation is not None
        self.world.channel.members.append(self.world.slack.workspace.bot.id)
        await self.outside.store.bind(
            Project(
                slack_channelid=self.world.channel.id,
                repository_id=repository.id,
                repository=repository.full_name,
                slack_channel=self.world.channel.name,
                installation_id=installation.id,
                bound_at=time.time(),
            )
        )


@pytest.fixture
def config() -> str | None:
    """The text of the repository's `.github/deploybot.yml`; tests override it."""
    return None


@pytest_asyncio.fixture
async def desk(tmp_path: Path, config: str | None) -> AsyncIterator[Desk]:
    """Nothing is bound yet."""
    async with AsyncExitStack() as stack:
        world = World(config=config)
        await world.start()
        stack.push_async_callback(world.stop)
        environ = world.environ(world.public_url, f"sqlite:///{tmp_path / 'deploybot.db'}")
        settings = read_settings(environ)
        store = await open_store(settings.store_url, wait=0, lease_seconds=4)
        stack.push_async_callback(store.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        metrics = Metrics()
        outside = build_clients(settings, store, session, metrics, set())
        commands = build_commands(share(settings, outside, metrics, nobody_wakes))
        world.github.webhook_url = None
        yield Desk(world=world, outside=outside, commands=commands)
