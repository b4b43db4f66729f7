"""The name of the slash command, as every sentence that tells people to type something says it.

One running service serves one Slack workspace, whose app has one slash command. Its name is
therefore set once, when the service is built, as a locale would be, and read where sentences are
made; nothing in between has to carry it.
"""

from dataclasses import dataclass

from app.texts.markup import code

DEFAULT = "/cimon"
"""The slash command where `SLACK_COMMAND` sets no other."""


@dataclass
class _Speech:
    command: str = DEFAULT


_speech = _Speech()


def speak_as(command: str) -> None:
    """Name this slash command (such as `/cimon`) in every sentence from now on."""
    _speech.command = command


def slash_command() -> str:
    """The slash command that people type, such as `/cimon`."""
    return _speech.command


def typed(what: str) -> str:
    """What people can type, in code style (markup): the slash command, then `what`."""
    return code(f"{_speech.command} {what}")
