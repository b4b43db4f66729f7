"""The steps a look can take. Each carries all that its effect needs."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from app.errors import Provider
from app.lifecycle.decision import Decision
from app.lifecycle.gates.verdict import Verdict
from app.model.ask import Ask, ChatRequest, Plan, RepositoryRef
from app.model.build import Build, BuildKey, PostedStatus, Run, Ticket
from app.model.card import Answer, Card, CardSearch
from app.model.ci import Job, Pipeline, PipelineReading, PipelineSearch
from app.model.github import AppIdentity, Deployment, StatusSummary
from app.model.note import Note
from app.model.project import Project, User
from app.model.slot import Slot, SlotChange


class What(StrEnum):
    """What a look can read; the value names the attribute of `Facts`."""

    PROJECT = "project"
    IDENTITY = "identity"
    DEPLOYMENT = "deployment"
    LAST_STATUS = "last_status"
    JUDGEMENT = "judgement"
    SLOT = "slot"
    PIPELINES = "pipelines"
    READING = "reading"
    JOBS = "jobs"
    CARDS = "cards"
    REPLIED = "replied"
    LINKS = "links"
    TITLES = "titles"
    DECISION = "decision"
    CREATED = "created"


class Judgement(Struct, frozen=True, kw_only=True):
    """What the gates say of a deployment that exists, and how it would run.

    `run_by` are the apps whose deployments the configuration runs; `plan` is None where
    the deployment is refused before it could be planned.
    """

    verdict: Verdict
    plan: Plan | None = None
    run_by: tuple[str, ...] = ()


class Facts(Struct, frozen=True, kw_only=True):
    """What this look has read so far: known, absent (None) or not read (UNSET)."""

    project: Project | UnsetType | None = UNSET
    identity: AppIdentity | UnsetType = UNSET
    deployment: Deployment | UnsetType | None = UNSET
    last_status: StatusSummary | UnsetType | None = UNSET
    judgement: Judgement | UnsetType = UNSET
    slot: Slot | UnsetType = UNSET
    pipelines: PipelineSearch | UnsetType = UNSET
    reading: PipelineReading | UnsetType | None = UNSET
    jobs: tuple[Job, ...] | UnsetType = UNSET
    cards: CardSearch | UnsetType = UNSET
    replied: bool | UnsetType | None = UNSET
    links: Mapping[int, User] | UnsetType = UNSET
    titles: tuple[Ticket, ...] | UnsetType = UNSET
    decision: Decision | UnsetType = UNSET
    created: Deployment | UnsetType | None = UNSET


SKEW = 60.0
"""Seconds by which our clock and a provider's are taken to differ at most."""


class Now(Struct, frozen=True, kw_only=True):
    """The moment of a look.

    `wall` is epoch seconds. `waited` says for each guard (`trigger`, `create`, `status`,
    `message`, `card`, `notify`) how many seconds passed on this process's own monotonic clock
    since it sent, or since it first took a record that another process had sent for; and
    likewise how long it has seen the same deployment in the slot (`slot`), and this one ended
    while its pipeline did not (`stop`); and for how long it has looked at asks (`up`).
    """

    wall: float
    waited: dict[str, float] = {}


class Limits(Struct, frozen=True, kw_only=True):
    """The settings that steps depend on; seconds.

    `html` is where GitHub's pages are, `command` what people type.
    """

    lease: float = 20.0
    watch: float = 60.0
    settle: float = 30.0
    give_up: float = 86400.0
    command_patience: float = 1500.0
    html: str = "https://github.com"
    command: str = "/cimon"


class Read(Struct, frozen=True, kw_only=True):
    """Read something and decide again; `of` is the workflow whose jobs are read.

    `search` is a search for pipelines as far as it was read, `cards` one for messages: one
    more page is.
    """

    what: What
    of: str = ""
    search: PipelineSearch = PipelineSearch()
    cards: CardSearch = CardSearch()


class Become(Struct, frozen=True, kw_only=True):
    """The record is now known to be this; nothing is done, the look goes on."""

    build: Build


class BecomeAsk(Struct, frozen=True, kw_only=True):
    """The ask is now known to be this; nothing is done, the look goes on."""

    ask: Ask


class TriggerPipeline(Struct, frozen=True, kw_only=True):
    """Record the intent (and the slot, in one transaction), then start one pipeline."""

    run: Run
    slot: SlotChange | None = None


class CancelPipeline(Struct, frozen=True, kw_only=True):
    """Cancel these workflows; `build` is the record once that is done."""

    workflow_ids: tuple[str, ...]
    build: Build


class CancelDouble(Struct, frozen=True, kw_only=True):
    """Cancel what is open of a second pipeline; `build` is the record once that is done."""

    pipeline: Pipeline
    build: Build


class PostStatus(Struct, frozen=True, kw_only=True):
    """Post a deployment status."""

    status: PostedStatus


class PostMessage(Struct, frozen=True, kw_only=True):
    """Record the intent, then post the live message."""

    channel: str
    card: Card
    digest: str


class UpdateMessage(Struct, frozen=True, kw_only=True):
    """Bring the live message up to date."""

    channel: str
    ts: str
    card: Card
    digest: str


class Notify(Struct, frozen=True, kw_only=True):
    """Record the intent, then reply in the thread, mentioning people."""

    channel: str
    ts: str
    text: str
    outcome: str
    broadcast: bool


class RemoveMessage(Struct, frozen=True, kw_only=True):
    """Remove a second message of the same deployment; `build` is the record then."""

    channel: str
    ts: str
    build: Build


class TellRequester(Struct, frozen=True, kw_only=True):
    """Answer the person who asked, outside the live message; `build` is the record then."""

    request: ChatRequest
    answer: Answer
    build: Build


class CreateDeployment(Struct, frozen=True, kw_only=True):
    """Record the intent, then create a deployment."""

    plan: Plan


class Adopt(Struct, frozen=True, kw_only=True):
    """Record the build of a deployment that was created for an ask; `ask` is the ask then."""

    build: Build
    ask: Ask


class AnswerAsk(Struct, frozen=True, kw_only=True):
    """Answer the person who asked; `ask` is the ask once that is done."""

    request: ChatRequest
    answer: Answer
    ask: Ask


class NoteBuild(Struct, frozen=True, kw_only=True):
    """Note something on a build; `ask` is the ask once that is done."""

    note: Note
    ask: Ask


class Finish(Struct, frozen=True, kw_only=True):
    """End the look: due again at `due_at` (epoch seconds, 0 at once, None no more).

    `build` is the record then, where it changes; `slot` is written in the same transaction,
    `wake` made due in it; `notes` are noted before it.
    """

    due_at: float | None
    build: Build | None = None
    slot: SlotChange | None = None
    wake: tuple[BuildKey, ...] = ()
    notes: tuple[Note, ...] = ()


BuildStep = (
    Read
    | Become
    | TriggerPipeline
    | CancelPipeline
    | CancelDouble
    | PostStatus
    | PostMessage
    | UpdateMessage
    | Notify
    | RemoveMessage
    | TellRequester
    | Finish
)
AskStep = Read | BecomeAsk | CreateDeployment | Adopt | AnswerAsk | NoteBuild | Finish
Step = BuildStep | AskStep

READS_FROM: dict[What, tuple[Provider, ...]] = {
    What.PROJECT: (),
    What.IDENTITY: ("github",),
    What.DEPLOYMENT: ("github",),
    What.LAST_STATUS: ("github",),
    What.JUDGEMENT: ("github", "circleci"),
    What.SLOT: (),
    What.PIPELINES: ("circleci",),
    What.READING: ("circleci",),
    What.JOBS: ("circleci",),
    What.CARDS: ("slack",),
    What.REPLIED: ("slack",),
    What.LINKS: (),
    What.TITLES: ("asana",),
    What.DECISION: ("github", "circleci", "slack"),
    What.CREATED: ("github",),
}
"""The providers that each read may ask; none: the store alone."""


def repository_of(build: Build) -> RepositoryRef:
    """The build's repository, as calls need it."""
    return RepositoryRef(
        id=build.repository_id,
        full_name=build.repository,
        installation_id=build.installation_id,
    )
