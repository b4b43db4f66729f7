"""Older code than what is live, and automatic deployments on hold after a rollback."""

from app.model.reasons.gates import HeldAfterRollback, NotHeld, OlderThanLive
from app.texts.failures.failure import failure
from app.texts.inputs import as_typed
from app.texts.links import commits
from app.texts.phrases import coded, day_time, strong, text
from app.texts.speech import typed, word


@failure(
    when="An automatic deployment waits because somebody rolled the environment back.",
    example=HeldAfterRollback(environment="production", by="Dana", since=1767603600.0),
)
def held_after_rollback(r: HeldAfterRollback) -> str:
    """Say who rolled back, and how to resume."""
    return (
        f"Automatic deployments have been on hold since {text(r.by, 'somebody')} rolled "
        f"{strong(r.environment)} back ({day_time(r.since)}). "
        f"{typed(f'resume {word(r.environment)}')} resumes them."
    )


@failure(
    when="`resume` where nothing is on hold.",
    example=NotHeld(environment="staging"),
)
def not_held(r: NotHeld) -> str:
    """Say that nothing is on hold."""
    return f"Automatic deployments aren't on hold in {strong(r.environment)}."


@failure(
    when="Code is older than what is live in production: Slack asks first, GitHub gets a refusal.",
    example=OlderThanLive(
        environment="production",
        ref="v1.4.0",
        live="v1.5.0",
        behind=12,
        typed="deploy production v1.4.0",
    ),
    undeployed=True,
)
def older_than_live(r: OlderThanLive) -> str:
    """Say how many commits older it is, and how to go back to it anyway."""
    how = (
        f" To go back anyway, type {typed(' '.join([r.typed, *as_typed(r.inputs)]))}."
        if r.typed
        else ""
    )
    return (
        f"{coded(r.ref)} is {commits(r.behind)} behind {coded(r.live)}, which is live in "
        f"{strong(r.environment)}.{how}"
    )
