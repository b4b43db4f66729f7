"""deploybot's own trouble: a restart, a defect, a lost database, a command that has to wait."""

from app.model.reasons.ours import (
    BrokenHere,
    Kept,
    LocksLost,
    Restarted,
    StoreDown,
    StoreTimeout,
)
from app.texts.failures.failure import failure
from app.texts.markup import code
from app.texts.phrases import at_time, coded, codes, text
from app.texts.speech import ci_name, provider_name, slash_command, typed, word


@failure(
    when="The database was lost and rebuilt from GitHub.",
    example=LocksLost(repository="acme/shop", on_hold=("production",)),
)
def locks_lost(r: LocksLost) -> str:
    """Say what has to be set again."""
    said = (
        f"I lost my database, and the locks on {coded(r.repository, 'this repository')} with it. "
        "Deployments and messages are back. Lock again whatever you still need locked. "
        "If you pressed *Tell me*, I can't tell you anymore."
    )
    if not r.on_hold:
        return said
    resume = codes([f"{slash_command()} resume {word(name)}" for name in r.on_hold])
    return (
        f"{said} Automatic deployments are back on hold after a rollback, even if somebody had "
        f"resumed them. To resume them, type {resume}."
    )


@failure(when="The database can't be written.", example=StoreDown())
def store_down(_: StoreDown) -> str:
    """Say that nothing was done."""
    return "I couldn't save this, so nothing was done. Type it again in a minute."


@failure(when="The database doesn't answer in time.", example=StoreTimeout())
def store_timeout(_: StoreTimeout) -> str:
    """Say where the answer would appear."""
    return (
        "I'm not sure I saved this. If I did, the answer shows up here within a minute; "
        f"check {typed('status')} before you type it again."
    )


@failure(
    when="A command has to wait because GitHub or CircleCI doesn't answer.",
    example=Kept(
        typed="deploy production",
        message="502 Bad Gateway",
        until=1790001500,
        droppable=True,
    ),
)
def kept(r: Kept) -> str:
    """Say what is kept, until when, and how to drop it."""
    name = provider_name(r.provider)
    if r.retry_at is not None:
        cause = f"{name}'s rate limit is used up until {at_time(r.retry_at)}."
    else:
        cause = f"{name} isn't answering{f' ({coded(r.message)})' if r.message.strip() else ''}."
    what = typed(r.typed.strip()) if r.typed.strip() else "this"
    until = f" until {at_time(r.until)}" if r.until is not None else ""
    drop = f" {typed('cancel')} drops it." if r.droppable else ""
    return f"{cause} I'll keep trying {what}{until}.{drop}"


@failure(
    when="A bug in deploybot stops a command or a deployment again and again.",
    example=BrokenHere(id="3f9c2d1a"),
)
def broken_here(r: BrokenHere) -> str:
    """Say what to search for in the log, and what may still be running."""
    what = "Something broke on my side"
    if r.too_large:
        what = "There's more data here than I can store"
    log = f"Whoever runs deploybot can search its log for {code(r.id)}."
    if r.deploying:
        return f"{what}, so I stopped here. A pipeline may still be running on {ci_name()}. {log}"
    return f"{what}, so I couldn't finish this. Check {typed('status')} before you retry. {log}"


@failure(
    when="deploybot was restarted in the middle of a command.",
    example=Restarted(deployment_id=812),
)
def restarted(r: Restarted) -> str:
    """Say what was done, and what wasn't."""
    if r.deployment_id is not None:
        return (
            f"I was restarted while doing this. Done: deployment {r.deployment_id} was created on "
            "GitHub. Not done yet: its pipeline, which starts automatically. I'll post its message."
        )
    command = coded(f"{slash_command()} {r.typed}") if r.is_command else ""
    button = f"the button “{text(r.action)}”" if r.action else "your command"
    again = "Press it again" if r.action else "Type it again"
    return (
        "I was restarted before I got to this, and it's too old to run now. "
        f"Done: nothing. Not done: {command or button}. {again} if you still want it."
    )
