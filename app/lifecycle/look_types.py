"""What every look at a record has in common: its moment, its limits, and how it goes on."""

from enum import StrEnum

from msgspec import Struct

from app.model.ask import Ask
from app.model.build import Build, BuildKey
from app.model.card import CardSearch
from app.model.ci import PipelineSearch
from app.model.note import Note
from app.model.slot import SlotChange

SKEW = 60.0
"""Seconds by which our clock and a provider's are taken to differ at most."""


class Now(Struct, frozen=True, kw_only=True):
    """The moment of a look.

    `wall` is epoch seconds. `waited` says for each guard (by its `Effect`) how many seconds
    passed on this process's own monotonic clock since it sent, or since it first took a record
    that another process had sent for; and for how long it has looked at asks (`up`).
    """

    wall: float
    waited: dict[str, float] = {}


class Limits(Struct, frozen=True, kw_only=True):
    """The settings that steps depend on; seconds.

    `html` is where GitHub's pages are.
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

    `of` is the workflow whose jobs are read, the number of the deployment that is, or a pipeline
    other than the record's own.
    `search` is a search for pipelines as far as it was read, `cards` one for messages: one
    more page is.
    """

    what: StrEnum
    of: str = ""
    search: PipelineSearch = PipelineSearch()
    cards: CardSearch = CardSearch()


class Become(Struct, frozen=True, kw_only=True):
    """The record is now known to be this; nothing is done, the look goes on."""

    build: Build


class BecomeAsk(Struct, frozen=True, kw_only=True):
    """The ask is now known to be this; nothing is done, the look goes on."""

    ask: Ask


class Finish(Struct, frozen=True, kw_only=True):
    """End the look: due again at `due_at` (epoch seconds; 0: at once; None: not by itself).

    `build` is the record then, where it changes; `slot` is written in the same transaction,
    `wake` made due in it; `notes` are noted before it.
    """

    due_at: float | None
    build: Build | None = None
    slot: SlotChange | None = None
    wake: tuple[BuildKey, ...] = ()
    notes: tuple[Note, ...] = ()
