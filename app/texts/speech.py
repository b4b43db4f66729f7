"""The names that sentences say: of the slash command that people type, and of the CI.

One running service serves one Slack workspace, whose app has one slash command, and one CI. Their
names are therefore set once, when the service is built, as a locale would be, and read where
sentences are made; nothing in between has to carry them.
"""

import re
from dataclasses import dataclass

from app.texts.markup import code

DEFAULT = "/cimon"
"""The slash command where `SLACK_COMMAND` sets no other."""

_ONE_WORD = re.compile(r"[^\s\"'`*~=<>“”‘’„«»-][^\s\"'`*~=<>“”‘’„«»]*")

DEFAULT_CI = "CircleCI"
"""The CI whose sentences the catalogue has."""


@dataclass
class _Speech:
    command: str = DEFAULT
    ci: str = DEFAULT_CI


_speech = _Speech()


def speak_as(command: str, *, ci: str = DEFAULT_CI) -> None:
    """Name this slash command (such as `/cimon`) and this CI in sentences from now on."""
    _speech.command, _speech.ci = command, ci


def ci_name() -> str:
    """The CI as people know it, such as `CircleCI`."""
    return _speech.ci


def provider_name(provider: str) -> str:
    """A provider (`github`, `ci` or `slack`) as people know it."""
    return {"github": "GitHub", "ci": _speech.ci, "slack": "Slack"}.get(provider, provider)


def slash_command() -> str:
    """The slash command that people type, such as `/cimon`."""
    return _speech.command


def word(name: str) -> str:
    """A name as it is typed: quoted where it would not be read as one word."""
    if _ONE_WORD.fullmatch(name):
        return name
    quote = "'" if '"' in name else '"'
    return f"{quote}{name}{quote}"


def typed_plain(what: str) -> str:
    """What people can type, as plain text."""
    return f"{_speech.command} {what}"


def typed(what: str) -> str:
    """What people can type, in code style (markup): the slash command, then `what`."""
    return code(f"{_speech.command} {what}")
