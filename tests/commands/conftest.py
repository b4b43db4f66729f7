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

from app.circleci.client import CircleCIClient
from app.circleci.http import Api
from app.clock import SystemClock
from app.commands import Addresses, Commands, build_commands
from app.commands.channels.binders import Binders
from app.commands.channels.verify import Verify
from app.github_app.github_client import GitHubClient
from app.lifecycle.configuration.reading import ConfigCache
from app.lifecycle.look_types import Now
from app.lifecycle.planning.own_pipelines import OwnPipelines
from app.lifecycle.planning.pipeline_facts import PipelineFacts
from app.lifecycle.planning.planner import Planner
from app.lifecycle.planning.projects import Projects
from app.lifecycle.planning.who_may import WhoMay
from app.lifecycle.requests.decide import build_of
from app.lifecycle.requests.decision import Create, Deciders, Decision, Nothing, Reply, Tell
from app.lifecycle.requests.locks import Locks
from app.lifecycle.requests.notices import Notices
from app.model.ask import Ask, AskKind, Said
from app.model.build import Build
from app.model.build_parts import PostedStatus
from app.model.card import Answer
from app.model.plan import Person
from app.model.reply import SlackAddress
from app.observe import Metrics
from app.ports import Store
from app.settings import Settings, read_settings
from app.slack.message import SlackChat
from app.store.opening import open_store
from app.tickets.references import find_references
from sandbox.world import World

TEAM_OF_OTHERS = "T0OTHERS"


@dataclass(frozen=True)
class Clients:
    """The store and the providers' clients."""

    store: Store
    github: GitHubClient
    ci: CircleCIClient
    projects: Projects
    who_may: WhoMay
    chat: SlackChat


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
        """What an ask comes to, as the engine asks for it."""
        return await Deciders({ask.kind: self.commands.decide})(ask)

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
            case Tell(note=note, answer=answer):
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
        text = text.replace(self.world.github.url, "https://github.example")
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
        """Bind #shop to acme/shop."""
        await self.type("setup acme/shop")


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
        environ = world.environ("http://127.0.0.1:9", f"sqlite:///{tmp_path / 'deploybot.db'}")
        settings = read_settings(environ)
        store = await open_store(settings.store_url, wait=0, lease_seconds=4)
        stack.push_async_callback(store.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        outside = _outside(settings, store, session)
        planner = Planner(
            github=outside.github,
            ci=outside.ci,
            projects=outside.projects,
            who_may=outside.who_may,
            records=store,
            bindings=store,
            own=OwnPipelines(store, PipelineFacts(outside.ci), outside.github),
            find_tickets=find_references,
            clock=SystemClock(),
            configs=ConfigCache(),
        )
        commands = build_commands(
            bindings=store,
            records=store,
            github=outside.github,
            ci=outside.ci,
            projects=outside.projects,
            chat=outside.chat,
            planner=planner,
            verify=Verify(
                bindings=store,
                github=outside.github,
                notices=Notices(store, lambda key: None, SystemClock()),
                links=None,
                proofs=None,
            ),
            locks=Locks(
                records=store,
                intake=store,
                bindings=store,
                notices=Notices(store, lambda key: None, SystemClock()),
                clock=SystemClock(),
                wake=lambda key: None,
            ),
            binders=Binders(bindings=store, github=outside.github, chat=outside.chat),
            clock=SystemClock(),
            links=Addresses(
                html="https://github.com",
                ci_webhook=f"{world.public_url}/circleci/webhook",
            ),
        )
        world.github.webhook_url = None
        yield Desk(world=world, outside=outside, commands=commands)


def _outside(settings: Settings, store: Store, session: aiohttp.ClientSession) -> Clients:
    metrics = Metrics.create()
    api = Api(
        session=session,
        base_url=settings.circleci_api_url,
        token=settings.circleci_token,
        timeout=5,
        metrics=metrics,
    )
    ci = CircleCIClient(api=api, webhook_secret=settings.circleci_webhook_secrets[0])
    github = GitHubClient(
        session,
        app_id=settings.github_app_id,
        private_key=settings.github_private_key,
        base_url=settings.github_api_url,
        graphql_url=settings.github_graphql_url,
        timeout=5,
    )
    return Clients(
        store=store,
        github=github,
        who_may=WhoMay(github, store, SystemClock()),
        ci=ci,
        projects=Projects(ci, settings.circleci_projects),
        chat=SlackChat(
            token=settings.slack_bot_token,
            base_url=settings.slack_api_url,
            timeout=5,
            session=session,
            metrics=metrics,
            problems=set(),
        ),
    )
