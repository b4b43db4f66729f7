"""The gate of required environments, in which the commit must have succeeded (pure)."""

from app.lifecycle.planning.gates.question import Question, Standing
from app.lifecycle.planning.gates.verdict import Verdict
from app.model.github.refs import SHORT_SHA
from app.model.reasons.gates import RequiresNotMet, RequiresPending

SOON = 30.0
"""Seconds in which the same event's deployments to other environments are created."""


def requires(question: Question) -> Verdict:
    """Refuses people, and makes automatic deployments wait while the commit is on its way there.

    `force` skips it, and so does a rollback.
    """
    verdict = Verdict()
    if question.skips:
        return verdict
    for standing in question.required:
        if not _met(standing, question.now):
            verdict += _said(question, standing)
    return verdict


def _met(standing: Standing, now: float) -> bool:
    if standing.succeeded_at is None or not standing.soak:
        return standing.succeeded_at is not None
    return not standing.rolled_back and now >= standing.succeeded_at + standing.soak


def _said(question: Question, standing: Standing) -> Verdict:
    until = None
    if standing.succeeded_at is not None and not standing.rolled_back:
        until = standing.succeeded_at + standing.soak
    sha = question.sha[:SHORT_SHA]
    young = question.build is not None and question.build.tally.total < SOON
    if question.request.automatic and (standing.running or until is not None or young):
        waits = RequiresPending(
            required=standing.environment, sha=sha, soak=standing.soak, until=until
        )
        return Verdict(waits=(waits,))
    refusal = RequiresNotMet(
        environment=question.environment.name,
        required=standing.environment,
        sha=sha,
        soak=standing.soak,
        until=until,
        running=standing.running,
        rolled_back=standing.rolled_back,
        live=standing.live,
        force=question.rules.force,
        forcing=question.forcing,
    )
    return Verdict(refusals=(refusal,))
