"""The gate that lets only listed people deploy with `--force` (pure)."""

from app.lifecycle.planning.gates.allow import barred
from app.lifecycle.planning.gates.question import Question, Verdict


def force(question: Question) -> Verdict:
    """Refuses `--force` by people who aren't on the list; without a list, everybody may force."""
    rules = question.rules
    if not question.request.force or (rules.allow and not question.asker.login):
        return Verdict()  # the gate `allow` says that nothing proves who it is
    name = question.environment.name
    return Verdict(refusals=barred(question.asker, rules.force, environment=name, doing="force"))
