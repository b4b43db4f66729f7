"""Requests as the providers sign them, and as nobody should send them: bytes on a socket."""

import asyncio
import contextlib
import gzip
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from sandbox.circleci.hooks import signature as circleci_signature
from sandbox.slack.requests.signing import signature as slack_signature
from sandbox.world import World

FORM = "application/x-www-form-urlencoded"
Headers = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One request: `chunked` sends its body in pieces, without a Content-Length."""

    path: str
    body: bytes
    headers: Headers
    chunked: bool = False
    length: int | None = None

    def without(self, name: str) -> "Sent":
        """Without a header."""
        return replace(self, headers=[one for one in self.headers if one[0] != name])

    def plus(self, name: str, value: str) -> "Sent":
        """With one header more."""
        return replace(self, headers=[*self.headers, (name, value)])


@dataclass(frozen=True, kw_only=True)
class Route:
    """An entrance: how its provider signs, and a good body."""

    path: str
    signed: str
    sign: Callable[[bytes, str, float], Headers]
    secret: str
    good: bytes
    wrap: Callable[[bytes], bytes] = field(default=lambda body: body)
    required: str = ""

    def request(self, body: bytes, *, secret: str | None = None, at: float | None = None) -> Sent:
        """A request with that body, signed now with the right secret unless told otherwise."""
        moment = time.time() if at is None else at
        headers = self.sign(body, self.secret if secret is None else secret, moment)
        return Sent(path=self.path, body=body, headers=headers)


def routes(world: World, github_body: bytes, circleci_body: bytes) -> list[Route]:
    """The five entrances."""
    slack = world.slack
    person = {"id": slack.dana.id, "username": "dana", "team_id": slack.workspace.team_id}
    command = {
        "command": "/cimon",
        "text": "list",
        "team_id": slack.workspace.team_id,
        "channel_id": world.channel.id,
        "channel_name": "shop",
        "user_id": slack.dana.id,
        "user_name": "dana",
    }
    pressed = {
        "type": "block_actions",
        "team": {"id": slack.workspace.team_id},
        "user": person,
        "channel": {"id": world.channel.id},
        "actions": [{"action_id": "status", "value": "1"}],
    }
    event = {
        "type": "event_callback",
        "team_id": slack.workspace.team_id,
        "event_id": "Ev0GOOD",
        "event": {"type": "channel_rename", "channel": {"id": "C0NONE", "name": "x"}},
    }
    secret = slack.signing_secret

    def payload(body: bytes) -> bytes:
        return b"payload=" + body

    def slack_route(path: str, good: bytes, **more: object) -> Route:
        signed = "X-Slack-Signature"
        return Route(
            path=f"/slack/{path}", signed=signed, sign=by_slack, secret=secret, good=good, **more
        )  # type: ignore[arg-type]

    return [
        Route(
            path="/github/webhook",
            signed="X-Hub-Signature-256",
            sign=by_github,
            secret=world.github.webhook_secret,
            good=github_body,
            required="X-GitHub-Event",
        ),
        slack_route("command", urlencode(command).encode()),
        slack_route(
            "interactive", urlencode({"payload": json.dumps(pressed)}).encode(), wrap=payload
        ),
        slack_route("event", json.dumps(event).encode()),
        Route(
            path="/circleci/webhook",
            signed="circleci-signature",
            sign=by_circleci,
            secret=world.circleci.webhook_secret,
            good=circleci_body,
        ),
    ]


def by_github(body: bytes, secret: str, _at: float) -> Headers:
    """https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return [
        ("Content-Type", "application/json"),
        ("X-GitHub-Event", "deployment"),
        ("X-GitHub-Delivery", "0b989ba4-242f-11e5-81e1-c7b6966d2516"),
        ("X-Hub-Signature-256", f"sha256={digest}"),
    ]


def by_slack(body: bytes, secret: str, at: float) -> Headers:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack."""
    timestamp = str(int(at))
    return [
        ("Content-Type", FORM),
        ("X-Slack-Request-Timestamp", timestamp),
        ("X-Slack-Signature", slack_signature(secret, timestamp, body)),
    ]


def by_circleci(body: bytes, secret: str, _at: float) -> Headers:
    """https://circleci.com/docs/outbound-webhooks/."""
    return [
        ("Content-Type", "application/json"),
        ("circleci-event-type", "workflow-completed"),
        ("circleci-signature", circleci_signature(secret, body)),
    ]


def bad_inputs(route: Route) -> dict[str, Sent]:
    """What nobody should send, each signed rightly unless that is what is wrong with it."""
    good = route.request(route.good)
    signature = dict(good.headers)[route.signed]
    zipped = gzip.compress(route.good)
    deep = b"[" * 10_000 + b"]" * 10_000
    large = route.request(b"x" * (30 * 2**20))
    cases = {
        "no signature": good.without(route.signed),
        "a wrong signature": replace(good, body=route.good + b" "),
        "signed with an empty secret": route.request(route.good, secret=""),
        "an empty signature": good.without(route.signed).plus(route.signed, ""),
        "two signatures": good.plus(route.signed, signature),
        "a signature that is not ASCII": good.without(route.signed).plus(route.signed, "ä"),
        "a compressed body": route.request(zipped).plus("Content-Encoding", "gzip"),
        "30 MB": large,
        "30 MB, chunked": replace(large, chunked=True),
        "30 MB announced, nothing sent": replace(route.request(b""), length=30 * 2**20),
        "not UTF-8": route.request(route.wrap(b'{"a": "\xff\xfe"}')),
        "not JSON": route.request(route.wrap(b"{oops")),
        "a list": route.request(route.wrap(b'["a"]')),
        "10,000 deep": route.request(route.wrap(deep)),
        "an empty body": route.request(b""),
        "a missing field": route.request(route.wrap(b"{}")),
    }
    if route.required:
        cases[f"no {route.required}"] = good.without(route.required)
        cases[f"two {route.required}"] = good.plus(route.required, "push")
    if route.sign is by_slack:
        cases["no timestamp"] = good.without("X-Slack-Request-Timestamp")
        cases["older than five minutes"] = route.request(route.good, at=time.time() - 310)
        cases["from the future"] = route.request(route.good, at=time.time() + 310)
    return cases


async def send(port: int, sent: Sent) -> tuple[int, str]:
    """Send it; the answer's status and text. A server may answer before it has read all."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writing = asyncio.ensure_future(_write(writer, sent))
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.split("\r\n")
        length = next(
            (int(one[15:]) for one in lines if one.lower().startswith("content-length")), 0
        )
        return int(lines[0].split()[1]), (await reader.readexactly(length)).decode()
    finally:
        writing.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await writing
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _write(writer: asyncio.StreamWriter, sent: Sent) -> None:
    headers = [("Host", "bot"), ("Connection", "close"), *sent.headers]
    if sent.chunked:
        headers.append(("Transfer-Encoding", "chunked"))
    else:
        length = len(sent.body) if sent.length is None else sent.length
        headers.append(("Content-Length", str(length)))
    head = f"POST {sent.path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers) + "\r\n"
    writer.write(head.encode())
    with contextlib.suppress(ConnectionError):
        async for piece in _pieces(sent):
            writer.write(piece)
            await writer.drain()


async def _pieces(sent: Sent) -> AsyncIterator[bytes]:
    for part in _cut(sent.body):
        yield b"%x\r\n%b\r\n" % (len(part), part) if sent.chunked else part
    if sent.chunked:
        yield b"0\r\n\r\n"


def _cut(body: bytes, size: int = 65536) -> Iterable[bytes]:
    small = 7 if len(body) < size else size
    return (body[start : start + small] for start in range(0, len(body), small))
