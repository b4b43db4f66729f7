"""What an ask can decide, before any of it is done, and who decides which kind of ask."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Protocol

from msgspec import Struct

from app.errors import UserError
from app.model import Json
from app.model.ask import Ask, AskKind
from app.model.build import Build
from app.model.chat.card import Answer
from app.model.note import Note
from app.model.plan import Person, Plan
from app.texts.replies.refusals import refusal


class Reply(Struct, frozen=True, kw_only=True):
    """Answer the person, and do nothing else.

    `until_checks` is a commit's SHA: the ask is decided again when that commit's checks change.
    """

    answer: Answer
    until_checks: str | None = None


class Watching(Struct, frozen=True, kw_only=True):
    """Do nothing now: the ask is decided again when the checks of its commit change."""


class Create(Struct, frozen=True, kw_only=True):
    """Create this deployment; its live message is the answer."""

    plan: Plan


class Audit(Struct, frozen=True, kw_only=True):
    """Who decided what about which deployment; `app.observe.audited` lists the values of `did`."""

    did: str
    by: Person
    build: Build


class WriteNote(Struct, frozen=True, kw_only=True):
    """Write a note on a build (a cancel, an approval), then answer if there is an answer.

    `audit` is logged once the ask's record says that this was decided.
    """

    note: Note
    answer: Answer | None = None
    audit: Audit | None = None


class Confirm(Struct, frozen=True, kw_only=True):
    """Ask the person first; once they agree, the ask is decided again with `Ask.confirmed`.

    `question` has no buttons yet: `agree` is the label of the button that goes ahead, `decline`
    that of the other one (empty: there is none). See `Confirmation` for `plan`, `deployment_id`
    and `cancels`.
    """

    question: Answer
    agree: str
    decline: str = ""
    style: str = "primary"
    plan: Plan | None = None
    deployment_id: int | None = None
    cancels: int | None = None


class Reopen(Struct, frozen=True, kw_only=True):
    """Somebody agreed to a question: its ask, read as `before`, is decided again as `after`."""

    before: Ask
    after: Ask


class Later(Struct, frozen=True, kw_only=True):
    """Decide again in this many seconds.

    `body` is the ask's new body, if it changes.
    """

    seconds: float
    body: dict[str, Json] | None = None


class AskEach(Struct, frozen=True, kw_only=True):
    """Add further asks, such as one for each environment that an event deploys to.

    An ask whose id is known already is not added again. Then answer, if there is an answer.
    """

    asks: tuple[Ask, ...]
    answer: Answer | None = None


class Nothing(Struct, frozen=True, kw_only=True):
    """Do nothing and say nothing: the ask is over."""


Decision = Reply | Watching | Create | WriteNote | Confirm | Reopen | AskEach | Later | Nothing


class Decide(Protocol):
    """Decides an ask: creates no deployment, and writes only what may be written twice."""

    def __call__(self, ask: Ask) -> Awaitable[Decision]:
        """Raises `UserError` where the person must do something differently."""
        ...


@dataclass(frozen=True)
class Deciders:
    """Hands an ask to the decider of its kind."""

    by_kind: Mapping[AskKind, Decide]

    async def __call__(self, ask: Ask) -> Decision:
        """Decide; see `Decide`. A `UserError` becomes the answer."""
        try:
            return await self.by_kind[ask.kind](ask)
        except UserError as error:
            return Reply(answer=refusal(*error.reasons, of=error.of))


@dataclass(frozen=True)
class EventDeciders:
    """Hands an event of GitHub to the decider of its name, or else to `otherwise`."""

    by_event: Mapping[str, Decide]
    otherwise: Decide

    async def __call__(self, ask: Ask) -> Decision:
        """Decide; see `Decide`."""
        return await self.by_event.get(str(ask.body.get("event")), self.otherwise)(ask)
