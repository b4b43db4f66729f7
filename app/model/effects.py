"""What keeps the effects on a record in step with the world: guards and pauses."""

from enum import StrEnum

from msgspec import Struct

from app.model.reasons import Reason


class Effect(StrEnum):
    """What is guarded because it cannot be taken back: each may be sent, and sent again, once."""

    CREATE = "create"
    TRIGGER = "trigger"
    STATUS = "status"
    MESSAGE = "message"
    CARD = "card"
    NOTIFY = "notify"
    COMMENT = "comment"


class Guard(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An effect without an idempotency key was sent: by whom, when (epoch seconds).

    `ambiguous` stays true once any send had no clear answer. `theirs` is the provider's own clock
    at the first of these sends, as its answers told it; None where none had told it yet.
    """

    sent_at: float
    sender: str
    ambiguous: bool = False
    sends: int = 1
    theirs: float | None = None


class Backoff(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Failures in a row of one provider for one record; times are epoch seconds.

    `refused` is a lasting refusal; None while the failure may pass.
    `doing` is the step that failed, empty for a read: a read that succeeds says nothing of it.
    `waited` are the seconds since the first one, counted so that no wrong clock changes them;
    `lasted` those until the last one, with the pause that the provider then named.
    `refused_from` is what `waited` was when it began to refuse: an outage before is no refusal.
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
    """Looks at a record that failed in a row by a defect of ours.

    `id` stands in the log beside each stack trace, and in what people are told. `tries` are the
    failures so far, `retry_at` (epoch seconds) is when it is looked at again. `ended`: the record
    was ended for it, and only telling that is left.
    """

    id: str
    tries: int
    retry_at: float
    ended: bool = False
