"""The gate of the commit's checks: commit statuses and check runs (pure).

A CI posts a check for each job of a pipeline, deploy jobs included. What our own pipelines posted
doesn't count: a failed deploy job must stop neither its retry nor the next deployment of the same
commit.
"""

from collections.abc import Sequence
from math import floor

from app.lifecycle.configuration.matching import matches
from app.lifecycle.planning.gates.question import OwnPipeline, Question, Verdict
from app.model.github.commit import Check, CheckState
from app.model.github.refs import SHORT_SHA
from app.model.reasons.base import Linked
from app.model.reasons.gates import ChecksFailed, ChecksPending, ChecksWithheld
from app.model.triggers import AUTOMATIC


def checks(question: Question) -> Verdict:
    """Refuses if a check is red, waits while one is pending; `force` skips both.

    Refuses as well if GitHub doesn't let us read the checks: unknown is never green.
    """
    if question.skips or not question.rules.checks:
        return Verdict()
    if question.checks_need:
        need, sha = question.checks_need, question.sha[:SHORT_SHA]
        withheld = ChecksWithheld(
            permission=need, sha=sha, force=question.rules.force, forcing=question.forcing
        )
        return Verdict(refusals=(withheld,))
    counted = counting(question)
    wanted = question.rules.checks
    if wanted == "all":
        return _judged(question, counted, ()) if counted else _settled(question)
    named = [check for check in counted if matches(check.name, wanted)]
    missing = [name for name in wanted if not any(matches(check.name, (name,)) for check in named)]
    return _judged(question, named, missing)


def counting(question: Question) -> list[Check]:
    """The checks that count: not ignored by the configuration, not posted by our pipelines.

    Our own App's check runs don't count either: the configuration that they complain of is read
    anyway, as it is now.
    """
    return [
        check
        for check in question.checks
        if not check.ours
        and not matches(check.name, question.rules.ignore_checks)
        and not any(posted_by(check, pipeline) for pipeline in question.own)
    ]


def posted_by(check: Check, pipeline: OwnPipeline) -> bool:
    """Whether one of our pipelines posted a check.

    GitHub's times are whole seconds. A check whose time isn't known counts as somebody else's.
    """
    return check.name in pipeline.checks and check.first_seen >= floor(pipeline.started_at) > 0


def _settled(question: Question) -> Verdict:
    """Without any check, a person may deploy; an event waits a little for the first check."""
    until = question.request.asked_at + question.settle
    if not question.request.automatic or question.now >= until:
        return Verdict()
    return Verdict(waits=(ChecksPending(until=until),))


def _judged(question: Question, judged: Sequence[Check], missing: Sequence[str]) -> Verdict:
    red = [check for check in judged if check.state is CheckState.RED]
    pending = [check for check in judged if check.state is CheckState.PENDING]
    green = len(judged) - len(red) - len(pending)
    refusals = (
        ChecksFailed(
            checks=_linked(red),
            sha=question.sha[:SHORT_SHA],
            force=question.rules.force,
            forcing=question.forcing,
            automatic=question.request.trigger in AUTOMATIC,
        ),
    )
    waits = (
        ChecksPending(
            checks=_linked(pending),
            missing=tuple(missing),
            green=green,
            total=len(judged) + len(missing),
        ),
    )
    return Verdict(refusals=refusals if red else (), waits=waits if pending or missing else ())


def _linked(found: Sequence[Check]) -> tuple[Linked, ...]:
    """The checks' names and pages."""
    return tuple(Linked(name=check.name, url=check.url) for check in found)
