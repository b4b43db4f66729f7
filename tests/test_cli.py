"""The command line against the stand-ins: the service in a process of its own, commands in this."""

import asyncio
import logging
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
import structlog

from app.cli import run
from app.operator.with_settings import FAILED, MISCONFIGURED
from sandbox.world import World
from tests.e2e.process import Process

GOOD = "version: 1\ncircleci: {workflow: deploy}\n"
BAD = "version: 1\nenvironments:\n  production: {check: [test]}\n"


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    """The providers."""
    world = World()
    await world.start()
    yield world
    await world.stop()


@pytest_asyncio.fixture
async def bot(world: World, tmp_path: Path) -> AsyncIterator[Process]:
    """`deploybot`, not started; what a test started is ended."""
    process = Process(world, f"sqlite:///{tmp_path / 'deploybot.db'}")
    process.environ = {"LEASE_SECONDS": "2", "LOG_LEVEL": "error"}
    yield process
    process.kill()
    await process.gone()


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Each command configures the logs; afterwards they are as before."""
    root = logging.getLogger()
    handlers, level = [*root.handlers], root.level
    yield
    structlog.reset_defaults()
    logging.basicConfig(handlers=handlers, level=level, force=True)


Operate = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def operate(
    bot: Process,
    own_logging: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Operate:
    """Run a command of `deploybot` with the bot's environment; its exit status, and what it said.

    In a thread, because it runs a loop of its own: a process would load everything anew.
    """

    async def run_it(*command: str) -> tuple[int, str]:
        monkeypatch.setattr(os, "environ", bot.settings)
        capsys.readouterr()
        status = await asyncio.to_thread(run, command)
        said = capsys.readouterr()
        return status, said.out + said.err

    return run_it


def test_a_check_does_not_load_the_service(tmp_path: Path) -> None:
    """It may run before every push, and importing the service takes most of a command's time."""
    (tmp_path / "deploybot.yml").write_text(GOOD)
    code = "import app.cli, sys; app.cli.run(sys.argv[1:]); print('app.service' in sys.modules)"
    command = [sys.executable, "-c", code, "check-config", str(tmp_path / "deploybot.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("valid\nFalse\n")


@pytest.mark.parametrize("command", ["serve", "doctor"])
def test_settings_are_missing(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every problem at once, exit status 2."""
    monkeypatch.setattr(os, "environ", {"PORT": "many", "GITHUB_APP_ID": "7"})
    assert run([command]) == MISCONFIGURED
    out, err = capsys.readouterr()
    assert out == ""
    lines = [line.strip() for line in err.splitlines()]
    assert lines[0] == "deploybot cannot start:"
    assert {"PORT must be a whole number, not 'many'", "SLACK_BOT_TOKEN is not set"} < set(lines)
    assert "GITHUB_APP_ID is not set" not in lines


def test_a_good_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 0; no settings are needed."""
    file = tmp_path / "deploybot.yml"
    file.write_text(GOOD, encoding="utf-8")
    assert run(["check-config", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}: valid\n"


def test_a_bad_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """File, line, key and what was probably meant; exit status 1."""
    file = tmp_path / "deploybot.yml"
    file.write_text(BAD, encoding="utf-8")
    assert run(["check-config", str(file)]) == FAILED
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{file}: line 3: environments.production.check: ")
    assert line.endswith("did you mean checks?")


def test_what_would_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same sentences as in a pull request's check run; a wrong one in force is told, too."""
    file, before = tmp_path / "new.yml", tmp_path / "old.yml"
    file.write_text("environments: {preview: {deploy_on: {push: [main]}}}\n", encoding="utf-8")
    before.write_text("environments: {preview: {timeout: 5m}}\n", encoding="utf-8")
    assert run(["check-config", str(file), "--against", str(before)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{file}: A push to main would now deploy to preview.",
        f"{file}: preview: timeout would no longer be set (it's 5 m now).",
        f"{file}: valid",
    ]
    before.write_text(BAD, encoding="utf-8")
    assert run(["check-config", str(file), "--against", str(before)]) == FAILED
    assert capsys.readouterr().err.startswith(f"{before}: line 3: ")


def test_who_is_named_must_verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Valid, and what it takes is said."""
    file = tmp_path / "deploybot.yml"
    file.write_text("environments: {production: {allow: ['@octocat']}}\n", encoding="utf-8")
    assert run(["check-config", str(file)]) == 0
    note = "whoever deploys from Slack has to verify first (GITHUB_CLIENT_SECRET)"
    assert capsys.readouterr().out == (
        f"{file}: environments.production.allow: {note}\n{file}: valid\n"
    )


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The package's."""
    with pytest.raises(SystemExit) as caught:
        run(["--version"])
    assert caught.value.code == 0
    assert re.fullmatch(r"deploybot \d+\.\d+\.\d+\S*\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "there is no such file"), (b"\xff\xfe", "this is no text in UTF-8")],
)
def test_a_configuration_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, said: str
) -> None:
    """No file, or no text: one line, exit status 1."""
    file = tmp_path / "deploybot.yml"
    if content is not None:
        file.write_bytes(content)
    assert run(["check-config", str(file)]) == FAILED
    assert capsys.readouterr().err == f"{file}: {said}\n"


@pytest.mark.parametrize("command", [[], ["deploi"], ["check-config"]])
def test_a_command_that_is_none(command: list[str]) -> None:
    """The usage, exit status 2."""
    with pytest.raises(SystemExit) as caught:
        run(command)
    assert caught.value.code == MISCONFIGURED


async def test_the_store_is_in_use(bot: Process, operate: Operate) -> None:
    """One sentence with the holder's pid, exit status 1, nothing touched; the service goes on."""
    await bot.start()
    assert bot.running is not None
    for command in (["doctor"], ["resync", "acme/shop"], ["sweep"], ["create-tables"]):
        status, printed = await operate(*command)
        assert (status, printed) == (
            FAILED,
            f"deploybot: the store is in use by process {bot.running.pid}; nothing was touched.\n",
        )
    assert bot.running.returncode is None


async def test_a_store_that_cannot_be_opened(
    bot: Process, operate: Operate, tmp_path: Path
) -> None:
    """A folder that is not there: one sentence, exit status 1."""
    bot.store_url = f"sqlite:///{tmp_path / 'nowhere' / 'deploybot.db'}"
    status, printed = await operate("doctor")
    assert status == FAILED
    (line,) = printed.splitlines()
    assert line.startswith("deploybot: ")
    assert "No such file or directory" in line


async def test_a_port_in_use(bot: Process, world: World) -> None:
    """One sentence, exit status 1."""
    bot.port = world.github.server.port
    status, printed = await bot.run("serve")
    assert status == FAILED
    (line,) = printed.splitlines()
    assert line.startswith("deploybot: ")
    assert "address already in use" in line


async def test_the_doctor_finds_all_well(operate: Operate) -> None:
    """A line for the store and each provider."""
    status, printed = await operate("doctor")
    assert status == 0
    assert [line.split()[0] for line in printed.splitlines()] == [
        "store",
        "github",
        "slack",
        "circleci",
    ]
    assert "the App deploybot sees 1 repository\n" in printed


@pytest.mark.parametrize("good", [True, False])
async def test_the_doctor_tries_socket_mode(
    bot: Process, operate: Operate, world: World, good: bool
) -> None:
    """Where there is a token for it; no socket is opened."""
    bot.environ["SLACK_APP_TOKEN"] = world.slack.access.app_token if good else "xapp-wrong"
    status, printed = await operate("doctor")
    said = {line.split()[0]: line for line in printed.splitlines()}
    assert (status == 0, said["socket"].endswith("can be opened")) == (good, good)
    assert "xapp-wrong" not in printed


async def test_the_doctor_finds_what_is_wrong(bot: Process, operate: Operate, world: World) -> None:
    """Each in its own line, without the secret; the others are asked all the same."""
    bot.environ["CIRCLECI_TOKEN"] = "not-the-token"
    await world.slack.stop()
    status, printed = await operate("doctor")
    assert status == FAILED
    said = {line.split()[0]: line for line in printed.splitlines()}
    assert printed.splitlines()[-1] == "2 problems found"
    assert said["slack"].endswith("no connection")
    assert said["circleci"] == "circleci  Invalid token provided."
    assert "not-the-token" not in printed
    assert "the App deploybot" in said["github"]


async def test_the_doctor_judges_how_the_apps_are_set_up(
    bot: Process, operate: Operate, world: World
) -> None:
    """Scopes, permissions, events, the webhook's address and its last deliveries."""
    world.slack.remove_scope("channels:join")
    app = world.github.app_record
    app.permissions["deployments"] = "read"
    app.events.remove("deployment_status")
    world.github.webhook_url = f"http://127.0.0.1:{bot.port}/github/webhook"  # nobody listens
    for number in range(5):
        world.github.push(world.repository, message=f"Push {number}")
    await world.settle()
    status, printed = await operate("doctor")
    assert status == FAILED
    assert {line[10:] for line in printed.splitlines() if "lacks" in line} == {
        "lacks the scope channels:join (docs/setup.md)",
        "lacks the permission deployments (write) (docs/setup.md)",
        "lacks the event deployment_status (docs/setup.md)",
    }
    assert [line[10:] for line in printed.splitlines() if "webhooks" in line] == [
        "the last 5 webhooks were not taken: failed to connect to host"
    ]
    assert printed.splitlines()[-1] == "4 problems found"


async def test_sweep_by_hand(operate: Operate) -> None:
    """Says what it did; exit status 0."""
    status, printed = await operate("sweep")
    assert status == 0
    assert "0 deliveries sent again" in printed.splitlines()


async def test_a_sweep_while_github_is_down(operate: Operate, world: World) -> None:
    """One line says so; exit status 1."""
    await world.github.stop()
    status, printed = await operate("sweep")
    assert status == FAILED
    assert printed.splitlines()[-1].startswith("the sweep was cut short: ")


async def test_resync_by_hand(operate: Operate) -> None:
    """A repository that is there, one that is not, and all."""
    assert (0, "[1/1] acme/shop: 0 deployments restored\n") == await operate("resync", "acme/shop")
    assert (0, "[1/1] acme/shop: 0 deployments restored\n") == await operate("resync")
    status, printed = await operate("resync", "acme/shpo")
    assert status == FAILED
    assert printed == "nothing was restored: Not Found\n"


async def test_create_tables_on_the_embedded_store(operate: Operate, tmp_path: Path) -> None:
    """Makes the file; twice is as good as once."""
    assert (0, "") == await operate("create-tables")
    assert (0, "") == await operate("create-tables")
    assert (tmp_path / "deploybot.db").stat().st_size > 0


async def test_create_tables_without_dynamodb(bot: Process, operate: Operate) -> None:
    """One sentence, exit status 1."""
    bot.store_url = "dynamodb://eu-west-1/deploybot_"
    bot.environ |= {
        "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
    }
    status, printed = await operate("create-tables")
    assert status == FAILED
    (line,) = printed.splitlines()
    assert line.startswith("deploybot: the tables cannot be created: ")
