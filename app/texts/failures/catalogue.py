"""The failure catalogue as a whole, and the functions that say a reason.

Importing a chapter enters its sentences; the generated table keeps the order below.
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
"""The files with the entries, in the order of the generated table."""

CATALOGUE: tuple[Failure, ...] = tuple(ENTRIES.values())
"""Every entry, in the order of the generated table."""
