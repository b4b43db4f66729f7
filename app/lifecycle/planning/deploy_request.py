"""A deployment request: what a person or an event wants deployed."""

from msgspec import Struct

from app.lifecycle.planning import origins
from app.lifecycle.planning.pipelines.inputs import Given, given_by
from app.model.build import Build, Origin
from app.model.github.source_event import SourceEvent
from app.model.plan import TASK, Left, Payload, Person
from app.model.triggers import AUTOMATIC, Trigger


class DeployRequest(Struct, frozen=True, kw_only=True):
    """A deployment that a person or an event asks for. `asked_at` is in epoch seconds.

    `ask_id` is the ask that is to create it; empty if none is. Without a `ref`, the environment's
    default is deployed. `sha` pins the commit (retry, rollback); a `ref` given beside it is kept
    while it still points to that commit. `new` allows an environment that nobody has used yet.
    `besides` is a deployment of the same commit that the requester knows of and doesn't mind (0:
    none). `task` is GitHub's field of that name. `event` is the push, tag or pull request that
    asks; if its ref has moved on since, nothing is created. `rollback_of`, `target`, `left` and
    `promoted_from` are explained at `Payload`.
    """

    environment: str
    request_id: str
    ask_id: str = ""
    trigger: str
    ref: str | None = None
    sha: str | None = None
    force: bool = False
    besides: int = 0
    new: bool = False
    reason: str | None = None
    inputs: Given = Given()
    task: str = TASK
    automatic: bool = False
    requester: Person | None = None
    channel: str | None = None
    retry_of: int | None = None
    rollback_of: int | None = None
    target: int | None = None
    left: Left | None = None
    promoted_from: str | None = None
    asked_at: float = 0.0
    event: SourceEvent | None = None

    @property
    def on_github(self) -> bool:
        """Whether GitHub tells who asked; their Slack user, if any, is known only by a link."""
        asked = self.requester or Person()
        by_account = asked.github_id is not None or not asked.slack_userid
        return by_account or self.automatic or self.trigger == Trigger.COMMENT

    @property
    def rolls_back(self) -> bool:
        """Whether it restores what was live there before, which has already passed the gates."""
        return self.rollback_of is not None


def request_of(build: Build) -> DeployRequest:
    """The request behind an existing deployment; only our own deployments' payloads are trusted."""
    payload = origins.payload_of(build) if build.origin is Origin.OURS else None
    said = payload or Payload(request="", trigger=build.trigger)
    return DeployRequest(
        environment=build.environment,
        request_id=said.request,
        trigger=said.trigger,
        ref=build.ref,
        sha=build.sha,
        force=said.force,
        new=True,
        reason=said.reason,
        inputs=given_by(build),
        task=build.task,
        automatic=build.origin is Origin.FOREIGN or said.trigger in AUTOMATIC,
        requester=build.requester or Person(name=build.creator, login=build.creator or None),
        channel=build.slack_channelid,
        retry_of=said.retry_of,
        rollback_of=said.rollback_of,
        target=said.target,
        left=said.left,
        promoted_from=said.promoted_from,
        asked_at=build.asked_at or build.webhook_at or build.created_at or 0.0,
    )
