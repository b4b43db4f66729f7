"""`deploybot sandbox` as people start it, and a browser without a screen."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo that a file's tests share: starting one takes seconds.

    It must end cleanly, and without a traceback.
    """
    log = tmp_path_factory.mktemp("demo") / "log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "sandbox"],
            env={
                **os.environ,
                "SANDBOX_JOB_SECONDS": "0.8",
                "SANDBOX_PORT": str(free_port()),
                "PORT": str(free_port()),
            },
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        assert process.stdout is not None
        with process.stdout:
            opened = process.stdout.readline()
            assert "sandbox is open: " in opened, log.read_text()
            yield opened.split()[4]
            process.send_signal(signal.SIGTERM)
            assert f"Open {opened.split()[4]} in a browser.\n" == process.stdout.read()
            assert 0 == process.wait(timeout=30)
    assert "Traceback" not in log.read_text()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tab() -> AsyncIterator[Page]:
    """A tab of Chromium for all visits: a new one takes two seconds of processor time."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield await browser.new_page(reduced_motion="reduce")
        await browser.close()
