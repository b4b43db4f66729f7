"""The whole world: what people and providers do in it, and its processes."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from app.lifecycle.planning.gates.question import Verdict
from app.lifecycle.planning.origins import payload_of
from app.model.ask import Ask, AskKind, Said
from app.model.build import Build
from app.model.chat.reply import SlackAddress
from app.model.ci import Workflow, WorkflowReport
from app.model.note import Note, reported
from app.model.plan import Concurrency, Plan
from app.model.project import Project
from app.model.reasons.gates import ChecksFailed, ChecksPending
from app.ports import Key
from tests.lifecycle.simulation.circleci import SimCircleCI, SimPipeline
from tests.lifecycle.simulation.faults import Faults
from tests.lifecycle.simulation.github import SimGitHub
from tests.lifecycle.simulation.process import Process
from tests.lifecycle.simulation.runs import CONCURRENCY, LIMITS, REPOSITORY, plan_for
from tests.lifecycle.simulation.scheduling import Time
from tests.lifecycle.simulation.slack import SimSlack
from tests.lifecycle.simulation.stored import Records


@dataclass
class Event:
    """A webhook on its way: it may come late, twice, in any order, or not at all."""

    name: str
    deliver: Callable[[], None]


@dataclass
class World:
    """`replicas` processes on one store; with one, the store is embedded and clears holders."""

    replicas: int = 2
    offsets: Sequence[float] = (0.0, 0.0)
    time: Time = field(default_factory=Time)
    records: Records = field(default_factory=Records)
    slack: SimSlack = field(default_factory=SimSlack)
    mail: list[Event] = field(default_factory=list)
    gates: dict[int, str] = field(default_factory=dict)
    gate_of: dict[str, str] = field(default_factory=dict)
    index_late: int = 0
    violations: list[str] = field(default_factory=list)
    strange: set[Key] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.faults = Faults(self.time, LIMITS.lease)
        self.github = SimGitHub(self.time, self._from_github)
        self.circleci = SimCircleCI(self.time, self._from_circleci, started=self._one_at_a_time)
        self.numbers = itertools.count(1)
        self.records.projects[REPOSITORY.id] = Project(
            slack_channelid="C1",
            repository_id=REPOSITORY.id,
            repository=REPOSITORY.full_name,
            installation_id=2,
            bound_at=self.time.now - 100,
        )
        self.processes = [
            Process(self, f"{number}", self.offsets[number]) for number in range(self.replicas)
        ]

    def lose(self, event: Event) -> None:
        """A webhook never arrives."""
        self.lost.add(event.name)

    # what people do

    def type_deploy(self, environment: str, *, gate: str = "open", times: int = 1) -> str:
        """A command is acknowledged; with `times` Slack sent it more than once."""
        number = next(self.numbers)
        body = {"does": "deploy", "environment": environment, "judged": gate == "open"}
        ask = self._asked(f"ask{number}", body)
        self.gate_of[ask.ask_id] = gate
        for _ in range(times):
            self.records.add_ask(ask)
        return ask.ask_id

    def type_cancel(self, deployment_id: int) -> str:
        """A command to cancel one."""
        ask = self._asked(f"ask{next(self.numbers)}", {"does": "cancel", "of": deployment_id})
        self.records.add_ask(ask)
        return ask.ask_id

    def create_by_hand(self, environment: str, *, gate: str = "open") -> int:
        """A person creates a deployment with some other tool."""
        made = self.github.create(ref="main", environment=environment, creator="octocat")
        self.gates[made.id] = gate
        return made.id

    def finish_checks(self, deployment_id: int, gate: str) -> None:
        """The checks of a deployment's commit are over."""
        self.gates[deployment_id] = gate
        key = (REPOSITORY.id, deployment_id)
        note = Note(repository_id=key[0], deployment_id=key[1])
        waiting = self.records.builds.get(key, {}).get("waiting_sha")
        self._send("checks", lambda: self.records.note(note) if waiting else None)

    def judge(self, build: Build) -> tuple[Verdict, Plan]:
        """What the gates say of a deployment, and how it would run."""
        number = build.deployment_id
        typed = self.gate_of.get(self.github.request_of.get(number, ""), "open")
        gate = self.gates.get(number, typed)
        reason = ChecksPending() if gate == "pending" else ChecksFailed(checks=())
        verdict = Verdict(
            refusals=(reason,) if gate == "red" else (),
            waits=(reason,) if gate == "pending" else (),
        )
        said = payload_of(build)
        return verdict, plan_for(build.environment, said.request if said else "api", judged=True)

    # what providers send

    def _from_github(self, note: Note) -> None:
        self._send(f"github {note.deployment_id}", lambda: self.records.note(note))

    def _from_circleci(self, one: SimPipeline, workflow: Workflow) -> None:
        report = WorkflowReport(
            id=workflow.id,
            name=workflow.name,
            state=workflow.state,
            at=workflow.stopped_at or 0.0,
            url=workflow.url,
        )
        self._send(f"circleci {one.pipeline.id}", lambda: self._reported(one, report))

    def _reported(self, one: SimPipeline, report: WorkflowReport) -> None:
        """What the entrance does: a note where the index knows the pipeline, else an ask."""
        builds = {} if self.index_is_late() else self.records.builds
        pipeline = one.pipeline
        for key, stored in builds.items():
            if stored.get("pipeline_id") == pipeline.id:
                entry = reported(report)
                self.records.note(Note(repository_id=key[0], deployment_id=key[1], entry=entry))
                return
        body = {
            "project": "github/acme/shop",
            "pipeline_id": pipeline.id,
            "number": pipeline.number,
            "url": pipeline.url,
            "workflow": msgspec.to_builtins(report),
        }
        asked = Ask(
            ask_id=f"pipeline:{pipeline.id}",
            kind=AskKind.PIPELINE,
            asked_at=self.processes[0].clock.wall(),
            body=body,
        )
        self.records.add_ask(asked)

    def index_is_late(self) -> bool:
        """Whether the next read of the index misses what was written just now."""
        self.index_late = max(0, self.index_late - 1)
        return self.index_late > 0

    def _send(self, name: str, deliver: Callable[[], None]) -> None:
        self.mail.append(Event(name, deliver))

    def _asked(self, ask_id: str, body: dict[str, object]) -> Ask:
        return Ask(
            ask_id=ask_id,
            kind=AskKind.COMMAND,
            asked_at=self.processes[0].clock.wall(),
            body=body,
            said=Said(text="deploy"),
            reply_to=SlackAddress(channel_id="C1", user_id=ask_id, response_url="https://slack/r"),
        )

    # what must never happen

    def _one_at_a_time(self, made: SimPipeline) -> None:
        """A pipeline was started: no other of that environment may be open."""
        number = made.pipeline.deployment_id or 0
        key = (REPOSITORY.id, number)
        earlier = [one for one in self.circleci.of(number) if one is not made]
        if earlier and key not in self.strange:
            self.violations.append(f"deployment {number} was started twice")
        environment = self.github.deployments[number].environment
        if CONCURRENCY[environment] is Concurrency.ALLOW or key in self.strange:
            return
        self._newest_wins(number, environment)
        for one in self.circleci.pipelines:
            other = one.pipeline.deployment_id or 0
            same = self.github.deployments[other].environment == environment
            excused = one.rerun or (REPOSITORY.id, other) in self.strange
            if other != number and same and one.open and not excused:
                self.violations.append(f"{other} runs in {environment}, and {number} was started")

    def _newest_wins(self, number: int, environment: str) -> None:
        """No pipeline starts once a newer one is known to have succeeded; a rerun may overtake."""
        slot = self.records.slots.get((REPOSITORY.id, environment), {})
        newest = slot.get("succeeded") or 0
        rerun = any(one.rerun for one in self.circleci.of(newest))
        if newest > number and not rerun:
            self.violations.append(f"{newest} has succeeded, and {number} was started")
