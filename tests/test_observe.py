"""Logs without secrets, and metrics."""

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from aiohttp import web

import app
from app.errors import RateLimited
from app.http.guard import guarded
from app.observe import LONGEST, Metrics, Redact, configure_logging, log_context, quiet_logger
from app.settings import read_settings
from sandbox.world import own_key_pair

KEY = own_key_pair()[0]
ENVIRON = {
    "PUBLIC_URL": "https://deploybot.example.com",
    "GITHUB_APP_ID": "1",
    "GITHUB_PRIVATE_KEY": KEY,
    "GITHUB_WEBHOOK_SECRET": "gh-secret-old,gh-secret-new",
    "GITHUB_CLIENT_SECRET": "client-secret",
    "SLACK_BOT_TOKEN": "xoxb-bot-token",
    "SLACK_SIGNING_SECRET": "slack-signing",
    "SLACK_APP_TOKEN": "xapp-app-token",
    "CIRCLECI_TOKEN": "circle-token",
    "CIRCLECI_WEBHOOK_SECRET": "circle-signing",
    "ASANA_TOKEN": 'asana "quoted" tökèn',
}
SECRET_NAMES = [name for name in ENVIRON if name not in {"PUBLIC_URL", "GITHUB_APP_ID"}]


async def ignored(_: web.Request) -> web.Response:
    """A handler."""
    return web.Response()


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where logs go; logging is as it was afterwards."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield io.StringIO()
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def configure(stream: io.StringIO, *, level: str = "info", form: str = "json") -> None:
    """Logging as `serve` configures it."""
    secrets = read_settings(ENVIRON).secrets
    configure_logging(level=level, form=form, secrets=secrets, stream=stream)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    """What was written."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


class TestLogs:
    """One line of JSON for each thing that happened."""

    def test_context(self, stream: io.StringIO) -> None:
        """Lines carry what they are about, and only inside."""
        configure(stream)
        log = structlog.get_logger()
        with log_context(delivery="d-1", repository="acme/shop", deployment_id=812):
            log.info("deployment noted", state="waiting")
        log.info("idle")
        inside, outside = lines(stream)
        assert (
            inside.items()
            >= {
                "event": "deployment noted",
                "level": "info",
                "delivery": "d-1",
                "repository": "acme/shop",
                "deployment_id": 812,
                "state": "waiting",
            }.items()
        )
        assert str(inside["timestamp"]).endswith("Z")
        assert "delivery" not in outside

    def test_libraries(self, stream: io.StringIO) -> None:
        """Libraries' lines look the same and name their logger."""
        configure(stream)
        logging.getLogger("aiohttp.server").warning("odd request from %s", "somebody")
        [line] = lines(stream)
        assert (line["logger"], line["event"]) == ("aiohttp.server", "odd request from somebody")

    def test_a_library_that_shows_too_much(self, stream: io.StringIO) -> None:
        """Its warnings are lines like ours, and the rest is not written, whatever the level."""
        configure(stream, level="debug")
        quiet = quiet_logger("slack")
        quiet.debug("a text of somebody")
        quiet.warning("not connected")
        [line] = lines(stream)
        assert (line["logger"], line["event"]) == ("slack", "not connected")

    @pytest.mark.parametrize(("level", "written"), [("debug", 4), ("info", 3), ("error", 1)])
    def test_level(self, stream: io.StringIO, level: str, written: int) -> None:
        """Lines below the level are not written."""
        configure(stream, level=level)
        log = structlog.get_logger()
        log.debug("a")
        log.info("b")
        logging.getLogger("library").info("c")
        log.error("d")
        assert len(lines(stream)) == written

    def test_stack_trace(self, stream: io.StringIO) -> None:
        """A defect is one line with its stack trace."""
        configure(stream)
        structlog.get_logger().error("request.failed", exc_info=ZeroDivisionError("ours"))
        [line] = lines(stream)
        assert "ZeroDivisionError" in str(line["exception"])

    def test_console(self, stream: io.StringIO) -> None:
        """A person at a terminal reads plain lines."""
        configure(stream, form="console")
        structlog.get_logger().info("listening", port=8080)
        assert "listening" in stream.getvalue()
        assert "port=8080" in stream.getvalue()


class TestRedaction:
    """Secrets are never written."""

    @pytest.mark.parametrize("form", ["json", "console"])
    @pytest.mark.parametrize("name", SECRET_NAMES)
    def test_settings(self, stream: io.StringIO, name: str, form: str) -> None:
        """No secret of the settings, wherever in a line it is, exceptions included."""
        configure(stream, form=form)
        for secret in ENVIRON[name].split(","):
            failed = ValueError(secret)
            structlog.get_logger().error(f"a {secret}", exc_info=failed, field={"deep": [secret]})
            logging.getLogger("library").warning("b %r", secret)
        written = stream.getvalue()
        for secret in ENVIRON[name].split(","):
            for part in secret.splitlines():
                assert part not in written
                assert json.dumps(part)[1:-1] not in written
        assert "[redacted]" in written

    @pytest.mark.parametrize(
        "token",
        [
            "ghs_16C7e42F292c6912E7710c838347Ae178B4a",
            "ghs_1234_eyJhbGciOi.eyJpc3MiOi.c2lnbmF0dXJl" + "x" * 300,
            "github_pat_11ABCDEFG0123456789_abc",
            "xoxb-123456789012-abcdef",
            "xapp-1-A0123-abcdef",
            "CCIPAT_0123456789abcdef",
            "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2lnbmF0dXJl",
        ],
    )
    def test_tokens(self, token: str) -> None:
        """What looks like a provider's token is taken out, known or not."""
        line = Redact([])(None, "info", f"Authorization: Bearer {token}, done")
        assert line == "Authorization: Bearer [redacted], done"

    def test_words_stay(self) -> None:
        """Ordinary lines are left as they are, and so is what is too short to be a secret."""
        line = "deployed `v1.4.0` of acme/shop to production: /cimon status 812"
        assert Redact(["", "to", "x"])(None, "info", line) == line


class TestMetrics:
    """What is measured."""

    def test_two_sets(self) -> None:
        """Each set has a registry of its own."""
        first, second = Metrics(), Metrics()
        first.looks.labels("build").inc()
        name = "deploybot_looks_total"
        assert first.registry.get_sample_value(name, {"kind": "build"}) == 1
        assert second.registry.get_sample_value(name, {"kind": "build"}) is None

    def test_what_alerts_are_about_is_there_from_the_start(self) -> None:
        """The first failure is an increase: every place where one is counted begins at 0."""
        source = "".join(
            path.read_text(encoding="utf-8") for path in Path(app.__file__).parent.rglob("*.py")
        )
        counted = set(re.findall(r'handler_failures\.labels\("(\w+)"\)', source))
        entrances = set(re.findall(r'web\.post\("/(\w+)/', source))
        health = set(re.findall(r'web\.get\("/(\w+)"', source))
        assert (counted, entrances) == ({"look", "poll"}, {"github", "slack", "circleci"})
        metrics = Metrics()
        guarded([web.post(f"/{place}/x", ignored) for place in entrances], metrics)
        guarded([web.get(f"/{place}", ignored) for place in health], metrics)
        value = metrics.registry.get_sample_value
        for where in counted | entrances | health:
            assert value("deploybot_handler_failures_total", {"where": where}) == 0, where
        for provider in entrances:
            for reason in ("not recorded", "wrong signature"):
                labels = {"provider": provider, "reason": reason}
                assert value("deploybot_webhooks_refused_total", labels) == 0, labels

    def test_provider_call(self) -> None:
        """A call is counted and timed, and its failure counted and passed on."""
        metrics = Metrics()
        with metrics.provider_call("slack", "chat.update"):
            pass
        with pytest.raises(RateLimited), metrics.provider_call("slack", "chat.update"):
            raise RateLimited("slack", "429")
        values = metrics.registry.get_sample_value
        call = {"provider": "slack", "call": "chat.update"}
        assert values("deploybot_provider_calls_total", call) == 2
        failed = {"provider": "slack", "kind": "RateLimited"}
        assert values("deploybot_provider_failures_total", failed) == 1
        assert values("deploybot_provider_seconds_count", {"provider": "slack"}) == 2


def test_long_values_are_cut() -> None:
    """A value that anybody may have sent takes a few kilobytes; half a secret is not left."""
    stream = io.StringIO()
    configure_logging(level="info", form="json", secrets=("s3cret-value",), stream=stream)
    structlog.get_logger().info("x", error="a" * (LONGEST - 6) + "s3cret-value" + "b" * 100_000)
    assert len(stream.getvalue()) < LONGEST + 200
    assert "s3cret" not in stream.getvalue()
