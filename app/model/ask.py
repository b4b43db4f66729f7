"""An ask: a request or event that we have to answer or act on, before there is a deployment."""

from enum import StrEnum

from msgspec import Struct

from app.model import Json
from app.model.chat.card import Answer
from app.model.chat.reply import ReplyAddress
from app.model.effects import Backoff, Effect, Guard, Trouble
from app.model.plan import Person, Plan
from app.model.waiting import Tally

EVENT_ORIGIN = "deploybot_from"
"""The key in the body of a chat event under which we keep its `teams` and its `enterprise`."""


class AskKind(StrEnum):
    """What caused the ask."""

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
    """What a person typed or pressed, in Slack or on GitHub.

    `text` is a command exactly as it was typed. For a button or select, `action` is its name and
    `value` what it sends.
    """

    by: Person = Person()
    text: str = ""
    action: str = ""
    value: str = ""


class Confirmation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question that a person has to confirm, and their answer. Times are epoch seconds.

    `question` is what was asked (without its buttons), `to_all` whether the whole channel sees it.
    It is about a new deployment, `plan`, or an existing one, `deployment_id`; exactly that is done
    once somebody agrees. `cancels` is the id of a running deployment that is then canceled.

    `asked_at` is when the question was posted, known once somebody presses a button. `agreed_by` is
    the id of the ask of that press, and `outcome` the answer to it, unless that was just the live
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
        """Whether somebody has confirmed it."""
        return self.agreed_at is not None


class Watch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The ask waits until the checks of a commit change, and is then decided again.

    `events` is the ask's number of events when it was last decided, and `since` its tally (seconds)
    when it began to watch. `shown` is the answer that the commit's check run shows. `sure`: it was
    decided again after the watch was recorded, so a change just before that was not missed.
    """

    events: int
    since: float
    shown: str = ""
    sure: bool = False


class Ask(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One ask. Times are epoch seconds.

    `body` is the payload of an event or the state of a sweep. While the ask waits for the checks of
    the commit `waiting_sha` to change, `watch` is set.

    What was decided: `noting` is a `Note` (as JSON) that is still to be written on a build. `plan`
    is the deployment to create, and `deployment_id`, `deployment_sha` and `deployment_created_at`
    are set once it exists. `answer` is sent last; it stays here if nobody could be reached. With a
    `confirmation`, the answer is a question, and the ask is decided again once somebody agrees.
    `kept_until` is how long we keep trying while a provider is down; it is set once the person was
    told that the request is kept.
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
        """What somebody has confirmed; None if nothing was asked, or nobody has agreed yet."""
        asked = self.confirmation
        return asked if asked is not None and asked.agreed else None

    @property
    def key(self) -> str:
        """The key of its record."""
        return self.ask_id
