"""Check runs on a configuration file: what is wrong with it, and what a change of it would do."""

from collections.abc import Sequence

from app.model import Json
from app.model.configuration.changes import (
    ConfigChange,
    EnvironmentChange,
    KeyChange,
    TriggerChange,
)
from app.model.configuration.file import CONFIG_FILE
from app.model.reasons.gates import ConfigurationInvalid
from app.texts.failures.gates.configuration import config_line, counted
from app.texts.github_markdown import markdown
from app.texts.markup import code
from app.texts.phrases import codes
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


def proposed_changes(
    changes: Sequence[ConfigChange] | None, remarks: Sequence[str], *, branch: str
) -> str:
    """The check run on a pull request (Markdown); None: the file on `branch` is invalid.

    `remarks` are more lines, as plain text.
    """
    if changes is None:
        said = f"The file on {code(branch)} blocks deployments. Merging this one unblocks them."
    elif changes:
        told = "\n".join(f"- {markdown([change_line(change)])}" for change in changes)
        said = f"Once this is on {code(branch)}:\n\n{told}"
    else:
        said = "Nothing changes for deployments."
    return "\n".join([said, *(f"\n{line}" for line in remarks)])


def check_title(problems: int) -> str:
    """The title of the check run on the default branch."""
    return f"{CONFIG_FILE} has {counted(problems)}" if problems else f"{CONFIG_FILE} is valid"


def check_summary(problems: Sequence[ConfigurationInvalid]) -> str:
    """The text of the check run on the default branch (Markdown)."""
    if not problems:
        return "Deployments use this file from now on."
    return (
        f"{_listed(problems)}\n\nDeployments are blocked until this is fixed on the default branch."
    )


def proof_line(key: str) -> str:
    """A line for a key that names people: they have to verify their logins first."""
    does = "approves" if key.endswith(".approvals") else "deploys"
    return f"{key}: whoever {does} from Slack has to verify first (GITHUB_CLIENT_SECRET)"


def proposed_title(problems: int, path: str, *, removed: bool = False) -> str:
    """The title of the check run on a pull request that changes the file."""
    if removed:
        return f"{path} is removed, so the defaults would apply"
    return f"{path} has {counted(problems)}" if problems else f"{path} is valid"


def proposed_problems(problems: Sequence[ConfigurationInvalid]) -> str:
    """The text of the check run on a pull request whose file is invalid (Markdown)."""
    return f"{_listed(problems)}\n\nMerging it like this would block deployments."


def _listed(problems: Sequence[ConfigurationInvalid]) -> str:
    return "\n".join(f"- `{config_line(problem).replace('`', 'ˋ')}`" for problem in problems)


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
