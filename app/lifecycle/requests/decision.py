"""What a command or event decides, before anything is done about it."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Protocol

from msgspec import Struct

from app.errors import UserError
from app.model.ask import Ask, AskKind
from app.model.build import Build, Json
from app.model.chat.card import Answer
from app.model.note import Note
from app.model.plan import Person, Plan
from app.texts.replies.refusal import refusal


class Reply(Struct, frozen=True, kw_only=True):
    """Answer the person; nothing else is left to do.

    With `until_checks`, a commit, it is decided again when the checks of that commit change.
    """

    answer: Answer
    until_checks: str | None = None


class Watching(Struct, frozen=True, kw_only=True):
    """It is decided again when the checks of the commit that is watched change."""


class Create(Struct, frozen=True, kw_only=True):
    """Create this deployment; its live message is the answer."""

    plan: Plan


class Audit(Struct, frozen=True, kw_only=True):
    """Who decided what (`did`, as `app.observe.audited` lists it) about which deployment."""

    did: str
    by: Person
    build: Build


class Tell(Struct, frozen=True, kw_only=True):
    """Note something on a build (a cancel, a choice), then answer if there is an answer.

    `audit` is logged once it is certain that this is what was decided.
    """

    note: Note
    answer: Answer | None = None
    audit: Audit | None = None


class Confirm(Struct, frozen=True, kw_only=True):
    """Ask the person first; what they agree to is decided again, as `Ask.confirmed`.

    `question` has no buttons of its own: `agree` is the label of the one that goes ahead,
    `decline` that of the one that does not (empty: none). See `Confirmation` for `plan`,
    `deployment_id` and `cancels`.
    """

    question: Answer
    agree: str
    decline: str = ""
    style: str = "primary"
    plan: Plan | None = None
    deployment_id: int | None = None
    cancels: int | None = None


class Reopen(Struct, frozen=True, kw_only=True):
    """Somebody agreed: the ask that asked (`before`, as read) is decided again, as `after`."""

    before: Ask
    after: Ask


class Later(Struct, frozen=True, kw_only=True):
    """It cannot be told yet, or it is to be done again: decide again in this many seconds.

    `body` is what the ask carries from then on, where that changes.
    """

    seconds: float
    body: dict[str, Json] | None = None


class AskEach(Struct, frozen=True, kw_only=True):
    """One event asks for several deployments: each is an ask of its own, added once by its id.

    Then answer, if there is an answer.
    """

    asks: tuple[Ask, ...]
    answer: Answer | None = None


class Nothing(Struct, frozen=True, kw_only=True):
    """Nothing is to be done or said."""


Decision = Reply | Watching | Create | Tell | Confirm | Reopen | AskEach | Later | Nothing


class Decide(Protocol):
    """Decides an ask: reads what it needs, may write bindings (idempotently), creates nothing."""

    def __call__(self, ask: Ask) -> Awaitable[Decision]:
        """Raise `UserError` for what the person must type differently."""
        ...


@dataclass(frozen=True)
class Deciders:
    """Hands an ask to the decider of its kind."""

    by_kind: Mapping[AskKind, Decide]

    async def __call__(self, ask: Ask) -> Decision:
        """Decide; see `Decide`. What somebody must do differently is the answer, whoever asked."""
        try:
            return await self.by_kind[ask.kind](ask)
        except UserError as error:
            return Reply(answer=refusal(*error.reasons, of=error.of))


@dataclass(frozen=True)
class EventDeciders:
    """Hands an event of GitHub's to the decider of its name, or to the one for all others."""

    by_event: Mapping[str, Decide]
    otherwise: Decide

    async def __call__(self, ask: Ask) -> Decision:
        """Decide; see `Decide`."""
        return await self.by_event.get(str(ask.body.get("event")), self.otherwise)(ask)
