"""The catalogue of every way to fail: one place to read tone, escaping and completeness.

The entries stand in the files that are imported here, in the order of the generated table.
"""

from app.texts.failures import (  # isort: skip
    binding,
    typed,
    inputs,
    deployments,
    checks,
    calendar,
    gates,
    requires,
    locks,
    people,
    approvals,
    holds,
    github,
    circleci,
    pipeline,
    ours,
)
from app.texts.failures.explaining import (
    LONGEST_DESCRIPTION,
    briefly,
    describe,
    describe_markup,
    explain,
    explain_all,
    listed,
    shorten,
)
from app.texts.failures.failure import ENTRIES, Failure

__all__ = [
    "CATALOGUE",
    "LONGEST_DESCRIPTION",
    "briefly",
    "describe",
    "describe_markup",
    "explain",
    "explain_all",
    "listed",
    "shorten",
]

CHAPTERS = (
    binding,
    typed,
    inputs,
    deployments,
    checks,
    calendar,
    gates,
    requires,
    locks,
    people,
    approvals,
    holds,
    github,
    circleci,
    pipeline,
    ours,
)
"""The files with the entries; importing one of them enters what it says."""

CATALOGUE: tuple[Failure, ...] = tuple(ENTRIES.values())
"""Every entry, in the order of the generated table."""
