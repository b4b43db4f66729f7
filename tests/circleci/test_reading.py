"""Reading and controlling pipelines, and setting up the webhook."""

import time

import pytest

from app.circleci.client import CircleCIClient
from app.errors import Refused, Unavailable
from app.model.ci import CIState, Pipeline
from app.model.reasons.pipeline import CIConfigError
from sandbox.circleci import CircleCIStandIn
from tests.circleci.conftest import SLUG, MakeClient, app_run, made, run
from tests.elsewhere import elsewhere

PUBLIC = "https://deploybot.example.com/circleci/webhook"


async def test_a_running_pipeline_takes_one_call(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """Its workflows tell that it is created, and enough to link it."""
    pipeline = await client.trigger(run())
    reading = await client.read(pipeline.id)
    assert (reading.made, reading.problem) == (True, None)
    assert reading.pipeline == Pipeline(id=pipeline.id, number=1, url=pipeline.url, project=SLUG)
    (workflow,) = reading.workflows
    assert (workflow.name, workflow.state, workflow.stopped_at) == ("deploy", CIState.RUNNING, None)
    assert workflow.url == f"{pipeline.url}/workflows/{workflow.id}"
    assert made(circleci) == ["GET workflow"]


async def test_a_pending_pipeline(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """Without workflows the pipeline itself is asked."""
    circleci.next_pipeline(stay_pending=True)
    reading = await client.read((await client.trigger(run())).id)
    assert (reading.made, reading.workflows) == (False, ())
    assert reading.pipeline.branch == "main"
    assert reading.pipeline.revision == circleci.pipelines[0].commit.sha


async def test_a_config_error(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """The first error is told."""
    circleci.next_pipeline(config_error="Job 'deploy' not found", error_type="config")
    reading = await client.read((await client.trigger(run())).id)
    assert reading.problem == CIConfigError(message="Job 'deploy' not found")


async def test_a_setup_workflow_is_marked(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """A setup workflow alone says nothing about the pipeline; later it stands beside the rest."""
    circleci.next_pipeline(setup=True)
    pipeline = await client.trigger(run())
    reading = await client.read(pipeline.id)
    assert (reading.made, [each.prepares for each in reading.workflows]) == (False, [True])
    circleci.advance(pipeline.id)
    reading = await client.read(pipeline.id)
    assert reading.made
    assert sorted((each.name, each.prepares) for each in reading.workflows) == [
        ("deploy", False),
        ("setup", True),
    ]


async def test_all_pages_are_read(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """Workflows and jobs beyond the first page count."""
    circleci.switches.page_size = 2
    circleci.next_pipeline(workflows=("a", "b", "c", "d", "e"), jobs=("1", "2", "3"))
    reading = await client.read((await client.trigger(run())).id)
    assert sorted(each.name for each in reading.workflows) == ["a", "b", "c", "d", "e"]
    jobs = await client.jobs(reading.workflows[0].id)
    assert [job.name for job in jobs] == ["1", "2", "3"]


async def test_each_page_has_its_time(
    circleci: CircleCIStandIn, client: CircleCIClient, make_client: MakeClient
) -> None:
    """Each page has its own timeout: all together may take longer than one."""
    circleci.switches.page_size = 1
    circleci.next_pipeline(workflows=("a", "b", "c", "d", "e"), jobs=("1",))
    pipeline = await client.trigger(run())
    circleci.faults.add("GET", times=None, delay=0.2)
    reading = await make_client(timeout=0.8).read(pipeline.id)
    assert sorted(each.name for each in reading.workflows) == ["a", "b", "c", "d", "e"]


async def test_jobs(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """Jobs with their states and links; an approval job waits for a person."""
    circleci.next_pipeline(hold=True)
    pipeline = await client.trigger(run())
    circleci.advance(pipeline.id)
    circleci.advance(pipeline.id)
    (workflow,) = (await client.read(pipeline.id)).workflows
    build, migrate, hold, release = await client.jobs(workflow.id)
    assert (build.name, build.state) == ("build", CIState.SUCCESS)
    assert f"/jobs/{SLUG}/" in build.url
    assert migrate.state is CIState.SUCCESS
    assert (hold.state, hold.url) == (CIState.ON_HOLD, "")
    assert release.state is CIState.PENDING


@pytest.mark.parametrize("by", ["Dana", None])
async def test_who_canceled(
    circleci: CircleCIStandIn, client: CircleCIClient, by: str | None
) -> None:
    """The name is kept if CircleCI gives one."""
    pipeline = await client.trigger(run())
    circleci.cancel_in_page(pipeline.id, by=by)
    (workflow,) = (await client.read(pipeline.id)).workflows
    assert (workflow.state, workflow.canceled_by) == (CIState.CANCELED, by or "")
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
    """CircleCI gives an id: its name is looked up, and a failure of that is ignored."""
    pipeline = await client.trigger(run())
    circleci.cancel_in_page(pipeline.id, by="6a19122c-40e0-4d56-a875-aac6ccc27700")
    circleci.faults.add("GET .*/user/6a19122c", **answer)
    (workflow,) = (await client.read(pipeline.id)).workflows
    assert workflow.canceled_by == name


async def test_the_commit_of_a_pipeline(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """By `vcs`, or by `trigger_parameters` where CircleCI's GitHub App is used; one call each."""
    circleci.switches.trigger_parameters = True
    for started in (run(), app_run(circleci)):
        pipeline = await client.trigger(started)
        circleci.faults.calls.clear()
        assert await client.revision(pipeline.id) == circleci.pipelines[-1].commit.sha
        assert len(circleci.faults.calls) == 1


async def test_an_unknown_pipeline(client: CircleCIClient) -> None:
    """A pipeline that is gone is a lasting refusal."""
    for reading in (client.read("gone"), client.revision("gone")):
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


async def test_approve(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """A held job goes on, once; one that is not there, or not ours to approve, is refused."""
    started = await client.trigger(run())
    circleci.hold(started.id)
    [workflow] = circleci.pipelines[0].workflows
    held = next(job for job in await client.jobs(workflow.id) if job.state is CIState.ON_HOLD)
    await client.approve(workflow.id, held.id)
    assert workflow.status == "running"
    await client.approve(workflow.id, held.id)
    with pytest.raises(Refused):
        await client.approve(workflow.id, "gone")
    circleci.forbid("/approve/", 60)
    with pytest.raises(Refused):
        await client.approve(workflow.id, held.id)


async def test_cancel(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """What is open is canceled; what has ended is fine."""
    circleci.next_pipeline(workflows=("a", "b"))
    pipeline = await client.trigger(run())
    ids = [each.id for each in (await client.read(pipeline.id)).workflows]
    await client.cancel([ids[0]])
    await client.cancel(ids)
    assert {each.status for each in circleci.pipelines[0].workflows} == {"canceled"}


async def test_cancel_refused(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """A token that may not cancel is refused; so is a hidden workflow, which may be running."""
    with pytest.raises(Refused, match="Workflow not found"):
        await client.cancel(["gone"])
    circleci.faults.add("POST", status=403, body='{"message": "Permission denied"}')
    with pytest.raises(Refused, match="Permission denied"):
        await client.cancel(["w"])


async def test_the_webhook_is_created(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """It is created once, with our secret and the one event we need; then it is found."""
    assert await client.webhook_missing(SLUG, PUBLIC) is None
    assert await client.webhook_missing(SLUG, f"{PUBLIC}/") is None
    (webhook,) = circleci.project(SLUG).webhooks
    assert (webhook.url, webhook.events) == (PUBLIC, ["workflow-completed"])
    assert webhook.secret == circleci.webhook_secret
    assert webhook.verify_tls


async def test_a_webhook_for_other_events_does_not_count(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """A webhook for jobs only is left alone, and ours is added."""
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
    """CircleCI's reason is quoted: no admin's token, no https, no such project."""
    circleci.switches.admin = admin
    hindrance = await client.webhook_missing(slug, url)
    assert hindrance is not None
    assert says in hindrance.message


async def test_webhooks_while_down(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """A passing failure says nothing about the webhook."""
    circleci.faults.add("POST .*/webhook", status=503)
    with pytest.raises(Unavailable):
        await client.webhook_missing(SLUG, PUBLIC)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(
    circleci: CircleCIStandIn, client: CircleCIClient, status: int
) -> None:
    """Our token is not sent to another host."""
    async with elsewhere() as other:
        location = {"Location": f"{other.url}/api/v2/me"}
        circleci.faults.add("POST", status=status, headers=location)
        with pytest.raises((Refused, Unavailable)):
            await client.trigger(run())
    assert other.heard == []
