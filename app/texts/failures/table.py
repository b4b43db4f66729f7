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

_CODE_BLOCK = re.compile(r"```\n(.*?)\n```", re.DOTALL)
_PIPE = re.compile(r"(?<!\\)\|")
"""It would end a cell of the table, even in code style."""


def failures_table(catalogue: Iterable[Failure]) -> str:
    """The whole page (Markdown)."""
    return _HEAD + "".join(_row(failure) for failure in catalogue)


def _row(failure: Failure) -> str:
    reason = failure.example
    named = _MENTION.sub(lambda found: _MENTIONED[found[1]], explain(reason))
    said = _cell(_CODE_BLOCK.sub(_code_lines, markdown([named])))
    short = _cell(describe(reason).replace("<", "&lt;"))
    return f"| `{failure.name}` | {_cell(failure.when)} | {said} | {short} |\n"


def _code_lines(match: re.Match[str]) -> str:
    lines = (line.replace("  ", "&nbsp;&nbsp;") for line in match[1].split("\n"))
    return "<br>".join(f"<code>{line}</code>" for line in lines)


def _cell(text: str) -> str:
    return re.sub(r"\n+", "<br>", _PIPE.sub(r"\\|", text).replace("\n- ", "\n• "))
