"""What a command has done already it does not do again, though it is decided once more."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from app.errors import StoreUnavailable
from app.model.slot import Lock
from sandbox.world import World
from tests.e2e.mortal import Mortal
from tests.e2e.running import until
from tests.e2e.stage import CHANNEL, REPOSITORY, Stage


class Forgetful:
    """A bot whose write fails once that a command of locking has done what it was to do.

    `after` is how often locks must have changed by then.
    """

    def __init__(self, world: World, tmp_path: Path, *, after: int) -> None:
        self.after, self.written = after, list[str]()
        self.bot = Mortal(
            world=world,
            store_url=f"sqlite:///{tmp_path / 'deploybot.db'}",
            environ={"LEASE_SECONDS": "2"},
            hook=self._fail_once,
        )
        self.stage = Stage(world=world, bot=self.bot)

    async def _fail_once(self, label: str, write: Callable[[], Awaitable[Any]]) -> object:
        self.written.append(label)
        changed = self.written.count("change_slot") == self.after
        if changed and label.endswith("command") and not self.failed:
            self.written.append("failed")
            raise StoreUnavailable("disk full")
        return await write()

    @property
    def failed(self) -> bool:
        """Whether it has failed."""
        return "failed" in self.written

    async def lock(self) -> Lock | None:
        """The lock of production."""
        assert self.bot.store is not None
        repository = self.stage.world.github.hub.state.repository(REPOSITORY)
        return (await self.bot.store.slot(repository.id, "production")).lock

    def said(self, word: str) -> list[str]:
        """The channel's messages with a word in them."""
        texts = [one.text for one in self.stage.world.slack.messages(CHANNEL)]
        return [one for one in texts if word in one]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.lifecycle.engine.worker.POLL", 0.5)


async def test_an_unlock_releases_no_newer_lock(world: World, tmp_path: Path) -> None:
    """That it is done could not be written down; somebody locks before it is decided again."""
    forgetful = Forgetful(world, tmp_path, after=3)  # locked, released, told
    stage = forgetful.stage
    await forgetful.bot.start()
    try:
        await stage.bind()
        await stage.type("lock production")
        await stage.quiet()
        await stage.type("unlock production")
        await until(lambda: forgetful.failed, what="the failure")
        await stage.type("lock production hands off", "sam")
        await stage.quiet()
        held = await forgetful.lock()
        assert held is not None
        assert held.reason == "hands off"
        assert ["dana unlocked *production*."] == forgetful.said("unlocked")
    finally:
        await forgetful.bot.stop()


async def test_a_lock_that_was_released_comes_not_back(world: World, tmp_path: Path) -> None:
    """That it was put could not be written down; somebody unlocks before it is decided again."""
    forgetful = Forgetful(world, tmp_path, after=1)
    stage = forgetful.stage
    await forgetful.bot.start()
    try:
        await stage.bind()
        await stage.type("lock production")
        await until(lambda: forgetful.failed, what="the failure")
        await stage.type("unlock production", "sam")
        await stage.quiet()
        assert await forgetful.lock() is None
        assert 1 == len(forgetful.said("unlocked"))
        told = [one.text for one in world.slack.ephemerals("dana")]
        assert told[-1] == "You locked *production*, and sam has already unlocked it."
    finally:
        await forgetful.bot.stop()
