"""GitHub's stand-in, a client of it, and the webhook listening with a recording intake."""

import asyncio
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from gidgethub.routing import Router
from msgspec import structs, to_builtins

from app.github_app.events.checks import CheckEvents
from app.github_app.events.comments import CommentEvents
from app.github_app.events.deployments import DeploymentEvents
from app.github_app.events.installations import InstallationEvents
from app.github_app.events.sources import SourceEvents
from app.github_app.events.webhook import GitHubWebhook
from app.github_app.github_client import GitHubClient
from app.http.bodies import Bodies
from app.http.guard import guarded
from app.lifecycle.requests.inbox import Inbox
from app.model.ask import Ask
from app.model.build import BuildKey
from app.model.note import Note
from app.model.plan import RepositoryRef
from app.observe import Metrics
from app.ports import Key
from sandbox.github.standin import GitHubStandIn

OLD_SECRET, SECRET = "the-old-secret", "the-new-secret"
TIMEOUT = 5.0
SHOP = "acme/shop"


@dataclass
class Ledger:
    """An intake that remembers; `failure` is raised, `delay` seconds pass before each write."""

    notes: list[Note] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    waiting: dict[tuple[int, str], list[BuildKey]] = field(default_factory=dict)
    watching: dict[tuple[int, str], list[str]] = field(default_factory=dict)
    woken: list[str] = field(default_factory=list)
    failure: Exception | None = None
    delay: float = 0.0

    async def note(self, note: Note) -> None:
        """Remember a note."""
        await self._write()
        self.notes.append(
            structs.replace(note, facts=to_builtins(note.facts))
        )  # as stores write them

    async def add_ask(self, ask: Ask) -> bool:
        """Remember an ask once."""
        await self._write()
        known = any(other.ask_id == ask.ask_id for other in self.asks)
        self.asks += [] if known else [ask]
        return not known

    async def builds_waiting_for(self, repository_id: int, sha: str) -> list[BuildKey]:
        """What a test says is waiting."""
        return self.waiting.get((repository_id, sha), [])

    async def asks_waiting_for(self, repository_id: int, sha: str) -> list[str]:
        """What a test says is waiting."""
        return self.watching.get((repository_id, sha), [])

    async def wake_ask(self, ask_id: str) -> None:
        """Remember an ask that was woken."""
        await self._write()
        self.woken.append(ask_id)

    async def build_of_pipeline(self, pipeline_id: str) -> BuildKey | None:
        """Not requested by GitHub's entrance."""
        raise AssertionError(pipeline_id)

    async def build_of_deployment(self, deployment_id: int) -> BuildKey | None:
        """Not requested by GitHub's entrance."""
        raise AssertionError(deployment_id)

    async def _write(self) -> None:
        await asyncio.sleep(self.delay)
        if self.failure is not None:
            raise self.failure


@dataclass
class StoppedClock:
    """A clock that a test sets."""

    now: float = 1_790_000_000.0

    def wall(self) -> float:
        """The time set."""
        return self.now

    def monotonic(self) -> float:
        """The time set."""
        return self.now


@dataclass
class Entrance:
    """`POST /github/webhook`, listening; what it recorded, woke and forgot."""

    ledger: Ledger
    clock: StoppedClock
    metrics: Metrics
    router: Router
    session: aiohttp.ClientSession
    woken: list[Key] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)
    url: str = ""

    @property
    def nothing_done(self) -> bool:
        """Whether no request left a trace in the store."""
        return not (self.ledger.notes or self.ledger.asks or self.woken or self.forgotten)

    async def post(
        self,
        body: Any,
        headers: dict[str, str] | list[tuple[str, str]],
    ) -> tuple[int, str]:
        """Send a body as it is; the status and text of the answer."""
        data = io.BytesIO(body) if isinstance(body, bytes) else body
        async with self.session.post(self.url, data=data, headers=headers) as response:
            return response.status, await response.text()

    async def deliver(
        self, event: str, payload: Any, *, secret: str = SECRET, delivery: str = "a-guid"
    ) -> int:
        """Deliver as GitHub does; the status of the answer."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        status, _ = await self.post(body, github_headers(event, body, secret, delivery))
        return status


def github_headers(
    event: str, body: bytes, secret: str = SECRET, delivery: str = "a-guid"
) -> dict[str, str]:
    """The headers of a delivery."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": delivery,
        "X-Hub-Signature-256": f"sha256={digest}",
    }


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A session, closed at the end."""
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
async def entrance(session: aiohttp.ClientSession) -> AsyncIterator[Entrance]:
    """The webhook with all routers, on a free port."""
    made = Entrance(Ledger(), StoppedClock(), Metrics(), Router(), session)
    clock, ledger = made.clock, made.ledger

    def wake(key: Key, *, delivery: str = "", awaited: bool = False) -> None:
        made.woken.append(key)

    inbox = Inbox(ledger, wake)
    made.router = Router(
        DeploymentEvents(inbox, ledger, clock).router(),
        SourceEvents(inbox, clock, made.forgotten.append).router(),
        CommentEvents(inbox, clock).router(),
        CheckEvents(inbox, ledger, app_id="1").router(),
        InstallationEvents(inbox, clock).router(),
    )
    webhook = GitHubWebhook([OLD_SECRET, SECRET], made.router, made.metrics, Bodies(), deadline=0.3)
    app = web.Application()
    app.add_routes(guarded(webhook.routes(), made.metrics))
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/github/webhook"
    yield made
    await runner.cleanup()


@pytest.fixture(scope="session")
def key_pair() -> tuple[str, str]:
    """A private and a public key in PEM, made for this run."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


@pytest.fixture
async def github(key_pair: tuple[str, str]) -> AsyncIterator[GitHubStandIn]:
    """GitHub with the repository `acme/shop`, on which the App is installed."""
    stand_in = GitHubStandIn(public_key=key_pair[1], webhook_secret=SECRET)
    await stand_in.start()
    stand_in.add_repository(SHOP, collaborators={"octocat": "admin", "hubot": "write"})
    yield stand_in
    await stand_in.stop()


def client_of(
    github: GitHubStandIn, private_key: str, session: aiohttp.ClientSession, **options: Any
) -> GitHubClient:
    """A client of the stand-in."""
    return GitHubClient(
        session,
        **{
            "app_id": str(github.app_record.id),
            "private_key": private_key,
            "base_url": github.url,
            "graphql_url": f"{github.url}/graphql",
            "timeout": TIMEOUT,
            **options,
        },
    )


@pytest.fixture
async def client(
    github: GitHubStandIn, key_pair: tuple[str, str], session: aiohttp.ClientSession
) -> AsyncIterator[GitHubClient]:
    """A client of the stand-in, closed at the end."""
    made = client_of(github, key_pair[0], session)
    yield made
    await made.close()


@pytest.fixture
def shop(github: GitHubStandIn) -> RepositoryRef:
    """`acme/shop`, as calls need it."""
    return ref_of(github, SHOP)


def ref_of(github: GitHubStandIn, full_name: str) -> RepositoryRef:
    """A repository as a binding remembers it."""
    repository = github.state.repository(full_name)
    installation = github.state.installation_of(repository)
    return RepositoryRef(
        id=repository.id,
        full_name=repository.full_name,
        installation_id=installation.id if installation else None,
    )
