"""CircleCI's stand-in is as strict as CircleCI: filters, parameters, skips, reports, refusals."""

import email.utils
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.circleci import EVERY_JOB, CircleCIStandIn, Commit, Pipeline
from sandbox.core.server import Server

SHOP = "gh/acme/shop"
APP = "circleci/org/app"


@pytest.fixture
async def circleci() -> AsyncIterator[CircleCIStandIn]:
    """A running stand-in with one project of each kind."""
    standin = CircleCIStandIn()
    for slug in (SHOP, APP):
        standin.add_project(slug, declared={"deployment_id": "string", "canary": "boolean"})
    await standin.start()
    yield standin
    await standin.stop()


async def call(circleci: CircleCIStandIn, path: str, body: object = None) -> tuple[int, Any]:
    """Call the API: a read, or with a body a write."""
    method = "GET" if body is None else "POST"
    async with (
        aiohttp.ClientSession(headers={"Circle-Token": circleci.token}) as session,
        session.request(method, f"{circleci.api_url}{path}", json=body) as response,
    ):
        return response.status, await response.json()


async def older(circleci: CircleCIStandIn, **body: object) -> Pipeline:
    """Start a pipeline of the OAuth project by the older endpoint."""
    status, answer = await call(circleci, f"/project/{SHOP}/pipeline", body)
    assert status == 201
    return circleci.pipeline(answer["id"])


async def run(circleci: CircleCIStandIn, slug: str, **parameters: object) -> tuple[int, Any]:
    """Start a pipeline of `main` by the recommended endpoint."""
    body = {
        "definition_id": circleci.project(slug).definition_id,
        "config": {"branch": "main"},
        "checkout": {"branch": "main"},
        "parameters": parameters,
    }
    return await call(circleci, f"/project/{slug}/pipeline/run", body)


@pytest.mark.parametrize(
    ("filters", "jobs"),
    [
        (frozenset(), []),
        (frozenset({"build", "release"}), [["build"]]),
        (frozenset({"migrate", "release"}), []),
        (EVERY_JOB, [["build", "migrate", "release"]]),
    ],
)
async def test_a_tag_s_pipeline_runs_only_what_has_tag_filters(
    circleci: CircleCIStandIn, filters: frozenset[str], jobs: list[list[str]]
) -> None:
    """A job and all it requires must have one; without any job there is no workflow."""
    circleci.project(SHOP).tag_filters = filters
    pipeline = await older(circleci, tag="v1")
    _, workflows = await call(circleci, f"/pipeline/{pipeline.id}/workflow")
    shown = [await call(circleci, f"/workflow/{one['id']}/job") for one in workflows["items"]]
    assert [[job["name"] for job in found["items"]] for _, found in shown] == jobs
    assert pipeline.state == "created"
    assert len((await older(circleci, branch="main")).workflows) == 1


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"sha": "1", "colour": "2"}, "Unexpected argument(s): sha, colour"),
        (
            {"canary": "true"},
            (
                "Type error for argument canary: expected type: boolean, "
                'actual value: "true" (type string)'
            ),
        ),
    ],
)
async def test_parameters_may_be_judged_on_the_pipeline(
    circleci: CircleCIStandIn, parameters: dict[str, Any], message: str
) -> None:
    """With the switch the trigger is accepted, and the pipeline has the error and no workflow."""
    assert await run(circleci, SHOP, **parameters) == (400, {"message": message})
    circleci.switches.errors_late = True
    status, created = await run(circleci, SHOP, **parameters)
    assert status == 201
    _, shown = await call(circleci, f"/pipeline/{created['id']}")
    assert (shown["state"], shown["errors"]) == (
        "errored",
        [{"type": "config", "message": message}],
    )
    assert (await call(circleci, f"/pipeline/{created['id']}/workflow"))[1]["items"] == []


@pytest.mark.parametrize(
    ("message", "skips"),
    [
        ("Typo [ci skip]", True),
        ("Typo\n\n[skip ci]", True),
        ("x" * 242 + "[ci skip]", False),
    ],
)
async def test_skipping_commits(circleci: CircleCIStandIn, message: str, skips: bool) -> None:
    """OAuth projects skip through the API too, GitHub App projects never do."""
    subject, _, body = message.partition("\n")
    circleci.resolve_ref = lambda *_: Commit(sha="1" * 40, subject=subject, body=body)
    status, answer = await run(circleci, SHOP)
    assert (status, list(answer) == ["message"]) == ((200, True) if skips else (201, False))
    pipeline = await older(circleci, branch="main")
    assert [one.status for one in pipeline.workflows] == ["not_run" if skips else "running"]
    assert (await run(circleci, APP))[0] == 201


async def test_statuses_are_named_by_job_and_approvals_by_workflow_too(
    circleci: CircleCIStandIn,
) -> None:
    """`ci/circleci: <job>`, and `ci/circleci: <workflow>/<job>` for what runs nothing."""
    statuses: list[tuple[str, ...]] = []
    circleci.on_job_status = lambda *told: statuses.append(told[2:4])
    circleci.next_pipeline(hold=True, workflows=("ship",))
    await older(circleci, branch="main")
    circleci.advance(1)
    circleci.advance(1)
    circleci.approve_in_page(1)
    assert statuses[-3:] == [
        ("ci/circleci: ship/hold", "pending"),
        ("ci/circleci: ship/hold", "success"),
        ("ci/circleci: release", "pending"),
    ]


async def test_check_runs_are_named_by_workflow(circleci: CircleCIStandIn) -> None:
    """GitHub App projects have these instead of statuses, named by their definition as well."""
    reported: list[tuple[str, str, str]] = []
    circleci.on_check_run = lambda *told: reported.append((told[0], told[2], told[3]))
    circleci.on_job_status = lambda *told: reported.append((told[0], told[2], told[3]))
    _, created = await run(circleci, APP)
    circleci.finish(created["id"], "failed")
    name = f"deploy-{circleci.project(APP).definition_id[:8]}"
    assert reported == [(APP, name, "in_progress"), (APP, name, "failure")]
    reported.clear()
    await older(circleci, branch="main")
    assert reported == [
        (SHOP, "ci/circleci: build", "pending"),
        (SHOP, "deploy", "in_progress"),
    ]


async def test_webhooks_tell_what_started_a_pipeline(circleci: CircleCIStandIn) -> None:
    """`api` or `webhook`; a GitHub App project's carry neither `vcs` nor `trigger_parameters`."""
    got: list[dict[str, Any]] = []

    async def take(request: web.Request) -> web.Response:
        got.append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/", take)
    server = Server(app)
    await server.start()
    for slug in (SHOP, APP):
        circleci.add_webhook(slug, url=f"{server.url}/")
    circleci.push(SHOP, "main")
    await run(circleci, APP)
    for pipeline in circleci.pipelines:
        circleci.finish(pipeline.id)
    await circleci.deliverer.settle()
    await server.stop()
    told = {body["project"]["slug"]: body["pipeline"] for body in got}
    assert told["github/acme/shop"]["trigger"] == {"type": "webhook"}
    assert told[APP]["trigger"] == {"type": "api"}
    assert not told[APP].keys() & {"vcs", "trigger_parameters"}


async def test_trigger_parameters_are_shown_with_a_switch(circleci: CircleCIStandIn) -> None:
    """And only by GitHub App projects."""
    _, created = await run(circleci, APP, deployment_id="7")
    path = f"/pipeline/{created['id']}"
    assert not (await call(circleci, path))[1].keys() & {"vcs", "trigger_parameters"}
    circleci.switches.trigger_parameters = True
    _, shown = await call(circleci, path)
    assert shown["trigger_parameters"]["pipeline"]["parameters"] == {"deployment_id": "7"}


async def test_refusals_last_for_a_while(circleci: CircleCIStandIn) -> None:
    """Projects and pipelines are gone, the token is refused or lacks a permission; then not."""
    pipeline = await older(circleci, branch="main")
    reads = [f"/project/{SHOP}", f"/pipeline/{pipeline.id}", "/me"]

    async def statuses() -> list[int]:
        return [(await call(circleci, path))[0] for path in reads]

    circleci.lose_project(SHOP, 60)
    assert await statuses() == [404, 200, 200]
    circleci.lose_pipelines(60)
    assert await statuses() == [404, 404, 200]
    circleci.faults.clear()
    circleci.refuse_token(60)
    assert await statuses() == [401, 401, 401]
    circleci.faults.clear()
    circleci.forbid("POST .*/cancel$", 60)
    cancel = f"/workflow/{pipeline.workflows[0].id}/cancel"
    assert await call(circleci, cancel, {}) == (403, {"message": "Forbidden"})
    circleci.faults.rules[0].until = time.monotonic()
    assert (await call(circleci, cancel, {}))[0] == 202
    assert await statuses() == [200, 200, 200]


async def test_a_setup_workflow_may_not_pass_on_what_the_trigger_gave(
    circleci: CircleCIStandIn,
) -> None:
    """Its job fails ("Conflicting pipeline parameters"), and nothing comes after it."""
    circleci.course.setup, circleci.course.passed_on = True, ("deployment_id",)
    for parameters, names in (({}, ["setup", "deploy"]), ({"deployment_id": "7"}, ["setup"])):
        pipeline = await older(circleci, branch="main", parameters=parameters)
        circleci.advance(pipeline.id)
        assert [one.name for one in pipeline.workflows] == names
    assert (pipeline.state, pipeline.workflows[0].status) == ("created", "failed")


async def test_the_clock_may_be_wrong(circleci: CircleCIStandIn) -> None:
    """The `Date` header and all times are CircleCI's own."""
    circleci.clock.ahead = 7200
    await older(circleci, branch="main")
    async with (
        aiohttp.ClientSession(headers={"Circle-Token": circleci.token}) as session,
        session.get(f"{circleci.api_url}/project/{SHOP}/pipeline") as response,
    ):
        date = email.utils.parsedate_to_datetime(response.headers["Date"]).timestamp()
        (shown,) = json.loads(await response.read())["items"]
    assert date - time.time() == pytest.approx(7200, abs=5)
    (pipeline,) = circleci.pipelines
    assert pipeline.created_at - time.time() == pytest.approx(7200, abs=5)
    assert shown["created_at"] == shown["trigger"]["received_at"]
