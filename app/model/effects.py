"""Effects on providers, and what a record keeps about them: guards and pauses."""

from enum import StrEnum

from msgspec import Struct

from app.model.reasons import Reason


class Effect(StrEnum):
    """The effects that have a guard, because they can't be taken back."""

    CREATE = "create"
    TRIGGER = "trigger"
    STATUS = "status"
    MESSAGE = "message"
    CARD = "card"
    NOTIFY = "notify"
    COMMENT = "comment"


class Guard(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An effect without an idempotency key was sent: by which process, and when (epoch seconds).

    `ambiguous` stays true once the answer of any of these `sends` was lost. `theirs` is the
    provider's own clock at the first of them; None if it wasn't known yet.
    """

    sent_at: float
    sender: str
    ambiguous: bool = False
    sends: int = 1
    theirs: float | None = None


class Backoff(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Failures in a row of one provider for one record.

    `since` and `retry_at` are epoch seconds. `refused` is a lasting refusal; None if the failure
    may pass. `doing` is the step that failed, empty for a read. `waited` are the seconds since the
    first failure, counted so that no wrong clock changes them; `lasted` are those until the last
    failure, plus the pause that the provider then named. `refused_from` is the value of `waited`
    when it began to refuse.
    """

    attempts: int
    since: float
    retry_at: float
    error: str
    status: int | None = None
    refused: Reason | None = None
    doing: str = ""
    waited: float = 0.0
    lasted: float = 0.0
    refused_from: float = 0.0


class Trouble(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Looks at a record that failed in a row because of a bug of ours.

    `id` is in the log with each stack trace, and in what people are told. `tries` counts the
    failures so far, `retry_at` (epoch seconds) is when it is looked at again. `ended`: the record
    was ended because of it, and people have yet to be told.
    """

    id: str
    tries: int
    retry_at: float
    ended: bool = False
