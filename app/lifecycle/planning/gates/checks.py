"""The gate of the commit's checks: commit statuses and check runs (pure).

CircleCI posts a status for each job of a pipeline, deploy jobs included, so what our own
pipelines posted is not counted: a failed deploy must bar neither its retry nor the next
deploy of the same commit.
"""

from collections.abc import Sequence
from math import floor

from app.lifecycle.configuration.globs import matches
from app.lifecycle.planning.gates.question import OwnPipeline, Question
from app.lifecycle.planning.gates.verdict import Verdict
from app.model.build import Reason
from app.model.github import Check, CheckState
from app.texts.failures.config_problems import CHECK


def checks(question: Question) -> Verdict:
    """Red checks refuse, pending ones hold; `force` skips both."""
    if question.force:
        return Verdict()
    counted = counting(question)
    wanted = question.rules.checks
    if wanted == "all":
        return _settled(question, counted) if not counted else _judged(question, counted, ())
    named = [check for check in counted if matches(check.name, wanted)]
    missing = [name for name in wanted if not any(matches(check.name, (name,)) for check in named)]
    return _judged(question, named, missing)


def counting(question: Question) -> list[Check]:
    """The checks that count: not ignored by the configuration, not posted by our pipelines.

    Nor our own word on the configuration: what counts is the file as it is now.
    """
    return [
        check
        for check in question.checks
        if check.name != CHECK
        and not matches(check.name, question.rules.ignore_checks)
        and not any(posted_by(check, pipeline) for pipeline in question.own)
    ]


def posted_by(check: Check, pipeline: OwnPipeline) -> bool:
    """Whether a pipeline of ours brought a check to the commit.

    The context is a job's name behind `ci/circleci: `, or a workflow's name. GitHub's times
    are whole seconds. One that appeared at an unknown time counts as somebody else's.
    """
    name = check.name.removeprefix("ci/circleci: ")
    named = check.name in pipeline.names or name in pipeline.names
    return named and check.first_seen >= floor(pipeline.started_at) > 0


def _settled(question: Question, counted: Sequence[Check]) -> Verdict:
    """Nothing was reported: a person's word is enough, an event is given time for a first check."""
    until = question.asked_at + question.settle
    if not question.automatic or question.now >= until or counted:
        return Verdict()
    return Verdict(waits=(Reason(name="checks_pending", details={"until": f"{until:.3f}"}),))


def _judged(question: Question, judged: Sequence[Check], missing: Sequence[str]) -> Verdict:
    red = [check for check in judged if check.state is CheckState.RED]
    pending = [check for check in judged if check.state is CheckState.PENDING]
    green = len(judged) - len(red) - len(pending)
    refusals: tuple[Reason, ...] = ()
    waits: tuple[Reason, ...] = ()
    if red:
        details = {
            **_listed(red),
            "sha": question.sha[:7],
            "force": ", ".join(question.rules.force),
        }
        refusals = (Reason(name="checks_failed", details=details),)
    if pending or missing:
        details = {
            **_listed(pending),
            **({"missing": "\n".join(missing)} if missing else {}),
            "green": str(green),
            "total": str(len(judged) + len(missing)),
        }
        waits = (Reason(name="checks_pending", details=details),)
    return Verdict(refusals=refusals, waits=waits)


def _listed(found: Sequence[Check]) -> dict[str, str]:
    """Names and addresses, a line each."""
    return {
        "checks": "\n".join(" ".join(check.name.split()) for check in found),
        "urls": "\n".join(" ".join(check.url.split()) for check in found),
    }
