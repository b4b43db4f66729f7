"""Reading and controlling pipelines, searching our own, and setting up the webhook."""

import time
from typing import Any

import pytest

from app.circleci.client import CircleCIClient
from app.errors import Refused, Unavailable
from app.model.build import Run
from app.model.ci import Pipeline, PipelineSearch
from sandbox.circleci import CircleCIStandIn
from tests.circleci.conftest import APP_SLUG, PARAMETERS, SLUG, MakeClient, app_run, run

PUBLIC = "https://deploybot.example.com/circleci/webhook"


def made(circleci: CircleCIStandIn) -> list[str]:
    """The calls after the trigger, short."""
    return [
        f"{call.method} {call.path.removeprefix('/api/v2').split('/')[-1]}"
        for call in circleci.faults.calls
        if "/pipeline/" in call.path
    ]


async def test_a_running_pipeline_takes_one_call(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """Its workflows tell that it is created, and enough to link it."""
    pipeline = await client.trigger(run())
    reading = await client.read(pipeline.id)
    assert (reading.state, reading.errors) == ("created", ())
    assert reading.pipeline == Pipeline(
        id=pipeline.id, number=1, url=pipeline.url, project_slug=SLUG
    )
    (workflow,) = reading.workflows
    assert (workflow.name, workflow.status, workflow.stopped_at) == ("deploy", "running", None)
    assert workflow.url == f"{pipeline.url}/workflows/{workflow.id}"
    assert made(circleci) == ["GET workflow"]


async def test_a_pending_pipeline(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """Without workflows the pipeline itself is asked."""
    circleci.next_pipeline(stay_pending=True)
    reading = await client.read((await client.trigger(run())).id)
    assert (reading.state, reading.workflows) == ("pending", ())
    assert reading.pipeline.branch == "main"
    assert reading.pipeline.revision == circleci.pipelines[0].commit.sha


async def test_a_config_error(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """The errors come with their types."""
    circleci.next_pipeline(config_error="Job 'deploy' not found", error_type="config")
    reading = await client.read((await client.trigger(run())).id)
    assert (reading.state, reading.errors) == ("errored", (("config", "Job 'deploy' not found"),))


async def test_a_setup_workflow_is_marked(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """A setup workflow alone says nothing about the pipeline; later it stands beside the rest."""
    circleci.next_pipeline(setup=True)
    pipeline = await client.trigger(run())
    reading = await client.read(pipeline.id)
    assert (reading.state, [each.tag for each in reading.workflows]) == ("setup", ["setup"])
    circleci.advance(pipeline.id)
    reading = await client.read(pipeline.id)
    assert reading.state == "created"
    assert sorted((each.name, each.tag) for each in reading.workflows) == [
        ("deploy", ""),
        ("setup", "setup"),
    ]


async def test_all_pages_are_read(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """Workflows and jobs beyond the first page count."""
    circleci.switches.page_size = 2
    circleci.next_pipeline(workflows=("a", "b", "c", "d", "e"), jobs=("1", "2", "3"))
    reading = await client.read((await client.trigger(run())).id)
    assert sorted(each.name for each in reading.workflows) == ["a", "b", "c", "d", "e"]
    jobs = await client.jobs(reading.workflows[0].id)
    assert [job.name for job in jobs] == ["1", "2", "3"]


async def test_jobs(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """Jobs with their states and links; an approval job with what approves it."""
    circleci.next_pipeline(hold=True)
    pipeline = await client.trigger(run())
    circleci.advance(pipeline.id)
    circleci.advance(pipeline.id)
    (workflow,) = (await client.read(pipeline.id)).workflows
    build, migrate, hold, release = await client.jobs(workflow.id)
    assert (build.name, build.status, build.type) == ("build", "success", "build")
    assert build.url.endswith(f"/jobs/{SLUG}/{build.number}")
    assert migrate.status == "success"
    assert (hold.type, hold.status, hold.number, hold.url) == ("approval", "on_hold", None, "")
    assert hold.approval_request_id
    assert release.status == "blocked"


@pytest.mark.parametrize("by", ["Dana", None])
async def test_who_canceled(
    circleci: CircleCIStandIn, client: CircleCIClient, by: str | None
) -> None:
    """A name is taken over; nobody stays nobody."""
    pipeline = await client.trigger(run())
    circleci.cancel_in_page(pipeline.id, by=by)
    (workflow,) = (await client.read(pipeline.id)).workflows
    assert (workflow.status, workflow.canceled_by) == ("canceled", by or "")
    assert workflow.stopped_at == pytest.approx(time.time(), abs=5)


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ({"status": 200, "body": '{"id": "u", "login": "dana", "name": "Dana"}'}, "dana"),
        ({"status": 200, "body": '{"id": "u", "name": "Dana"}'}, "Dana"),
        ({"status": 404}, "somebody"),
        ({"drop": "before"}, "somebody"),
    ],
)
async def test_the_name_behind_an_id(
    circleci: CircleCIStandIn, client: CircleCIClient, answer: dict[str, object], name: str
) -> None:
    """CircleCI tells an id; its name is asked for, and its absence hinders nothing."""
    pipeline = await client.trigger(run())
    circleci.cancel_in_page(pipeline.id, by="6a19122c-40e0-4d56-a875-aac6ccc27700")
    circleci.faults.add("GET .*/user/6a19122c", **answer)
    (workflow,) = (await client.read(pipeline.id)).workflows
    assert workflow.canceled_by == name


async def test_the_commit_of_a_pipeline(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """By `vcs`, or by `trigger_parameters` where CircleCI's GitHub App is used; one call each."""
    for started in (run(), app_run(circleci)):
        pipeline = await client.trigger(started)
        circleci.faults.calls.clear()
        assert await client.revision(pipeline.id) == circleci.pipelines[-1].commit.sha
        assert len(circleci.faults.calls) == 1


async def test_an_unknown_pipeline(client: CircleCIClient) -> None:
    """A pipeline that is gone is a lasting refusal."""
    for reading in (client.read("gone"), client.deployment_of("gone"), client.revision("gone")):
        with pytest.raises(Refused) as caught:
            await reading
        assert (caught.value.name, caught.value.status) == ("circleci_refused", 404)


async def test_reading_while_down(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """A read that fails is never ambiguous.

    aiohttp itself repeats a GET whose kept-alive connection was cut, so every one is cut.
    """
    pipeline = await client.trigger(run())
    for fault in ({"status": 502}, {"drop": "after"}, {"status": 200, "body": "[]"}):
        circleci.faults.add("GET", times=None, **fault)
        with pytest.raises(Unavailable) as caught:
            await client.read(pipeline.id)
        circleci.faults.clear()
        assert not caught.value.ambiguous


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
    circleci.switches.values = "absent"
    circleci.faults.add("GET", times=None, delay=0.15)
    started = time.monotonic()
    with pytest.raises(Unavailable):
        await recent(client, run(), since=0)
    assert time.monotonic() - started < 0.6


async def test_cancel(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """What is open is canceled; what has ended or is gone is fine."""
    circleci.next_pipeline(workflows=("a", "b"))
    pipeline = await client.trigger(run())
    ids = [each.id for each in (await client.read(pipeline.id)).workflows]
    await client.cancel([ids[0]])
    await client.cancel([*ids, "gone"])
    assert {each.status for each in circleci.pipelines[0].workflows} == {"canceled"}


async def test_cancel_refused(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """A token that may not cancel is told."""
    circleci.faults.add("POST", status=403, body='{"message": "Permission denied"}')
    with pytest.raises(Refused, match="Permission denied"):
        await client.cancel(["w"])


@pytest.mark.parametrize("values", ["prefixed", "plain", "absent"])
async def test_a_search_finds_its_pipeline(
    circleci: CircleCIStandIn, client: CircleCIClient, values: str
) -> None:
    """By `/values` in both spellings, else by the compiled configuration."""
    circleci.switches.values = values
    mine = await client.trigger(run())
    circleci.push(SLUG, "main")
    other = await client.trigger(run(parameters={**PARAMETERS, "deployment_id": "813"}))
    found = await recent(client, run(), since=time.time() - 5)
    assert [(each.id, each.deployment_id) for each in found] == [(other.id, 813), (mine.id, 812)]
    assert [each.branch for each in found] == ["main", "main"]
    assert await client.deployment_of(mine.id) == (SLUG, 812)


async def test_a_search_of_a_github_app_project(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """`trigger_parameters` carry it: no further call is made."""
    await client.trigger(app_run(circleci, branch=None, tag="v1"))
    (found,) = await recent(client, app_run(circleci), since=0)
    assert (found.deployment_id, found.branch, found.tag) == (812, None, "v1")
    assert found.revision == circleci.pipelines[0].commit.sha
    assert made(circleci) == ["POST run", "GET mine"]
    assert await client.deployment_of(found.id) == (APP_SLUG, 812)


async def test_a_search_pages_back_to_the_intent(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """No further: old pipelines are neither listed nor asked about."""
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
    """They shift what the pages hold: none is missed, and none is found twice."""
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
    """A search that failed and is made again goes on where its calls failed."""
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
    """Beyond so many pages it fails: it never passes for one that found nothing."""
    monkeypatch.setattr("app.circleci.searcher.MAX_PAGES", 2)
    circleci.switches.page_size = 1
    for number in range(3):
        await client.trigger(run(parameters={**PARAMETERS, "deployment_id": str(number + 1)}))
    with pytest.raises(Unavailable, match="too many"):
        await recent(client, run(), since=0)


async def test_a_search_does_not_ask_about_what_is_recorded(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """Pipelines of other deployments neither cost a call nor make a search fail."""
    other = await client.trigger(run(parameters={**PARAMETERS, "deployment_id": "811"}))
    mine = await client.trigger(run())

    async def claimed(pipeline_id: str) -> int | None:
        return 811 if pipeline_id == other.id else None

    circleci.faults.calls.clear()
    found = await recent(client, run(), since=0, claimed=claimed)
    assert [(each.id, each.deployment_id) for each in found] == [(mine.id, 812), (other.id, 811)]
    assert len(circleci.faults.made("/values")) == 1


async def test_clocks_that_differ(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """Our own pipeline is found although CircleCI's clock is behind; unclaimed ones are not."""
    await client.trigger(run())
    await client.trigger(run(parameters={}))
    circleci.project(SLUG).declared = {}
    found = await recent(client, run(), since=time.time() + 30)
    assert [each.deployment_id for each in found] == [812]
    unclaimed = await recent(client, run(), since=time.time() - 30)
    assert [each.deployment_id for each in unclaimed] == [None, 812]


async def test_a_search_without_declared_id(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """A pipeline whose project declares no `deployment_id` is listed without one."""
    circleci.project(SLUG).declared = {"sha": "string"}
    await client.trigger(run(parameters={"sha": "3f9c2d1"}))
    (found,) = await recent(client, run(), since=0)
    assert (found.deployment_id, found.number) == (None, 1)


@pytest.mark.parametrize("path", ["/mine", "/values", "/config"])
async def test_a_search_that_fails_finds_nothing(
    circleci: CircleCIStandIn, client: CircleCIClient, path: str
) -> None:
    """A search that could not be finished is a failure, never an empty result."""
    circleci.switches.values = "absent"
    await client.trigger(run())
    circleci.faults.add(f"GET .*{path}", status=503)
    with pytest.raises(Unavailable):
        await recent(client, run(), since=0)


async def test_a_search_of_an_unknown_project(client: CircleCIClient) -> None:
    """The slug is told."""
    with pytest.raises(Refused) as caught:
        await recent(client, run(project_slug="gh/acme/other"), since=0)
    assert caught.value.name == "circleci_project_unknown"


async def test_the_webhook_is_created(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """Once, with our secret and the one event that is needed; found the next time."""
    assert await client.webhook_missing(SLUG, PUBLIC) is None
    assert await client.webhook_missing(SLUG, f"{PUBLIC}/") is None
    (webhook,) = circleci.project(SLUG).webhooks
    assert (webhook.url, webhook.events) == (PUBLIC, ["workflow-completed"])
    assert webhook.secret == circleci.webhook_secret
    assert webhook.verify_tls


async def test_a_webhook_for_other_events_does_not_count(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """One that tells of jobs alone is left, and ours is added."""
    circleci.add_webhook(SLUG, url=PUBLIC, events=["job-completed"])
    assert await client.webhook_missing(SLUG, PUBLIC) is None
    assert len(circleci.project(SLUG).webhooks) == 2


@pytest.mark.parametrize(
    ("slug", "url", "admin", "says"),
    [
        (SLUG, PUBLIC, False, "Forbidden"),
        (SLUG, "http://deploybot.example.com/circleci/webhook", True, "https"),
        ("gh/acme/other", PUBLIC, True, "Project not found"),
    ],
)
async def test_what_hinders_a_webhook(
    circleci: CircleCIStandIn, client: CircleCIClient, slug: str, url: str, admin: bool, says: str
) -> None:
    """CircleCI's own words: no admin's token, no https, no such project."""
    circleci.switches.admin = admin
    hindrance = await client.webhook_missing(slug, url)
    assert hindrance is not None
    assert says in hindrance


async def test_webhooks_while_down(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """A passing failure says nothing about the webhook."""
    circleci.faults.add("POST .*/webhook", status=503)
    with pytest.raises(Unavailable):
        await client.webhook_missing(SLUG, PUBLIC)
