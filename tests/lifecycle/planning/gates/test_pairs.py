"""Every pair of gates closed together: all reasons are told, and who is refused and who waits.

The table is the design's: what a command, an automatic trigger and a command with `--force` meet.
"""

from collections.abc import Mapping
from itertools import combinations_with_replacement
from types import MappingProxyType
from typing import NamedTuple

import pytest

from app.lifecycle.planning.gates.order import GATES, judge
from app.lifecycle.planning.gates.question import Asker, Question, RequiredEnvironment
from app.model.plan import Person
from app.model.slot import EVERYWHERE, Hold, Lock, Slot
from app.texts.failures.catalogue import explain_all
from app.texts.failures.failure import ENTRIES
from tests.lifecycle.planning.gates.test_checks import asked, found

NOW = 1_000_000.0
"""A Monday, 12 January 1970, 13:46 UTC."""

LOCK = Lock(by=Person(name="Sam", slack_userid="U2"), since=NOW - 60)
SOAKS = RequiredEnvironment(environment="test", soak=3600.0, succeeded_at=NOW - 60)
OPEN = PASSES = ""

WAYS: Mapping[str, Mapping[str, object]] = {
    "command": {},
    "automatic": {"automatic": True},
    "forced": {"force": True},
}


class Closed(NamedTuple):
    """How a gate is closed, and what each way meets: `-name` refuses, `?name` holds."""

    name: str
    command: str
    automatic: str
    forced: str
    rules: Mapping[str, object] = MappingProxyType({})
    facts: Mapping[str, object] = MappingProxyType({})


TABLE = (
    Closed(
        "somebody else",
        "-not_allowed",
        "-not_allowed",
        "-not_allowed",
        {"allow": ("@octocat",)},
    ),
    Closed("not to be forced", OPEN, OPEN, "-not_allowed", {"force": ("@octocat",)}),
    Closed(
        "a red check",
        "-checks_failed",
        "-checks_failed",
        PASSES,
        facts={"checks": found("red:r")},
    ),
    Closed(
        "a pending check",
        "?checks_pending",
        "?checks_pending",
        PASSES,
        facts={"checks": found("slow:p")},
    ),
    Closed(
        "never there",
        "-requires_not_met",
        "-requires_not_met",
        PASSES,
        facts={"required": (RequiredEnvironment(environment="staging"),)},
    ),
    Closed(
        "soaks there",
        "-requires_not_met",
        "?requires_pending",
        PASSES,
        facts={"required": (SOAKS,)},
    ),
    Closed(
        "locked",
        "-locked",
        "?locked_out",
        "-locked",
        facts={"slot": Slot(repository_id=1, name="test", lock=LOCK)},
    ),
    Closed(
        "all locked",
        "-locked",
        "?locked_out",
        "-locked",
        facts={"everywhere": Slot(repository_id=1, name=EVERYWHERE, lock=LOCK)},
    ),
    Closed(
        "rolled back",
        OPEN,
        "?held_after_rollback",
        OPEN,
        facts={"hold": Hold(rollback=2, left=1, since=NOW - 60, by="Sam")},
    ),
    Closed(
        "outside the window",
        "-outside_window",
        "?window_closed",
        PASSES,
        {"windows": ("Tue 09:00-16:00 UTC",)},
    ),
    Closed("frozen", "-frozen", "?frozen_until", PASSES, {"freeze": ("1970-01-12",)}),
    Closed(
        "nobody agreed",
        "?approval_needed",
        "?approval_needed",
        "?approval_needed",
        {"approvals": 1},
    ),
)
PAIRS = [tuple(dict.fromkeys(pair)) for pair in combinations_with_replacement(range(len(TABLE)), 2)]
"""Each two of the table's rows, and each row alone."""


def question(closed: tuple[Closed, ...], way: str) -> Question:
    """A deployment to an environment whose gates are closed in all these ways."""
    rules = {key: value for one in closed for key, value in one.rules.items()}
    facts: dict[str, object] = {"checks": found("green:g"), "required": ()}
    for one in closed:
        for key, value in one.facts.items():
            known = facts.get(key)
            both = isinstance(known, tuple) and isinstance(value, tuple)
            facts[key] = known + value if both else value  # type: ignore[operator] # two tuples
    return asked(rules=rules, now=NOW, date=NOW, asker=Asker(login="hubot"), **facts, **WAYS[way])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "closed",
    [tuple(TABLE[each] for each in pair) for pair in PAIRS],
    ids=lambda closed: " and ".join(one.name for one in closed),
)
def test_what_is_met(closed: tuple[Closed, ...], way: str) -> None:
    """Each gate says its own, whatever the other says; nothing else is said."""
    verdict = judge(question(closed, way))
    met = [f"-{reason.name}" for reason in verdict.refusals]
    met += [f"?{reason.name}" for reason in verdict.waits]
    assert sorted(met) == sorted(filter(None, (getattr(one, way) for one in closed)))
    told = explain_all((*verdict.refusals, *verdict.waits)) if met else ""
    for reason in (*verdict.refusals, *verdict.waits):
        assert ENTRIES[type(reason)].say(reason) in told


def test_every_gate_is_in_the_table() -> None:
    """One that is added is closed here, too."""
    says = {
        gate
        for gate in GATES
        for one in TABLE
        for way in WAYS
        if not gate(question((one,), way)).open
    }
    assert says == set(GATES)
