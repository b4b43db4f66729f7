"""When a commit's checks first appeared there: the whole history, not the latest of each."""

import aiohttp
import pytest

from app.errors import Unavailable
from app.github_app.github_client import GitHubClient
from app.model.plan import RepositoryRef
from sandbox.github.standin import GitHubStandIn
from tests.github_app.api.survey.test_survey import head
from tests.github_app.conftest import SHOP, client_of

START = 1_790_000_000.0


def at(github: GitHubStandIn, seconds: float) -> None:
    """Set the stand-in's clock so many seconds after a moment."""
    github.state.now = lambda: START + seconds


@pytest.mark.parametrize("kind", ["status", "check_run"])
async def test_the_first_time_of_each_name(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef, kind: str
) -> None:
    """A check that was repeated keeps the time of its first appearance; the survey forgets it."""
    await client.identity()
    await client.survey(shop, target="main", environment=None)
    ticking = github.state.now
    for seconds, name in ((0, "build"), (60, "migrate"), (120, "build"), (180, "build")):
        at(github, seconds)
        github.set_check(SHOP, head(github), name, "failure", kind)
    github.state.now = ticking
    survey = await client.survey(shop, target="main", environment=None)
    assert {c.name: c.first_seen - START for c in survey.checks} == {"build": 180, "migrate": 60}
    seen = await client.first_seen(shop, head(github))
    assert {name: when - START for name, when in seen.items()} == {"build": 0, "migrate": 60}


async def test_both_kinds_of_one_name(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """If a status and a check run share a name, the older of the two counts."""
    await client.survey(shop, target="main", environment=None)
    ticking = github.state.now
    for seconds, kind in ((30, "status"), (10, "check_run")):
        at(github, seconds)
        github.set_check(SHOP, head(github), "deploy", "failure", kind)
    github.state.now = ticking
    assert await client.first_seen(shop, head(github)) == {"deploy": START + 10}


async def test_all_pages(github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef) -> None:
    """The oldest of 250 statuses and 150 check runs is on the last page."""
    await client.survey(shop, target="main", environment=None)
    ticking = github.state.now
    for number in range(250):
        at(github, number)
        github.set_check(SHOP, head(github), "status", "success")
        if number >= 100:
            github.set_check(SHOP, head(github), "run", "success", "check_run")
    github.state.now = ticking
    github.faults.calls.clear()
    seen = await client.first_seen(shop, head(github))
    assert seen == {"status": START, "run": START + 100}
    assert len(github.faults.calls) == 5


async def test_many_pages_that_take_their_time(
    github: GitHubStandIn,
    key_pair: tuple[str, str],
    session: aiohttp.ClientSession,
    shop: RepositoryRef,
) -> None:
    """Each page is read within its own timeout."""
    for number in range(450):
        github.set_check(SHOP, head(github), f"check {number:03}", "success")
    hasty = client_of(github, key_pair[0], session, timeout=1.0)
    await hasty.survey(shop, target="main", environment=None)
    github.slow(0.2)
    assert len(await hasty.first_seen(shop, head(github))) == 450
    await hasty.close()


async def test_nothing_was_reported(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A commit without checks has no times."""
    assert await client.first_seen(shop, head(github)) == {}


async def test_github_down(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A page that cannot be read makes the call fail."""
    github.set_check(SHOP, head(github), "build", "failure")
    await client.survey(shop, target="main", environment=None)
    github.faults.add("/check-runs", status=502, times=None)
    with pytest.raises(Unavailable):
        await client.first_seen(shop, head(github))
