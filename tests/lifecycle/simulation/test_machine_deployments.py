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

from tests.lifecycle.simulation.faults import AMBIGUOUS, Fault
from tests.lifecycle.simulation.judging import settle, verify
from tests.lifecycle.simulation.runs import LIMITS
from tests.lifecycle.simulation.world import World

ENVIRONMENTS = st.sampled_from(["production", "production", "staging", "test"])
GATES = st.sampled_from(["open", "open", "open", "pending", "red"])
PLANS = st.sampled_from(
    ["success", "failure", "canceled", "error", "hold", "slow", "no_workflow", "config_error"]
)
OFFSETS = st.sampled_from([0.0, -7200.0, 86400.0, 3.5])
WRITES = st.sampled_from(
    [
        "ci.trigger",
        "github.create_deployment",
        "github.post_status",
        "slack.post_card",
        "slack.update_card",
        "slack.reply",
    ]
)
CALLS = st.sampled_from(
    [
        "ci.cancel",
        "ci.recent",
        "ci.read",
        "ci.jobs",
        "github.survey",
        "github.last_status",
        "github.find_deployment",
        "slack.find_card",
        "slack.replied",
        "slack.delete",
        "slack.answer",
    ]
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

    @precondition(lambda self: len(self.world.github.deployments) < 5)
    @rule(environment=ENVIRONMENTS, gate=GATES, times=st.integers(1, 2))
    def type_deploy(self, environment: str, gate: str, times: int) -> None:
        """Somebody types a command; Slack may send it twice."""
        if len(self.world.records.asks) < 8:
            self.world.type_deploy(environment, gate=gate, times=times)

    @precondition(lambda self: len(self.world.github.deployments) < 5)
    @rule(environment=ENVIRONMENTS, gate=GATES)
    def create_by_hand(self, environment: str, gate: str) -> None:
        """Somebody creates a deployment with another tool."""
        self.world.create_by_hand(environment, gate=gate)

    @precondition(lambda self: self.world.github.deployments)
    @rule(index=INDEXES)
    def type_cancel(self, index: int) -> None:
        """Somebody wants one canceled."""
        numbers = list(self.world.github.deployments)
        if len(self.world.records.asks) < 10:
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
    @rule(index=INDEXES, again=st.booleans())
    def go_on(self, index: int, again: bool) -> None:
        """A pipeline begins, is approved, or ends; somebody runs one again that has ended."""
        pipelines = self.world.circleci.pipelines
        one = pipelines[index % len(pipelines)]
        if one.open:
            self.world.circleci.go_on(one)
        elif again and 0 < len(one.workflows) < 3:
            self.world.circleci.rerun(one)

    # webhooks

    @precondition(lambda self: self.world.mail)
    @rule(index=INDEXES, what=st.sampled_from(["arrives", "arrives", "arrives twice", "is lost"]))
    def webhook(self, index: int, what: str) -> None:
        """A webhook arrives, and may come again later; or it is lost."""
        mail = self.world.mail
        event = mail[index % len(mail)]
        if what != "arrives twice":
            mail.remove(event)
        if what == "is lost":
            self.world.lose(event)
        else:
            event.deliver()

    # processes

    @rule(who=st.integers(0, 1), looks=st.integers(1, 9), seconds=st.sampled_from([0.0, 0.5, 3.0]))
    def work(self, who: int, looks: int, seconds: float) -> None:
        """A process does what it can, again and again."""
        for _ in range(looks):
            self.world.processes[who % self.world.replicas].work()
            self.world.time.go_on(seconds)

    @rule(order=st.lists(INDEXES, min_size=4, max_size=40))
    def interleave(self, order: list[int]) -> None:
        """All processes look at all they find, one point at a time; then they are left there."""
        self._interleave(order)

    @precondition(lambda self: len(self.world.github.deployments) < 4)
    @rule(environment=ENVIRONMENTS, order=st.lists(INDEXES, min_size=10, max_size=60))
    def race(self, environment: str, order: list[int]) -> None:
        """Two people deploy at the same moment, and both deployments are looked at at once."""
        for _ in range(2):
            self.world.create_by_hand(environment)
            self.world.mail.pop().deliver()
        self._interleave(order)

    def _interleave(self, order: list[int]) -> None:
        for process in self.world.processes:
            for key in process.due():
                process.look(key)
        for index in order:
            looks = [(one, key) for one in self.world.processes for key in one.looks]
            if looks:
                process, key = looks[index % len(looks)]
                process.step(key)

    @precondition(lambda self: self.world.replicas == 2)
    @rule(who=st.integers(0, 1), points=st.integers(0, 10))
    def overtake(self, who: int, points: int) -> None:
        """A process is stopped in the middle of looks, for so long that the other goes on."""
        stopped, other = self.world.processes[who], self.world.processes[1 - who]
        for key in stopped.due():
            stopped.look(key)
            for _ in range(points):
                if key in stopped.looks:
                    stopped.step(key)
        for _ in range(3):
            other.work()
            self.world.time.go_on(LIMITS.lease * 0.75)

    @rule(who=st.integers(0, 1))
    def kill(self, who: int) -> None:
        """The process is killed (-9), and a new one takes its place."""
        self.world.processes[who % self.world.replicas].kill()

    # the network, and time

    @rule(where=WRITES, fault=st.sampled_from(AMBIGUOUS))
    def lose_answer(self, where: str, fault: Fault) -> None:
        """Nobody will know what became of the next such call."""
        self.world.faults.arm(where, fault)

    @rule(where=st.one_of(WRITES, CALLS), fault=PASSING)
    def break_call(self, where: str, fault: Fault) -> None:
        """The next such call goes wrong."""
        self.world.faults.arm(where, fault)

    @rule(where=st.sampled_from(["github.post_status", "ci.trigger", "slack.post_card"]))
    def refuse_call(self, where: str) -> None:
        """The next such call is refused for good."""
        self.world.faults.arm(where, Fault.FORBIDDEN)

    @rule(where=st.sampled_from(["store", "store.save", "store.finish"]), fault=PASSING)
    def break_store(self, where: str, fault: Fault) -> None:
        """The next call of the store goes wrong."""
        self.world.faults.arm(where, fault)

    @rule(provider=st.sampled_from(["github", "ci", "slack"]))
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
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "50")),
    stateful_step_count=40,
    deadline=None,
    derandomize="HYPOTHESIS_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestDeployments.pytestmark = [pytest.mark.usefixtures("quiet")]
