"""`config`: the configuration that applies, or what is wrong with it."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from app.model import Json
from app.model.chat.card import Answer
from app.model.configuration.file import CONFIG_FILE
from app.model.github.repository import Repository, page
from app.model.reasons.gates import ConfigurationInvalid
from app.texts.failures.gates.configuration import config_line, counted
from app.texts.markup import blocks, bold, code, link, words
from app.texts.phrases import codes, duration

LONGEST_VALUE = 200
"""Characters that are shown of a value."""


class ConfigEntry(Struct, frozen=True, kw_only=True):
    """A key with its value; `source` is the file, the preset or the defaults."""

    key: str
    value: Json
    source: str


def config_in_force(
    repository: Repository,
    *,
    found: bool,
    preset: str,
    general: Sequence[ConfigEntry],
    environments: Mapping[str, Sequence[ConfigEntry]],
    html: str,
) -> Answer:
    """The configuration that applies: general keys, then each environment."""
    file = file_link(repository, html=html)
    if found:
        told = f"{code(repository.full_name)} uses {file}"
    else:
        told = f"{code(repository.full_name)} has no {code(CONFIG_FILE)}, so the defaults apply"
    laid = f", on top of the preset {code(preset)}" if preset else ""
    return Answer(
        text=f"{told}{laid}.",
        lines=(
            *blocks([_entry(entry) for entry in general]),
            *blocks([_environment(name, rules) for name, rules in environments.items()]),
        ),
    )


def config_wrong(
    repository: Repository, problems: Sequence[ConfigurationInvalid], *, html: str
) -> Answer:
    """Everything that is wrong with the file."""
    return Answer(
        text=f"{file_link(repository, html=html)} has {counted(len(problems))}. "
        f"Deployments are blocked until this is fixed on {code(repository.default_branch)}.",
        lines=blocks([f"• {words(config_line(problem))}" for problem in problems]),
    )


def file_link(repository: Repository, *, html: str) -> str:
    """A link to the configuration file."""
    url = page(html, repository.full_name, "blob", repository.default_branch, CONFIG_FILE)
    return link(url, CONFIG_FILE)


def _entry(entry: ConfigEntry) -> str:
    return f"{code(entry.key)} {shown_value(entry.key, entry.value)} ({entry.source})"


def _environment(name: str, rules: Sequence[ConfigEntry]) -> str:
    if not rules:
        return f"{bold(name)}: defaults"
    return f"{bold(name)}: {' · '.join(_entry(rule) for rule in rules)}"


def shown_value(key: str, value: Json) -> str:
    """A key's value (markup); durations as people say them, the rest in code style."""
    if key.endswith("timeout") and isinstance(value, int | float):
        return duration(value)
    if value in ((), []):
        return "none"
    if key == "approvals" and isinstance(value, dict):
        return f"{value['count']}{from_whom(value)}"
    if key == "inputs" and isinstance(value, dict):
        return codes([_input(name, declared) for name, declared in value.items()], most=100)
    given = isinstance(value, dict) and not key.endswith("parameters")
    shown = {name: item for name, item in value.items() if item} if given else value
    return code(_flat(shown)[:LONGEST_VALUE])


def from_whom(approvals: Mapping[str, Json]) -> str:
    """Whose approvals count (markup), after a space; empty if anybody's do."""
    return f" from {codes(approvals['from'])}" if approvals["from"] else ""


def _input(name: str, declared: Mapping[str, Json]) -> str:
    """An input: its name, what it takes, and its default."""
    takes = "|".join(declared["options"]) or declared["type"]
    default = declared["default"]
    otherwise = "required" if default is None else f"default {_flat(default) or 'empty'}"
    return f"{name} ({takes}, {otherwise})"


def _flat(value: Json) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_flat(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_flat(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
