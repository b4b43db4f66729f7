"""What every test shares: which groups this machine can run, and that no task fails unseen."""

import asyncio
import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

import app.settings
from app.circleci import project_file
from app.lifecycle.configuration import reading
from app.texts.speech import DEFAULT, speak_as

MODULES = os.environ.get("NPM_MODULES", "")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

LEFT_OUT = {
    "npm": None
    if MODULES and Path(MODULES, "@octokit").is_dir()
    else "npm is not here, so its data (GitHub's example payloads and GraphQL schema) is not",
    "java": None
    if shutil.which("java") and MODULES and Path(MODULES, "amplify-dynamodb-simulator").is_dir()
    else "Java or npm is not here, so Amazon's DynamoDB Local is not",
    "browser": None if CHROMIUM else "Chromium is not here",
}
"""Each group of tests that needs more than Python, and why it is left out (None: it runs)."""

MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder there that others cannot read
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2**28:
    # A store writes a hundred times in a test, and a disk takes milliseconds for each.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

settings.register_profile(
    "deploybot",
    # How long an example takes says how busy the machine is, not that something is wrong.
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # Where all must pass, a failure must be one that can be seen again.
    derandomize=os.environ.get("REQUIRE_ALL") == "1",
)
settings.load_profile("deploybot")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this machine cannot run; under REQUIRE_ALL=1 that is a failure."""
    missing = {name: why for name, why in LEFT_OUT.items() if why}
    if missing and os.environ.get("REQUIRE_ALL") == "1":
        raise pytest.UsageError(f"REQUIRE_ALL=1, but left out: {missing}")
    for item in items:
        for name, why in missing.items():
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=f"{name}: {why}"))


def pytest_collection_finish() -> None:
    """Spare the collector of cyclic garbage what was loaded, as the service does: that stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The last lines: what was left out, and why."""
    terminalreporter.section("left out")
    left_out = [(name, why) for name, why in LEFT_OUT.items() if why]
    for name, why in left_out:
        terminalreporter.write_line(f"{name}: {why}")
    if not left_out:
        terminalreporter.write_line("nothing: every group of tests ran")


@pytest.fixture(autouse=True, scope="session")
def same_keys_and_files_are_read_once() -> Iterator[None]:
    """Checking an RSA key's numbers takes as long as a whole deployment; thousands of tests start.

    And they begin with the same few YAML files.
    """
    read_once = lru_cache(reading.read_yaml)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            app.settings, "load_pem_private_key", lru_cache(app.settings.load_pem_private_key)
        )
        patch.setattr(reading, "read_yaml", read_once)
        patch.setattr(project_file, "read_yaml", read_once)
        yield


@pytest.fixture(autouse=True)
def usual_slash_command() -> Iterator[None]:
    """A test that names another slash command leaves nothing behind."""
    yield
    speak_as(DEFAULT)


@pytest.fixture(autouse=True)
def no_task_fails_unseen(request: pytest.FixtureRequest) -> None:
    """A test fails when a task or callback of its loop raised and nobody was told."""
    if request.node.get_closest_marker("asyncio"):  # making a loop costs more than a pure test
        request.getfixturevalue("watched_loop")


@pytest_asyncio.fixture
async def watched_loop() -> AsyncIterator[None]:
    """Hears of what nobody was told."""
    loop = asyncio.get_running_loop()
    unseen: list[dict[str, object]] = []
    loop.set_exception_handler(lambda _loop, context: unseen.append(context))
    yield
    assert [] == unseen
