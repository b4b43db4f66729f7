"""The steps of an ask, each with all that its effect needs."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from app.errors import Provider
from app.lifecycle.look_types import Become, Finish, Read
from app.lifecycle.requests.decision import Audit, Decision
from app.model.ask import Ask
from app.model.build import Build
from app.model.chat.card import Answer
from app.model.chat.reply import ReplyAddress
from app.model.github.deployment import Deployment
from app.model.note import Note
from app.model.plan import Plan


class AskWhat(StrEnum):
    """What a look at an ask can read; the value names the attribute of `AskFacts`."""

    DECISION = "decision"
    CREATED = "created"


class AskFacts(Struct, frozen=True, kw_only=True):
    """What this look has read so far: known, absent (None) or not read (UNSET)."""

    decision: Decision | UnsetType = UNSET
    created: Deployment | UnsetType | None = UNSET


class CreateDeployment(Struct, frozen=True, kw_only=True):
    """Record the intent, then create a deployment."""

    plan: Plan


class Adopt(Struct, frozen=True, kw_only=True):
    """Record the build of a deployment created for an ask; `ask` is the ask once that is done."""

    build: Build
    ask: Ask


class AnswerAsk(Struct, frozen=True, kw_only=True):
    """Answer the person who asked; `ask` is the ask once that is done."""

    to: ReplyAddress
    answer: Answer
    ask: Ask


class NoteBuild(Struct, frozen=True, kw_only=True):
    """Write a note on a build; `ask` is the ask once that is done.

    `audit` is logged, too, unless an earlier look decided this.
    """

    note: Note
    ask: Ask
    audit: Audit | None = None


class ReopenAsk(Struct, frozen=True, kw_only=True):
    """Have another ask (`before`) decided again as `after`; `ask` is this one once that is done."""

    before: Ask
    after: Ask
    ask: Ask


class AddAsks(Struct, frozen=True, kw_only=True):
    """Record further asks; `ask` is the one that decided so once that is done."""

    asks: tuple[Ask, ...]
    ask: Ask


AskStep = (
    Read
    | Become[Ask]
    | CreateDeployment
    | Adopt
    | AnswerAsk
    | NoteBuild
    | ReopenAsk
    | AddAsks
    | Finish
)

READS_FROM: Mapping[str, tuple[Provider, ...]] = {
    AskWhat.DECISION: ("github", "ci", "slack"),
    AskWhat.CREATED: ("github",),
}
"""The providers that each read may ask."""
