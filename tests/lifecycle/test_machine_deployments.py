"""Deployments in a hostile world: whatever happens, in whatever order, the invariants hold.

The step function, the looks, effects and leases around it are the real ones; store and providers
are simulated (`simulation/`), so that every interleaving can be had. `HYPOTHESIS_EXAMPLES`
makes the run longer.
"""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.lifecycle.simulation.faults import Fault
from tests.lifecycle.simulation.judging import settle, verify
from tests.lifecycle.simulation.world import World

ENVIRONMENTS = st.sampled_from(["production", "staging", "test"])
GATES = st.sampled_from(["open", "open", "pending", "red"])
PLANS = st.sampled_from(
    ["success", "failed", "canceled", "error", "hold", "slow", "no_workflow", "config_error"]
)
OFFSETS = st.sampled_from([0.0, -7200.0, 86400.0, 3.5])
WRITES = st.sampled_from(
    [
        "circleci.trigger",
        "circleci.trigger",
        "circleci.cancel",
        "github.post_status",
        "github.create_deployment",
        "slack.post_card",
        "slack.update_card",
        "slack.reply",
        "slack.answer",
        "slack.delete",
    ]
)
READS = st.sampled_from(
    ["circleci.recent", "circleci.read", "github.survey", "github.last_status", "slack.find_card"]
)
PASSING = st.sampled_from([fault for fault in Fault if fault is not Fault.FORBIDDEN])
INDEXES = st.integers(0, 7)


class Deployments(RuleBasedStateMachine):
    """Everything that people, providers, processes and networks may do, one thing at a time."""

    @initialize(replicas=st.sampled_from([2, 2, 1]), offset=OFFSETS, lose=st.booleans())
    def begin(self, replicas: int, offset: float, lose: bool) -> None:
        """One process on an embedded store, or two whose wall clocks differ."""
        self.world = World(replicas=replicas, offsets=(0.0, offset))
        self.lose = lose

    # people

    @rule(environment=ENVIRONMENTS, gate=GATES, times=st.integers(1, 2))
    def type_deploy(self, environment: str, gate: str, times: int) -> None:
        """Somebody types a command; Slack may send it twice."""
        if len(self.world.records.asks) < 6:
            self.world.type_deploy(environment, gate=gate, times=times)

    @rule(environment=ENVIRONMENTS, gate=GATES)
    def create_by_hand(self, environment: str, gate: str) -> None:
        """Somebody creates a deployment with another tool."""
        if len(self.world.github.deployments) < 5:
            self.world.create_by_hand(environment, gate=gate)

    @precondition(lambda self: self.world.github.deployments)
    @rule(index=INDEXES)
    def type_cancel(self, index: int) -> None:
        """Somebody wants one canceled."""
        numbers = list(self.world.github.deployments)
        if len(self.world.records.asks) < 9:
            self.world.type_cancel(numbers[index % len(numbers)])

    @precondition(lambda self: self.world.github.deployments)
    @rule(index=INDEXES, gate=st.sampled_from(["open", "red"]))
    def finish_checks(self, index: int, gate: str) -> None:
        """The checks of a commit are over."""
        numbers = list(self.world.github.deployments)
        self.world.finish_checks(numbers[index % len(numbers)], gate)

    # CircleCI

    @rule(plan=PLANS)
    def plan_pipeline(self, plan: str) -> None:
        """The next pipeline will come to this."""
        self.world.circleci.plans.append(plan)

    @precondition(lambda self: self.world.circleci.pipelines)
    @rule(index=INDEXES)
    def go_on(self, index: int) -> None:
        """A pipeline begins, is approved, or ends."""
        pipelines = self.world.circleci.pipelines
        self.world.circleci.go_on(pipelines[index % len(pipelines)])

    @precondition(lambda self: any(p.workflows for p in self.world.circleci.pipelines))
    @rule(index=INDEXES)
    def rerun(self, index: int) -> None:
        """Somebody presses Rerun in CircleCI's page."""
        closed = [p for p in self.world.circleci.pipelines if p.workflows and not p.open]
        if closed and len(closed[index % len(closed)].workflows) < 3:
            self.world.circleci.rerun(closed[index % len(closed)])

    # webhooks

    @precondition(lambda self: self.world.mail)
    @rule(index=INDEXES, again=st.booleans())
    def deliver(self, index: int, again: bool) -> None:
        """A webhook arrives; it may arrive again."""
        mail = self.world.mail
        event = mail[index % len(mail)] if again else mail.pop(index % len(mail))
        event.deliver()

    @precondition(lambda self: self.world.mail)
    @rule(index=INDEXES)
    def lose_webhook(self, index: int) -> None:
        """A webhook is lost."""
        self.world.mail.pop(index % len(self.world.mail))

    # processes

    @rule(who=st.integers(0, 1), index=INDEXES, points=st.integers(0, 12))
    def look(self, who: int, index: int, points: int) -> None:
        """A process begins a look at something due, and gets as far as it gets."""
        process = self.world.processes[who % self.world.replicas]
        due = process.due()
        if due:
            key = due[index % len(due)]
            process.look(key)
            for _ in range(points):
                if key in process.looks:
                    process.step(key)

    @rule(who=st.integers(0, 1))
    def work(self, who: int) -> None:
        """A process does all that it can."""
        process = self.world.processes[who % self.world.replicas]
        for key in [*process.looks, *process.due()]:
            if key not in process.looks:
                process.look(key)
            process.finish(key)

    @rule(who=st.integers(0, 1), index=INDEXES, points=st.integers(1, 12))
    def go_on_looking(self, who: int, index: int, points: int) -> None:
        """A process that was stopped in the middle of a look goes on."""
        process = self.world.processes[who % self.world.replicas]
        keys = list(process.looks)
        for _ in range(points if keys else 0):
            if keys[index % len(keys)] in process.looks:
                process.step(keys[index % len(keys)])

    @rule(who=st.integers(0, 1))
    def kill(self, who: int) -> None:
        """kill -9, and a new process in its place."""
        self.world.processes[who % self.world.replicas].kill()

    # the network, and time

    @rule(where=st.one_of(WRITES, WRITES, READS), fault=PASSING)
    def break_call(self, where: str, fault: Fault) -> None:
        """The next such call goes wrong."""
        self.world.faults.arm(where, fault)

    @rule(where=st.sampled_from(["github.post_status", "circleci.trigger", "slack.post_card"]))
    def refuse_call(self, where: str) -> None:
        """The next such call is refused for good."""
        self.world.faults.arm(where, Fault.FORBIDDEN)

    @rule(fault=PASSING)
    def break_store(self, fault: Fault) -> None:
        """The next call of the store goes wrong."""
        self.world.faults.arm("store", fault)

    @rule(provider=st.sampled_from(["github", "circleci", "slack"]))
    def outage(self, provider: str) -> None:
        """A provider goes down, or comes back."""
        self.world.faults.down ^= {provider}

    @rule()
    def late_index(self) -> None:
        """The store's index does not know yet what was written."""
        self.world.index_late = 3

    @rule(seconds=st.sampled_from([0.5, 3.0, 9.0, 19.0, 21.0, 45.0, 61.0, 400.0]))
    def wait(self, seconds: float) -> None:
        """Time passes; whoever is in the middle of something was stopped for as long."""
        self.world.time.go_on(seconds)

    def teardown(self) -> None:
        """Nothing goes wrong any more: all comes to rest, and the invariants hold."""
        if hasattr(self, "world"):
            settle(self.world, lose_mail=self.lose)
            verify(self.world)


TestDeployments = Deployments.TestCase
TestDeployments.settings = settings(
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "250")),
    stateful_step_count=40,
    deadline=None,
    derandomize="HYPOTHESIS_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestDeployments.pytestmark = [pytest.mark.usefixtures("quiet")]
