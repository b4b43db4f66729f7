"""Pipelines on CircleCI's stand-in: how they go, what the API and the webhooks say."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.circleci import CircleCIStandIn, Pipeline
from sandbox.circleci.hooks import signature
from sandbox.core.server import Server


class Receiver:
    """What the bot's address received; answers with `statuses` in turn, then 200."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.statuses: Iterator[int] = iter(())
        app = web.Application()
        app.router.add_post("/circleci/webhook", self._take)
        self.server = Server(app)

    async def _take(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        return web.Response(status=next(self.statuses, 200))

    def payloads(self, event: str = "workflow-completed") -> list[dict[str, Any]]:
        """The payloads of one event."""
        bodies = [json.loads(body) for _, body in self.got]
        return [body for body in bodies if body["type"] == event]


@pytest.fixture
async def bot() -> AsyncIterator[Receiver]:
    """An address that takes webhooks."""
    receiver = Receiver()
    await receiver.server.start()
    yield receiver
    await receiver.server.stop()


@pytest.fixture
async def circleci(bot: Receiver) -> AsyncIterator[CircleCIStandIn]:
    """A running stand-in with a project and its webhook."""
    standin = CircleCIStandIn(bot_url=lambda: bot.server.url)
    standin.add_project("gh/acme/shop")
    standin.add_webhook("gh/acme/shop", events=["workflow-completed", "job-completed"])
    await standin.start()
    yield standin
    await standin.stop()


async def call(
    circleci: CircleCIStandIn, path: str, *, method: str = "GET", body: object = None
) -> tuple[int, Any]:
    """Call the API."""
    async with (
        aiohttp.ClientSession(headers={"Circle-Token": circleci.token}) as session,
        session.request(method, f"{circleci.api_url}{path}", json=body) as response,
    ):
        return response.status, await response.json()


async def trigger(circleci: CircleCIStandIn, **parameters: str) -> Pipeline:
    """Start a pipeline of `main`."""
    body = {"branch": "main", "parameters": parameters}
    _, answer = await call(circleci, "/project/gh/acme/shop/pipeline", method="POST", body=body)
    return circleci.pipeline(answer["id"])


def test_the_signature_is_circleci_s() -> None:
    """The documented example of a signature."""
    expected = "734cc62f32841568f45715aeb9f4d7891324e6d948e4c6c60c0621cdac48623a"
    assert signature("secret", b"hello world") == f"v1={expected}"


async def test_a_pipeline_succeeds_and_says_so(circleci: CircleCIStandIn, bot: Receiver) -> None:
    """Three jobs, one workflow, signed webhooks in CircleCI's shape, no parameters in them."""
    statuses: list[tuple[str, str]] = []
    circleci.on_job_status = lambda *told: statuses.append((told[2], told[3]))
    pipeline = await trigger(circleci, deployment_id="7")
    circleci.finish(1)
    await circleci.deliverer.settle()
    assert statuses[:3] == [
        ("ci/circleci: build", "pending"),
        ("ci/circleci: build", "success"),
        ("ci/circleci: migrate", "pending"),
    ]
    (payload,) = bot.payloads()
    assert len(bot.payloads("job-completed")) == 3
    assert payload["workflow"]["status"] == "success"
    assert payload["pipeline"]["id"] == pipeline.id
    assert payload["project"]["slug"] == "github/acme/shop"
    assert "deployment_id" not in json.dumps(payload)
    headers, body = bot.got[-1]
    assert headers["circleci-signature"] == signature(circleci.webhook_secret, body)
    assert headers["User-Agent"] == "CircleCI-Webhook/1.0"


async def test_a_job_fails(circleci: CircleCIStandIn, bot: Receiver) -> None:
    """The workflow ends `failed` at that job; the next never starts."""
    pipeline = await trigger(circleci)
    circleci.fail(pipeline.id, "migrate")
    _, found = await call(circleci, f"/pipeline/{pipeline.id}/workflow")
    workflow = found["items"][0]
    _, jobs = await call(circleci, f"/workflow/{workflow['id']}/job")
    assert workflow["status"] == "failed"
    assert [one["status"] for one in jobs["items"]] == ["success", "failed", "blocked"]
    await circleci.deliverer.settle()
    assert [one["workflow"]["status"] for one in bot.payloads()] == ["failed"]


async def test_a_planned_failure_comes_by_itself(circleci: CircleCIStandIn) -> None:
    """`next_pipeline(fail_at=…)` fails when the job is reached, in real time with `auto`."""
    circleci.auto, circleci.job_seconds = True, 0.01
    circleci.next_pipeline(fail_at="release")
    pipeline = await trigger(circleci)
    await circleci.settle()
    assert pipeline.workflows[0].status == "failed"


async def test_a_config_error_is_silent(circleci: CircleCIStandIn, bot: Receiver) -> None:
    """No workflow, no webhook: only the pipeline's state and errors tell."""
    circleci.next_pipeline(config_error="Job 'release' not found")
    pipeline = await trigger(circleci)
    _, body = await call(circleci, f"/pipeline/{pipeline.id}")
    assert body["state"] == "errored"
    assert body["errors"] == [{"type": "config", "message": "Job 'release' not found"}]
    assert (await call(circleci, f"/pipeline/{pipeline.id}/workflow"))[1]["items"] == []
    assert bot.got == []


async def test_an_approval_is_waited_for_and_given(circleci: CircleCIStandIn) -> None:
    """The workflow is `on_hold` without a webhook; approving lets it go on."""
    circleci.next_pipeline(hold=True)
    pipeline = await trigger(circleci)
    circleci.advance(1)
    circleci.advance(1)
    workflow = pipeline.workflows[0]
    assert workflow.status == "on_hold"
    _, jobs = await call(circleci, f"/workflow/{workflow.id}/job")
    (waiting,) = [one for one in jobs["items"] if one["type"] == "approval"]
    path = f"/workflow/{workflow.id}/approve/{waiting['approval_request_id']}"
    assert (await call(circleci, path, method="POST"))[0] == 202
    assert workflow.status == "running"
    assert (await call(circleci, path, method="POST"))[0] == 400


async def test_cancel_and_rerun(circleci: CircleCIStandIn, bot: Receiver) -> None:
    """Canceling ends the workflow once; a rerun is a new workflow of the same pipeline."""
    pipeline = await trigger(circleci)
    first = pipeline.workflows[0]
    assert (await call(circleci, f"/workflow/{first.id}/cancel", method="POST"))[0] == 202
    assert (await call(circleci, f"/workflow/{first.id}/cancel", method="POST"))[0] == 400
    _, shown = await call(circleci, f"/workflow/{first.id}")
    assert (shown["status"], shown["canceled_by"]) == ("canceled", circleci.user["id"])
    status, body = await call(circleci, f"/workflow/{first.id}/rerun", method="POST")
    assert (status, body["workflow_id"]) == (202, pipeline.workflows[1].id)
    circleci.finish(1)
    _, found = await call(circleci, f"/pipeline/{pipeline.id}/workflow")
    assert [one["status"] for one in found["items"]] == ["success", "canceled"]
    await circleci.deliverer.settle()
    assert {one["workflow"]["status"] for one in bot.payloads()} == {"canceled", "success"}


async def test_a_setup_workflow_comes_first(circleci: CircleCIStandIn) -> None:
    """It succeeds while the pipeline is in `setup`; only then the others start."""
    circleci.next_pipeline(setup=True, workflows=("deploy", "notify"))
    pipeline = await trigger(circleci)
    assert (pipeline.state, [one.tag for one in pipeline.workflows]) == ("setup", ["setup"])
    circleci.advance(1)
    assert pipeline.state == "created"
    assert [one.name for one in pipeline.workflows] == ["setup", "deploy", "notify"]


@pytest.mark.parametrize("outcome", ["unauthorized", "not_run", "canceled", "error"])
async def test_a_workflow_may_end_at_once(
    circleci: CircleCIStandIn, bot: Receiver, outcome: str
) -> None:
    """No job runs; `not_run` sends no webhook."""
    circleci.next_pipeline(outcome=outcome)
    pipeline = await trigger(circleci)
    assert [one.status for one in pipeline.workflows] == [outcome]
    await circleci.deliverer.settle()
    assert len(bot.payloads()) == (0 if outcome == "not_run" else 1)


async def test_redundant_pipelines_are_canceled(circleci: CircleCIStandIn) -> None:
    """With auto-cancel an older pipeline of the same branch ends, not on the default branch."""
    circleci.project("gh/acme/shop").auto_cancel = True
    for branch in ("main", "main", "topic", "topic"):
        circleci.push("gh/acme/shop", branch)
    assert [one.workflows[0].status for one in circleci.pipelines] == [
        "running",
        "running",
        "canceled",
        "running",
    ]


async def test_a_skipped_pipeline_is_canceled_by_nobody(circleci: CircleCIStandIn) -> None:
    """A newer pipeline of its serial group went first."""
    pipeline = await trigger(circleci)
    circleci.skip(1)
    assert (pipeline.workflows[0].status, pipeline.workflows[0].canceled_by) == ("canceled", None)


async def test_a_failing_workflow_is_still_open(circleci: CircleCIStandIn) -> None:
    """`failing` is shown until the workflow ends."""
    pipeline = await trigger(circleci)
    circleci.fail(1, "build", linger=True)
    assert (pipeline.workflows[0].status, pipeline.open) == ("failing", True)
    circleci.finish(1, "failed")
    assert (pipeline.workflows[0].status, pipeline.open) == ("failed", False)


async def test_our_own_pipelines_are_listed_newest_first_in_pages(
    circleci: CircleCIStandIn,
) -> None:
    """`/mine` leaves out the pipelines of pushes; a page names the next."""
    circleci.switches.page_size = 2
    circleci.push("gh/acme/shop", "main")
    for _ in range(3):
        await trigger(circleci)
    path = "/project/gh/acme/shop/pipeline"
    _, first = await call(circleci, f"{path}/mine")
    _, second = await call(circleci, f"{path}/mine?page-token={first['next_page_token']}")
    assert [one["number"] for one in first["items"] + second["items"]] == [4, 3, 2]
    assert second["next_page_token"] is None
    _, everyone = await call(circleci, path)
    assert [one["number"] for one in everyone["items"]] == [4, 3]


async def test_parameters_can_be_found_again(circleci: CircleCIStandIn) -> None:
    """In `/values` under either spelling; a push's pipeline has the defaults."""
    pipeline = await trigger(circleci, deployment_id="812")
    _, values = await call(circleci, f"/pipeline/{pipeline.id}/values")
    assert values["pipeline.parameters.deployment_id"] == "812"
    circleci.switches.values = "plain"
    assert (await call(circleci, f"/pipeline/{pipeline.id}/values"))[1]["deployment_id"] == "812"
    pushed = circleci.push("gh/acme/shop", "main")
    assert pushed is not None
    assert (await call(circleci, f"/pipeline/{pushed.id}/values"))[1]["deployment_id"] == ""


async def test_a_refused_delivery_comes_again(circleci: CircleCIStandIn, bot: Receiver) -> None:
    """CircleCI retries with the same payload id; a lost one is gone."""
    circleci.hooks.retry_delays = (0.01,)
    bot.statuses = iter([200, 200, 200, 500])
    await trigger(circleci)
    circleci.finish(1)
    await circleci.deliverer.settle()
    await circleci.settle()
    assert len(bot.got) == 5
    assert bot.got[4][1] in [body for _, body in bot.got[:4]]


async def test_webhooks_are_created_by_an_admin(circleci: CircleCIStandIn, bot: Receiver) -> None:
    """The new one is pinged; a sixth, an insecure one and a non-admin's are refused."""
    project = circleci.project("gh/acme/shop")
    body = {
        "name": "deploybot",
        "url": f"{bot.server.url}/circleci/webhook",
        "events": ["workflow-completed"],
        "verify-tls": True,
        "signing-secret": "hush-hush",
        "scope": {"id": project.id, "type": "project"},
    }
    status, shown = await call(circleci, "/webhook", method="POST", body=body)
    assert (status, shown["signing-secret"]) == (201, "****hush")
    await circleci.deliverer.settle()
    assert [json.loads(raw)["type"] for _, raw in bot.got] == ["ping"]
    _, listed = await call(circleci, f"/webhook?scope-id={project.id}&scope-type=project")
    assert len(listed["items"]) == 2
    insecure = body | {"url": "http://example.com/hook"}
    assert (await call(circleci, "/webhook", method="POST", body=insecure))[0] == 400
    circleci.switches.admin = False
    assert (await call(circleci, "/webhook", method="POST", body=body))[0] == 403
    circleci.switches.admin = True
    for _ in range(3):
        await call(circleci, "/webhook", method="POST", body=body)
    assert (await call(circleci, "/webhook", method="POST", body=body))[0] == 400


async def test_projects_definitions_and_me(circleci: CircleCIStandIn) -> None:
    """The small reads answer, under both spellings of the slug."""
    _, project = await call(circleci, "/project/github/acme/shop")
    assert project["slug"] == "gh/acme/shop"
    _, found = await call(circleci, f"/projects/{project['id']}/pipeline-definitions")
    assert found["items"][0]["id"] == circleci.project("gh/acme/shop").definition_id
    assert (await call(circleci, "/me"))[1]["login"] == circleci.user["login"]
    assert await call(circleci, "/pipeline/none") == (404, {"message": "Pipeline not found"})
