"""Restoring a page a look: the place is kept, and what fails is set aside."""

from dataclasses import dataclass, field

import pytest
from msgspec import structs

from app.errors import RateLimited, Refused, Unavailable
from app.lifecycle.recovery.restore_repository import RepositoryPlace, Restored
from app.lifecycle.recovery.restore_store import SOON, TRIES, StoreRestorer
from app.lifecycle.requests.decision import Later, Nothing
from app.model.ask import Ask, AskKind
from app.model.github.repository import Repository, RepositoryPage
from app.model.reasons.github import GitHubRefused


@dataclass
class Scene:
    """Repositories 0 to 3 on two pages; `failing` says how reading one fails."""

    failing: dict[int, Exception] = field(default_factory=dict)
    read: list[int] = field(default_factory=list)
    now: float = 1000.0

    async def installations(self) -> list[int]:
        """One."""
        return [7]

    async def repositories(self, installation_id: int, cursor: str) -> RepositoryPage:
        """Two a page."""
        assert installation_id == 7
        first = 2 if cursor else 0
        found = tuple(
            Repository(id=number, full_name=f"acme/r{number}", installation_id=7)
            for number in (first, first + 1)
        )
        return RepositoryPage(repositories=found, older=None if cursor else "2")

    async def restore(self, repository: Repository, place: RepositoryPlace) -> Restored:
        """Repository 1 has two pages."""
        self.read.append(repository.id)
        if repository.id in self.failing:
            raise self.failing[repository.id]
        more = repository.id == 1 and not place.cursor
        return Restored(next=RepositoryPlace(cursor="older", pages=1) if more else None)

    def wall(self) -> float:
        """What a test sets."""
        return self.now

    async def run(self, ask: Ask, steps: int) -> tuple[Ask, float | None]:
        """So many looks at most; the ask, and in how many seconds it is due (None: it is over)."""
        restorer = StoreRestorer(github=self, restorer=self, clock=self, wake=lambda _: None)  # type: ignore[arg-type] # what it calls of them
        seconds = 0.0
        for _ in range(steps):
            decision = await restorer(ask)
            if decision == Nothing():
                return ask, None
            assert isinstance(decision, Later)
            ask = structs.replace(ask, body=decision.body or {})
            seconds = decision.seconds
            if seconds:
                break
        return ask, seconds


ASK = Ask(ask_id="sweep:restore", kind=AskKind.SWEEP, asked_at=0.0)
DOWN = Unavailable("github", "502", status=502)


async def test_each_page_is_read_once() -> None:
    """Whatever the number of looks, and it ends."""
    scene = Scene()
    assert (await scene.run(ASK, 50))[1] is None
    assert scene.read == [0, 1, 1, 2, 3]


@pytest.mark.parametrize(
    "error", [DOWN, Refused("github", GitHubRefused(message="no"), "no", status=403)]
)
async def test_a_sick_one_holds_up_no_other(error: Exception) -> None:
    """All others are restored first; it alone is tried again, after growing pauses."""
    scene = Scene(failing={1: error})
    ask, seconds = await scene.run(ASK, 50)
    assert (scene.read, seconds) == ([0, 1, 2, 3], SOON)
    for pause in (2 * SOON, 4 * SOON):
        scene.now += seconds or 0.0
        ask, seconds = await scene.run(ask, 50)
        assert seconds == pause
    assert scene.read == [0, 1, 2, 3, 1, 1]
    scene.failing.clear()
    scene.now += seconds or 0.0
    assert (await scene.run(ask, 50))[1] is None
    assert scene.read == [0, 1, 2, 3, 1, 1, 1, 1]


async def test_it_is_given_up_in_the_end() -> None:
    """Nobody asks for ever."""
    scene = Scene(failing={2: DOWN})
    ask, seconds = await scene.run(ASK, 50)
    for _ in range(200):
        if seconds is None:
            break
        scene.now += seconds
        ask, seconds = await scene.run(ask, 50)
    assert seconds is None
    assert scene.read.count(2) == 1 + TRIES


async def test_github_is_down() -> None:
    """Then nobody hurries from one repository to the next."""
    scene = Scene(failing=dict.fromkeys(range(4), DOWN))
    _, seconds = await scene.run(ASK, 50)
    assert (scene.read, seconds) == ([0, 1, 2], 8.0)


async def test_a_limit_is_no_repository_s_fault() -> None:
    """It is the ask that waits, at the same place."""
    scene = Scene(failing={0: RateLimited("github", "slow down", retry_after=60.0)})
    with pytest.raises(RateLimited):
        await scene.run(ASK, 50)
