"""Shortening a build that is too large for the store (pure)."""

from typing import Any

from msgspec import structs

from app.model.build import Build
from app.model.reasons import Reason

MOST_NAMED = 20
"""Entries that are kept of each list in a reason."""
LONGEST = 2000
"""Characters that are kept of each text in a reason."""
MOST_REPORTS = 20


def shed(b: Build) -> Build:
    """The build with short reasons, and the newest reports of its workflows alone."""
    newest = sorted(b.reports.values(), key=lambda report: report.at)[-MOST_REPORTS:]
    return structs.replace(
        b,
        waits_for=tuple(_short(reason) for reason in b.waits_for[:MOST_NAMED]),
        reason=_short(b.reason) if b.reason is not None else None,
        reports={report.id: report for report in newest},
        reports_considered=min(b.reports_considered, len(newest)),
    )


def _short(reason: Reason) -> Reason:
    cut = {name: _cut(getattr(reason, name)) for name in reason.__struct_fields__}
    return structs.replace(reason, **cut)


def _cut(value: Any) -> Any:
    if isinstance(value, str):
        return value[:LONGEST]
    return value[:MOST_NAMED] if isinstance(value, tuple) else value
