"""Our own looks, put together on whatever store and providers they are to run on."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from app.lifecycle.deployment.answering import Answering
from app.lifecycle.deployment.build_effects import BuildEffects
from app.lifecycle.deployment.build_records import BuildRecords
from app.lifecycle.deployment.facts_reader import FactsReader
from app.lifecycle.engine.lease import Leases
from app.lifecycle.engine.look import Looker
from app.lifecycle.engine.wait_counter import WaitCounter
from app.lifecycle.planning.people.approving import Approving
from app.lifecycle.planning.people.who_may import WhoMay
from app.lifecycle.planning.pipelines.projects import Projects
from app.lifecycle.planning.plan_rules import Judgement
from app.lifecycle.requests.ask_records import AskRecords
from app.lifecycle.requests.decision import Create, Deciders, Decision, Reply, WriteNote
from app.lifecycle.requests.effects import AskEffects
from app.lifecycle.requests.events.unmatched_pipelines import UnmatchedPipelines
from app.lifecycle.requests.inbox import Inbox
from app.lifecycle.timeline.chain_log import ChainLog
from app.lifecycle.timeline.stuck import Stuck
from app.model.ask import Ask, AskKind
from app.model.build import Build
from app.model.build_parts import CancelRequest
from app.model.chat.card import Answer
from app.model.note import Note
from app.model.plan import Person, Ticket
from app.model.project import Project
from app.observe import Metrics
from app.ports import CI, Chat, Clock, GitHub, Key, Store
from tests.lifecycle.simulation.runs import LIMITS, REPOSITORY, plan_for

if TYPE_CHECKING:
    from tests.lifecycle.simulation.world import World

CALL_TIMEOUT = 5.0


T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Clients:
    """The store and the providers that a process sees, and its clock."""

    store: Store
    github: GitHub
    ci: CI
    chat: Chat
    clock: Clock


@dataclass(frozen=True)
class Minds:
    """What is judged and decided, as the world has it."""

    world: "World"
    outside: Clients

    async def judge(self, build: Build, project: Project) -> Judgement:
        """`app.lifecycle.deployment.facts_reader.Judge`: the gates."""
        verdict, plan = await self.world.faults.read(
            "github", "survey", lambda: self.world.judge(build)
        )
        return Judgement(verdict=verdict, plan=plan)

    async def decide(self, ask: Ask) -> Decision:
        """`app.lifecycle.requests.decision.Decide`: what was typed."""
        return await self._cancel(ask) if ask.body["does"] == "cancel" else await self._deploy(ask)

    async def _deploy(self, ask: Ask) -> Decision:
        await self.world.faults.read("github", "survey", lambda: None)
        environment, judged = str(ask.body["environment"]), bool(ask.body["judged"])
        return Create(plan=plan_for(environment, ask.ask_id, judged=judged))

    async def _cancel(self, ask: Ask) -> Decision:
        number = int(ask.body["of"])
        build = await self.outside.store.build((REPOSITORY.id, number))
        if build is None or build.state.ended:
            return Reply(answer=Answer(text="It has ended."))
        cancel = CancelRequest(by=Person(name="Sam"), at=ask.asked_at)
        return WriteNote(
            note=Note(repository_id=REPOSITORY.id, deployment_id=number, facts={"cancel": cancel}),
            answer=Answer(text="Canceling."),
        )


class Untitled:
    """No ticket system."""

    async def titled(self, tickets: tuple[Ticket, ...]) -> tuple[Ticket, ...]:
        """As they are."""
        return tuple(tickets)


def looker_of(
    world: "World",
    outside: Clients,
    holder: str,
    metrics: Metrics,
    wake: Callable[[Key], None] = lambda _: None,
) -> Looker:
    """A process's looks."""
    store, clock = outside.store, outside.clock
    minds = Minds(world, outside)
    late = UnmatchedPipelines(
        store=store, ci=outside.ci, patience=LIMITS.lease, give_up=LIMITS.give_up
    )
    reader = FactsReader(
        store=store,
        github=outside.github,
        ci=outside.ci,
        chat=outside.chat,
        tickets=Untitled(),
        judge=minds,
        approving=Approving(WhoMay(outside.github, store, clock), store),
    )
    decide = Deciders({AskKind.COMMAND: minds.decide, AskKind.PIPELINE: late})
    answer = Answering(chat=outside.chat, github=outside.github)
    effects = BuildEffects(
        records=store,
        github=outside.github,
        ci=outside.ci,
        projects=Projects(outside.ci),
        chat=outside.chat,
        answer=answer,
        clock=clock,
        holder=holder,
    )
    of_asks = AskEffects(
        store=store,
        github=outside.github,
        answer=answer,
        clock=clock,
        holder=holder,
        inbox=Inbox(store, lambda key, **_: wake(key)),
    )
    counted: Any = {"clock": clock, "metrics": metrics, "stuck": Stuck()}
    return Looker(
        store=store,
        kinds=(
            BuildRecords(
                store=store, reader=reader, effects=effects, log_chain=ChainLog(), **counted
            ),
            AskRecords(
                store=store, github=outside.github, decide=decide, effects=of_asks, **counted
            ),
        ),
        wake=wake,
        leases=Leases(holder, LIMITS.lease, clock),
        wait_counter=WaitCounter(clock),
        limits=LIMITS,
        call_timeout=CALL_TIMEOUT,
        clock=clock,
        metrics=metrics,
        renewing=at_once,
    )


async def at_once(
    work: Coroutine[Any, Any, T], renew: Callable[[], Awaitable[None]], *, every: float
) -> T:
    """Nothing here takes longer than a test lets it: there is no event loop to renew by."""
    return await work
