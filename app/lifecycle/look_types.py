"""What every look at a record has in common: its moment, its limits, and how it goes on."""

from enum import StrEnum
from typing import Generic

from msgspec import Struct

from app.lifecycle.backoff import Record
from app.model.build import Build, BuildKey
from app.model.chat.card import CardSearch
from app.model.ci import PipelineSearch
from app.model.note import Note
from app.model.slot import SlotChange

SKEW = 60.0
"""The most seconds by which we expect our clock and a provider's to differ."""


class Now(Struct, frozen=True, kw_only=True):
    """The moment of a look.

    `wall` is epoch seconds. `waited` has for each guard (by its `Effect`) the seconds on this
    process's monotonic clock since it sent the request or, if another process did, since it first
    took the record; and under `up`, for how long this process has looked at asks.
    """

    wall: float
    waited: dict[str, float] = {}


class Limits(Struct, frozen=True, kw_only=True):
    """The limits that steps depend on, in seconds; `html` is where GitHub's pages are.

    All but `command_patience` (for how long a provider may keep a command waiting) are settings,
    which docs/operations.md explains.
    """

    lease: float = 20.0
    watch: float = 60.0
    settle: float = 30.0
    give_up: float = 86400.0
    people: float = 259200.0
    command_patience: float = 1500.0
    html: str = "https://github.com"


class Read(Struct, frozen=True, kw_only=True):
    """Read something and decide again.

    `of` is the id of the workflow whose jobs are read, of a deployment, or of a pipeline other than
    the record's own. `search` (for pipelines) and `cards` (for messages) are what earlier pages
    found; the next page is read.
    """

    what: StrEnum
    of: str = ""
    search: PipelineSearch = PipelineSearch()
    cards: CardSearch = CardSearch()


class Become(Struct, Generic[Record], frozen=True, kw_only=True):
    """The record is now known to be this; nothing is done, the look goes on."""

    record: Record


class Finish(Struct, frozen=True, kw_only=True):
    """End the look: due again at `due_at` (epoch seconds; 0: at once; None: not by itself).

    `build` is the record as it then is, if it changes. `slot` is written and the builds in `wake`
    are made due in the same transaction; `notes` are written before it.
    """

    due_at: float | None
    build: Build | None = None
    slot: SlotChange | None = None
    wake: tuple[BuildKey, ...] = ()
    notes: tuple[Note, ...] = ()
