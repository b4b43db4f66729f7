"""The webhook: what is refused and how, what is accepted, and failures inside."""

import asyncio
import json
import logging
from typing import Any

import pytest
import structlog
from aiohttp import web
from gidgethub.sansio import Event

from app.errors import StoreUnavailable
from tests.github_app.conftest import OLD_SECRET, SECRET, Entrance, github_headers
from tests.github_app.examples import deployment_event

BODY = json.dumps(deployment_event()).encode()
GOOD = github_headers("deployment", BODY)


def without(name: str) -> dict[str, str]:
    """Good headers but for one."""
    return {key: value for key, value in GOOD.items() if key != name}


def signed(body: bytes, event: str = "deployment") -> tuple[bytes, dict[str, str]]:
    """A body with the headers that GitHub would send."""
    return body, github_headers(event, body)


NESTED = b'{"a":' * 10_000 + b"1" + b"}" * 10_000
DEEP_PAYLOAD = BODY.replace(b'"payload": {}', b'"payload": ' + b"[" * 10_000 + b"]" * 10_000)

BAD = {
    "no signature": (BODY, without("X-Hub-Signature-256"), 401),
    "empty signature": (BODY, GOOD | {"X-Hub-Signature-256": ""}, 401),
    "signature of another secret": (BODY, github_headers("deployment", BODY, "guessed"), 401),
    "signature of the empty secret": (BODY, github_headers("deployment", BODY, ""), 401),
    "signature of another body": (BODY + b" ", GOOD, 401),
    "sha1 signature": (BODY, GOOD | {"X-Hub-Signature-256": "sha1=" + "0" * 40}, 401),
    "signature that is no text": (BODY, GOOD | {"X-Hub-Signature-256": "sha256=\udcff"}, 401),
    "two signatures": (
        BODY,
        [*GOOD.items(), ("X-Hub-Signature-256", GOOD["X-Hub-Signature-256"])],
        401,
    ),
    "unsigned and malformed": (b"{", without("X-Hub-Signature-256"), 401),
    "no event": (BODY, without("X-GitHub-Event"), 400),
    "no delivery": (BODY, without("X-GitHub-Delivery"), 400),
    "two deliveries": (BODY, [*GOOD.items(), ("X-GitHub-Delivery", "another")], 400),
    "a delivery that is no word": (BODY, GOOD | {"X-GitHub-Delivery": "a b"}, 400),
    "an event that is no word": (BODY, GOOD | {"X-GitHub-Event": "x" * 101}, 400),
    "empty body": (*signed(b""), 400),
    "not JSON": (*signed(b"deployment"), 400),
    "truncated JSON": (*signed(BODY[:-20]), 400),
    "trailing garbage": (*signed(BODY + b"x"), 400),
    "a list": (*signed(b"[]"), 400),
    "a string": (*signed(b'"deployment"'), 400),
    "null": (*signed(b"null"), 400),
    "a missing field": (*signed(b'{"deployment": {"id": 1}}'), 400),
    "a field of another type": (*signed(BODY.replace(b'"id": 812', b'"id": "812"')), 400),
    "not UTF-8": (*signed(b'{"a": "\xff"}'), 400),
    "not UTF-8, in a field that is skipped": (
        *signed(BODY.replace(b'"action": "created"', b'"action": "\xc3\x28"')),
        400,
    ),
    "UTF-16": (*signed(BODY.decode().encode("utf-16")), 400),
    "nested 10,000 deep": (*signed(NESTED), 400),
    "a list nested 10,000 deep": (*signed(b"[" * 10_000 + b"]" * 10_000), 400),
    "a deployment's payload nested 10,000 deep": (*signed(DEEP_PAYLOAD), 400),
    "an unknown event that is not JSON": (*signed(b"{", "star"), 400),
    "an unknown event that is a list": (*signed(b"[1]", "star"), 400),
    "compressed": (BODY, GOOD | {"Content-Encoding": "gzip"}, 415),
    "compressed and unsigned": (
        BODY,
        without("X-Hub-Signature-256") | {"Content-Encoding": "br"},
        401,
    ),
    "30 MB": (b" " * 30_000_000, GOOD, 413),
    "30 MB, compressed": (b" " * 30_000_000, GOOD | {"Content-Encoding": "gzip"}, 413),
}


@pytest.mark.parametrize("case", BAD)
async def test_bad_input(entrance: Entrance, caplog: pytest.LogCaptureFixture, case: str) -> None:
    """Each bad request gets its 4xx, does nothing, and leaves one log line without a trace."""
    body, headers, expected = BAD[case]
    with structlog.testing.capture_logs() as lines, caplog.at_level(logging.WARNING):
        status, text = await entrance.post(body, headers)
    assert status == expected
    assert entrance.nothing_done
    assert [line["event"] for line in lines] == ["request.refused"]
    assert "exc_info" not in lines[0]
    assert not caplog.records
    assert "Traceback" not in text
    assert SECRET not in text + str(lines)


async def test_30_mb_in_chunks(entrance: Entrance) -> None:
    """A body too large is refused too when its length is not announced."""

    async def chunks() -> Any:
        for _ in range(30):
            yield b" " * 1_000_000

    status, _ = await entrance.post(chunks(), GOOD)
    assert status == 413
    assert entrance.nothing_done


async def test_chunked_body_is_fine(entrance: Entrance) -> None:
    """A chunked body is accepted as any other."""

    async def chunks() -> Any:
        for start in range(0, len(BODY), 100):
            yield BODY[start : start + 100]

    assert (await entrance.post(chunks(), GOOD))[0] == 200
    assert len(entrance.ledger.notes) == 1


@pytest.mark.parametrize("secret", [OLD_SECRET, SECRET])
async def test_both_secrets_while_rotating(entrance: Entrance, secret: str) -> None:
    """Deliveries signed with the old and with the new secret are accepted."""
    assert await entrance.deliver("deployment", deployment_event(), secret=secret) == 200
    assert len(entrance.ledger.notes) == 1


@pytest.mark.parametrize("event", ["ping", "star", "workflow_run"])
async def test_unhandled_events_are_fine(entrance: Entrance, event: str) -> None:
    """A ping and events that nobody handles are accepted and do nothing."""
    assert await entrance.deliver(event, {"zen": "Keep it logically awesome."}) == 200
    assert entrance.nothing_done


async def test_failures_are_exposed_from_the_start(entrance: Entrance) -> None:
    """Each event that has a callback begins at 0, so that its first failure is an increase."""
    value = entrance.metrics.registry.get_sample_value
    for event in entrance.router._shallow_routes:
        labels = {"where": f"github {event}"}
        assert value("deploybot_handler_failures_total", labels) == 0, event


async def test_a_failing_callback_stops_no_other(entrance: Entrance) -> None:
    """A defect in one callback is logged, counted and answered 500; the others have run."""

    async def defective(event: Event) -> None:
        raise RuntimeError("a defect")

    entrance.router.add(defective, "deployment")
    with structlog.testing.capture_logs() as lines:
        assert await entrance.deliver("deployment", deployment_event(), delivery="g-1") == 500
    assert len(entrance.ledger.notes) == 1
    failed = [line for line in lines if line["event"] == "event.handler_failed"]
    assert [line["delivery"] for line in failed] == ["g-1"]
    counted = entrance.metrics.handler_failures.labels("github deployment")._value.get()
    assert counted == 1
    assert entrance.metrics.webhooks_accepted.labels("github")._value.get() == 0


async def test_a_failed_write_is_503(entrance: Entrance) -> None:
    """What could not be recorded is not acknowledged; the log names the delivery."""
    entrance.ledger.failure = StoreUnavailable("disk full")
    with structlog.testing.capture_logs() as lines:
        assert await entrance.deliver("deployment", deployment_event(), delivery="g-2") == 503
    unrecorded = [line for line in lines if line["event"] == "event.not_recorded"]
    assert [line["delivery"] for line in unrecorded] == ["g-2"]
    assert entrance.woken == []


async def test_a_slow_write_is_503(entrance: Entrance) -> None:
    """A store that does not answer within the deadline is a 503, in time for GitHub."""
    entrance.ledger.delay = 5
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await entrance.deliver("deployment", deployment_event()) == 503
    assert loop.time() - began < 2


async def test_only_post(entrance: Entrance) -> None:
    """Another method is refused by the framework."""
    async with entrance.session.get(entrance.url) as response:
        assert response.status == web.HTTPMethodNotAllowed.status_code
