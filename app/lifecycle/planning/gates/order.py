"""The gates in order, and what all of them say together."""

from collections.abc import Callable

from app.lifecycle.planning.gates.allow import allow
from app.lifecycle.planning.gates.approvals import approvals
from app.lifecycle.planning.gates.checks import checks
from app.lifecycle.planning.gates.force import force
from app.lifecycle.planning.gates.freeze import freeze
from app.lifecycle.planning.gates.hold import hold
from app.lifecycle.planning.gates.lock import lock
from app.lifecycle.planning.gates.question import Question, Verdict
from app.lifecycle.planning.gates.requires import requires
from app.lifecycle.planning.gates.windows import windows

GATES: tuple[Callable[[Question], Verdict], ...] = (
    allow,
    force,
    checks,
    requires,
    lock,
    hold,
    windows,
    freeze,
    approvals,
)
"""Every gate, in the order of their reasons; each is asked, whatever the others say."""


def judge(question: Question) -> Verdict:
    """What all gates say: every reason, not the first one only."""
    verdict = Verdict()
    for gate in GATES:
        verdict += gate(question)
    return verdict
