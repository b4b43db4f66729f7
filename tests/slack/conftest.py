"""A running set of Slack's entrances, requests that Slack would send, and what was recorded."""

import asyncio
import hashlib
import hmac
import io
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web

from app.clock import SystemClock
from app.http.bodies import Bodies
from app.http.guard import guarded
from app.model.ask import Ask, Said
from app.model.chat.card import Answer
from app.model.chat.reply import SlackAddress
from app.model.chat.workspace import Workspace
from app.model.note import Note
from app.observe import Metrics
from app.ports import Key
from app.slack.entrances.command import SlackCommand
from app.slack.entrances.event import SlackEvent
from app.slack.entrances.interactive import SlackInteractive
from app.slack.entrances.recorder import Recorder
from app.slack.entrances.signature import SlackSignature
from app.slack.web_api.chat import SlackChat
from sandbox.core.server import Server
from sandbox.slack.standin import SlackStandIn

SECRETS = ("old-secret", "new-secret")
TEAM = "T0ACME"


@dataclass
class Ledger:
    """An `Intake` that remembers; `failure` is raised, `delay` seconds pass first."""

    asks: list[Ask] = field(default_factory=list)
    failure: Exception | None = None
    delay: float = 0.0

    async def note(self, note: Note) -> None:
        """Slack's entrances note nothing."""
        raise AssertionError(note)

    async def add_ask(self, ask: Ask) -> bool:
        """Remember an ask once."""
        await asyncio.sleep(self.delay)
        if self.failure is not None:
            raise self.failure
        known = any(other.ask_id == ask.ask_id for other in self.asks)
        self.asks += [] if known else [ask]
        return not known


@dataclass
class Entrances:
    """Slack's three routes, listening; `team` is our workspace as far as it is known."""

    session: aiohttp.ClientSession
    url: str
    ledger: Ledger
    woken: list[Key] = field(default_factory=list)
    awaited: list[Key] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    team: str | None = TEAM

    def wake(self, key: Key, *, delivery: str = "", awaited: bool = False) -> None:
        """`app.ports.Wake`."""
        self.woken.append(key)
        if awaited:
            self.awaited.append(key)

    async def post(
        self, path: str, body: bytes, *, secret: str = SECRETS[0], age: float = 0, **headers: str
    ) -> tuple[int, str]:
        """A request signed by Slack; `headers` replace its own (an empty one is left out)."""
        signed = sign(body, secret=secret, at=time.time() - age)
        sent = signed | {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.send(path, body, {name: value for name, value in sent.items() if value})

    async def send(self, path: str, body: Any, headers: Any) -> tuple[int, str]:
        """A request as it is given."""
        data = io.BytesIO(body) if isinstance(body, bytes) else body
        async with self.session.post(f"{self.url}{path}", data=data, headers=headers) as answer:
            return answer.status, await answer.text()

    async def command(self, text: str, **fields: str) -> tuple[int, str]:
        """Somebody types the slash command."""
        return await self.post("/slack/command", command_form(text, **fields))

    async def press(self, **interaction: Any) -> tuple[int, str]:
        """Somebody presses a button."""
        body = urlencode({"payload": json.dumps(interaction)}).encode()
        return await self.post("/slack/interactive", body)

    async def event(self, event: dict[str, Any], **envelope: Any) -> tuple[int, str]:
        """Something happens in the workspace."""
        sent = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": event}
        return await self.post("/slack/event", json.dumps(sent | envelope).encode())


def command_form(text: str, **fields: str) -> bytes:
    """The form of a slash command."""
    known = {
        "command": "/cimon",
        "text": text,
        "team_id": TEAM,
        "channel_id": "C1",
        "channel_name": "shop",
        "user_id": "U1",
        "user_name": "dana",
        "response_url": "https://hooks.slack.com/commands/T0ACME/1/abc",
        "trigger_id": "1.2.3",
    }
    return urlencode({name: value for name, value in (known | fields).items() if value}).encode()


def sign(body: bytes, *, secret: str, at: float) -> dict[str, str]:
    """Slack's headers, made with nothing of ours."""
    stamp = str(int(at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
        "Content-Type": "application/x-www-form-urlencoded",
    }


@pytest.fixture
def secrets() -> tuple[str, ...]:
    """The signing secrets in force."""
    return SECRETS


@pytest.fixture
async def entrances(secrets: tuple[str, ...]) -> AsyncIterator[Entrances]:
    """Slack's entrances over real HTTP."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        running = Entrances(session=session, url="", ledger=Ledger())
        server = Server(application(running, secrets))
        await server.start()
        stack.push_async_callback(server.stop)
        running.url = server.url
        yield running
        await session.close()


def application(running: Entrances, secrets: tuple[str, ...]) -> web.Application:
    """The application as `app/service/main.py` builds it, with answers that tests recognise."""

    async def immediate(said: Said, place: SlackAddress) -> Answer | None:
        return Answer(text=f"Help for {place.channel_id}.") if said.text in {"", "help"} else None

    recorder = Recorder(
        signature=SlackSignature(secrets=secrets, bodies=Bodies()),
        intake=running.ledger,
        wake=running.wake,
        workspace=lambda: Workspace(team_id=running.team) if running.team else None,
        clock=SystemClock(),
    )
    routes = [
        *SlackCommand(
            recorder=recorder,
            immediate=immediate,
            wrong_workspace=Answer(text="wrong workspace"),
            store_down=Answer(text="store down"),
            store_timeout=Answer(text="store unsure"),
        ).routes(),
        *SlackInteractive(recorder=recorder, actions={"claim", "cancel"}).routes(),
        *SlackEvent(recorder=recorder, revoked=lambda: running.revoked.append("token")).routes(),
    ]
    app = web.Application()
    app.add_routes(guarded(routes, Metrics()))
    return app


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    """Slack, with a channel that the bot is in, one that it is not, and a private one."""
    standin = SlackStandIn()
    await standin.start()
    standin.add_channel("shop", bot=True)
    standin.add_channel("elsewhere")
    standin.add_channel("secret", private=True)
    yield standin
    await standin.stop()


@dataclass
class Client:
    """`SlackChat` at the stand-in, what it counted, and whether its token is refused."""

    chat: SlackChat
    metrics: Metrics
    problems: set[str]


@pytest.fixture
async def client(slack: SlackStandIn) -> AsyncIterator[Client]:
    """Our client, with a second for a call."""
    metrics, problems = Metrics(), set[str]()
    async with aiohttp.ClientSession() as session:
        chat = SlackChat(
            token=slack.token,
            base_url=slack.api_url,
            timeout=1.0,
            session=session,
            metrics=metrics,
            problems=problems,
        )
        yield Client(chat=chat, metrics=metrics, problems=problems)


@pytest.fixture
def chat(client: Client) -> SlackChat:
    """Our client."""
    return client.chat
