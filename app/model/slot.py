"""A slot: an environment's record of what runs there and what waits."""

from enum import IntEnum

from msgspec import Struct


class Rank(IntEnum):
    """Who goes first in the line: lower ranks, then lower deployment ids."""

    ROLLBACK = 0
    ASKED = 1


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deployment that waits in the line; automatic ones may be replaced by newer ones."""

    deployment_id: int
    rank: Rank = Rank.ASKED
    automatic: bool = False


class Slot(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One environment of one repository. `since` is epoch seconds."""

    repository_id: int
    name: str
    version: int = 0
    running: int | None = None
    since: float | None = None
    waiting: tuple[Place, ...] = ()


class SlotChange(Struct, frozen=True, kw_only=True):
    """A slot as it was read and as it shall be; conditional on `before.version`."""

    before: Slot
    after: Slot
