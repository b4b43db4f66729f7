"""Automatic deployments that are on hold after a rollback."""

from app.model.reasons.gates import HeldAfterRollback, NotHeld
from app.texts.failures.failure import failure
from app.texts.failures.phrases import day_time, strong, text
from app.texts.speech import typed, word


@failure(
    when="An automatic deployment waits, since somebody has rolled back there.",
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
    when="`resume` where no rollback holds anything.",
    example=NotHeld(environment="staging"),
)
def not_held(r: NotHeld) -> str:
    """Say that nothing is on hold."""
    return f"Automatic deployments aren't on hold in {strong(r.environment)}."
