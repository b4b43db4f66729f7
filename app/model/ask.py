"""An ask: something that deploybot owes an answer or a look, before there is a deployment."""

from enum import StrEnum

from msgspec import Struct

from app.model.build import (
    TASK,
    Backoff,
    Concurrency,
    Guard,
    Json,
    Person,
    Reason,
    RefKind,
    Run,
    Ticket,
)
from app.model.card import Answer


class AskKind(StrEnum):
    """Who asks."""

    COMMAND = "command"
    ACTION = "action"
    SLACK_EVENT = "slack_event"
    GITHUB_EVENT = "github_event"
    PIPELINE = "pipeline"
    SWEEP = "sweep"
    NOTICE = "notice"


class RepositoryRef(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A repository as a call needs it; `full_name` is `owner/name`."""

    id: int
    full_name: str
    installation_id: int | None = None


class ChatRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person typed or pressed in a channel.

    `text` is what follows the slash command, as Slack sent it. For a button or select:
    `action` is its name, `value` what it carries, `message_ts` the message it sits on.
    """

    channel_id: str
    user_id: str
    team_id: str = ""
    channel_name: str = ""
    user_name: str = ""
    response_url: str = ""
    text: str = ""
    action: str = ""
    value: str = ""
    message_ts: str = ""


class Payload(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`payload.deploybot` of the deployments that we create (version 1).

    `channel` and `user` are Slack ids, `requester` the name shown; `request` is unique for
    a command and derived for an event.
    """

    request: str
    trigger: str
    version: int = 1
    requester: str = ""
    user: str | None = None
    login: str | None = None
    channel: str | None = None
    inputs: dict[str, str | int | bool] = {}
    force: bool = False
    retry_of: int | None = None
    rollback_of: int | None = None
    url: str | None = None
    reason: str | None = None


class Plan(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deployment that was judged and may be created, with all that running it needs.

    `sha` is the commit the gates were judged on; `judged` says that every gate was open
    then, otherwise `waits` says what for, and they are judged again once it exists.
    `run.parameters` lacks the deployment's id until it has one. `timeout` is in seconds.
    With `ref_kind` SHA the commit itself is deployed, whatever `ref` says.
    """

    repository: RepositoryRef
    environment: str
    ref: str
    ref_kind: RefKind
    sha: str
    payload: Payload
    run: Run
    task: str = TASK
    description: str = ""
    transient: bool = False
    production: bool = False
    concurrency: Concurrency = Concurrency.QUEUE
    timeout: float = 3600.0
    judged: bool = True
    waits: tuple[Reason, ...] = ()
    requester: Person | None = None
    committer: Person | None = None
    subject: str = ""
    pull_request: int | None = None
    tickets: tuple[Ticket, ...] = ()
    deploy_url: str = ""
    previous_sha: str | None = None
    previous_ref: str | None = None
    unenforced: tuple[str, ...] = ()


class Ask(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One ask. Times are epoch seconds.

    `body` holds what an event or sweep carries; `plan`, `guard` and `deployment_id` follow
    a deployment being created for it; `answer` is owed once everything else is done.
    """

    ask_id: str
    kind: AskKind
    asked_at: float

    due_at: float | None = 0.0
    holder: str | None = None
    version: int = 0
    events: int = 0
    backoff: dict[str, Backoff] = {}

    repository_id: int | None = None
    chat: ChatRequest | None = None
    body: dict[str, Json] = {}

    plan: Plan | None = None
    guard: Guard | None = None
    deployment_id: int | None = None
    deployment_sha: str = ""
    deployment_created_at: float | None = None
    answer: Answer | None = None
    late_notice: bool = False
    answered_at: float | None = None

    @property
    def key(self) -> str:
        """The key of its record."""
        return self.ask_id
