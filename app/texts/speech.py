"""The names that sentences use for the slash command and the CI.

A running service has one slash command and one CI. Their names are set once at the start, as a
locale would be, and read wherever a sentence is made, so nothing in between passes them on.
"""

import re
from dataclasses import dataclass

from app.texts.markup import code

APP_NAME = "deploybot"
"""Shown where Slack needs a text and there is none."""

DESCRIPTION = "Deploys from this channel through GitHub and CircleCI"
COMMAND_DESCRIPTION = "Deploy, and see what runs where"
COMMAND_HINT = "deploy <environment> [ref] | list | status | help"

CONFIRM_NO = "Not now"
"""The label of a dialog's second button, unless the dialog has one of its own."""

DEFAULT = "/cimon"
"""The slash command, unless `SLACK_COMMAND` sets another one."""

_ONE_WORD = re.compile(r"[^\s\"'`*~=<>“”‘’„«»-][^\s\"'`*~=<>“”‘’„«»]*")

DEFAULT_CI = "CircleCI"
"""The CI that the failure catalogue is written for."""


@dataclass
class _Speech:
    command: str = DEFAULT
    ci: str = DEFAULT_CI


_speech = _Speech()


def speak_as(command: str, *, ci: str = DEFAULT_CI) -> None:
    """From now on, use these names in sentences: a slash command such as `/cimon`, and a CI."""
    _speech.command, _speech.ci = command, ci


def ci_name() -> str:
    """The CI's name, such as `CircleCI`."""
    return _speech.ci


def provider_name(provider: str) -> str:
    """The name of a provider (`github`, `ci` or `slack`), as people know it."""
    return {"github": "GitHub", "ci": _speech.ci, "slack": "Slack"}.get(provider, provider)


def slash_command() -> str:
    """The slash command, such as `/cimon`."""
    return _speech.command


def word(name: str) -> str:
    """A name as people type it: in quotes if it wouldn't be read as one word."""
    if _ONE_WORD.fullmatch(name):
        return name
    quote = "'" if '"' in name else '"'
    return f"{quote}{name}{quote}"


def typed_plain(what: str) -> str:
    """A command as people type it, as plain text: the slash command, then `what`."""
    return f"{_speech.command} {what}"


def typed(what: str) -> str:
    """A command as people type it, in code style (markup): the slash command, then `what`."""
    return code(f"{_speech.command} {what}")
