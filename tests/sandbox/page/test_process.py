"""The sandbox as a process: one line that says all, and a clean end."""

import asyncio
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.__main__ import main

PATIENCE = 20.0
ROOT = Path(__file__).parents[3]


async def started(**environ: str) -> asyncio.subprocess.Process:
    """`python -m sandbox`, with these variables."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        env={**os.environ, **environ},
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


def left_in(folder: Path) -> list[Path]:
    """What is left behind."""
    return list(folder.iterdir())


async def first_line(process: asyncio.subprocess.Process) -> dict[str, Any]:
    """What the process says first."""
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        return json.loads(await process.stdout.readline())


async def test_it_says_how_to_start_the_bot(tmp_path: Path) -> None:
    """The first line has the bot's environment and the page; orders follow; it ends on SIGTERM."""
    process = await started(SANDBOX_PORT="0", PORT="0", TMPDIR=str(tmp_path))
    hello = await first_line(process)
    environ = hello["environ"]
    assert f"http://127.0.0.1:{environ['PORT']}" == environ["PUBLIC_URL"]
    assert environ["STORE_URL"].startswith(f"sqlite:///{tmp_path}")
    async with aiohttp.ClientSession() as session:
        async with session.get(hello["page"]) as response:
            assert "deploybot" in await response.text()
        order = {"user": "dana", "do": "kill"}
        async with session.post(f"{hello['page']}/do/bot", json=order) as response:
            assert 200 == response.status
    assert process.stdout is not None
    assert {"do": "kill"} == json.loads(await process.stdout.readline())
    process.send_signal(signal.SIGTERM)
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert (0, b"", b"") == (process.returncode, out, err)
    assert [] == left_in(tmp_path)


async def test_it_ends_when_its_parent_is_gone(tmp_path: Path) -> None:
    """Killed parents leave no sandbox behind."""
    code = (
        "import subprocess, sys;"
        "subprocess.Popen([sys.executable, '-m', 'sandbox']);"
        "sys.stdin.read()"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        code,
        env={**os.environ, "SANDBOX_PORT": "0", "PORT": "0", "TMPDIR": str(tmp_path)},
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert parent.stdout is not None
    await first_line(parent)
    parent.kill()
    await parent.wait()
    # The pipe is the child's, too: it is closed when both are gone.
    assert b"" == await asyncio.wait_for(parent.stdout.read(), PATIENCE)
    assert [] == left_in(tmp_path)


def test_a_port_that_was_asked_for_must_be_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """A taken port is named, with exit status 1 (that of a text), and nothing is started."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        monkeypatch.setenv("SANDBOX_PORT", port)
        monkeypatch.setenv("PORT", "0")
        with pytest.raises(SystemExit) as ended:
            main()
    assert f"deploybot's sandbox cannot start: SANDBOX_PORT={port} is taken" == ended.value.code
