"""Answers about locks: set, released, listed, and the button *Tell me*."""

from collections.abc import Mapping

from app.model.chat.card import Answer, Button
from app.model.project import Project
from app.model.slot import EVERYWHERE, Lock, Unlock
from app.texts.failures.gates.locks import everything_or, held_by, place
from app.texts.links import name_of
from app.texts.markup import bold, channel, code, mention, words
from app.texts.phrases import at_time, day_time
from app.texts.speech import typed

UNLOCK = "unlock"
"""The action of the button that releases a lock, named after the command."""


def locked(environment: str, lock: Lock, *, again: bool) -> Answer:
    """Somebody locked an environment; the channel reads it."""
    who, what = name_of(lock.by, "Somebody"), _place(environment)
    end = f" until {day_time(lock.until)}" if lock.until is not None else ""
    why = f": {words(lock.reason)}" if lock.reason else ""
    verb = "changed the lock on" if again else "locked"
    return Answer(
        text=f"{who} {verb} {what}{end}{why}.", buttons=(_unlock(environment),), in_channel=True
    )


def unlocked(environment: str, ended: Unlock) -> Answer:
    """A lock ended; mentions its owner and everybody who asked to be told."""
    names = " ".join(mention(user) for user in ended.concerns)
    text = _ended(environment, ended)
    if ended.lock.tell:
        text = f"{text} If your deployment was refused, type it again."
    return Answer(text=f"{names} {text}" if names else text, in_channel=True)


def unlocked_alone(environment: str, ended: Unlock, project: Project) -> Answer:
    """The same in a direct message, where the repository has to be named."""
    text = _ended(environment, ended, of=f" in {code(project.repository)}")
    where = channel(project.slack_channelid)
    return Answer(text=f"{text} I can't post in {where}, so I'm telling you here.")


def _ended(environment: str, ended: Unlock, *, of: str = "") -> str:
    lock, by, what = ended.lock, ended.by, _place(environment)
    if by is None:
        why = f" ({words(lock.reason)})" if lock.reason else ""
        return f"The lock on {what}{of}{why} has ended."
    why = f" (lock reason: {words(lock.reason)})" if lock.reason else ""
    return f"{name_of(by, 'Somebody')} unlocked {what}{of}{why}."


def over_already(environment: str, ended: Unlock) -> Answer:
    """Tell the person who locked it that the lock ended before their answer was sent."""
    what = _place(environment)
    if ended.by is None:
        return Answer(text=f"You locked {what}, and the lock has already ended.")
    return Answer(text=f"You locked {what}, and {name_of(ended.by)} has already unlocked it.")


def still_needed(environment: str, lock: Lock) -> Answer:
    """Ask the owner of an old lock whether it is still needed."""
    owner = mention(lock.by.slack_userid) if lock.by.slack_userid else words(lock.by.name)
    why = f" ({words(lock.reason)})" if lock.reason else ""
    what = f"{_place(environment)} at {at_time(lock.since)}{why}"
    return Answer(
        text=f"{owner} you locked {what}. Still needed?",
        buttons=(_unlock(environment),),
        in_channel=True,
    )


def locks(repository: str, locked_now: Mapping[str, Lock]) -> Answer:
    """Every lock of a repository."""
    if not locked_now:
        return Answer(
            text=f"Nothing is locked in {code(repository)}. "
            f"{typed('lock production')} stops deployments to production."
        )
    return Answer(text="\n".join(held_by(*each) for each in locked_now.items()))


def telling(environment: str, *, ended: bool = False) -> Answer:
    """The answer to *Tell me*; `ended`: the lock is gone already."""
    if ended:
        return Answer(text=f"{place(environment)} isn't locked anymore.")
    return Answer(text=f"I'll mention you here when {_place(environment)} is unlocked.")


def _place(environment: str) -> str:
    """What is locked, within a sentence (markup)."""
    return "everything" if environment == EVERYWHERE else bold(environment)


def _unlock(environment: str) -> Button:
    return Button(label="Unlock", action=UNLOCK, value=everything_or(environment))
