"""What a command has done already it does not do again, though it is decided once more."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import structlog

from app.errors import StoreUnavailable
from app.model.project import User
from app.model.slot import Lock
from sandbox.github.records import Deployment
from sandbox.world import World
from tests.e2e.mortal import Mortal
from tests.e2e.running import until
from tests.e2e.stage import CHANNEL, REPOSITORY, Stage


class Forgetful:
    """A bot whose write fails once that a command has done what it was to do.

    `forgets` tells that write by its label, and what was written before.
    """

    def __init__(self, world: World, tmp_path: Path) -> None:
        self.forgets: Callable[[str, list[str]], bool] = lambda _label, _before: False
        self.written = list[str]()
        self.bot = Mortal(
            world=world,
            store_url=f"sqlite:///{tmp_path / 'deploybot.db'}",
            environ={"LEASE_SECONDS": "2"},
            hook=self._fail_once,
        )
        self.stage = Stage(world=world, bot=self.bot)

    async def _fail_once(self, label: str, write: Callable[[], Awaitable[Any]]) -> object:
        if not self.failed and label.endswith("command") and self.forgets(label, self.written):
            self.written.append("failed")
            raise StoreUnavailable("disk full")
        self.written.append(label)
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

    async def done_with(self, deployment: Deployment) -> None:
        """Until the command that made it is over."""
        assert self.bot.store is not None
        request = deployment.payload["deploybot"]["request"]
        async with asyncio.timeout(60):
            while (await self.bot.store.ask(request)).answered_at is None:
                await asyncio.sleep(0.02)

    def said(self, word: str) -> list[str]:
        """The channel's messages with a word in them."""
        texts = [one.text for one in self.stage.world.slack.messages(CHANNEL)]
        return [one for one in texts if word in one]


def whispered(world: World) -> str:
    """What Dana alone was told."""
    return "\n".join(one.text for one in world.slack.ephemerals("dana"))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.lifecycle.engine.worker.POLL", 0.5)


async def test_an_unlock_releases_no_newer_lock(world: World, tmp_path: Path) -> None:
    """That it is done could not be written down; somebody locks before it is decided again."""
    forgetful = Forgetful(world, tmp_path)
    forgetful.forgets = lambda _, before: before.count("change_slot") == 3  # locked, released, told
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
    forgetful = Forgetful(world, tmp_path)
    forgetful.forgets = lambda _, before: before.count("change_slot") == 1
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
        assert "You locked *production*, and sam has already unlocked it." in whispered(world)
    finally:
        await forgetful.bot.stop()


async def test_a_cancel_reaches_nothing_else(world: World, tmp_path: Path) -> None:
    """What waited behind what was canceled runs by the time that it is looked at again."""
    forgetful = Forgetful(world, tmp_path)
    stage = forgetful.stage
    await forgetful.bot.start()
    try:
        await stage.bind()
        await stage.type("deploy production v1.4.0")
        await stage.pipelines(1)
        await stage.type("deploy production main")
        await until(lambda: len(world.github.deployments(REPOSITORY)) == 2, what="both")
        await forgetful.done_with(world.github.deployments(REPOSITORY)[1])
        forgetful.forgets = lambda label, _: label.startswith("finish")
        await stage.type("cancel production")
        await stage.pipelines(2)
        assert forgetful.failed
        await until(lambda: "Canceling" in whispered(world), what="the answer")
        await stage.finish(2)
        await stage.quiet()
        states = [one.state for one in world.github.deployments(REPOSITORY)]
        assert states == ["error", "success"]
        assert "Canceling `v1.4.0`" in whispered(world)
    finally:
        await forgetful.bot.stop()


@pytest.mark.parametrize("failing", ["save", "finish"])
async def test_what_is_decided_once_more_is_audited_once(
    world: World, tmp_path: Path, failing: str
) -> None:
    """Neither that it is decided nor that it is done could be written down at first."""
    forgetful = Forgetful(world, tmp_path)
    stage = forgetful.stage
    await forgetful.bot.start()
    try:
        await stage.bind()
        await stage.type("deploy production")
        await stage.pipelines(1)
        await forgetful.done_with(world.github.deployments(REPOSITORY)[0])
        forgetful.forgets = lambda label, _: label.startswith(failing)
        with structlog.testing.capture_logs() as lines:
            await stage.type("cancel production")
            await until(lambda: "Canceling" in whispered(world), what="the answer")
            await stage.quiet()
        assert forgetful.failed
        audited = [(line["did"], line["by"]) for line in lines if line["event"] == "audit"]
        assert audited == [("cancel", world.slack.dana.id)]
    finally:
        await forgetful.bot.stop()


async def test_a_reset_releases_no_newer_binding(world: World, tmp_path: Path) -> None:
    """The channel was disconnected, which could not be written down; then it is connected anew."""
    forgetful = Forgetful(world, tmp_path)
    forgetful.forgets = lambda _, before: "unbind" in before
    stage = forgetful.stage
    world.github.add_repository("acme/store", {}, {"octocat": "admin"})
    await forgetful.bot.start()
    try:
        await stage.bind()
        await stage.type("reset")
        await until(lambda: forgetful.failed, what="the failure")
        await stage.type("setup acme/store", "sam")
        await stage.quiet()
        assert forgetful.bot.store is not None
        project = await forgetful.bot.store.project_of_channel(world.channel.id)
        assert project is not None
        assert project.repository == "acme/store"
        assert "was connected to `acme/store` after you typed that" in whispered(world)
    finally:
        await forgetful.bot.stop()


async def test_a_reset_that_is_done_is_told(world: World, tmp_path: Path) -> None:
    """Also where it is decided again once the channel has no repository any more."""
    forgetful = Forgetful(world, tmp_path)
    forgetful.forgets = lambda _, before: "unbind" in before
    stage = forgetful.stage
    await forgetful.bot.start()
    try:
        await stage.bind()
        await stage.type("reset")
        await stage.quiet()
        assert forgetful.failed
        assert forgetful.said("disconnected this channel from `acme/shop`")
        assert not whispered(world)
    finally:
        await forgetful.bot.stop()


async def test_a_goodbye_undoes_no_newer_link(world: World, tmp_path: Path) -> None:
    """The link was undone, which could not be written down; then the person is linked anew."""
    forgetful = Forgetful(world, tmp_path)
    forgetful.forgets = lambda _, before: "unlink" in before
    stage = forgetful.stage
    await forgetful.bot.start()
    try:
        await stage.bind()
        await stage.type("goodbye")
        await until(lambda: forgetful.failed, what="the failure")
        store, dana = forgetful.bot.store, world.slack.dana.id
        assert store is not None
        login = world.github.hub.state.user("octocat")
        claimed = User(
            slack_userid=dana, github_user_id=login.id, github_username="octocat", linked_at=1.0
        )
        await store.link(claimed)
        await stage.quiet()
        assert await store.user_of_slack(dana) == claimed
        assert "You've linked yourself to `octocat` since you typed that" in whispered(world)
    finally:
        await forgetful.bot.stop()
