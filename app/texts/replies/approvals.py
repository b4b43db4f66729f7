"""What whoever approves or rejects a deployment is answered."""

from app.model.build import Build
from app.model.card import Answer
from app.model.ref_names import shown_ref
from app.texts.markup import bold, code


def approving(build: Build, *, job: str = "") -> Answer:
    """They have agreed: to the deployment, or to a `job` of its pipeline."""
    what = code(job) if job else code(shown_ref(build.ref) or build.sha[:7])
    return Answer(text=f"You approved {what} for {bold(build.environment)}.")


def rejecting(build: Build) -> Answer:
    """They have rejected it; the channel reads it on the card and in its thread."""
    what = code(shown_ref(build.ref) or build.sha[:7])
    return Answer(text=f"You rejected {what} for {bold(build.environment)}.")
