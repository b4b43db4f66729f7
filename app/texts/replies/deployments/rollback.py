"""The question before a rollback: what is live, what it goes back to, and what it cancels."""

from app.model.build import Build
from app.model.chat.card import Answer
from app.model.github.deployment import Deployment
from app.model.github.live import Comparison, Live
from app.model.plan import Plan
from app.texts.inputs import chosen
from app.texts.links import commits, name_of, ref_and_sha
from app.texts.markup import bold
from app.texts.phrases import day_time
from app.texts.speech import typed, word


def back_to(
    plan: Plan,
    live: Live,
    restored: Deployment,
    *,
    broken: Deployment | None,
    running: Build | None,
) -> Answer:
    """Ask whether to roll back; `broken` is a deployment that failed since."""
    place, since = bold(plan.environment), day_time(live.since)
    target = f"{ref_and_sha(restored.ref, restored.sha)} {chosen(plan)}".rstrip()
    if broken is not None:
        text = (
            f"{ref_and_sha(broken.ref, broken.sha)} failed in {place}. "
            f"Roll back to {target}, live there since {since}?"
        )
    else:
        text = (
            f"{place} runs {ref_and_sha(live.ref, live.sha)}, live since {since}. "
            f"Roll back to {target}{_distance(plan.compared)}?"
        )
    means = (
        "It skips checks, windows and approvals. "
        "Automatic deployments there are then on hold until "
        f"{typed(f'resume {word(plan.environment)}')}."
    )
    if running is None:
        return Answer(text=f"{text}\n{means}")
    theirs = f"{name_of(running.requester)}'s {ref_and_sha(running.ref, running.sha)}"
    runs = f"{theirs} is deploying there now and will be canceled."
    return Answer(text=f"{text} {runs}\n{means}")


def _distance(compared: Comparison | None) -> str:
    """How many commits the rollback removes and adds; empty if unknown."""
    if compared is None or not (compared.ahead or compared.behind):
        return ""
    if not compared.ahead:
        return f", {commits(compared.behind)} back"
    if not compared.behind:
        return f", {commits(compared.ahead)} ahead"
    return f", {commits(compared.behind)} back and {commits(compared.ahead)} ahead"
