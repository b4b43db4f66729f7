"""Remarks on the live message: what others say about the deployment, and that it was forced."""

from app.model.build import Build, BuildState
from app.model.github.states import POSTED, as_build_state
from app.texts.cards.description import state_word
from app.texts.markup import bold, code, link, words


def by_others(build: Build) -> tuple[str, ...]:
    """The status that somebody else set on GitHub (markup), unless it says the same as ours."""
    status = build.seen_others
    if status is None or build.state is BuildState.EXTERNAL:
        return ()
    same = status.state == POSTED[build.state]
    if not status.description and (same or not as_build_state(status.state).ended):
        return ()
    word = state_word(status.state)
    why = f": {code(status.description)}" if status.description else ""
    logs = f" · {link(status.log_url, 'logs')}" if status.log_url else ""
    return (f"{words(status.creator)} on GitHub: {bold(word)}{why}{logs}",)


def neighbour(build: Build) -> tuple[str, ...]:
    """A line that says that another app deploys to the same environment right now (markup)."""
    by = build.neighbour or (build.plan.neighbour if build.plan else "")
    if not by or build.state.ended:
        return ()
    where = bold(build.environment)
    return (f"{code(by)} is deploying to {where} at the same time; deploybot can't queue it.",)


def forced(build: Build) -> str:
    """That gates were skipped, and why (markup); empty if none were."""
    payload = build.plan.payload if build.plan else None
    if payload is None or not payload.force:
        return ""
    return f"forced: {words(payload.reason)}" if payload.reason else "forced"
