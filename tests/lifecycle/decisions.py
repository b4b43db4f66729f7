"""One deployment at rest in each state, and the step function asked about it."""

from typing import Any

from msgspec import structs

from app.errors import ProviderError, RateLimited, Refused, Unavailable
from app.lifecycle.backoff import Record, failed
from app.lifecycle.deployment.decide import next_build_step
from app.lifecycle.deployment.phases.telling.live_message import digest_of
from app.lifecycle.deployment.phases.telling.news import news_of, told
from app.lifecycle.deployment.statuses import status_of
from app.lifecycle.deployment.step_types import BuildStep, Facts
from app.lifecycle.look_types import Become, Limits, Now
from app.lifecycle.planning.gates.question import Verdict
from app.lifecycle.planning.plan_rules import Judgement
from app.model.build import Build, BuildState, Origin
from app.model.chat.card import CardSearch
from app.model.ci import (
    CIState,
    Pipeline,
    PipelineReading,
    PipelineSearch,
    Workflow,
    WorkflowReport,
)
from app.model.effects import Effect, Guard
from app.model.github.app import AppIdentity
from app.model.github.deployment import Deployment, StatusSummary
from app.model.plan import Payload, Person, Plan, RefKind, RepositoryRef, Run
from app.model.project import Project
from app.model.slot import Listing, Slot
from app.texts.cards.card import card_of
from tests.plans import changed
from tests.reasons import named

T0 = 1_000_000.0
SHA = "3f9c2d1" + "a" * 33
LIMITS = Limits(lease=20.0, watch=60.0, give_up=86400.0, command_patience=1500.0)
DANA = Person(name="Dana", slack_userid="U1")
RUN = Run(project="gh/acme/shop", branch="main", parameters={"deployment_id": "", "sha": SHA})
SENT = Run(project="gh/acme/shop", branch="main", parameters={"deployment_id": "5", "sha": SHA})
IDENTITY = AppIdentity(id=1, slug="deploybot")
BOT = "deploybot[bot]"
PROJECT = Project(
    slack_channelid="C1",
    repository_id=1,
    repository="acme/shop",
    installation_id=2,
    bound_at=T0 - 5000.5,
)
PLAN = Plan(
    repository=RepositoryRef(id=1, full_name="acme/shop", installation_id=2),
    environment="production",
    ref="main",
    ref_kind=RefKind.BRANCH,
    sha=SHA,
    payload=Payload(request="r1", trigger="command", channel="C1"),
    run=RUN,
    requester=DANA,
)
OPEN = Judgement(verdict=Verdict(), plan=PLAN)
EMPTY = Slot(repository_id=1, name="production")
UNSURE = Guard(sent_at=T0, sender="me", ambiguous=True)


def build(**facts: Any) -> Build:
    """A deployment of ours whose gates are open."""
    known: dict[str, Any] = {
        "repository": "acme/shop",
        "installation_id": 2,
        "sha": SHA,
        "ref": "main",
        "environment": "production",
        "created_at": T0,
        "creator": BOT,
        "creator_type": "Bot",
        "origin": Origin.OURS,
        "trigger": "command",
        "plan": structs.replace(PLAN, environment=facts.get("environment", "production")),
        "gates_open": True,
        "gates_at": T0,
        "slack_channelid": "C1",
    }
    made = Build(repository_id=1, deployment_id=facts.pop("deployment_id", 5))
    return changed(made, **{**known, **facts})


def running(**facts: Any) -> Build:
    """One whose pipeline runs, shown as such on GitHub and in the channel."""
    known: dict[str, Any] = {
        "state": BuildState.RUNNING,
        "guards": {Effect.TRIGGER: Guard(sent_at=T0, sender="me")},
        "pipeline_id": "p1",
        "build_number": 1,
        "build_url": "https://ci/1",
        "started_at": T0,
        "looked_at": T0,
        "standing": Listing.RUNNING,
    }
    return shown(build(**{**known, **facts}))


def ended(state: BuildState = BuildState.SUCCEEDED, **facts: Any) -> Build:
    """One that is over, with everything told."""
    known = {
        "state": state,
        "ended_at": T0 + 50,
        "success_told": state is BuildState.SUCCEEDED,
        "workflow": "deploy",
        "workflow_id": "w1",
        "pipeline_ended": True,
        "standing": Listing.UNLISTED,
    }
    return shown(running(**{**known, **facts}))


def shown(b: Build) -> Build:
    """The build with GitHub's status, the message and the mention as they should be."""
    b = structs.replace(b, status=status_of(b), message_ts="1.1", notified=None)
    while news := news_of(b):
        b = told(b, news)
        if b.notified:
            break
    return structs.replace(b, card_digest=digest(b))


def digest(b: Build) -> str:
    """Of the card that shows the build as it is."""
    return digest_of(card_of(b, html=LIMITS.html))


def step(b: Build, *, wall: float = T0, waited: dict[str, float] | None = None, **facts: Any):
    """The next step, as it stands; `pipelines` and `cards` are all that a search finds.

    GitHub's clock is ours unless it is said to be another, before a rerun nothing was live, and of
    a newer deployment nothing is known.
    """
    facts.setdefault("github_clock", wall)
    facts.setdefault("newest", None)
    facts.setdefault("deployments", ())
    if "pipelines" in facts:
        facts["pipelines"] = PipelineSearch(found=facts["pipelines"], older=None)
    if isinstance(facts.get("cards"), tuple):
        facts["cards"] = CardSearch(found=facts["cards"], older=None)
    return next_build_step(b, Facts(**facts), Now(wall=wall, waited=waited or {}), LIMITS)


def after(
    b: Build, *, wall: float = T0, waited: dict[str, float] | None = None, **facts: Any
) -> tuple[Build, BuildStep]:
    """What the look makes of the record, and the first step that is more than that."""
    for _ in range(20):
        found = step(b, wall=wall, waited=waited, **facts)
        if not isinstance(found, Become):
            return b, found
        b = found.record
    raise AssertionError("the record never comes to rest")


def down(b: Build, provider: Any = "ci", *, times: int = 1, wall: float = T0, **how: Any):
    """The record after so many failures of a provider."""
    for _ in range(times):
        b = failed(b, Unavailable(provider, "HTTP 503", status=503), wall, **how)
    return b


def lost(b: Build, provider: Any, error: ProviderError | None = None) -> Build:
    """The record after so many failures that the provider is left alone for good."""
    error = error or Unavailable(provider, "HTTP 503", status=503)
    return lasting(failed(b, error, T0 - 2 * LIMITS.give_up), provider, LIMITS.give_up)


def lasting(record: Record, provider: Any, seconds: float) -> Record:
    """The record whose provider has failed for so long by now."""
    pause = structs.replace(record.backoff[provider], waited=seconds, lasted=seconds)
    return structs.replace(record, backoff={**record.backoff, provider: pause})


def refused(provider: Any, name: str = "github_refused") -> Refused:
    """A lasting refusal."""
    return Refused(provider, named(name), "no", status=403)


def limited(provider: Any, seconds: float) -> RateLimited:
    """A rate limit that says for how long."""
    return RateLimited(provider, "slow down", status=429, retry_after=seconds)


def pipeline(number: int = 1, deployment_id: int | None = 5, **facts: Any) -> Pipeline:
    """A pipeline, started a second after the intent."""
    known = {"created_at": T0 + 1, "url": f"https://ci/{number}", "branch": "main"}
    return Pipeline(
        **{"id": f"p{number}", "number": number, "deployment_id": deployment_id, **known, **facts}
    )


def workflow(state: str, number: int = 1, **facts: Any) -> Workflow:
    """A workflow of the pipeline."""
    known = {"id": f"w{number}", "name": "deploy", "created_at": T0 + number}
    stopped = {"stopped_at": T0 + 50} if CIState(state).ended else {}
    return Workflow(**{**known, "state": CIState(state), **stopped, **facts})


def reading(
    *workflows: Workflow, made: bool = True, number: int = 1, **facts: Any
) -> PipelineReading:
    """What the CI says of the pipeline."""
    return PipelineReading(pipeline=pipeline(number), made=made, workflows=workflows, **facts)


def report(state: str, number: int = 1, name: str = "deploy") -> dict[str, WorkflowReport]:
    """A webhook's word, as the build keeps it."""
    told = WorkflowReport(
        id=f"w{number}", name=name, state=CIState(state), at=T0 + 50 + number, url="https://ci/w"
    )
    return {told.id: told}


def deployment(**facts: Any) -> Deployment:
    """What GitHub says of the deployment."""
    known: dict[str, Any] = {"id": 5, "sha": SHA, "ref": "main", "environment": "production"}
    return Deployment(**{**known, "created_at": T0, "creator": BOT, **facts})


def status(state: str, *, creator: str = BOT, at: float = T0, **facts: Any) -> StatusSummary:
    """A status as GitHub shows it."""
    return StatusSummary(state=state, creator=creator, created_at=at, **facts)


def untouched(b: Build, found: BuildStep) -> bool:
    """Whether nothing is to be done now."""
    return type(found).__name__ == "Finish" and getattr(found, "build", None) is None
