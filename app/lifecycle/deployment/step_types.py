"""The steps of a look at a build; each carries all that its effect needs."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from app.errors import Provider
from app.lifecycle.look_types import Become, Finish, Read
from app.lifecycle.planning.plan_rules import Judgement
from app.model.ask import Ask
from app.model.build import Build
from app.model.build_parts import Approvers, PostedStatus
from app.model.chat.card import Answer, Card, CardSearch
from app.model.chat.reply import ReplyAddress
from app.model.ci import Job, Pipeline, PipelineReading, PipelineSearch
from app.model.effects import Effect
from app.model.github.app import AppIdentity
from app.model.github.commit import PullComment
from app.model.github.deployment import Deployment, StatusSummary
from app.model.plan import RepositoryRef, Run, Ticket
from app.model.project import Project, User
from app.model.slot import Slot, SlotChange


class What(StrEnum):
    """What a look can read; each value is the name of an attribute of `Facts`."""

    PROJECT = "project"
    IDENTITY = "identity"
    GITHUB_CLOCK = "github_clock"
    ASK = "ask"
    DEPLOYMENT = "deployment"
    DELETED = "deleted"
    LAST_STATUS = "last_status"
    JUDGEMENT = "judgement"
    DEPLOYMENTS = "deployments"
    SLOT = "slot"
    AHEAD = "ahead"
    NEWEST = "newest"
    PIPELINES = "pipelines"
    READING = "reading"
    JOBS = "jobs"
    CARDS = "cards"
    REPLIED = "replied"
    LINKS = "links"
    APPROVERS = "approvers"
    TITLES = "titles"


class Facts(Struct, frozen=True, kw_only=True):
    """What this look has read so far: a value, None if it doesn't exist, or UNSET if not read.

    `github_clock` is epoch seconds. `deployments` are the latest ones to the environment. `ahead`
    is what runs there or is first in line, `newest` a newer deployment that takes this one's turn.
    `pipelines` are our own since the trigger, `reading` is one pipeline with its workflows, and
    `jobs` are those of one workflow. `cards` are the messages that show the deployment, and
    `replied` is whether their thread has our reply. `links` are Slack users by their ids on GitHub.
    """

    project: Project | UnsetType | None = UNSET
    identity: AppIdentity | UnsetType = UNSET
    github_clock: float | UnsetType = UNSET
    ask: Ask | UnsetType | None = UNSET
    deployment: Deployment | UnsetType | None = UNSET
    deleted: bool | UnsetType = UNSET
    last_status: StatusSummary | UnsetType | None = UNSET
    judgement: Judgement | UnsetType = UNSET
    deployments: Sequence[Deployment] | UnsetType = UNSET
    slot: Slot | UnsetType = UNSET
    ahead: Build | UnsetType | None = UNSET
    newest: Build | UnsetType | None = UNSET
    pipelines: PipelineSearch | UnsetType = UNSET
    reading: PipelineReading | UnsetType = UNSET
    jobs: tuple[Job, ...] | UnsetType = UNSET
    cards: CardSearch | UnsetType = UNSET
    replied: bool | UnsetType | None = UNSET
    links: Mapping[int, User] | UnsetType = UNSET
    approvers: Approvers | UnsetType = UNSET
    titles: tuple[Ticket, ...] | UnsetType = UNSET

    def slot_of(self, b: Build) -> Slot | UnsetType:
        """The build's slot; UNSET if another was read, before the plan named the environment."""
        return self.slot if self.slot is not UNSET and self.slot.name == b.slot_name else UNSET


class TriggerPipeline(Struct, frozen=True, kw_only=True):
    """Record the intent (and the slot, in one transaction), then start one pipeline."""

    run: Run
    slot: SlotChange | None = None


class CancelPipeline(Struct, frozen=True, kw_only=True):
    """Cancel these workflows; `build` is the record after that."""

    workflow_ids: tuple[str, ...]
    build: Build


class ApproveJob(Struct, frozen=True, kw_only=True):
    """Approve a job that waits for it at the CI; `build` is the record after that."""

    workflow_id: str
    job_id: str
    build: Build


class CancelDuplicate(Struct, frozen=True, kw_only=True):
    """Cancel the open workflows of a second pipeline; `build` is the record after that."""

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


class ShowComment(Struct, frozen=True, kw_only=True):
    """Record the intent, then bring our comment on a pull request up to date."""

    comment: PullComment
    digest: str


class RemoveMessage(Struct, frozen=True, kw_only=True):
    """Remove a second message of the same deployment.

    `build` is the record after that, `otherwise` the record if Slack doesn't let us remove it.
    """

    channel: str
    ts: str
    build: Build
    otherwise: Build


class TellRequester(Struct, frozen=True, kw_only=True):
    """Answer the person who asked, outside the live message; `build` is the record after that."""

    to: ReplyAddress
    answer: Answer
    build: Build


BuildStep = (
    Read
    | Become[Build]
    | TriggerPipeline
    | CancelPipeline
    | ApproveJob
    | CancelDuplicate
    | PostStatus
    | PostMessage
    | UpdateMessage
    | Notify
    | ShowComment
    | RemoveMessage
    | TellRequester
    | Finish
)

READS_FROM: Mapping[str, tuple[Provider, ...]] = {
    What.PROJECT: (),
    What.IDENTITY: ("github",),
    What.GITHUB_CLOCK: ("github",),
    What.ASK: (),
    What.DEPLOYMENT: ("github",),
    What.DELETED: ("github",),
    What.LAST_STATUS: ("github",),
    What.JUDGEMENT: ("github", "ci"),
    What.DEPLOYMENTS: ("github",),
    What.SLOT: (),
    What.AHEAD: (),
    What.NEWEST: (),
    What.PIPELINES: ("ci",),
    What.READING: ("ci",),
    What.JOBS: ("ci",),
    What.CARDS: ("slack",),
    What.REPLIED: ("slack",),
    What.LINKS: (),
    What.APPROVERS: ("github",),
    What.TITLES: ("asana",),
}
"""The providers that each read may call; none for a read of the store."""


METHOD_OF: Mapping[str, Effect] = {
    What.CARDS: Effect.MESSAGE,
    What.REPLIED: Effect.NOTIFY,
}
"""The effect that a read is made for: if the read is refused, only that effect pauses."""


def repository_of(build: Build) -> RepositoryRef:
    """The build's repository, as calls need it."""
    return RepositoryRef(
        id=build.repository_id,
        full_name=build.repository,
        installation_id=build.installation_id,
    )
