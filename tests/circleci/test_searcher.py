"""Searching our own pipelines: whose deployments they are, page after page."""

import time
from typing import Any

import pytest

from app.circleci.client import CircleCIClient
from app.circleci.http import CircleCIClock
from app.errors import Refused, Unavailable
from app.model.ci import Pipeline, PipelineSearch
from app.model.plan import Run
from sandbox.circleci import CircleCIStandIn
from tests.circleci.conftest import PARAMETERS, SLUG, MakeClient, app_run, made, run


async def recent(client: CircleCIClient, of: Run, **limits: Any) -> list[Pipeline]:
    """All that a search finds, page after page."""
    search = PipelineSearch()
    while search.older is not None:
        search = await client.recent(of, search, **limits)
    return list(search.found)


async def test_a_job_of_many_calls_keeps_its_time(
    circleci: CircleCIStandIn, make_client: MakeClient
) -> None:
    """All requests of one method share one timeout."""
    client = make_client(timeout=0.4)
    await client.trigger(run())
    circleci.faults.add("GET", times=None, delay=0.25)
    started = time.monotonic()
    with pytest.raises(Unavailable):
        await recent(client, run(), since=0)
    assert time.monotonic() - started < 0.6


@pytest.mark.parametrize("values", ["prefixed", "plain"])
async def test_a_search_finds_its_pipeline(
    circleci: CircleCIStandIn, client: CircleCIClient, values: str
) -> None:
    """By `/values` in both spellings."""
    circleci.switches.values = values
    mine = await client.trigger(run())
    circleci.push(SLUG, "main")
    other = await client.trigger(run(parameters={**PARAMETERS, "deployment_id": "813"}))
    found = await recent(client, run(), since=time.time() - 5)
    assert [(each.id, each.deployment_id) for each in found] == [(other.id, 813), (mine.id, 812)]
    assert [each.branch for each in found] == ["main", "main"]
    assert await client.deployment_of(mine.id) == 812


async def test_a_search_of_a_github_app_project(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """Alike; which ref a pipeline is of is not told there."""
    await client.trigger(app_run(circleci, branch=None, tag="v1"))
    (found,) = await recent(client, app_run(circleci), since=0)
    assert (found.deployment_id, found.branch, found.tag) == (812, None, None)
    assert made(circleci) == ["POST run", "GET mine", "GET values"]


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_what_cannot_be_read_is_listed_as_such(
    circleci: CircleCIStandIn, client: CircleCIClient, status: int
) -> None:
    """It is marked as unreadable, neither left out nor taken for an ordinary pipeline."""
    await client.trigger(run())
    other = await client.trigger(run(parameters={**PARAMETERS, "deployment_id": "813"}))
    circleci.faults.add(f"GET .*/{other.id}/values", status=status)
    found = await recent(client, run(), since=0)
    assert [(each.unreadable, each.deployment_id) for each in found] == [(True, None), (False, 812)]
    assert (await recent(client, run(), since=0))[0].deployment_id == 813


async def test_values_that_do_not_tell(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """Values without the parameter count as unreadable, as every deploying project declares it."""
    await client.trigger(run())
    circleci.push(SLUG, "main").actor = circleci.user["login"]  # type: ignore[union-attr]
    ordinary, mine = await recent(client, run(), since=0)
    assert (ordinary.unreadable, ordinary.deployment_id, mine.deployment_id) == (False, None, 812)
    circleci.switches.values = "absent"
    found = await recent(await fresh(client), run(), since=0)
    assert [each.unreadable for each in found] == [True, True]


async def fresh(client: CircleCIClient) -> CircleCIClient:
    """The client of a process that has read nothing yet."""
    return CircleCIClient(api=client.api, webhook_secret="x")


async def test_a_search_pages_back_to_the_intent(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """The search ends at the intent: older pipelines are neither listed nor read."""
    circleci.switches.page_size = 2
    now = time.time()
    for number in range(8):
        await client.trigger(run(parameters={**PARAMETERS, "deployment_id": str(number + 1)}))
    for age, pipeline in zip((900, 800, 700, 600, 3, 2, 1, 0), circleci.pipelines, strict=True):
        pipeline.created_at = now - age
    circleci.faults.calls.clear()
    found = await recent(client, run(), since=now - 10)
    assert [each.deployment_id for each in found] == [8, 7, 6, 5]
    assert len(circleci.faults.made("/mine")) == 3
    assert len(circleci.faults.made("/values")) == 4


async def test_pipelines_that_start_during_a_search(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """New pipelines shift the pages: none is missed, and none is found twice."""
    circleci.switches.page_size = 2
    for number in range(4):
        await client.trigger(run(parameters={**PARAMETERS, "deployment_id": str(number + 1)}))
    search = await client.recent(run(), PipelineSearch(), since=0)
    await client.trigger(run())
    while search.older is not None:
        search = await client.recent(run(), search, since=0)
    assert [each.deployment_id for each in search.found] == [4, 3, 2, 1]


async def test_what_a_pipeline_carries_is_asked_once(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """A search that is repeated after a failure continues where its calls failed."""
    for number in range(3):
        await client.trigger(run(parameters={**PARAMETERS, "deployment_id": str(number + 1)}))
    circleci.faults.add("GET .*/values", skip=2, status=503)
    with pytest.raises(Unavailable):
        await recent(client, run(), since=0)
    assert [each.deployment_id for each in await recent(client, run(), since=0)] == [3, 2, 1]
    assert len(circleci.faults.made("/values")) == 4


async def test_a_search_has_a_bound(
    circleci: CircleCIStandIn, client: CircleCIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After too many pages the search fails, instead of finding nothing."""
    monkeypatch.setattr("app.circleci.searcher.MAX_PAGES", 2)
    circleci.switches.page_size = 1
    for number in range(3):
        await client.trigger(run(parameters={**PARAMETERS, "deployment_id": str(number + 1)}))
    with pytest.raises(Unavailable, match="too many"):
        await recent(client, run(), since=0)


async def test_a_search_does_not_ask_about_what_is_recorded(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """Pipelines of other deployments cost no call, and do not make a search fail."""
    other = await client.trigger(run(parameters={**PARAMETERS, "deployment_id": "811"}))
    mine = await client.trigger(run())

    async def claimed(pipeline_id: str) -> int | None:
        return 811 if pipeline_id == other.id else None

    circleci.faults.calls.clear()
    found = await recent(client, run(), since=0, claimed=claimed)
    assert [(each.id, each.deployment_id) for each in found] == [(mine.id, 812), (other.id, 811)]
    assert len(circleci.faults.made("/values")) == 1


@pytest.mark.parametrize("path", ["/mine", "/values"])
async def test_a_search_that_fails_finds_nothing(
    circleci: CircleCIStandIn, client: CircleCIClient, path: str
) -> None:
    """A search that could not be finished is a failure, never an empty result."""
    await client.trigger(run())
    for status in (503, 429):
        circleci.faults.add(f"GET .*{path}", status=status)
        with pytest.raises(Unavailable):
            await recent(client, run(), since=0)


async def test_a_search_of_an_unknown_project(client: CircleCIClient) -> None:
    """The refusal names the slug."""
    with pytest.raises(Refused) as caught:
        await recent(client, run(project="gh/acme/other"), since=0)
    assert caught.value.name == "circleci_project_unknown"


async def test_circlecis_clock_is_told_by_its_answers(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """Our estimate is never ahead of it, and unknown before the first answer."""
    await client.trigger(run())
    told = await client.clock()
    assert told is not None
    assert circleci.pipelines[0].created_at - 2 < told <= time.time()


def test_their_clock_goes_on_with_our_monotonic_one() -> None:
    """Our wall clock does not matter; an unreadable `Date` is ignored."""
    clock = CircleCIClock()
    clock.learn(None, 5.0)
    clock.learn("soon", 5.0)
    assert clock.now(6.0) is None
    clock.learn("Sun, 06 Nov 1994 08:49:37 GMT", 5.0)
    assert clock.now(12.5) == 784111777.0 + 7.5
