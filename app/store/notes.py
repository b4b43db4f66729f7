"""Checks notes and applies them to builds, the same for both stores."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from app.model.build import Build
from app.model.note import FIXED, DeploymentFacts, Entry, Note
from app.store.codec import BUILDS, PROGRESS, Attributes, plain

NOTABLE = frozenset(Build.__struct_fields__) - PROGRESS - frozenset(BUILDS.key)
"""Attributes that a note may write."""

MAPPINGS = frozenset(
    field.name for field in msgspec.structs.fields(Build) if field.default_factory is dict
)
"""Attributes of a build that a note may add an entry to."""


def check_noted(names: Iterable[str]) -> None:
    """Raise `ValueError` for names that are not in `NOTABLE`."""
    unknown = set(names) - NOTABLE
    if unknown:
        raise ValueError(f"a note cannot carry {', '.join(sorted(unknown))}")


@dataclass(frozen=True)
class CheckedNote:
    """A checked note as JSON values; no attribute is in more than one of the three fields.

    `first` is written only where the build has no value yet, `facts` always (None removes the
    attribute); `entry` is added to one of the build's mappings.
    """

    first: Attributes
    facts: Attributes
    entry: Entry | None


def check_note(note: Note) -> CheckedNote:
    """Check a note and convert it; raises `ValueError` for attributes that a note may not write."""
    facts: Attributes = msgspec.to_builtins(note.facts)
    check_noted((*note.once, *facts))
    once: Attributes = msgspec.to_builtins(note.once)
    if isinstance(note.facts, DeploymentFacts):
        once |= {name: facts.pop(name) for name in FIXED if name in facts}
    first = {name: value for name, value in once.items() if value is not None and name not in facts}
    entry = note.entry
    if entry is not None:
        if entry.attribute not in MAPPINGS or entry.attribute in {*once, *facts}:
            raise ValueError(f"a note cannot add to {entry.attribute}")
        entry = msgspec.structs.replace(entry, value=msgspec.to_builtins(entry.value))
    return CheckedNote(first, facts, entry)


def apply_note(note: CheckedNote, stored: Attributes) -> None:
    """Apply a note to a build's attributes in place, count the event and make the build due."""
    for name, value in note.first.items():
        stored.setdefault(name, value)
    for name, value in note.facts.items():
        stored[name] = value
        if value is None:
            del stored[name]
    if note.entry is not None:
        entries = stored.get(note.entry.attribute, {})
        stored[note.entry.attribute] = {**entries, note.entry.key: note.entry.value}
    stored.update(events=stored.get("events", 0) + 1, due_at=0)


def completing_note(build: Build) -> Note:
    """The note that creates a build, or fills in what the stored build lacks."""
    return Note(
        repository_id=build.repository_id,
        deployment_id=build.deployment_id,
        once=plain(BUILDS, build),
    )
