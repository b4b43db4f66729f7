"""Walks through every provider call and store write of a scene, and lets each go wrong in turn.

The scene is first played cleanly with everything counted; a point is the n-th call or write of
one kind. Then it is played again for each point and each way to fail there, in a world of its
own, and must come to the same end.
"""

import asyncio
import re
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from app.errors import StoreUnavailable, StoreUnsure
from sandbox.core.faults import Call, Fault, Faults
from sandbox.world import World
from tests.e2e.mortal import Mortal
from tests.e2e.scenes import PLAIN, Scene
from tests.e2e.stage import CHANNEL, REPOSITORY, Stage

ENVIRON = {
    "LEASE_SECONDS": "2",
    "WATCH_INTERVAL": "1",
    "SWEEP_INTERVAL": "1",
    "CHECKS_SETTLE": "0.2",
}
CALL_WAYS = ("cut before", "cut after", "500 after", "dies before", "dies after")
WRITE_WAYS = ("fails", "unsure", "dies before", "dies after")
LIVE, OUTCOME = "deploybot_deployment", "deploybot_outcome"
RECORDED = {
    "succeeded": "success",
    "failed": "failure",
    "errored": "error",
    "canceled": "error",
    "inactive": "inactive",
}

FOLDERS = count()


@dataclass(frozen=True, order=True)
class Point:
    """The n-th call (`github POST /graphql`) or write (`save build`) of its kind, and a way."""

    label: str
    n: int
    way: str = ""

    def __str__(self) -> str:
        return f"{self.label} #{self.n}: {self.way}"


@dataclass(kw_only=True)
class Trap:
    """Counts calls and writes once it is `armed`; springs at one point, once."""

    point: Point | None = None
    armed: bool = False
    sprung: bool = False
    calls: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    die: Callable[[], None] = lambda: None

    def listen(self, world: World) -> None:
        """Hear of every call as it arrives."""
        for provider in (world.github, world.circleci, world.slack):
            provider.faults.listeners.append(self._listener(provider.faults))

    def _listener(self, faults: Faults) -> Callable[[Call], None]:
        def heard(call: Call) -> None:
            label = f"{call.provider} {call.method} {normal(call.path)}"
            if self._is_here(self.calls, label):
                faults.rules.insert(0, self._fault())

        return heard

    def _is_here(self, counts: Counter[str], label: str) -> bool:
        if not self.armed:
            return False
        counts[label] += 1
        point = self.point
        if self.sprung or point is None or (point.label, point.n) != (label, counts[label]):
            return False
        self.sprung = True
        return True

    def _fault(self) -> Fault:
        assert self.point is not None
        faults = {
            "cut before": Fault(match="", drop="before"),
            "cut after": Fault(match="", drop="after"),
            "500 after": Fault(match="", status_after=500),
            "dies before": Fault(match="", drop="before", on_hit=self.die),
            "dies after": Fault(match="", drop="after", on_done=self.die),
        }
        return faults[self.point.way]

    async def write(self, label: str, write: Callable[[], Awaitable[Any]]) -> Any:
        """A write of the store; here is where it fails."""
        if not self._is_here(self.writes, label):
            return await write()
        assert self.point is not None
        way = self.point.way
        if way == "fails":
            raise StoreUnavailable("the disk is full")
        if way == "dies before":
            self.die()
            return await asyncio.Future()
        await write()
        if way == "dies after":
            self.die()
            return await asyncio.Future()
        raise StoreUnsure("no answer in time")


def normal(path: str) -> str:
    """A path without ids."""
    path = re.sub(r"^/(commands|actions)/.*", r"/\1/…", path)
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{40}", "…", path)
    return "/".join("…" if part.isdigit() else part for part in path.split("/"))


@asynccontextmanager
async def stage(scene: Scene, trap: Trap, folder: Path) -> AsyncIterator[Stage]:
    """A world with a bound channel and a deploybot, as the scene begins."""
    own = folder / str(next(FOLDERS))
    own.mkdir(parents=True)
    world = World(config=scene.config or PLAIN)
    world.circleci.hooks.retry_delays = (1.0,)
    trap.listen(world)
    await world.start()
    bot = Mortal(
        world=world,
        store_url=f"sqlite:///{own / 'deploybot.db'}",
        environ=ENVIRON,
        hook=trap.write,
    )
    trap.die = bot.die
    set_up = Stage(world=world, bot=bot)
    try:
        await bot.start()
        await set_up.bind()
        if scene.before is not None:
            await scene.before(set_up)
        yield set_up
    finally:
        await bot.stop()
        await world.stop()


async def count_points(scene: Scene, folder: Path) -> list[Point]:
    """Play the scene cleanly; every point with every way to fail there, in a fixed order."""
    trap = Trap()
    async with stage(scene, trap, folder) as played:
        await play(scene, trap, played)
    return sorted(
        Point(label, n, way)
        for counts, ways in ((trap.calls, CALL_WAYS), (trap.writes, WRITE_WAYS))
        for label, most in counts.items()
        for n in range(1, most + 1)
        for way in ways
    )


async def play(scene: Scene, trap: Trap, played: Stage) -> None:
    """The scene and its end; raises `AssertionError` where the end is another."""
    trap.armed = True
    await scene.act(played)
    await played.quiet()
    await check(scene, played)


async def check(scene: Scene, played: Stage) -> None:
    """One deployment, pipeline, message and mention for each; all agree; people are answered."""
    world, store = played.world, played.bot.store
    assert store is not None
    made = world.github.deployments(REPOSITORY)
    assert [one.state for one in made] == list(scene.ends), "how the deployments ended"
    pipelines = Counter(str(one.parameters["deployment_id"]) for one in world.circleci.pipelines)
    assert pipelines == {str(one.id): 1 for one in made}, "one pipeline each"
    assert not any(one.open for one in world.circleci.pipelines)
    live, told = _shown(world)
    for deployment in made:
        build = await store.build((deployment.repository.id, deployment.id))
        state = deployment.state
        assert live[deployment.id] == [state], f"the message of a {state}: {live[deployment.id]}"
        assert RECORDED[build.state.value] == state, "the record"
        news = told[deployment.id]
        assert len(news) == len(set(news)) == 1 + scene.asks, f"mentions: {news}"
    ours = [
        comment
        for pull in world.github.hub.state.repository(REPOSITORY).pulls
        for comment in pull.comments
        if comment.user is world.github.app_record.bot
    ]
    assert len(ours) == scene.comments, f"comments: {[one.body for one in ours]}"
    assert all("Deployed" in one.body for one in ours), [one.body for one in ours]
    heard = [
        [one for one in world.slack.channel_texts(CHANNEL) if say in one] for say in scene.said
    ]
    assert all(len(each) == 1 for each in heard), f"said: {heard}"
    ways = world.slack.response_urls.ways
    for text, way in played.typed:
        if not text.startswith(("deploy", "retry", "unlock")):
            whispers = any(world.slack.ephemerals(user) for user in ("dana", "sam"))
            assert ways[way].uses or whispers, f"{text} was never answered"


def _shown(world: World) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """For each deployment the states of its live messages, and what was told in their threads."""
    live: dict[int, list[str]] = {}
    told: dict[int, list[str]] = {}
    for number in (one.id for one in world.github.deployments(REPOSITORY)):
        live[number], told[number] = [], []
    for message in world.slack.messages(CHANNEL):
        said = (message.metadata or {}).get("event_payload", {})
        kind = (message.metadata or {}).get("event_type")
        if kind == LIVE:
            live[int(said["deployment_id"])].append(said["state"])
        elif kind == OUTCOME:
            told[int(said["outcome"].partition(":")[0])].append(said["outcome"])
    return live, told


@dataclass(frozen=True)
class Walked:
    """What came of the points, a line for each that did not come to the same end."""

    differing: list[str]
    unreached: list[str]
    """Calls and writes that a race makes now and then, such as the edit of a comment that was not final at once."""


async def walk(scene: Scene, points: Sequence[Point], folder: Path, *, at_once: int = 12) -> Walked:
    """Play the scene once for each point."""
    gate = asyncio.Semaphore(at_once)
    walked = Walked([], [])

    async def one(point: Point) -> None:
        async with gate:
            for _ in range(6):
                trap = Trap(point=point)
                try:
                    async with stage(scene, trap, folder) as played:
                        await play(scene, trap, played)
                except (AssertionError, TimeoutError, LookupError) as error:
                    why = "".join(traceback.format_exception_only(error)).strip()
                    walked.differing.append(f"{scene.name}: {point}: {why}")
                    return
                if trap.sprung:
                    return
                seen = trap.calls[point.label] + trap.writes[point.label]
                point = replace(point, n=max(1, seen))  # a race made fewer: the last one then
            walked.unreached.append(f"{scene.name}: {point}: never reached")

    await asyncio.gather(*map(one, points))
    return walked
