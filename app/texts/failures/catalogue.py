"""The failure catalogue as a whole, and the functions that say a reason.

Importing a chapter enters its sentences into `ENTRIES`.
"""

from app.texts.failures import ours
from app.texts.failures.explaining import (
    LONGEST_DESCRIPTION,
    briefly,
    bullets,
    describe,
    describe_markup,
    explain,
    explain_all,
    shorten,
)
from app.texts.failures.failure import ENTRIES, Failure
from app.texts.failures.gates import (
    approvals,
    calendar,
    checks,
    configuration,
    locks,
    people,
    queue,
    requires,
    rollbacks,
)
from app.texts.failures.providers import circleci, github, pipeline, slack
from app.texts.failures.requests import binding, deployments, inputs, typed

__all__ = [
    "CATALOGUE",
    "LONGEST_DESCRIPTION",
    "briefly",
    "bullets",
    "describe",
    "describe_markup",
    "explain",
    "explain_all",
    "shorten",
]

_CHAPTERS = (
    binding,
    typed,
    inputs,
    deployments,
    configuration,
    checks,
    calendar,
    queue,
    rollbacks,
    requires,
    locks,
    people,
    approvals,
    github,
    circleci,
    pipeline,
    slack,
    ours,
)
"""The files with the entries, in the order of the generated table."""

CATALOGUE: tuple[Failure, ...] = tuple(
    entry
    for chapter in _CHAPTERS
    for entry in ENTRIES.values()
    if entry.say.__module__ == chapter.__name__
)
"""Every entry, in the order of the generated table."""
