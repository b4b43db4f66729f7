"""A round through an installation: a batch a look, each repository's place kept."""

from dataclasses import dataclass, field

from msgspec import structs

from app.errors import Unavailable
from app.lifecycle.recovery.missed_deployments import IN_FLIGHT, MissedDeployments, Round
from app.lifecycle.requests.inbox import Inbox
from app.model.github.deployment import SweptDeployments
from app.model.plan import RepositoryRef
from app.model.project import Project

INTERVAL = 300.0


@dataclass
class Scene:
    """Sixty repositories of an installation; those in `sick` cannot be read."""

    sick: set[int] = field(default_factory=set)
    down: bool = False
    read: list[tuple[int, float]] = field(default_factory=list)
    queries: int = 0
    now: float = 1_000_000.0

    async def projects(self) -> list[Project]:
        """The bindings, in no order."""
        return [
            Project(
                slack_channelid=f"C{number}",
                repository_id=number,
                repository=f"acme/r{number}",
                installation_id=7,
            )
            for number in range(60, 0, -1)
        ]

    async def open_deployments(
        self, refs: list[RepositoryRef], *, since: float
    ) -> SweptDeployments:
        """None is open."""
        self.queries += 1
        if self.down:
            raise Unavailable("github", "502", status=502)
        self.read += [(ref.id, since) for ref in refs]
        unread = tuple(ref.id for ref in refs if ref.id in self.sick)
        return SweptDeployments(found={}, unread=unread)

    def wall(self) -> float:
        """What a test sets."""
        return self.now

    async def clock(self) -> float:
        """GitHub's, which goes right."""
        return self.now

    async def round(self, at: Round) -> Round:
        """All looks of one round."""
        missed = MissedDeployments(
            store=self,  # type: ignore[arg-type] # what it calls of it
            github=self,  # type: ignore[arg-type] # what it calls of it
            binding_sync=None,  # type: ignore[arg-type] # nothing is closed
            clock=self,  # type: ignore[arg-type] # what it calls of it
            inbox=Inbox(self, lambda *_, **__: None),  # type: ignore[arg-type] # what it calls of it
            interval=INTERVAL,
        )
        while True:
            at, _ = await missed.go_on(7, at)
            if not at.under_way:
                return at


async def test_a_round_reads_each_once() -> None:
    """By few queries; the next reaches back to when this one began."""
    scene = Scene()
    at = await scene.round(Round(last=scene.now - 60))
    assert sorted(number for number, _ in scene.read) == list(range(1, 61))
    assert scene.queries == 3
    assert at == Round(last=scene.now)


async def test_a_sick_one_keeps_its_place() -> None:
    """It is asked for alone after growing pauses, and then from where it was read last."""
    scene = Scene(sick={5})
    last = scene.now - 60
    at = await scene.round(Round(last=last))
    for _ in range(12):
        scene.now += INTERVAL
        scene.queries = 0
        at = await scene.round(at)
        assert scene.queries <= 4
    tries = [since for number, since in scene.read if number == 5]
    assert len(tries) == 4  # at once, after 5 minutes, 10 more, 20 more
    assert set(tries) == {last - IN_FLIGHT}
    scene.sick.clear()
    scene.now += 3600
    at = await scene.round(at)
    assert at.unread == {}
    assert [number for number, _ in scene.read].count(5) == 5


async def test_what_failed_is_gone_on_with() -> None:
    """GitHub is down after the first batch: that batch is not read again."""
    scene = Scene()
    missed_at = Round(last=scene.now, began=scene.now, after=25)
    await scene.round(structs.replace(missed_at))
    assert min(number for number, _ in scene.read) == 26
