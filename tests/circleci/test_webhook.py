"""CircleCI's webhooks over HTTP: what is written down, and what is refused with nothing done."""

import asyncio
import gzip
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import ClientSession, web

from app.circleci.webhook import CircleCIWebhook
from app.http.bodies import Bodies
from app.http.guard import guarded
from app.http.requests import LIMIT
from app.model.ask import AskKind
from app.model.build import Build
from app.model.ci import CIState, WorkflowReport
from app.model.plan import Run
from app.observe import Metrics
from app.ports import Key
from app.store.sqlite.store import SqliteStore
from sandbox.circleci import CircleCIStandIn
from tests.circleci.conftest import SLUG
from tests.plans import changed

OLD, NEW = "old-secret", "new-secret"
KEY = (77, 812)


class SystemClock:
    """A clock that stands at one moment."""

    def wall(self) -> float:
        """Epoch seconds."""
        return 1_790_000_000.0

    def monotonic(self) -> float:
        """Seconds."""
        return 1.0


@dataclass
class Bot:
    """The entrance in front of a store, at the address to which CircleCI sends."""

    url: str
    store: SqliteStore
    woken: list[Key] = field(default_factory=list)

    async def nothing_done(self) -> bool:
        """Whether the store is as it was and nobody was woken."""
        return not self.woken and await self.store.due(2e9, 10) == []


MakeBot = Callable[..., Any]


@pytest.fixture
async def make_bot(tmp_path: Path) -> AsyncIterator[MakeBot]:
    """Builds the entrance; its secrets and its deadline may differ."""
    store = await SqliteStore.open(tmp_path / "deploybot.db", wait=0)
    runners = []

    async def make(secrets: tuple[str, ...] = (OLD, NEW), deadline: float = 7.0) -> Bot:
        woken: list[Key] = []

        def wake(key: Key, *, delivery: str = "", awaited: bool = False) -> None:
            woken.append(key)

        entrance = CircleCIWebhook(
            secrets=secrets,
            intake=store,
            lookups=store,
            records=store,
            wake=wake,
            clock=SystemClock(),
            bodies=Bodies(),
            deadline=deadline,
        )
        app = web.Application()
        app.add_routes(guarded(entrance.routes(), Metrics()))
        runner = web.AppRunner(app, auto_decompress=False, access_log=None)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return Bot(f"http://127.0.0.1:{runner.addresses[0][1]}/circleci/webhook", store, woken)

    yield make
    for runner in runners:
        await runner.cleanup()
    await store.close()


@pytest.fixture
async def bot(make_bot: MakeBot) -> Bot:
    """The entrance as it is in operation."""
    return await make_bot()


def payload(**changes: object) -> dict[str, Any]:
    """A `workflow-completed` event, as CircleCI documents it."""
    event = {
        "id": "3888f21b",
        "type": "workflow-completed",
        "happened_at": "2021-09-01T22:49:34.317Z",
        "webhook": {"id": "cf8c4fdd", "name": "Sample Webhook"},
        "project": {"id": "84996744", "name": "shop", "slug": "github/acme/shop"},
        "organization": {"id": "f22b6566", "name": "acme"},
        "workflow": {
            "id": "fda08377",
            "name": "deploy",
            "created_at": "2021-09-01T22:49:03.616Z",
            "stopped_at": "2021-09-01T22:49:34.170Z",
            "url": "https://app.circleci.com/pipelines/github/acme/shop/130/workflows/fda08377",
            "status": "success",
        },
        "pipeline": {"id": "1285fe1d", "number": 130, "trigger": {"type": "api"}},
    }
    return {**event, **changes}


REPORT = WorkflowReport(
    id="fda08377",
    name="deploy",
    state=CIState.SUCCESS,
    said="success",
    at=1630536574.17,
    url="https://app.circleci.com/pipelines/github/acme/shop/130/workflows/fda08377",
)


def sign(body: bytes, secret: str = NEW) -> str:
    """The value of `circleci-signature`."""
    return "v1=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


async def post(
    bot: Bot, body: bytes, headers: list[tuple[str, str]] | None = None, *, chunked: bool = False
) -> int:
    """Deliver; without headers signed as CircleCI does."""
    sent = headers
    if sent is None:
        sent = [("circleci-signature", sign(body)), ("circleci-event-type", "workflow-completed")]

    async def chunks() -> AsyncIterator[bytes]:
        yield body[:10]
        yield body[10:]

    data = chunks() if chunked else io.BytesIO(body)
    async with ClientSession() as session, session.post(bot.url, data=data, headers=sent) as answer:
        return answer.status


def encoded(event: object) -> bytes:
    """As JSON."""
    return json.dumps(event).encode()


async def know(bot: Bot, project: str = "gh/acme/shop") -> None:
    """A build that has the pipeline, which was asked of that project; it is not due."""
    build = Build(repository_id=77, deployment_id=812, pipeline_id="1285fe1d")
    await bot.store.adopt(changed(build, run=Run(project=project, branch="main")))
    build = await bot.store.build(KEY)
    assert build is not None
    taken = await bot.store.take(build, "holder")
    await bot.store.finish(taken, taken, due_at=None)


async def test_a_known_pipeline_makes_its_build_due(bot: Bot) -> None:
    """The report is written on the build, which is due at once; the worker is woken."""
    await know(bot)
    assert await post(bot, encoded(payload())) == 200
    build = await bot.store.build(KEY)
    assert build is not None
    assert build.reports == {"fda08377": REPORT}
    assert (build.due_at, build.pipeline_id) == (0.0, "1285fe1d")
    assert bot.woken == [KEY]


@pytest.mark.parametrize("trigger", [{"type": "webhook"}, {"type": "schedule"}, {}])
async def test_a_pipeline_that_was_not_started_through_the_api(bot: Bot, trigger: Any) -> None:
    """An ordinary push's costs nothing, whatever the store knows."""
    await know(bot)
    pipeline = {"id": "1285fe1d", "number": 130, "trigger": trigger}
    assert await post(bot, encoded(payload(pipeline=pipeline))) == 200
    assert await bot.nothing_done()
    assert await bot.store.ask("pipeline:1285fe1d") is None


async def test_another_projects_report_is_not_believed(bot: Bot) -> None:
    """Though correctly signed and about this pipeline, it is not recorded, only logged."""
    await know(bot)
    project = {"id": "1", "name": "playground", "slug": "github/acme/playground"}
    with structlog.testing.capture_logs() as lines:
        assert await post(bot, encoded(payload(project=project))) == 200
    assert await bot.nothing_done()
    build = await bot.store.build(KEY)
    assert build is not None
    assert not build.reports
    assert [line["event"] for line in lines] == ["report.of_another_project"]


@pytest.mark.parametrize("slug", ["github/acme/shop", "gh/acme/shop", "gh/Acme/Shop"])
async def test_one_project_has_several_spellings(bot: Bot, slug: str) -> None:
    """`github` is `gh`, and case does not count."""
    await know(bot, project="gh/acme/shop")
    assert await post(bot, encoded(payload(project={"slug": slug}))) == 200
    assert bot.woken == [KEY]


async def test_a_report_of_the_future_is_one_of_now(bot: Bot) -> None:
    """A report dated 2030 would otherwise override every later one."""
    await know(bot)
    workflow = payload()["workflow"] | {"stopped_at": "2030-01-01T00:00:00Z"}
    assert await post(bot, encoded(payload(workflow=workflow))) == 200
    build = await bot.store.build(KEY)
    assert build is not None
    assert build.reports["fda08377"].at == SystemClock().wall()


async def test_duplicates_change_nothing(bot: Bot) -> None:
    """CircleCI may send an event several times."""
    await know(bot)
    body = encoded(payload())
    assert await asyncio.gather(*(post(bot, body) for _ in range(5))) == [200] * 5
    build = await bot.store.build(KEY)
    assert build is not None
    assert build.reports == {"fda08377": REPORT}


async def test_an_unknown_pipeline_becomes_an_ask(bot: Bot) -> None:
    """The index may be late: the ask is keyed by the pipeline, once, and carries the report."""
    for _ in range(2):
        assert await post(bot, encoded(payload())) == 200
    ask = await bot.store.ask("pipeline:1285fe1d")
    assert ask is not None
    assert (ask.kind, ask.asked_at, ask.due_at) == (AskKind.PIPELINE, 1_790_000_000.0, 0.0)
    assert ask.body == {
        "project": "github/acme/shop",
        "pipeline_id": "1285fe1d",
        "number": 130,
        "url": "https://app.circleci.com/pipelines/github/acme/shop/130",
        "workflow": {
            "id": "fda08377",
            "name": "deploy",
            "state": "success",
            "said": "success",
            "at": 1630536574.17,
            "url": REPORT.url,
        },
    }
    assert bot.woken == ["pipeline:1285fe1d"] * 2


async def test_a_chunked_body_is_fine(bot: Bot) -> None:
    """A body without a length is a body."""
    assert await post(bot, encoded(payload()), chunked=True) == 200
    assert bot.woken == ["pipeline:1285fe1d"]


@pytest.mark.parametrize("secret", [OLD, NEW])
async def test_secrets_may_be_several(bot: Bot, secret: str) -> None:
    """During a rotation each secret is accepted; signature versions other than v1 are ignored."""
    body = encoded(payload())
    listed = f"v2=0000, {sign(body, secret)} ,v0=11"
    assert await post(bot, body, [("circleci-signature", listed)]) == 200


async def test_the_documented_signature(make_bot: MakeBot) -> None:
    """CircleCI's own example verifies: what is refused then is only the body."""
    bot = await make_bot(secrets=("secret",))
    digest = "734cc62f32841568f45715aeb9f4d7891324e6d948e4c6c60c0621cdac48623a"
    assert await post(bot, b"hello world", [("circleci-signature", f"v1={digest}")]) == 400


IGNORED = {
    "ping": payload(type="ping", workflow=None, pipeline=None, project=None),
    "a job": payload(type="job-completed", job={"id": "8b91f9a8", "name": "test"}),
    "news": payload(type="something-new"),
}


@pytest.mark.parametrize("name", IGNORED)
async def test_what_is_not_acted_on(bot: Bot, name: str) -> None:
    """Pings, jobs and events that are new to us are accepted, and nothing is done."""
    await know(bot)
    assert await post(bot, encoded(IGNORED[name])) == 200
    assert await bot.nothing_done()


async def test_a_ping_named_by_its_header_alone(bot: Bot) -> None:
    """A shortened payload without a type has the type of its header."""
    body = encoded({"id": "1", "webhook": {"id": "2"}})
    headers = [("circleci-signature", sign(body)), ("circleci-event-type", "ping")]
    assert await post(bot, body, headers) == 200
    assert await bot.nothing_done()


GOOD = encoded(payload())
SIGNED = ("circleci-signature", sign(GOOD))
EVENT = ("circleci-event-type", "workflow-completed")
HUGE = b" " * (LIMIT + 1)


def without(*path: str) -> bytes:
    """The event lacking one field."""
    event = inner = payload()
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return encoded(event)


BAD_REQUESTS: dict[str, tuple[bytes, list[tuple[str, str]], int]] = {
    "too large": (HUGE, [("circleci-signature", sign(HUGE)), EVENT], 413),
    "too large, unsigned": (HUGE, [], 401),
    "compressed": (gzip.compress(GOOD), [SIGNED, EVENT, ("Content-Encoding", "gzip")], 415),
    "compressed, unsigned": (gzip.compress(GOOD), [("Content-Encoding", "br")], 401),
    "no signature": (GOOD, [EVENT], 401),
    "empty signature": (GOOD, [("circleci-signature", ""), EVENT], 401),
    "two signature headers": (GOOD, [SIGNED, SIGNED, EVENT], 401),
    "two v1 in one header": (GOOD, [("circleci-signature", f"{SIGNED[1]},v1=00"), EVENT], 401),
    "wrong signature": (GOOD, [("circleci-signature", sign(GOOD, "guess")), EVENT], 401),
    "signed with nothing": (GOOD, [("circleci-signature", sign(GOOD, "")), EVENT], 401),
    "another version": (GOOD, [("circleci-signature", sign(GOOD).replace("v1", "v2"))], 401),
    "no version": (GOOD, [("circleci-signature", sign(GOOD)[3:]), EVENT], 401),
    "not ASCII": (GOOD, [("circleci-signature", "v1=é"), EVENT], 401),
    "another body": (GOOD + b" ", [SIGNED, EVENT], 401),
    "malformed and unsigned": (b"[", [EVENT], 401),
}

BAD_BODIES: dict[str, bytes] = {
    "empty": b"",
    "not UTF-8": b'{"type": "\xff"}',
    "not JSON": b"type=workflow-completed",
    "a list": encoded([payload()]),
    "a string": b'"workflow-completed"',
    "deep": b'{"type": "workflow-completed", "x": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "two objects": GOOD + GOOD,
    "type is a number": encoded(payload(type=3)),
    "no id": without("id"),
    "no time": without("happened_at"),
    "no project": without("project", "slug"),
    "no pipeline": without("pipeline"),
    "no pipeline id": without("pipeline", "id"),
    "no workflow": without("workflow"),
    "no status": without("workflow", "status"),
    "a number as status": encoded(payload(workflow={"id": "a", "name": "b", "status": 1})),
    "a time that is none": encoded(payload(happened_at="yesterday")),
    "a long id": encoded(payload(pipeline={"id": "-eyJ" * 25_000})),
    "null": encoded(payload(pipeline=None)),
}


async def refused(bot: Bot, status: int, body: bytes, headers: list[tuple[str, str]]) -> None:
    """The answer, nothing done, one line without a stack trace."""
    with structlog.testing.capture_logs() as lines:
        assert await post(bot, body, headers) == status
    assert await bot.nothing_done()
    (line,) = lines
    assert (line["event"], line["status"]) == ("request.refused", status)
    assert "exc_info" not in line


@pytest.mark.parametrize("name", BAD_REQUESTS)
async def test_bad_requests(bot: Bot, name: str) -> None:
    """No signature, size, compression, wrong signature, in this order."""
    body, headers, status = BAD_REQUESTS[name]
    await refused(bot, status, body, headers)


@pytest.mark.parametrize("name", BAD_BODIES)
async def test_bad_bodies(bot: Bot, name: str) -> None:
    """Signed by CircleCI, and still not understood: 400."""
    body = BAD_BODIES[name]
    await refused(bot, 400, body, [("circleci-signature", sign(body)), EVENT])


async def test_no_type_anywhere(bot: Bot) -> None:
    """Neither body nor header says what it is."""
    body = without("type")
    await refused(bot, 400, body, [("circleci-signature", sign(body))])


@pytest.mark.parametrize("secrets", [(), ("",)])
async def test_an_empty_secret_signs_nothing(make_bot: MakeBot, secrets: tuple[str, ...]) -> None:
    """Without a secret nothing gets in."""
    bot = await make_bot(secrets=secrets)
    await refused(bot, 401, GOOD, [("circleci-signature", sign(GOOD, "")), EVENT])


async def test_the_store_does_not_answer_in_time(make_bot: MakeBot) -> None:
    """The deadline makes it 503, so that CircleCI delivers again."""
    bot = await make_bot(deadline=0.0)
    assert await post(bot, GOOD) == 503
    assert bot.woken == []


async def test_the_store_is_down(bot: Bot) -> None:
    """What is not written down is not acknowledged."""
    await bot.store.close()
    assert await post(bot, GOOD) == 503
    assert bot.woken == []


async def test_deliveries_of_the_stand_in(make_bot: MakeBot, circleci: CircleCIStandIn) -> None:
    """A project's real deliveries: the ping, jobs, and the workflow that ended."""
    bot = await make_bot(secrets=(circleci.webhook_secret,))
    circleci.add_webhook(SLUG, url=bot.url, events=["workflow-completed", "job-completed"])
    circleci.hooks.ping(circleci.project(SLUG), circleci.project(SLUG).webhooks[0])
    pipeline = circleci.push(SLUG, "main", trigger="api")
    assert pipeline is not None
    circleci.finish(pipeline.id)
    await circleci.deliverer.settle()
    assert {sent.status for sent in circleci.deliverer.log} == {200}
    assert {sent.event for sent in circleci.deliverer.log} == {
        "ping",
        "job-completed",
        "workflow-completed",
    }
    assert bot.woken == [f"pipeline:{pipeline.id}"]
