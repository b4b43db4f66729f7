"""Bad requests at Slack's entrances: each is refused, nothing is done, one line is logged."""

import gzip
import json
import time
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs

from tests.slack.conftest import Entrances, command_form, sign

BODY = command_form("deploy production")
DEEP = b"[" * 10_000 + b"]" * 10_000
LONG_ID = "U" * 201
ROUTES = ["/slack/command", "/slack/interactive", "/slack/event"]


def payload(text: bytes) -> bytes:
    """The form of an interaction."""
    return b"payload=" + urlencode({"": text}).encode()[1:]


@pytest.fixture(params=ROUTES)
def route(request: pytest.FixtureRequest) -> str:
    """Each of the three."""
    return str(request.param)


async def refused(entrances: Entrances, path: str, body: bytes, **request: object) -> int:
    """The status of a request of which nothing came and one line was logged."""
    with capture_logs() as lines:
        status, _ = await entrances.post(path, body, **request)  # type: ignore[arg-type]
    assert entrances.ledger.asks == []
    assert [(line["event"], line["status"]) for line in lines] == [("request.refused", status)]
    assert "exc_info" not in lines[0]
    return status


class TestUnsigned:
    """Without a valid, recent signature nothing is acted on."""

    @pytest.mark.parametrize(
        "headers",
        [
            {"X_Slack_Signature": ""},
            {"X_Slack_Signature": "v0=" + "0" * 64},
            {"X_Slack_Signature": "nonsense"},
            {"X_Slack_Signature": "v0=é"},
            {"X_Slack_Request_Timestamp": ""},
            {"X_Slack_Request_Timestamp": "now"},
            {"X_Slack_Request_Timestamp": "-1"},
            {"X_Slack_Request_Timestamp": "1" * 40},
            {"X_Slack_Request_Timestamp": "٣"},
        ],
    )
    async def test_headers(self, entrances: Entrances, route: str, headers: dict[str, str]) -> None:
        """A missing, wrong or unreadable header is 401."""
        assert await refused(entrances, route, BODY, **headers) == 401

    @pytest.mark.parametrize("age", [301, -330, 86_400])
    async def test_old(self, entrances: Entrances, route: str, age: float) -> None:
        """A replay after five minutes is 401, and so is a date in the future."""
        assert await refused(entrances, route, BODY, age=age) == 401

    @pytest.mark.parametrize("secret", ["", "other-secret"])
    async def test_secret(self, entrances: Entrances, route: str, secret: str) -> None:
        """Another secret, or none, is 401."""
        assert await refused(entrances, route, BODY, secret=secret) == 401

    @pytest.mark.parametrize("secrets", [(), ("",)])
    async def test_empty_secret(self, entrances: Entrances, route: str) -> None:
        """Without a secret nobody can sign."""
        assert await refused(entrances, route, BODY, secret="") == 401

    @pytest.mark.parametrize("name", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
    async def test_duplicate(self, entrances: Entrances, route: str, name: str) -> None:
        """A header that is there twice is 401, whichever is right."""
        headers = sign(BODY, secret="old-secret", at=2e9)
        twice = [*headers.items(), (name, headers[name])]
        with capture_logs() as lines:
            assert (await entrances.send(route, BODY, twice))[0] == 401
        assert [line["reason"] for line in lines] == [f"duplicate header {name}"]

    async def test_changed_body(self, entrances: Entrances, route: str) -> None:
        """A signature is good for its own body only."""
        headers = sign(BODY, secret="old-secret", at=2e9)
        assert (await entrances.send(route, BODY + b"&x=1", headers))[0] == 401


class TestMalformed:
    """Signed requests that make no sense."""

    async def test_large(self, entrances: Entrances, route: str) -> None:
        """30 MB is 413, before anything else is judged."""
        assert await refused(entrances, route, b"x" * 30_000_000, secret="wrong") == 413

    async def test_compressed(self, entrances: Entrances, route: str) -> None:
        """A compressed body is 415, before the signature is judged."""
        body = gzip.compress(BODY)
        assert await refused(entrances, route, body, secret="", Content_Encoding="gzip") == 415

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\xff\xfe",
            b"text=%FF",
            b"text=a&text=b",
            command_form("x", user_id=""),
            command_form("x", channel_id=""),
            command_form("x", team_id=""),
            command_form("x", command=""),
            command_form("x", user_id=LONG_ID),
            command_form("x", channel_id=LONG_ID),
            command_form("x", team_id=LONG_ID),
            command_form("x", command=LONG_ID),
            command_form("x", enterprise_id=LONG_ID),
            command_form("x", channel_name=LONG_ID),
            command_form("x", user_name=LONG_ID),
        ],
    )
    async def test_command(self, entrances: Entrances, body: bytes) -> None:
        """A form that is none, or lacks a field, is 400."""
        assert await refused(entrances, "/slack/command", body) == 400

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"other=1",
            payload(b"\xff"),
            payload(b"[]"),
            payload(b"{}"),
            payload(b'{"type": 1}'),
            payload(DEEP),
            payload(b'{"type": "block_actions", "x": ' + DEEP + b"}"),
            payload(b'{"type": "block_actions", "actions": [{"action_id": "claim"}]}'),
            payload(b'{"type": "block_actions", "user": {"id": "%b"}}' % LONG_ID.encode()),
            payload(b'{"type": "block_actions", "team": {"id": "%b"}}' % LONG_ID.encode()),
            payload(b'{"type": "block_actions", "channel": {"id": "%b"}}' % LONG_ID.encode()),
            payload(
                b'{"type": "block_actions", "container": {"message_ts": "%b"}}' % LONG_ID.encode()
            ),
        ],
    )
    async def test_interaction(self, entrances: Entrances, body: bytes) -> None:
        """A payload that is none, or lacks a field, is 400."""
        assert await refused(entrances, "/slack/interactive", body) == 400

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\xff",
            b"[]",
            b"{}",
            b"null",
            DEEP,
            b'{"type": "event_callback", "event": ' + DEEP + b"}",
            b'{"type": "event_callback", "event": {"type": "channel_rename"}}',
            b'{"type": "event_callback", "event_id": "Ev1", "event": {}}',
            b'{"type": "event_callback", "event_id": "Ev1", "event": []}',
            b'{"type": "event_callback", "event_id": "%b"}' % LONG_ID.encode(),
            b'{"type": "event_callback", "team_id": "%b"}' % LONG_ID.encode(),
            b'{"type": "event_callback", "enterprise_id": "%b"}' % LONG_ID.encode(),
        ],
    )
    async def test_event(self, entrances: Entrances, body: bytes) -> None:
        """JSON that is none, no object, too deep or lacks a field is 400."""
        assert await refused(entrances, "/slack/event", body) == 400


@pytest.mark.parametrize("secret", ["old-secret", "new-secret"])
async def test_rotation(entrances: Entrances, secret: str) -> None:
    """While the secret is rotated both are good."""
    assert (await entrances.post("/slack/command", BODY, secret=secret))[0] == 200
    assert len(entrances.ledger.asks) == 1


async def test_chunked(entrances: Entrances) -> None:
    """A chunked body is fine."""

    async def chunks() -> object:
        yield BODY[:10]
        yield BODY[10:]

    headers = sign(BODY, secret="old-secret", at=time.time())
    assert (await entrances.send("/slack/command", chunks(), headers))[0] == 200
    assert len(entrances.ledger.asks) == 1


async def test_lone_surrogate(entrances: Entrances) -> None:
    """A character that no store takes is 400, not a failure later."""
    body = json.dumps({"type": "event_callback", "event_id": "\ud800"}).encode()
    assert await refused(entrances, "/slack/event", body) == 400
