"""The gate of required environments, in which the commit must have succeeded (pure)."""

from app.lifecycle.planning.gates.question import Question, RequiredEnvironment, Verdict
from app.model.github.refs import SHORT_SHA
from app.model.reasons.gates import RequiresNotMet, RequiresPending

CREATED_WITHIN = 30.0
"""Seconds within which the same event's deployments to other environments are created."""


def requires(question: Question) -> Verdict:
    """Refuses people, and makes automatic deployments wait while the commit is on its way there.

    `force` skips it, and so does a rollback.
    """
    verdict = Verdict()
    if question.skips:
        return verdict
    for required in question.required:
        if not _met(required, question.now):
            verdict += _said(question, required)
    return verdict


def _met(required: RequiredEnvironment, now: float) -> bool:
    if required.succeeded_at is None or not required.soak:
        return required.succeeded_at is not None
    return not required.rolled_back and now >= required.succeeded_at + required.soak


def _said(question: Question, required: RequiredEnvironment) -> Verdict:
    until = None
    if required.succeeded_at is not None and not required.rolled_back:
        until = required.succeeded_at + required.soak
    sha = question.sha[:SHORT_SHA]
    young = question.build is not None and question.build.tally.total < CREATED_WITHIN
    if question.request.automatic and (required.running or until is not None or young):
        waits = RequiresPending(
            required=required.environment, sha=sha, soak=required.soak, until=until
        )
        return Verdict(waits=(waits,))
    refusal = RequiresNotMet(
        environment=question.environment.name,
        required=required.environment,
        sha=sha,
        soak=required.soak,
        until=until,
        running=required.running,
        rolled_back=required.rolled_back,
        live=required.live,
        force=question.rules.force,
        forcing=question.forcing,
    )
    return Verdict(refusals=(refusal,))
