"""The five entrances, and all that should not come in: the right 4xx, nothing written down."""

import asyncio
import io
import json
import sqlite3
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import structlog
from inline_snapshot import snapshot

from app.observe import configure_logging
from sandbox.world import World
from tests.e2e.entrances.requests import Route, Sent, bad_inputs, routes, send
from tests.e2e.running import Bot, until
from tests.e2e.shop import REPOSITORY, Shop


async def entrances(shop: Shop) -> list[Route]:
    """The five, with bodies that the providers really sent."""
    await shop.deploy("deploy production")
    await shop.finish()
    github = next(one for one in shop.world.github.deliverer.log if one.event == "deployment")
    [circleci] = [one for one in shop.world.circleci.deliverer.log if one.event != "ping"]
    return routes(shop.world, github.body, circleci.body)


def recorded(bot: Bot) -> dict[str, int]:
    """How often each record of the store was written to."""
    path = bot.store_url.removeprefix("sqlite:///")
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        asks = database.execute("SELECT count(*) FROM ask").fetchone()[0]
        versions = database.execute("SELECT count(*), sum(version) FROM build").fetchone()
    database.close()
    return {"asks": asks, "builds": versions[0], "versions": versions[1]}


async def test_bad_inputs(shop: Shop, bot: Bot) -> None:
    """Each gets its 4xx and one log line, without a stack trace, and leaves nothing behind.

    What has no signature is refused before its body has come, however large that is said to be.
    """
    table: dict[str, dict[str, str]] = {}
    five = await entrances(shop)
    before = recorded(bot)
    for route in five:
        for name, request in bad_inputs(route).items():
            with structlog.testing.capture_logs() as lines:
                status, text = await send(bot.port, request)
            table.setdefault(name, {})[route.path] = f"{status} {text}"
            told = [(line["event"], line.get("status"), line.get("reason")) for line in lines]
            assert [("request.refused", status, text)] == told, (route.path, name)
            assert "exc_info" not in str(lines)
        announced = replace(route.request(b"").without(route.signed), length=30 * 2**20)
        async with asyncio.timeout(2):
            assert 401 == (await send(bot.port, announced))[0], route.path
    assert before == recorded(bot)
    print("\n" + as_table(table, [route.path for route in five]))
    assert as_table(table, [route.path for route in five]) == snapshot("""\
| sent | /github/webhook | /slack/command | /slack/interactive | /slack/event | /circleci/webhook |
| --- | --- | --- | --- | --- | --- |
| no signature | 401 missing header X-Hub-Signature-256 | 401 missing header X-Slack-Signature | 401 missing header X-Slack-Signature | 401 missing header X-Slack-Signature | 401 missing header circleci-signature |
| a wrong signature | 401 wrong signature | ″ | ″ | ″ | ″ |
| signed with an empty secret | 401 wrong signature | ″ | ″ | ″ | ″ |
| an empty signature | 401 missing header X-Hub-Signature-256 | 401 missing header X-Slack-Signature | 401 missing header X-Slack-Signature | 401 missing header X-Slack-Signature | 401 missing header circleci-signature |
| two signatures | 401 duplicate header X-Hub-Signature-256 | 401 duplicate header X-Slack-Signature | 401 duplicate header X-Slack-Signature | 401 duplicate header X-Slack-Signature | 401 duplicate header circleci-signature |
| a signature that is not ASCII | 401 wrong signature | ″ | ″ | ″ | ″ |
| a compressed body | 415 compressed body | ″ | ″ | ″ | ″ |
| 30 MB | 413 body too large | ″ | ″ | ″ | ″ |
| 30 MB, chunked | 413 body too large | ″ | ″ | ″ | ″ |
| 30 MB announced, nothing sent | 413 body too large | ″ | ″ | ″ | ″ |
| not UTF-8 | 400 not UTF-8 | ″ | ″ | ″ | ″ |
| not JSON | 400 not JSON | 400 not a form | 400 not JSON | 400 not JSON | 400 not JSON |
| a list | 400 missing or malformed field | 400 not a form | 400 missing or malformed field | 400 missing or malformed field | 400 missing or malformed field |
| 10,000 deep | 400 missing or malformed field | 400 not a form | 400 missing or malformed field | 400 missing or malformed field | 400 missing or malformed field |
| an empty body | 400 not JSON | 400 missing field command | 400 missing field payload | 400 not JSON | 400 not JSON |
| a missing field | 400 missing or malformed field | 400 not a form | 400 missing or malformed field | 400 missing or malformed field | 400 missing or malformed field |
| no X-GitHub-Event | 400 missing header X-GitHub-Event | – | – | – | – |
| two X-GitHub-Event | 400 duplicate header X-GitHub-Event | – | – | – | – |
| no timestamp | – | 401 missing header X-Slack-Request-Timestamp | 401 missing header X-Slack-Request-Timestamp | 401 missing header X-Slack-Request-Timestamp | – |
| older than five minutes | – | 401 timestamp too far from now | 401 timestamp too far from now | 401 timestamp too far from now | – |
| from the future | – | 401 timestamp too far from now | 401 timestamp too far from now | 401 timestamp too far from now | – |\
""")


def as_table(table: dict[str, dict[str, str]], paths: list[str]) -> str:
    """Markdown: a line for each input, a column for each entrance."""
    lines = [f"| sent | {' | '.join(paths)} |", f"| --- |{' --- |' * len(paths)}"]
    for name, answers in table.items():
        cells = [answers.get(path, "–") for path in paths]
        same = set(answers.values())
        shown = (
            [next(iter(same)), *["″"] * (len(paths) - 1)]
            if len(same) == 1 and "–" not in cells
            else cells
        )
        lines.append(f"| {name} | {' | '.join(shown)} |")
    return "\n".join(lines)


async def test_nobody_is_waited_for_longer_than_ten_seconds(bot: Bot) -> None:
    """A silent connection, and a signed request whose body does not come."""
    signed = b"circleci-signature: v1=0\r\nContent-Length: 5\r\n\r\nab"
    silent = await asyncio.open_connection("127.0.0.1", bot.port)
    late = await asyncio.open_connection("127.0.0.1", bot.port)
    late[1].write(b"POST /circleci/webhook HTTP/1.1\r\nHost: bot\r\n" + signed)
    async with asyncio.timeout(15):
        assert (await late[0].read()).startswith(b"HTTP/1.1 408")
        assert await silent[0].read() == b""
    for _, writer in (silent, late):
        writer.close()


async def test_a_request_sent_again_is_the_same(shop: Shop, bot: Bot) -> None:
    """A signed `deploy`, and a press of *Retry*, that somebody kept and sends again: once each."""
    _, command, interactive, *_ = await entrances(shop)
    form = dict(parse_qsl(command.good.decode())) | {"text": "deploy staging"}
    deploy = command.request(urlencode(form).encode())
    pressed = json.loads(dict(parse_qsl(interactive.good.decode()))["payload"])
    pressed["actions"] = [{"action_id": "retry", "value": str(shop.deployments[0].id)}]
    retry = interactive.request(urlencode({"payload": json.dumps(pressed)}).encode())
    for request, count in ((deploy, 2), (retry, 3)):
        for number in (1, 2):
            assert 200 == (await send(bot.port, request))[0]
            if number == 1:
                await until(lambda n=count: len(shop.deployments) == n, what="a deployment")
                await shop.quiet()
                await shop.finish(count)
        await shop.quiet()
        assert len(shop.deployments) == len(shop.world.circleci.pipelines) == count


async def test_what_is_fine(shop: Shop, bot: Bot) -> None:
    """What we do not handle: a ping, an unknown event, a `job-completed`: nothing is written down.

    Good ones may be chunked: in pieces of seven bytes, without a Content-Length.
    """
    five = await entrances(shop)
    github, _, interactive, event, circleci = five
    before = recorded(bot)
    ping = github.request(b'{"zen": "Keep it logically awesome."}')
    stars = [(k, "star" if k == "X-GitHub-Event" else v) for k, v in ping.headers]
    pings = [(k, "ping" if k == "X-GitHub-Event" else v) for k, v in ping.headers]
    job = json.dumps({**json.loads(circleci.good), "type": "job-completed"}).encode()
    other = {**json.loads(event.good), "event": {"type": "emoji_changed"}}
    unknown = b"payload=" + json.dumps({"type": "shortcut"}).encode()
    for request in (
        type(ping)(path=ping.path, body=ping.body, headers=stars),
        type(ping)(path=ping.path, body=ping.body, headers=pings),
        circleci.request(job),
        circleci.request(b'{"type": "ping", "id": "1"}'),
        event.request(json.dumps(other).encode()),
        interactive.request(unknown),
    ):
        assert 200 == (await send(bot.port, request))[0], request
    assert before == recorded(bot)
    for route in five:
        chunked = replace(route.request(route.good), chunked=True)
        assert 200 == (await send(bot.port, chunked))[0], route.path
    await shop.quiet()


async def test_secrets_while_rotating(world: World, bot: Bot) -> None:
    """Two secrets are good at the same time, at all three providers."""
    old = (world.github.webhook_secret, world.slack.signing_secret, world.circleci.webhook_secret)
    names = ("GITHUB_WEBHOOK_SECRET", "SLACK_SIGNING_SECRET", "CIRCLECI_WEBHOOK_SECRET")
    await bot.stop()
    bot.environ |= {name: f"new-secret, {secret}" for name, secret in zip(names, old, strict=True)}
    await bot.start()
    shop = Shop(world, bot)
    await shop.bound(("dana", "octocat"))
    await shop.deploy("deploy production v1.4.0")
    await shop.finish(1)
    world.github.webhook_secret = world.slack.signing_secret = "new-secret"
    for webhook in world.circleci.project("gh/acme/shop").webhooks:
        webhook.secret = "new-secret"
    world.github.person_deploys(REPOSITORY, "staging")
    await until(lambda: len(world.circleci.pipelines) == 2, what="GitHub's event is believed")
    await shop.quiet()
    await shop.finish(2)
    assert ["success", "success"] == [one.state for one in shop.deployments]
    assert "acme/shop" in await shop.type("help")
    statuses = [one.status for one in world.github.deliverer.log + world.circleci.deliverer.log]
    assert {200} == set(statuses)


async def test_an_unknown_path_and_method(bot: Bot) -> None:
    """Plain 404 and 405."""
    for path, status in (("/nowhere", 404), ("/healthz", 405)):
        assert status == (await send(bot.port, Sent(path=path, body=b"", headers=[])))[0]


async def test_what_is_no_http_is_one_line(bot: Bot) -> None:
    """What aiohttp refuses before any of our code sees it: 400, and nothing of it is logged."""
    head = b"POST /github/webhook HTTP/1.1\r\nHost: bot\r\n"
    sent = {
        "two lengths": head + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nsecret",
        "a bad chunk": head + b"Transfer-Encoding: chunked\r\n\r\nsecret\r\n",
        "a long header": head + b"X: " + b"secret" * 4000 + b"\r\n\r\n",
        "a NUL": head + b"X: se\0cret\r\n\r\n",
    }
    for name, raw in sent.items():
        stream = io.StringIO()
        configure_logging(level="info", form="json", secrets=(), stream=stream)
        reader, writer = await asyncio.open_connection("127.0.0.1", bot.port)
        writer.write(raw)
        assert (await reader.readline()).split()[1] == b"400", name
        writer.close()
        [line] = [json.loads(line) for line in stream.getvalue().splitlines()]
        assert ("request.refused: 400, malformed HTTP", "warning") == (line["event"], line["level"])
        assert "cret" not in stream.getvalue(), name
