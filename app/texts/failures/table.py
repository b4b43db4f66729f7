"""The failure catalogue as a Markdown table, for the documentation."""

import re
from collections.abc import Iterable

from app.texts.failures.catalogue import describe, explain
from app.texts.failures.failure import Failure

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

_BLOCK = re.compile(r"```(.*?)```", re.DOTALL)
_DATE = re.compile(r"<!date\^[^|<>]*\|([^<>]*)>")
_CODE_LINK = re.compile(r"`<(https?://[^|<>`]*)\|([^<>`]*)>`")
_LINK = re.compile(r"<(https?://[^|<>]*)\|([^<>]*)>")
_MENTION = re.compile(r"<([@#])([A-Z0-9]+)>")
_BOLD = re.compile(r"(?<![*\w])\*([^*\n]+)\*")


def failures_table(catalogue: Iterable[Failure]) -> str:
    """The whole page (Markdown)."""
    return _HEAD + "".join(_row(failure) for failure in catalogue)


def _row(failure: Failure) -> str:
    reason = failure.example
    said = _cell(markdown_of(explain(reason)))
    short = _cell(describe(reason).replace("<", "&lt;"))
    return f"| `{failure.name}` | {_cell(failure.when)} | {said} | {short} |\n"


def markdown_of(markup: str) -> str:
    """Slack's markup as Markdown on one line."""
    text = _BLOCK.sub(_code_lines, markup)
    text = _DATE.sub(r"\1", text)
    text = _CODE_LINK.sub(r"[`\2`](\1)", text)
    text = _LINK.sub(r"[\2](\1)", text)
    text = _MENTION.sub(r"\1\2", text)
    text = _BOLD.sub(r"**\1**", text)
    return text.replace("\n", "<br>")


def _code_lines(match: re.Match[str]) -> str:
    lines = (line.replace("  ", "&nbsp;&nbsp;") for line in match[1].strip().split("\n"))
    return "<br>".join(f"<code>{line}</code>" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
