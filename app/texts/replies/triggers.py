"""What is said on a commit of a deployment that nobody typed."""

from msgspec import structs

from app.model.chat.card import Answer
from app.model.chat.reply import CommitAddress
from app.model.github.live import Comparison, Live
from app.model.github.pages import page
from app.model.plan import Plan
from app.model.ref_names import SHORT_SHA, shown_ref
from app.model.triggers import SourceKind
from app.texts.links import commits
from app.texts.markup import bold, code, code_link
from app.texts.triggers import SOURCES


def unshown(on: CommitAddress, answer: Answer, html: str) -> Answer:
    """In the channel, what GitHub doesn't let stand on a commit."""
    page_of = page(html, on.repository.full_name, "commit", on.sha)
    commit = code_link(page_of, on.sha[:SHORT_SHA])
    text = f"GitHub won't let me put a check on {commit}, so I'll say it here: {answer.text}"
    return structs.replace(answer, text=text)


def going_ahead(environment: str) -> Answer:
    """What was refused for a red check goes on: the checks have changed."""
    return Answer(text=f"The checks pass now. Deploying to {bold(environment)}.")


def left_alone(plan: Plan, live: Live, compared: Comparison) -> Answer:
    """What an event would have taken production back to: somebody may still want it."""
    ref, sha = shown_ref(plan.ref) or plan.sha[:SHORT_SHA], plan.sha[:SHORT_SHA]
    shown = code(ref) if ref == sha else f"{code(ref)} ({code(sha)})"
    subject = SOURCES[SourceKind(plan.payload.trigger)].subject
    return Answer(
        text=f"{subject} {shown} wasn't deployed to {bold(plan.environment)}: it's "
        f"{commits(compared.behind)} behind {code(shown_ref(live.ref) or live.sha[:SHORT_SHA])}, "
        "which is live there."
    )
