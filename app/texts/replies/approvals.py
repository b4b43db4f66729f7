"""The answers to whoever approves or rejects a deployment."""

from app.model.build import Build
from app.model.chat.card import Answer
from app.model.github.refs import ref_or_sha
from app.model.plan import Person
from app.model.reasons.approvals import ApprovalNeeded
from app.texts.failures.catalogue import listed
from app.texts.markup import bold, code


def approving(build: Build, by: Person, *, job: str = "") -> Answer:
    """The answer to an approval, of the deployment or of a held `job`, and what happens now."""
    what = code(job) if job else code(ref_or_sha(build.ref, build.sha))
    now = "CircleCI goes on with it." if job else _now(build, by)
    return Answer(text=f"You approved {what} for {bold(build.environment)}. {now}")


def _now(build: Build, by: Person) -> str:
    """What else has to happen (markup), as far as the record of the deployment tells."""
    needed = build.approval_needed
    again = (by.slack_userid or "") in build.approvals
    left = needed.count - len(needed.given) - (not again) if needed is not None else 0
    if left > 0:
        return f"It needs {left} more approval{'' if left == 1 else 's'}."
    others = [one for one in build.waits_for if not isinstance(one, ApprovalNeeded)]
    if others:
        return f"It doesn't start yet:\n{listed(others)}"
    return "It starts now, or next if something is deploying there."


def rejecting(build: Build) -> Answer:
    """The answer to a rejection; the channel sees it on the card and in its thread."""
    what = code(ref_or_sha(build.ref, build.sha))
    return Answer(text=f"You rejected {what} for {bold(build.environment)}.")
