"""A look's surroundings: a store on disk, and providers that stand still."""

from dataclasses import dataclass, field
from typing import Any

from app.lifecycle.engine.look import Looker
from app.model.ask import Ask, AskKind, Said
from app.model.build import Build
from app.model.chat.reply import SlackAddress
from app.observe import Metrics
from app.ports import Key, Store
from tests.lifecycle.decisions import build
from tests.lifecycle.simulation.circleci import CircleCIClient
from tests.lifecycle.simulation.github import GitHubClient
from tests.lifecycle.simulation.looking import Clients, looker_of
from tests.lifecycle.simulation.scheduling import SimClock
from tests.lifecycle.simulation.slack import SlackClient
from tests.lifecycle.simulation.world import World

KEY = (1, 1)


@dataclass
class Scene:
    """A world with a store on disk, and processes that look into it."""

    world: World
    store: Store
    woken: list[Key] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics)

    def looker(self, holder: str = "me", *, store: Any = None) -> Looker:
        """One process."""
        clock = SimClock(self.world.time, offset=0.0, base=-5000.0)
        outside = Clients(
            store=store or self.store,
            github=GitHubClient(self.world.github, self.world.faults, lambda _: True),
            ci=CircleCIClient(self.world.circleci, self.world.faults, lambda _: True),
            chat=SlackClient(self.world.slack, self.world.faults, lambda _: True),
            clock=clock,
        )
        return looker_of(self.world, outside, holder, self.metrics, self.woken.append)

    async def arrive(self, **facts: Any) -> Build:
        """A person's deployment is recorded, due at once."""
        made = self.world.github.create(ref="main", environment="production", creator="octocat")
        shown = build(deployment_id=made.id, created_at=self.world.time.now, **facts)
        await self.store.adopt(shown)
        return await self.record(made.id)

    async def record(self, number: int = 1) -> Build:
        """A build as stored."""
        found = await self.store.build((1, number))
        assert found is not None
        return found

    async def ask(self, **body: Any) -> Ask:
        """A command is recorded."""
        made = Ask(
            ask_id="a1",
            kind=AskKind.COMMAND,
            asked_at=self.world.time.now,
            said=Said(text="deploy"),
            reply_to=SlackAddress(channel_id="C1", user_id="U1", response_url="https://r"),
            body=body,
        )
        assert await self.store.add_ask(made)
        return made
