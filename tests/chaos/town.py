"""Where chaos happens: the three stand-ins with several repositories, each with a channel."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.core.clock import Clock
from sandbox.world import World

ENVIRONMENTS = ("production", "staging", "test", "preview")
OWNER = "acme"
JOB_SECONDS = 0.4

NO_QUOTA = 10**9
"""GitHub's calls an hour: thousands of deployments in half an hour need more than there are."""

CONFIG = """\
version: 1
circleci: {{workflow: deploy}}
defaults: {{concurrency: {concurrency}}}
environments:
  preview: {{deploy_on: {{push: [edge]}}}}
  staging: {{approvals: {approvals}}}
"""

GUARDED = "staging"
"""Where people must agree, in shops that ask for it."""

PUSHED, PUSHED_TO = "edge", "preview"
"""The branch whose pushes are deployed by themselves, and where."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A repository, its channel of the same name, and how its environments queue.

    `approvals` is how many others must agree to what is deployed to `GUARDED`.
    """

    name: str
    concurrency: str
    approvals: int

    @property
    def config(self) -> str:
        """Its configuration file."""
        return CONFIG.format(concurrency=self.concurrency, approvals=self.approvals)

    @property
    def repository(self) -> str:
        """`owner/name`."""
        return f"{OWNER}/{self.name}"

    @property
    def slug(self) -> str:
        """Its project at CircleCI."""
        return f"gh/{self.repository}"


@dataclass(frozen=True, kw_only=True)
class Order:
    """A request to start a pipeline, as it arrived: at which replica's door, and when."""

    slug: str
    replica: int
    at: float


@dataclass(kw_only=True)
class Town:
    """The world and its shops. CircleCI has a door (a port) for each replica, to tell them apart.

    `nights` are when hours passed at once (by the clock that `now` tells), and how many seconds.
    """

    world: World
    shops: list[Shop]
    rng: random.Random
    doors: dict[int, int] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    overlaps: list[tuple[int, int]] = field(default_factory=list)
    nights: list[tuple[float, float]] = field(default_factory=list)

    async def open(self, replicas: int) -> None:
        """All listen."""
        self.world.circleci.app.middlewares.insert(0, self._watch_doors())
        await self.world.start()
        runner = self.world.circleci.server._runner
        assert runner is not None
        for replica in range(replicas):
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.doors[runner.addresses[-1][1]] = replica
        self.world.circleci.on_change.append(self._pipeline_changed)

    def circleci_url(self, replica: int) -> str:
        """Where this replica finds CircleCI."""
        port = next(port for port, number in self.doors.items() if number == replica)
        return f"http://127.0.0.1:{port}/api/v2"

    def now(self) -> float:
        """The moment by the service's clock, in epoch seconds."""
        return time.time() + self.passed

    @property
    def passed(self) -> float:
        """Seconds that have passed at once so far."""
        return sum(seconds for _, seconds in self.nights)

    def pass_time(self, seconds: float) -> None:
        """Hours pass, at the providers too."""
        self.nights.append((self.now(), seconds))
        for provider in (self.world.github, self.world.circleci, self.world.slack):
            provider.clock.ahead += seconds

    def by_ours(self, moment: float, clock: Clock) -> float:
        """A provider's moment, by the service's clock."""
        return moment - (clock.ahead - self.passed)

    def slept(self, began: float, ended: float) -> float:
        """Seconds of nights between two moments of the service's clock."""
        return sum(seconds for at, seconds in self.nights if began <= at < ended)

    def shop_of(self, repository: str) -> Shop:
        """The shop of a repository's full name."""
        return next(shop for shop in self.shops if shop.repository == repository)

    def _watch_doors(self) -> Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]:
        @web.middleware
        async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
            name = request.transport and request.transport.get_extra_info("sockname")
            if name and request.method == "POST" and "/pipeline" in request.path:
                replica = self.doors.get(name[1], -1)
                self.orders.append(Order(slug=request.path, replica=replica, at=self.now()))
            return await handler(request)

        return note

    def _pipeline_changed(self, kind: str, data: dict[str, object]) -> None:
        """Note two deployments whose pipelines run at once where one at a time is the rule."""
        del kind
        if data.get("state") not in {"pending", "created"} or data["id"] in self._seen:
            return
        self._seen.add(str(data["id"]))
        pipeline = self.world.circleci.pipeline(str(data["id"]))
        shop = next(shop for shop in self.shops if shop.slug == pipeline.project.slug)
        if shop.concurrency == "allow":
            return
        mine = pipeline.parameters
        for other in pipeline.project.pipelines[:-1]:
            theirs = other.parameters
            same_place = theirs.get("environment") == mine.get("environment")
            if other.open and same_place and theirs["deployment_id"] != mine["deployment_id"]:
                pair = (int(str(theirs["deployment_id"])), int(str(mine["deployment_id"])))
                self.overlaps.append(pair)

    _seen: set[str] = field(default_factory=set)


def found(repositories: int, rng: random.Random) -> Town:
    """The town, not open yet: of its shops some deploy one at a time, some as they like."""
    first = Shop(name="shop0", concurrency="queue", approvals=1)
    world = World(
        repository=first.repository,
        config=first.config,
        auto=True,
        job_seconds=JOB_SECONDS,
    )
    world.github.hub.state.hourly = NO_QUOTA
    world.slack.add_user("kim", "Kim Burgess")
    world.slack.add_channel(first.name)
    world.github.set_collaborator(first.repository, "monalisa", "write")
    shops = [first]
    kinds = ("queue", "queue", "allow", "cancel")
    for number in range(1, repositories):
        shop = Shop(
            name=f"shop{number}",
            concurrency=kinds[number % len(kinds)],
            approvals=(1, 0, 2)[number % 3],
        )
        files: dict[str, str | None] = {".github/deploybot.yml": shop.config}
        people = {"octocat": "admin", "hubot": "write", "monalisa": "write"}
        world.github.add_repository(shop.repository, files, people, environments=ENVIRONMENTS[:2])
        world.circleci.add_project(shop.slug)
        world.circleci.add_webhook(shop.slug)
        world.slack.add_channel(shop.name)
        shops.append(shop)
    return Town(world=world, shops=shops, rng=rng)


async def until(condition: Callable[[], object], *, seconds: float, what: str) -> None:
    """Wait for something; a `TimeoutError` names it."""
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            raise TimeoutError(f"never happened within {seconds:g} s: {what}")
        await asyncio.sleep(0.05)
