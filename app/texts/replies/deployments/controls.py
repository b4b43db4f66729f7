"""Answers when somebody approves, rejects, cancels or resumes deployments."""

from collections.abc import Sequence

from app.model.build import Build
from app.model.chat.card import Answer
from app.model.github.refs import ref_or_sha
from app.model.plan import Person
from app.model.reasons.approvals import ApprovalNeeded
from app.model.reasons.gates import HeldAfterRollback
from app.texts.failures.catalogue import bullets
from app.texts.links import name_of, what_where
from app.texts.markup import bold, code


def approving(build: Build, by: Person, *, job: str = "") -> Answer:
    """The answer to an approval, of the deployment or of a held `job`, and what happens now."""
    what = code(job) if job else code(ref_or_sha(build.ref, build.sha))
    now = "CircleCI continues." if job else _now(build, by)
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
        return f"It won't start yet:\n{bullets(others)}"
    return "It starts now, or next if something is deploying there."


def rejecting(build: Build) -> Answer:
    """The answer to a rejection; the channel sees it on the card and in its thread."""
    what = code(ref_or_sha(build.ref, build.sha))
    return Answer(text=f"You rejected {what} for {bold(build.environment)}.")


def canceling(build: Build) -> Answer:
    """A deployment is being canceled."""
    return Answer(text=f"Canceling {what_where(build)}. Its message will say when it has stopped.")


def resuming(environment: str, by: Person, waiting: Sequence[Build] = ()) -> Answer:
    """Everybody in the channel reads it; `waiting` are the deployments that were on hold."""
    who = name_of(by, "Somebody")
    said = f"{who} resumed automatic deployments to {bold(environment)}."
    if waiting:
        said = f"{said} {_goes_on(waiting)}"
    return Answer(text=said, in_channel=True)


def _goes_on(waiting: Sequence[Build]) -> str:
    """The newest of them continues, unless something else stops it (markup)."""
    newest = max(waiting, key=lambda one: one.deployment_id)
    what = code(ref_or_sha(newest.ref, newest.sha))
    others = [one for one in newest.waits_for if not isinstance(one, HeldAfterRollback)]
    if others:
        return f"{what} won't start yet:\n{bullets(others)}"
    return f"{what} continues now."
