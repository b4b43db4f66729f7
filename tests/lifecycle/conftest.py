"""What decisions are made of, and a planner on real parts (stand-ins over HTTP, SQLite)."""

import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import structlog

from app.circleci.client import CircleCIClient
from app.circleci.http import Api
from app.errors import UserError
from app.github_app.github_client import GitHubClient
from app.lifecycle.configuration.reading import ConfigCache, parse_config
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.people.who_may import WhoMay
from app.lifecycle.planning.pipelines.own_pipelines import OwnPipelines
from app.lifecycle.planning.pipelines.pipeline_facts import PipelineFacts
from app.lifecycle.planning.pipelines.projects import Projects
from app.lifecycle.planning.plan_rules import Ground
from app.lifecycle.planning.planner import Planner
from app.lifecycle.planning.targets.environments import environment_named
from app.lifecycle.planning.targets.refs import Aim
from app.model.build import Build, Origin
from app.model.github.commit import Commit
from app.model.github.deployment import Deployment, StatusSummary
from app.model.github.refs import ResolvedRef
from app.model.github.repository import Repository
from app.model.github.survey import Survey
from app.model.plan import RefKind
from app.model.project import Project
from app.model.slot import Slot
from app.observe import Metrics
from app.ports import Store
from app.store.opening import open_store
from app.tickets.references import find_references
from sandbox.world import World
from tests.lifecycle.decisions import PROJECT
from tests.lifecycle.scenes import Scene
from tests.lifecycle.simulation.world import World as SimulatedWorld

SHA, OTHER = "3f9c2d1" + "a" * 33, "9ab01c2" + "b" * 33
REPOSITORY = Repository(
    id=1,
    full_name="acme/shop",
    installation_id=2,
    default_branch="trunk",
    html_url="https://github.com/acme/shop",
)
REQUEST = DeployRequest(environment="production", request_id="r1", trigger="command")


def resolved(kind: RefKind, name: str, sha: str = SHA, **rest: object) -> ResolvedRef:
    """A ref that exists."""
    return ResolvedRef(kind=kind, name=name, sha=sha, **rest)


BRANCH = resolved(RefKind.BRANCH, "main")
TAG = resolved(RefKind.TAG, "v1.4.0")
PULL = resolved(RefKind.PULL_REQUEST, "pull/7/head", pull_request=7)
FORK = resolved(RefKind.PULL_REQUEST, "pull/8/head", pull_request=8, from_fork=True)
BARE = resolved(RefKind.SHA, SHA)


def survey(*refs: ResolvedRef, **rest: object) -> Survey:
    """What GitHub says."""
    commit = Commit(sha=refs[0].sha, message="Fix rounding\n\nLong story") if refs else None
    return Survey(**{"repository": REPOSITORY, "refs": refs, "commit": commit, **rest})


def ground(
    ref: ResolvedRef = BRANCH,
    *,
    config: str | None = None,
    environment: str = "production",
    request: DeployRequest = REQUEST,
    head: bool | None = None,
    slot: Slot | None = None,
    date: float = 0.0,
    **rest: object,
) -> Ground:
    """What a plan stands on."""
    rules = parse_config(config)
    at = ref.kind is not RefKind.SHA if head is None else head
    return Ground(
        request=request,
        survey=survey(ref, **rest),
        slot=slot or Slot(repository_id=1, name=environment),
        date=date,
        config=rules,
        environment=environment_named(environment, rules),
        aim=Aim(resolved=ref, ref=ref.name, at_head=at),
    )


BOT = "deploybot[bot]"


def deployed(number: int, state: str | None, **rest: object) -> Deployment:
    """A deployment of GitHub's list."""
    status = StatusSummary(state=state, creator=BOT) if state else None
    facts = {"sha": SHA, "ref": "main", "environment": "production", "creator": BOT}
    return Deployment(**{"id": number, "status": status, **facts, **rest})


SHOP = "acme/shop"
TIMEOUT = 5.0


@dataclass
class Clock:
    """A clock that a test sets; it begins where the stand-ins' clocks are."""

    now: float

    def wall(self) -> float:
        """The time set."""
        return self.now

    def monotonic(self) -> float:
        """The time set."""
        return self.now


@dataclass
class Bench:
    """A planner with everything around it."""

    world: World
    store: Store
    planner: Planner
    clock: Clock
    project: Project

    @property
    def calls(self) -> list[str]:
        """What was asked of the providers, GitHub's token aside."""
        made = [*self.world.github.faults.calls, *self.world.circleci.faults.calls]
        return [call.path for call in made if "access_tokens" not in call.path]

    def config(self, text: str) -> str:
        """Push a configuration to the default branch; the new head."""
        files = {".github/deploybot.yml": text}
        return self.world.github.push(SHOP, message="Configure", files=files)

    async def refused(self, **request: object) -> list[str]:
        """The names of all reasons against a request."""
        with pytest.raises(UserError) as caught:
            await self.planner.plan(self.project, requested(**request))
        return [reason.name for reason in caught.value.reasons]


def requested(**request: object) -> DeployRequest:
    """A request for staging, as typed in Slack."""
    facts = {"environment": "staging", "request_id": "r1", "trigger": "command"}
    return DeployRequest(**{**facts, **request})


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """The shop, bound to a channel, and its planner."""
    world = World()
    await world.start()
    store = await open_store(f"sqlite:///{tmp_path / 'd.db'}", wait=0, lease_seconds=20)
    async with aiohttp.ClientSession() as session:
        github = GitHubClient(
            session,
            app_id=str(world.github.app_record.id),
            private_key=world.private_key,
            base_url=world.github.url,
            graphql_url=f"{world.github.url}/graphql",
            timeout=TIMEOUT,
        )
        api = Api(
            session=session,
            base_url=world.circleci.api_url,
            token=world.circleci.token,
            timeout=TIMEOUT,
            metrics=Metrics(),
        )
        ci = CircleCIClient(api=api, webhook_secret=world.circleci.webhook_secret)
        repository = await github.repository(SHOP)
        project = Project(
            slack_channelid="C1",
            repository_id=repository.id,
            repository=SHOP,
            installation_id=repository.installation_id,
        )
        clock = Clock(now=world.github.state.now())
        planner = Planner(
            github=github,
            ci=ci,
            projects=Projects(ci),
            who_may=WhoMay(github, store, clock, provable=True),
            records=store,
            bindings=store,
            own=OwnPipelines(store, PipelineFacts(ci), github),
            find_tickets=find_references,
            clock=clock,
            configs=ConfigCache(),
        )
        await github.identity()
        world.github.faults.calls.clear()
        yield Bench(world, store, planner, clock, project)
        await github.close()
    await store.close()
    await world.stop()


def record(bench: Bench, number: int, **facts: object) -> Build:
    """Our record of a deployment of the head to staging."""
    head = bench.world.github.head(SHOP, "main")
    known = {"sha": head, "ref": "main", "environment": "staging", "origin": Origin.OURS}
    return Build(
        **{"repository_id": bench.project.repository_id, "deployment_id": number, **known, **facts}
    )


@pytest.fixture
def quiet() -> Iterator[None]:
    """No log lines: thousands of looks fail on purpose."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """The shop, bound."""
    world = SimulatedWorld()
    world.faults.stops = False
    store = await open_store(f"sqlite:///{tmp_path / 'd.db'}", wait=0, lease_seconds=20)
    await store.bind(PROJECT)
    yield Scene(world, store)
    await store.close()
