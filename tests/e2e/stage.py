"""A world with one deploybot, what people do there, and whether it is at rest."""

import asyncio
import time
from dataclasses import dataclass, field

from app.errors import StoreUnavailable
from app.model.build import Build
from app.model.effects import Effect
from app.model.project import Project, User
from app.model.slot import Listing
from sandbox.world import World
from tests.e2e.mortal import Mortal
from tests.e2e.running import until

REPOSITORY, CHANNEL = "acme/shop", "shop"
JOB = 0.5
"""Seconds for which a pipeline runs before the stage ends it."""


@dataclass(kw_only=True)
class Stage:
    """A world with one deploybot, and what people did so far.

    `typed` are the commands that were acknowledged, each with the `response_url`'s path.
    """

    world: World
    bot: Mortal
    typed: list[tuple[str, str]] = field(default_factory=list)
    running: set[int] = field(default_factory=set)

    async def bind(self) -> None:
        """Bind the channel and link Dana, straight in the store."""
        assert self.bot.store is not None
        repository = self.world.github.hub.state.repository(REPOSITORY)
        installation = self.world.github.hub.state.installation_of(repository)
        dana = self.world.github.hub.state.user("octocat")
        await self.bot.store.bind(
            Project(
                slack_channelid=self.world.channel.id,
                slack_channel=CHANNEL,
                repository_id=repository.id,
                repository=REPOSITORY,
                installation_id=installation.id if installation else None,
                bound_at=time.time() - 60,
            )
        )
        self.world.channel.members.append(self.world.slack.workspace.bot.id)  # setup joins it
        await self.bot.store.link(
            User(
                slack_userid=self.world.slack.dana.id,
                slack_username="dana",
                github_user_id=dana.id,
                github_username="octocat",
            )
        )

    async def type(self, text: str, user: str = "dana") -> None:
        """Type a command; again only if it failed and nothing came of it, as the texts say."""
        async with asyncio.timeout(60):
            while not await self._typed(text, user):
                await until(lambda: self.bot.alive, what="a bot to type to")

    async def _typed(self, text: str, user: str) -> bool:
        """Type it; whether it was taken, or something came of it all the same."""
        slack = self.world.slack
        ways = set(slack.response_urls.ways)
        before = len(self.world.github.deployments(REPOSITORY))
        answered = await slack.type_command(CHANNEL, user, text)
        if answered.status == 200 and not answered.body:
            [way] = set(slack.response_urls.ways) - ways
            self.typed.append((text, way))
            return True
        for _ in range(30):
            await asyncio.sleep(0.1)
            if len(self.world.github.deployments(REPOSITORY)) > before:
                return True
        return False

    async def pipelines(self, number: int) -> None:
        """Wait until so many pipelines were started."""
        await until(
            lambda: len(self.world.circleci.pipelines) >= number,
            seconds=60,
            what=f"pipeline {number}",
        )

    async def finish(self, number: int, status: str = "success") -> None:
        """Let a pipeline run for a moment, then end it."""
        await self.pipelines(number)
        await asyncio.sleep(JOB)
        self.world.circleci.finish(number, status)

    async def quiet(self, *, seconds: float = 60.0) -> None:
        """Until no record of a deployment or a command is due any more."""
        ends = time.monotonic() + seconds
        calm = 0
        while calm < 3:
            if time.monotonic() > ends:
                raise AssertionError(f"not quiet within {seconds:g} s: {await self.due()}")
            await asyncio.sleep(0.1)
            busy = not self.bot.alive or bool(await self.due())
            calm = 0 if busy else calm + 1

    async def due(self) -> list[object]:
        """What is due, now or ever, besides the sweep and looks whether people rerun a failure."""
        store = self.bot.store
        if not self.bot.alive or store is None:
            return ["no bot"]
        left: list[object] = []
        try:
            for key in await store.due(time.time() + 1e6, 100):
                if isinstance(key, str):
                    left += [] if await self._stands(key) else [key]
                else:
                    build = await store.build(key)
                    left += [] if build is None or _over(build) else [build]
        except StoreUnavailable:
            return ["the bot just died"]
        return left

    async def _stands(self, key: str) -> bool:
        """Whether an ask is due for ever (a sweep), or for hours yet (a lock's reminder)."""
        assert self.bot.store is not None
        ask = await self.bot.store.ask(key) if key.startswith("lock:") else None
        later = ask is not None and (ask.due_at or 0.0) > time.time() + 600
        return key.startswith("sweep:") or later


def _over(build: Build) -> bool:
    """Whether nothing is left to do for a build: it is only looked at for reruns."""
    searched = build.searched_again or not build.unsure
    told = build.notified is not None and build.message_ts is not None
    certain = not set(build.guards) - {Effect.TRIGGER}
    gone = build.standing is Listing.UNLISTED and build.holder is None
    now = time.time()
    tries = any(pause.retry_at > now for pause in build.backoff.values())
    idle = (build.due_at or 0.0) > now and not tries
    over = build.pipeline_ended and build.state.ended
    return over and searched and told and certain and gone and idle
