"""What a command has done already it does not do again, though it is decided once more."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from app.errors import StoreUnavailable
from sandbox.world import World
from tests.e2e.mortal import Mortal
from tests.e2e.running import until
from tests.e2e.stage import CHANNEL, REPOSITORY, Stage


async def test_an_unlock_releases_no_newer_lock(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That it is done could not be written down; somebody locks before it is decided again."""
    monkeypatch.setattr("app.lifecycle.engine.worker.POLL", 0.5)
    written: list[str] = []

    async def fail_once(label: str, write: Callable[[], Awaitable[Any]]) -> object:
        written.append(label)
        released = written.count("change_slot") == 3  # locked, released, told
        if released and label.endswith("command") and "failed" not in written:
            written.append("failed")
            raise StoreUnavailable("disk full")
        return await write()

    bot = Mortal(
        world=world,
        store_url=f"sqlite:///{tmp_path / 'deploybot.db'}",
        environ={"LEASE_SECONDS": "2"},
        hook=fail_once,
    )
    stage = Stage(world=world, bot=bot)
    await bot.start()
    try:
        await stage.bind()
        await stage.type("lock production")
        await stage.quiet()
        await stage.type("unlock production")
        await until(lambda: "failed" in written, what="the failure")
        await stage.type("lock production hands off", "sam")
        await stage.quiet()
        assert bot.store is not None
        repository = world.github.hub.state.repository(REPOSITORY)
        slot = await bot.store.slot(repository.id, "production")
        assert slot.lock.reason == "hands off"
        said = [one.text for one in world.slack.messages(CHANNEL)]
        assert ["dana unlocked *production*."] == [one for one in said if "unlocked" in one]
    finally:
        await bot.stop()
