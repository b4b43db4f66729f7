"""The gate of those who may deploy to an environment with `--force` (pure)."""

from app.lifecycle.planning.gates.allow import barred
from app.lifecycle.planning.gates.question import Question
from app.lifecycle.planning.gates.verdict import Verdict


def force(question: Question) -> Verdict:
    """Where nobody is named, whoever may deploy may force."""
    rules = question.rules
    if not question.request.force or (rules.allow and not question.asker.login):
        return Verdict()  # that nothing proves who it is, the gate of those who may deploy says
    name = question.environment.name
    return Verdict(refusals=barred(question.asker, rules.force, environment=name, doing="force"))
