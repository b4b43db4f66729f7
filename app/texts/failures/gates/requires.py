"""Required environments: a commit has to succeed there first."""

from app.model.reasons.gates import RequiresNotMet, RequiresPending
from app.texts.failures.failure import failure
from app.texts.phrases import anyway, coded, day_time, duration, strong
from app.texts.speech import typed, word


@failure(
    when="The commit has not succeeded yet in an environment that the configuration requires.",
    example=RequiresNotMet(
        environment="production", required="staging", sha="3f9c2d1", live="v1.3.9"
    ),
    undeployed=True,
)
def requires_not_met(r: RequiresNotMet) -> str:
    """Say what has to succeed first, what is live there, and how to deploy anyway."""
    return f"{_missing(r)} {anyway(r.force, r.forcing)}"


def _missing(r: RequiresNotMet) -> str:
    sha, there, here = coded(r.sha), strong(r.required), strong(r.environment)
    if r.rolled_back and r.soak:
        return f"{sha} was rolled back in {there}, so it can't go to {here}."
    if r.until is not None:
        soak = f"It has to run in {there} for {duration(r.soak)} first"
        return f"{sha} can't go to {here} before {day_time(r.until)}. {soak}."
    if r.running:
        return f"{sha} is still deploying to {there}. It can go to {here} once it succeeds there."
    now = f" {coded(r.live)} is live in {there} now." if r.live else ""
    first = f"Deploy it there first: {typed(f'deploy {word(r.required)} {r.sha}')}."
    return f"{sha} has to succeed in {there} before it can go to {here}.{now} {first}"


@failure(
    when="An automatic deployment waits until its commit has succeeded in another environment.",
    example=RequiresPending(required="staging", sha="3f9c2d1"),
)
def requires_pending(r: RequiresPending) -> str:
    """Say what it waits for, and that it starts automatically."""
    there = strong(r.required)
    if r.until is not None:
        return (
            f"It has to run in {there} for {duration(r.soak)} first, until {day_time(r.until)}. "
            "Deploys automatically then."
        )
    return f"Waiting for {coded(r.sha)} to succeed in {there}. Deploys automatically once it does."
