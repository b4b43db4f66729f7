"""A process of deploybot in the simulated world: our own looks, on simulated ground."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.observe import Metrics
from app.ports import Key
from app.store.codec import Attributes
from tests.lifecycle.simulation.circleci import CircleCIClient
from tests.lifecycle.simulation.github import GitHubClient
from tests.lifecycle.simulation.looking import Clients, looker_of
from tests.lifecycle.simulation.runs import LIMITS
from tests.lifecycle.simulation.scheduling import Running, SimClock
from tests.lifecycle.simulation.slack import SlackClient
from tests.lifecycle.simulation.stored import SimStore

if TYPE_CHECKING:
    from tests.lifecycle.simulation.world import World

METRICS = Metrics()


@dataclass
class Process:
    """One process; killed, it comes back as another holder that has seen nothing."""

    world: "World"
    name: str
    offset: float
    lives: int = 0
    looks: dict[Key, Running] = field(default_factory=dict)
    found: dict[Key, tuple[float, tuple[int, Attributes]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._begin()

    def due(self) -> list[Key]:
        """What its poll would find, the keys it is looking at aside."""
        wall = self.clock.wall()
        due = self.world.records.due()
        return [key for key, at in due.items() if at <= wall and key not in self.looks]

    def look(self, key: Key) -> None:
        """Begin a look, up to its first point."""
        self.found[key] = (self.clock.wall(), self.world.records.told(key))
        self.looks[key] = Running(self.looker(key))
        self.step(key)

    def step(self, key: Key) -> None:
        """Let one look go on to its next point; one that did nothing must not be due at once."""
        running = self.looks[key]
        if not running.step():
            return
        del self.looks[key]
        begun, (version, told) = self.found.pop(key)
        now = self.world.records.told(key)
        idle = now == (version + 2, told) and self.store.gave_back.get(key) == now[0]
        at = self.world.records.due().get(key)
        if idle and not running.failed and at is not None and at <= begun:
            self.world.violations.append(f"{key} is looked at again and again for nothing")

    def finish(self, key: Key) -> None:
        """Let one look go on to its end."""
        while key in self.looks:
            self.step(key)

    def work(self) -> None:
        """Look at everything there is, each to its end."""
        for key in [*self.looks, *self.due()]:
            if key not in self.looks:
                self.look(key)
            self.finish(key)

    def kill(self) -> None:
        """End the process where it stands, and start it again."""
        for running in self.looks.values():
            running.kill()
        self.looks.clear()
        if self.world.replicas == 1:
            self.world.records.clear_holders()
        self._begin()

    def may(self, key: Key) -> bool:
        """Whether it may still count on its lease; what it does past it is noted as strange."""
        wrote = self.store.wrote.get(key)
        valid = wrote is not None and self.world.time.now - wrote <= LIMITS.lease
        if not valid:
            self.world.strange.add(key)
        return valid

    def _begin(self) -> None:
        world = self.world
        self.lives += 1
        holder = f"process-{self.name}-{self.lives}"
        self.clock = SimClock(world.time, self.offset, base=1000.0 * self.lives)
        self.store = SimStore(
            world.records, world.faults, world.time, index_is_late=world.index_is_late
        )
        outside = Clients(
            store=self.store,
            github=GitHubClient(world.github, world.faults, self.may),
            ci=CircleCIClient(world.circleci, world.faults, self.may),
            chat=SlackClient(world.slack, world.faults, self.may),
            clock=self.clock,
        )
        self.looker = looker_of(world, outside, holder, METRICS)
