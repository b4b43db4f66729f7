"""What a changed configuration file would do: for a check run, and for a terminal."""

from collections.abc import Sequence

from app.model.build import Json
from app.model.configuration.changes import (
    ConfigChange,
    EnvironmentChange,
    KeyChange,
    TriggerChange,
)
from app.texts.failures.phrases import codes
from app.texts.failures.table import markdown_of
from app.texts.markup import code
from app.texts.replies.config import from_whom, shown_value
from app.texts.triggers import SOURCES

_NOT_SET: tuple[Json, ...] = (None, "", (), [], {}, False)


def change_line(change: ConfigChange) -> str:
    """One change as a sentence (markup)."""
    match change:
        case EnvironmentChange():
            return _environment(change)
        case TriggerChange():
            return _trigger(change)
        case KeyChange():
            return _key(change)


def changes_text(changes: Sequence[ConfigChange]) -> str:
    """All changes, one per line (markup)."""
    return "\n".join(f"- {change_line(change)}" for change in changes)


def proposed_changes(
    changes: Sequence[ConfigChange] | None, remarks: Sequence[str], *, branch: str
) -> str:
    """The check run on a pull request (Markdown); None: the file on `branch` is invalid.

    `remarks` are more lines, as plain text.
    """
    if changes is None:
        said = f"The file on {code(branch)} blocks deployments. Merging this one unblocks them."
    elif changes:
        told = markdown_of(changes_text(changes)).replace("<br>", "\n")
        said = f"Once this is on {code(branch)}:\n\n{told}"
    else:
        said = "Nothing changes for deployments."
    return "\n".join([said, *(f"\n{line}" for line in remarks)])


def _environment(change: EnvironmentChange) -> str:
    name = code(change.environment)
    if change.gone:
        return f"{name} would no longer be configured."
    return f"{name} would be a new environment."


def _trigger(change: TriggerChange) -> str:
    what = SOURCES[change.event].event + (f" {code(change.pattern)}" if change.pattern else "")
    files = f" that changes {codes(change.paths)}" if change.paths else ""
    would = "would no longer deploy" if change.gone else "would now deploy"
    return f"{what}{files} {would} to {code(change.environment)}."


def _key(change: KeyChange) -> str:
    if change.key == "approvals":
        return _approvals(change)
    where = f"{code(change.environment)}: " if change.environment else ""
    key = code(change.key)
    old, new = _value(change.key, change.before), _value(change.key, change.after)
    if change.before in _NOT_SET:
        return f"{where}{key} would be {new}."
    if change.after is None:
        return f"{where}{key} would no longer be set (it's {old} now)."
    return f"{where}{key} would be {new} instead of {old}."


def _approvals(change: KeyChange) -> str:
    name, old, new = code(change.environment), _agreeing(change.before), _agreeing(change.after)
    if not new:
        return f"{name} would no longer need approval."
    return f"{name} would need {new}{f' instead of {old}' if old else ''}."


def _agreeing(value: Json) -> str:
    """How many approvals, and from whom (markup); empty if none are needed."""
    if value in _NOT_SET or not value["count"]:
        return ""
    people = "approval" if value["count"] == 1 else "approvals"
    return f"{value['count']} {people}{from_whom(value)}"


def _value(key: str, value: Json) -> str:
    section, _, name = key.partition(".")
    declared = section == "inputs" and isinstance(value, dict)
    return shown_value(section, {name: value}) if declared else shown_value(key, value)
