"""A process of deploybot in the simulated world: our own looks, on simulated ground."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.lifecycle.ask_effects import AskEffects
from app.lifecycle.deciding import Deciders
from app.lifecycle.decision import Create, Decision, Reply, Tell
from app.lifecycle.effects import BuildEffects
from app.lifecycle.late_reports import LateReports
from app.lifecycle.lease import Watcher
from app.lifecycle.look import Looker
from app.lifecycle.reads import Reader
from app.lifecycle.sides import AskSide, BuildSide
from app.lifecycle.step import Judgement
from app.model.ask import Ask, AskKind
from app.model.build import Build, Cancel, Note, Person, Ticket
from app.model.card import Answer
from app.model.project import Project
from app.observe import Metrics
from app.ports import Key
from app.store.codec import Attributes
from tests.lifecycle.simulation.circleci import CircleCIClient
from tests.lifecycle.simulation.github import GitHubClient
from tests.lifecycle.simulation.runs import LIMITS, REPOSITORY, plan_for
from tests.lifecycle.simulation.scheduling import Running, SimClock
from tests.lifecycle.simulation.slack import SlackClient
from tests.lifecycle.simulation.stored import SimStore

if TYPE_CHECKING:
    from tests.lifecycle.simulation.world import World

METRICS = Metrics.create()


@dataclass
class Process:
    """One process; killed, it comes back as another holder that has seen nothing."""

    world: "World"
    name: str
    offset: float
    lives: int = 0
    looks: dict[Key, Running] = field(default_factory=dict)
    found: dict[Key, tuple[int, Attributes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._begin()

    def due(self) -> list[Key]:
        """What its poll would find, the keys it is looking at aside."""
        wall = self.clock.wall()
        due = self.world.records.due()
        return [key for key, at in due.items() if at <= wall and key not in self.looks]

    def look(self, key: Key) -> None:
        """Begin a look, up to its first point."""
        self.found[key] = self.world.records.told(key)
        self.looks[key] = Running(self.looker(key))
        self.step(key)

    def step(self, key: Key) -> None:
        """Let one look go on to its next point; one that did nothing must not be due at once."""
        running = self.looks[key]
        if not running.step():
            return
        del self.looks[key]
        (version, told), now = self.found.pop(key), self.world.records.told(key)
        idle = now == (version + 2, told) and self.store.gave_back.get(key) == now[0]
        at = self.world.records.due().get(key)
        if idle and not running.failed and at is not None and at <= self.clock.wall():
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
        github = GitHubClient(world.github, world.faults, self.may)
        ci = CircleCIClient(world.circleci, world.faults, self.may)
        chat = SlackClient(world.slack, world.faults, self.may)
        late = LateReports(store=self.store, ci=ci, clock=self.clock, patience=LIMITS.lease)
        decide = Deciders({AskKind.COMMAND: self.decide, AskKind.PIPELINE: late})
        reader = Reader(
            store=self.store,
            github=github,
            ci=ci,
            chat=chat,
            tickets=Tickets(),
            judge=self,
            decide=decide,
        )
        effects = BuildEffects(
            github=github, ci=ci, chat=chat, clock=self.clock, holder=holder
        )
        of_asks = AskEffects(
            store=self.store,
            github=github,
            chat=chat,
            clock=self.clock,
            holder=holder,
            wake=lambda _: None,
            command="/cimon",
        )
        self.looker = Looker(
            store=self.store,
            builds=BuildSide(store=self.store, reader=reader, effects=effects),
            asks=AskSide(store=self.store, reader=reader, effects=of_asks),
            wake=lambda _: None,
            watcher=Watcher(holder, LIMITS.lease, self.clock),
            limits=LIMITS,
            call_timeout=5.0,
            clock=self.clock,
            metrics=METRICS,
        )

    async def judge(self, build: Build, project: Project) -> Judgement:
        """`app.lifecycle.reads.Judge`: the gates, as the world has them."""
        verdict, plan = await self.world.faults.read(
            "github", "survey", lambda: self.world.judge(build)
        )
        return Judgement(verdict=verdict, plan=plan)

    async def decide(self, ask: Ask) -> Decision:
        """`app.lifecycle.decision.Decide`: what was typed."""
        return await self._cancel(ask) if ask.body["does"] == "cancel" else await self._deploy(ask)

    async def _deploy(self, ask: Ask) -> Decision:
        await self.world.faults.read("github", "survey", lambda: None)
        environment, judged = str(ask.body["environment"]), bool(ask.body["judged"])
        return Create(plan=plan_for(environment, ask.ask_id, judged=judged))

    async def _cancel(self, ask: Ask) -> Decision:
        number = int(ask.body["of"])
        build = await self.store.build((REPOSITORY.id, number))
        if build is None or build.state.ended:
            return Reply(answer=Answer(text="It has ended."))
        cancel = Cancel(by=Person(name="Sam"), at=ask.asked_at)
        return Tell(
            note=Note(
                repository_id=REPOSITORY.id, deployment_id=number, facts={"cancel": cancel}
            ),
            answer=Answer(text="Canceling."),
        )


class Tickets:
    """No ticket system."""

    async def titled(self, tickets: tuple[Ticket, ...]) -> tuple[Ticket, ...]:
        """As they are."""
        return tuple(tickets)
