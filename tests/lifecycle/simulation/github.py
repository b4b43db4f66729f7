"""GitHub in memory: deployments, their statuses, and the webhooks that both send."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from app.model.build_parts import PostedStatus, SeenStatus
from app.model.github.app import AppIdentity
from app.model.github.deployment import Deployment, StatusSummary
from app.model.note import Note, seen
from app.model.plan import Plan, RepositoryRef
from app.ports import Key
from tests.lifecycle.simulation.faults import Faults
from tests.lifecycle.simulation.runs import BOT, REPOSITORY, SHA
from tests.lifecycle.simulation.scheduling import Time


@dataclass
class SimGitHub:
    """Every process talks to this one."""

    time: Time
    send: Callable[[Note], None]
    deployments: dict[int, Deployment] = field(default_factory=dict)
    statuses: dict[int, list[PostedStatus]] = field(default_factory=dict)
    request_of: dict[int, str] = field(default_factory=dict)
    posted_ids: int = 0

    def create(self, *, ref: str, environment: str, payload: str = "", creator: str) -> Deployment:
        """A deployment comes to be; its webhook is on its way."""
        number = len(self.deployments) + 1
        self.deployments[number] = Deployment(
            id=number,
            sha=SHA,
            ref=ref,
            environment=environment,
            created_at=float(int(self.time.now)),
            creator=creator,
            creator_type="Bot" if creator == BOT else "User",
            payload=payload,
        )
        self.statuses[number] = []
        self.announce(number)
        return self.deployments[number]

    def post(self, number: int, status: PostedStatus) -> int:
        """A status comes to be; its webhook is on its way."""
        self.posted_ids += 1
        posted = msgspec.structs.replace(status, at=self.time.now, id=self.posted_ids)
        self.statuses[number].append(posted)
        self.announce(number, posted)
        return posted.id

    def announce(self, number: int, status: PostedStatus | None = None) -> None:
        """Send the webhook of a deployment, or of a status of it."""
        deployment = self.deployments[number]
        facts = {
            name: getattr(deployment, name)
            for name in ("sha", "ref", "environment", "created_at", "creator", "creator_type")
        }
        facts |= {"repository": REPOSITORY.full_name, "installation_id": 2}
        facts |= {"payload": deployment.payload} if deployment.payload else {}
        told = None
        if status is not None:
            told = seen(
                SeenStatus(
                    id=status.id,
                    state=status.state,
                    creator=BOT,
                    description=status.description,
                )
            )
        self.send(
            Note(
                repository_id=REPOSITORY.id,
                deployment_id=number,
                facts=facts,
                once={} if status else {"webhook_at": self.time.now},
                entry=told,
            )
        )

    def last(self, number: int) -> PostedStatus | None:
        """The status that GitHub shows."""
        return self.statuses[number][-1] if self.statuses[number] else None


@dataclass
class GitHubClient:
    """One process's client; `app.ports.GitHub`, as far as looks use it."""

    github: SimGitHub
    faults: Faults
    may: Callable[[Key], bool]

    async def identity(self) -> AppIdentity:
        """Cached in the real client."""
        return AppIdentity(id=1, slug="deploybot")

    async def latest_in(self, ref: RepositoryRef, environments: Sequence[str]) -> list[Deployment]:
        """Nothing that went live before: only what is said of it depends on that."""
        return []

    async def clock(self) -> float:
        """As the answers tell it."""
        return self.github.time.now

    async def by_our_clock(self, at: float) -> float:
        """There is one clock."""
        return at

    async def create_deployment(self, plan: Plan) -> Deployment:
        """Create, announce."""

        def act() -> Deployment:
            made = self.github.create(
                ref=plan.ref,
                environment=plan.environment,
                payload=msgspec.json.encode({"deploybot": plan.payload}).decode(),
                creator=BOT,
            )
            self.github.request_of[made.id] = plan.payload.request
            return made

        return await self.faults.write(
            "github", "create_deployment", act, may=lambda: self.may(plan.payload.request)
        )

    async def find_deployment(self, plan: Plan, *, since: float) -> Deployment | None:
        """By the request in its payload."""

        def act() -> Deployment | None:
            of = self.github.request_of
            found = [n for n, request in of.items() if request == plan.payload.request]
            return self.github.deployments[found[0]] if found else None

        return await self.faults.read("github", "find_deployment", act)

    async def deployment(self, ref: RepositoryRef, deployment_id: int) -> Deployment:
        """One deployment."""
        return await self.faults.read(
            "github", "deployment", lambda: self.github.deployments[deployment_id]
        )

    async def last_status(self, ref: RepositoryRef, deployment_id: int) -> StatusSummary | None:
        """The status that GitHub shows."""

        def act() -> StatusSummary | None:
            last = self.github.last(deployment_id)
            if last is None:
                return None
            return StatusSummary(
                id=last.id,
                state=last.state,
                description=last.description,
                log_url=last.log_url,
                environment_url=last.environment_url,
                creator=BOT,
                created_at=last.at,
            )

        return await self.faults.read("github", "last_status", act)

    async def post_status(
        self, ref: RepositoryRef, deployment_id: int, status: PostedStatus
    ) -> int:
        """Post, announce."""
        return await self.faults.write(
            "github",
            "post_status",
            lambda: self.github.post(deployment_id, status),
            may=lambda: self.may((ref.id, deployment_id)),
        )
