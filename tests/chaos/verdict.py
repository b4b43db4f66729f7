"""The verdict on a run, and how it is shown."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(kw_only=True)
class Verdict:
    """What was found, by deployment or wish; each entry says why."""

    deployments: int = 0
    lost: dict[str, str] = field(default_factory=dict)
    doubled: dict[str, str] = field(default_factory=dict)
    overtaken: dict[str, str] = field(default_factory=dict)
    unapproved: dict[str, str] = field(default_factory=dict)
    stale: dict[str, str] = field(default_factory=dict)
    late: dict[str, str] = field(default_factory=dict)
    longest: float = 0.0

    @property
    def line(self) -> str:
        """The one line that a run ends with."""
        return (
            f"deployments {self.deployments}, lost {len(self.lost)}, "
            f"doubled {len(self.doubled)}, overtaken {len(self.overtaken)}, "
            f"unapproved {len(self.unapproved)}, "
            f"stale {len(self.stale)}, late {len(self.late)}, "
            f"longest time to a final state {self.longest:.0f} s"
        )

    @property
    def good(self) -> bool:
        """Whether nothing was lost, doubled, put over newer code, not agreed to or left stale."""
        bad = (self.lost, self.doubled, self.overtaken, self.unapproved, self.stale)
        return not any(bad)


def shown_counts(counts: dict[str, int]) -> str:
    """What the weather did, most frequent first."""
    return ", ".join(f"{name} {count}" for name, count in Counter(counts).most_common())


def reasons(found: dict[str, Any], what: str, most: int = 10) -> Iterable[str]:
    """A line for each finding, up to `most`."""
    for name, why in list(found.items())[:most]:
        yield f"  {what}: {name}: {why}"
