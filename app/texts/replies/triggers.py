"""Answers about deployments that an event triggers; they are posted on the commit."""

from msgspec import structs

from app.model.chat.card import Answer
from app.model.chat.reply import CommitAddress
from app.model.github.live import Comparison, Live
from app.model.github.refs import SHORT_SHA, ref_or_sha
from app.model.github.repository import page
from app.model.plan import Plan
from app.model.triggers import SourceKind
from app.texts.links import commits, ref_and_sha
from app.texts.markup import bold, code, code_link
from app.texts.triggers import SOURCES


def unshown(on: CommitAddress, answer: Answer, html: str) -> Answer:
    """Say in the channel what GitHub refuses to show on the commit."""
    page_of = page(html, on.repository.full_name, "commit", on.sha)
    commit = code_link(page_of, on.sha[:SHORT_SHA])
    text = f"GitHub won't let me put a check on {commit}, so I'll say it here: {answer.text}"
    return structs.replace(answer, text=text)


def going_ahead(environment: str) -> Answer:
    """A deployment that failed checks had stopped starts: they pass now."""
    return Answer(text=f"The checks pass now. Deploying to {bold(environment)}.")


def left_alone(plan: Plan, live: Live, compared: Comparison) -> Answer:
    """An event would have deployed older code to production; somebody may still want it."""
    shown = ref_and_sha(plan.ref, plan.sha)
    subject = SOURCES[SourceKind(plan.payload.trigger)].subject
    return Answer(
        text=f"{subject} {shown} wasn't deployed to {bold(plan.environment)}: it's "
        f"{commits(compared.behind)} behind {code(ref_or_sha(live.ref, live.sha))}, "
        "which is live there."
    )
