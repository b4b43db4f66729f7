"""The failure catalogue as a Markdown table, for the documentation."""

import re
from collections.abc import Iterable

from app.texts.failures.catalogue import describe, explain
from app.texts.failures.failure import Failure
from app.texts.github_markdown import markdown

_HEAD = """\
# Every way to fail, and what is said

Why something was refused, waits or failed. What isn't a failure (answers to commands that worked,
questions with a button, cards that go well) is not here: see a [day of releases](release-day.md).

Generated from `app/texts/`: the sentences are changed there, under the name of the first column.
Each sentence is shown with example values; times are shown to each reader in their own zone.
The last column is what fits the description of a deployment status on GitHub (140 characters).

| name | when | what the person reads | on GitHub |
|---|---|---|---|
"""

_MENTION = re.compile(r"<([@#])[A-Z0-9]+>")
_MENTIONED = {"@": "`@dana`", "#": "`#deploys`"}
"""Slack shows a name where the markup has an ID."""

_FENCE = re.compile(r"^```$", re.MULTILINE)
_BREAKS = re.compile(r"\n+")
_PIPE = re.compile(r"(?<!\\)\|")
"""It would end a cell of the table, even in code style."""


def failures_table(catalogue: Iterable[Failure]) -> str:
    """The whole page (Markdown)."""
    return _HEAD + "".join(_row(failure) for failure in catalogue)


def _row(failure: Failure) -> str:
    reason = failure.example
    named = _MENTION.sub(lambda found: _MENTIONED[found[1]], explain(reason))
    said = _cell(_without_blocks(markdown([named])))
    short = _cell(describe(reason).replace("<", "&lt;"))
    return f"| `{failure.name}` | {_cell(failure.when)} | {said} | {short} |\n"


def _without_blocks(text: str) -> str:
    """The text with each line of a code block in code style: a cell of a table holds no block."""
    pieces = _FENCE.split(text)
    return "".join(_code(one) if number % 2 else one for number, one in enumerate(pieces))


def _code(block: str) -> str:
    lines = (line.replace("  ", "&nbsp;&nbsp;") for line in block.strip("\n").split("\n"))
    return "<br>".join(f"<code>{line}</code>" for line in lines)


def _cell(text: str) -> str:
    return _BREAKS.sub("<br>", _PIPE.sub(r"\\|", text).replace("\n- ", "\n• "))
