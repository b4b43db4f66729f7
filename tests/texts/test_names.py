"""Every failure that the code can name has its sentence."""

import ast
from collections.abc import Iterator
from pathlib import Path

from app.slack import refusals
from app.texts.failures.catalogue import CATALOGUE

APP = Path(__file__).parents[2] / "app"

NAMING = {"Reason": ("name", 0), "mistake": ("name", 0), "Refused": ("name", 1)}
"""Calls that name a failure: the keyword, and the place among the positional arguments."""


def named(source: str) -> Iterator[str]:
    """The names that a module writes down as a literal."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        keyword, place = NAMING.get(node.func.id, ("", 99))
        given = [each.value for each in node.keywords if each.arg == keyword]
        for value in [*node.args[place : place + 1], *given]:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value


def test_every_name_has_a_sentence() -> None:
    """A name without an entry would be told as a defect of ours."""
    known = {failure.name for failure in CATALOGUE}
    used = {name for path in APP.rglob("*.py") for name in named(path.read_text("utf-8"))}

    assert len(used) > 30
    assert used - known == set()


def test_slacks_errors_have_sentences() -> None:
    """Every name that a refusal of Slack's is turned into."""
    known = {failure.name for failure in CATALOGUE}

    assert set(refusals._REFUSED.values()) - known == set()
