"""Every command that a message tells people to type works when it is typed."""

import re
from html import unescape

import pytest

from app.commands import COMMANDS, GRAMMAR
from app.commands.parsing.grammar import parse_repository
from app.model.reasons.base import BaseReason
from app.model.reasons.gates import OlderThanLive
from app.model.reasons.inputs import InputExample, InputTwice
from app.model.reasons.typed import (
    EnvironmentIsRef,
    EnvironmentMissing,
    EnvironmentUnknown,
    UnknownCommand,
)
from app.texts.failures.catalogue import CATALOGUE, explain

TOLD = re.compile(r"`/cimon ([^`]+)`")
NAMES = {command.name for command in COMMANDS}
ODD = (
    UnknownCommand(typed="box", environment="up sandbox"),
    EnvironmentUnknown(environment="dpwn sandbox", closest="down sandbox"),
    EnvironmentMissing(known=("up sandbox", "it's", "-dashed", "a=b")),
    EnvironmentIsRef(ref="fix/it's", kind="branch", known=("up sandbox",)),
)


def told(reason: BaseReason) -> list[str]:
    """The commands in a reason's sentence."""
    return [unescape(one) for one in TOLD.findall(explain(reason))]


@pytest.mark.parametrize("reason", [*(entry.example for entry in CATALOGUE), *ODD], ids=repr)
def test_what_a_refusal_tells_can_be_typed(reason: BaseReason) -> None:
    """The command exists, takes these options, and each name is one word."""
    for text in told(reason):
        typed = GRAMMAR.parse(text)
        assert typed.name in NAMES, text
        if typed.name == "setup":
            parse_repository(typed.args[0])


def test_names_that_are_no_single_word_come_back_whole() -> None:
    """Names with spaces or quotes are parsed as they were meant."""
    [deploy] = told(ODD[3])
    assert GRAMMAR.parse(deploy).args == ("up sandbox", "fix/it's")
    known = [GRAMMAR.parse(text).args for text in told(ODD[2])]
    assert known == [("up sandbox",), ("it's",), ("-dashed",), ("a=b",)]


def test_inputs_come_back_whole() -> None:
    """Values are quoted where they need to be."""
    values = {"note": "a = b", "it": "it's", "empty": "", "n": -3, "on": True}
    older = OlderThanLive(
        environment="production", ref="v1", live="v2", behind=1, typed="deploy a v1", inputs=values
    )
    example = InputExample(values=values, environment="up sandbox", ref="fix/it's")
    for reason in (older, InputTwice(input="n", example=example)):
        [line] = told(reason)
        assert GRAMMAR.parse(line).inputs == {
            "note": "a = b",
            "it": "it's",
            "empty": "",
            "n": "-3",
            "on": "true",
        }
