"""An ask: something that deploybot owes an answer or a look, before there is a deployment."""

from enum import StrEnum

from msgspec import Struct

from app.model.build import Json
from app.model.chat.card import Answer
from app.model.chat.reply import ReplyAddress
from app.model.effects import Backoff, Effect, Guard, Trouble
from app.model.plan import Person, Plan
from app.model.waiting import Tally

FROM = "deploybot_from"
"""Where the body of an event of the chat says which `teams` and `enterprise` it comes from."""


class AskKind(StrEnum):
    """Who asks."""

    COMMAND = "command"
    COMMENT = "comment"
    ACTION = "action"
    SLACK_EVENT = "slack_event"
    GITHUB_EVENT = "github_event"
    PIPELINE = "pipeline"
    SWEEP = "sweep"
    NOTICE = "notice"
    LOCK = "lock"
    TRIGGER = "trigger"


class Said(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person typed or pressed, wherever they did so.

    `text` is a command's words as they were typed. For a button or select: `action` is its name,
    `value` what it carries.
    """

    by: Person = Person()
    text: str = ""
    action: str = ""
    value: str = ""


class Confirmation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person is asked before it is done, and what came of it. Times are epoch seconds.

    `question` is what was asked (without its buttons), `to_all` whether the whole channel was.
    `plan` is the deployment that was shown, or `deployment_id` the one that is meant: once
    somebody agrees, that is done and nothing else; `cancels` is the one that runs and is canceled
    for it. `asked_at` is when it was asked, once somebody has pressed. `agreed_by` is the ask of
    the press that agreed, `outcome` what that person was answered, where it was more than a live
    message.
    """

    question: Answer | None = None
    to_all: bool = False
    plan: Plan | None = None
    deployment_id: int | None = None
    cancels: int | None = None
    asked_at: float | None = None
    agreed_by: str = ""
    agreed_at: float | None = None
    outcome: Answer | None = None

    @property
    def agreed(self) -> bool:
        """Whether somebody has agreed."""
        return self.agreed_at is not None


class Watch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The checks of a commit are watched: once they change, the ask is decided again.

    `events` is how many events it had when it was decided last, `since` its tally (seconds) when it
    was first; `shown` is what the commit says of it. `sure`: it was decided again since it is
    known to watch, so that no change is missed that came just before.
    """

    events: int
    since: float
    shown: str = ""
    sure: bool = False


class Ask(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One ask. Times are epoch seconds.

    `body` holds what an event or sweep carries; `noting` is what it was decided to note on a build
    (a `Note`), until that is done; `plan`, its guard and `deployment_id` follow
    a deployment being created for it; `answer` is owed once everything else is done, and stays
    on an ask that ended where nobody could be told. `kept_until` is until when a silent
    provider may keep it waiting, once its person was told so. With `confirmation` the answer is a
    question; once somebody agrees the ask is decided again. `waiting_sha` is the commit whose
    checks are watched for it, by `watch`.
    """

    ask_id: str
    kind: AskKind
    asked_at: float

    due_at: float | None = 0.0
    holder: str | None = None
    version: int = 0
    events: int = 0
    backoff: dict[str, Backoff] = {}
    guards: dict[Effect, Guard] = {}
    tally: Tally = Tally()
    trouble: Trouble | None = None

    repository_id: int | None = None
    said: Said | None = None
    reply_to: ReplyAddress | None = None
    body: dict[str, Json] = {}

    waiting_sha: str | None = None
    watch: Watch | None = None

    confirmation: Confirmation | None = None
    noting: dict[str, Json] = {}
    plan: Plan | None = None
    deployment_id: int | None = None
    deployment_sha: str = ""
    deployment_created_at: float | None = None
    answer: Answer | None = None
    kept_until: float | None = None
    answered_at: float | None = None

    @property
    def confirmed(self) -> Confirmation | None:
        """What somebody agreed to; None where nothing was asked, or nobody has agreed."""
        asked = self.confirmation
        return asked if asked is not None and asked.agreed else None

    @property
    def key(self) -> str:
        """The key of its record."""
        return self.ask_id
