"""The answer when automatic deployments resume after a rollback."""

from collections.abc import Sequence

from app.model.build import Build
from app.model.chat.card import Answer
from app.model.github.refs import ref_or_sha
from app.model.plan import Person
from app.model.reasons.gates import HeldAfterRollback
from app.texts.failures.catalogue import listed
from app.texts.links import name_of
from app.texts.markup import bold, code


def resumed(environment: str, by: Person, waiting: Sequence[Build] = ()) -> Answer:
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
        return f"{what} doesn't start yet:\n{listed(others)}"
    return f"{what} goes on now."
