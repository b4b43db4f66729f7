"""Starting a pipeline: both endpoints, every refusal, and what may have happened anyway."""

import msgspec
import pytest

from app.circleci.client import CircleCIClient
from app.errors import RateLimited, Refused, Unavailable
from app.model.reasons.ci import (
    CIParameter,
    CIParameterUndeclared,
    CIProjectUnknown,
    CIStartedNothing,
)
from sandbox.circleci import CircleCIStandIn
from tests.circleci.conftest import APP_SLUG, PARAMETERS, SLUG, MakeClient, app_run, run

POST = "POST .*/pipeline"


async def test_a_branch_is_started(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """One POST to the older endpoint starts one pipeline with all parameters."""
    pipeline = await client.trigger(run())
    (started,) = circleci.pipelines
    assert (pipeline.id, pipeline.number) == (started.id, 1)
    assert (pipeline.branch, pipeline.tag, pipeline.project) == ("main", None, SLUG)
    assert pipeline.created_at == pytest.approx(started.created_at, abs=1)
    assert pipeline.url.endswith(f"/pipelines/{SLUG}/1")
    assert (started.branch, started.parameters) == ("main", PARAMETERS)
    assert [call.path for call in circleci.faults.calls] == [f"/api/v2/project/{SLUG}/pipeline"]


async def test_a_tag_is_started(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """A tag is sent as a tag."""
    await client.trigger(run(branch=None, tag="v1.4.0"))
    (started,) = circleci.pipelines
    assert (started.branch, started.tag) == (None, "v1.4.0")


async def test_a_pull_request_is_started(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """`pull/<n>/head` is sent as a branch."""
    await client.trigger(run(branch="pull/7/head"))
    assert circleci.pipelines[0].branch == "pull/7/head"


@pytest.mark.parametrize("ref", [{"branch": "main"}, {"branch": None, "tag": "v1"}])
async def test_a_definition_is_run(
    circleci: CircleCIStandIn, client: CircleCIClient, ref: dict[str, str | None]
) -> None:
    """With a definition the newer endpoint is used, for config and checkout alike."""
    wanted = app_run(circleci, **ref)
    pipeline = await client.trigger(wanted)
    (started,) = circleci.pipelines
    assert pipeline.id == started.id
    assert started.definition_id == wanted.definition
    assert (started.branch, started.tag) == (wanted.branch, wanted.tag)
    (call,) = circleci.faults.calls
    assert call.path == f"/api/v2/project/{APP_SLUG}/pipeline/run"
    body = msgspec.json.decode(call.body)
    assert body["config"] == body["checkout"]


async def refusal(client: CircleCIClient, **changes: object) -> Refused:
    """The refusal that starting a pipeline meets."""
    with pytest.raises(Refused) as caught:
        await client.trigger(run(**changes))
    assert caught.value.provider == "ci"
    return caught.value


async def test_undeclared_parameters_are_named(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """`Unexpected argument(s)` tells which parameters must be declared."""
    circleci.project(SLUG).declared = {"deployment_id": "string", "ref": "string"}
    refused = await refusal(client)
    assert refused.reason == CIParameterUndeclared(
        parameters=tuple(
            CIParameter(name=name) for name in ("environment", "sha", "version", "url", "task")
        ),
        message="Unexpected argument(s): environment, sha, version, url, task",
    )


async def test_the_misleading_project_not_found_is_seen_through(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """If a project exists but is `not found`, it lacks one of the parameters sent."""
    circleci.project(SLUG).declared = {}
    circleci.project(SLUG).hide_undeclared = True
    refused = await refusal(client)
    assert isinstance(refused.reason, CIParameterUndeclared)
    assert [each.name for each in refused.reason.parameters] == [*PARAMETERS]
    assert refused.message == "Project not found"
    assert len(circleci.faults.made(POST)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"project": "gh/acme/other"},
        {"project": "gh/acme/other", "parameters": {}},
        {"project": APP_SLUG},
        {"project": "shop"},
        {"project": "gh/../me"},
    ],
    ids=["unknown", "no parameters", "needs a definition", "no slug", "a path"],
)
async def test_an_unknown_project(
    circleci: CircleCIStandIn, client: CircleCIClient, changes: dict[str, object]
) -> None:
    """The slug that was tried is told, also for one that needs a definition."""
    refused = await refusal(client, **changes)
    assert isinstance(refused.reason, CIProjectUnknown)
    assert refused.reason.slug == changes["project"]
    assert circleci.pipelines == []


async def test_an_unknown_definition_is_quoted(client: CircleCIClient) -> None:
    """A wrong `definition_id` is neither an unknown project nor a missing parameter."""
    refused = await refusal(client, project=APP_SLUG, definition="nonsense")
    assert (refused.name, refused.message) == (
        "circleci_refused",
        "Pipeline definition not found.",
    )


async def test_a_wrong_token(circleci: CircleCIStandIn, make_client: MakeClient) -> None:
    """Refused for good, and the token is nowhere in the error."""
    refused = await refusal(make_client(token="CCIPAT_old_and_secret"))
    assert (refused.name, refused.status) == ("circleci_token_refused", 401)
    assert "CCIPAT" not in f"{refused}{refused!r}{refused.reason}{refused.message}"
    assert circleci.pipelines == []


async def test_nothing_was_started(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """200 with only a message starts nothing, and the message is kept."""
    circleci.next_pipeline(started_nothing="No pipeline was created")
    refused = await refusal(client)
    assert refused.reason == CIStartedNothing(message="No pipeline was created")
    assert circleci.pipelines == []


@pytest.mark.parametrize(
    ("status", "message", "name"),
    [
        (400, "Branch not found", "ref_gone"),
        (400, "Type error for argument sha: expected type: integer", "circleci_parameter_invalid"),
        (400, "The config has errors", "circleci_config_error"),
        (400, 'Unexpected argument(s): ["sha" "url"]', "circleci_parameter_undeclared"),
        (402, "Payment required", "circleci_plan_limit"),
        (403, "Your plan has no credits left", "circleci_plan_limit"),
        (403, "Permission denied", "circleci_token_refused"),
        (302, "", "circleci_refused"),
        (409, "Conflict", "circleci_refused"),
    ],
)
async def test_what_a_refusal_means(
    circleci: CircleCIStandIn, client: CircleCIClient, status: int, message: str, name: str
) -> None:
    """Words and statuses become an entry of the catalogue; the words are quoted."""
    body = msgspec.json.encode({"message": message}).decode() if message else "<html>"
    location = {"Location": "http://127.0.0.1:1/"} if status == 302 else {}
    circleci.faults.add(POST, status=status, body=body, headers=location)
    refused = await refusal(client)
    assert (refused.name, refused.status) == (name, status)
    assert refused.message == (message or f"HTTP {status}")
    assert circleci.pipelines == []


async def unavailable(client: CircleCIClient) -> Unavailable:
    """The passing failure that starting a pipeline meets."""
    with pytest.raises(Unavailable) as caught:
        await client.trigger(run())
    return caught.value


async def test_a_rate_limit(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """429 did nothing, and says when to come back."""
    circleci.faults.add(POST, status=429, headers={"Retry-After": "17"})
    failure = await unavailable(client)
    assert isinstance(failure, RateLimited)
    assert (failure.retry_after, failure.ambiguous) == (17.0, False)
    circleci.faults.calls.clear()
    for _ in range(3):
        assert isinstance(await unavailable(client), RateLimited)
    with pytest.raises(RateLimited):
        await client.read("a-pipeline")
    assert circleci.faults.calls == []  # the token's limit is known, whoever asks


@pytest.mark.parametrize(
    ("fault", "pipelines"),
    [
        ({"status": 500}, 0),
        ({"status": 503, "headers": {"Retry-After": "5"}}, 0),
        ({"status_after": 500}, 1),
        ({"status_after": 502, "body": "<html>Bad gateway</html>"}, 1),
        ({"drop": "before"}, 0),
        ({"drop": "after"}, 1),
        ({"status_after": 201, "body": "not JSON"}, 1),
        ({"status_after": 201, "body": '{"number": "x"}'}, 1),
    ],
    ids=str,
)
async def test_an_answer_that_tells_nothing(
    circleci: CircleCIStandIn, client: CircleCIClient, fault: dict[str, object], pipelines: int
) -> None:
    """After such an answer a pipeline may or may not exist; one request was made."""
    circleci.faults.add(POST, times=None, **fault)
    failure = await unavailable(client)
    assert failure.ambiguous
    assert len(circleci.pipelines) == pipelines
    assert len(circleci.faults.calls) == 1


@pytest.mark.parametrize(("fault", "pipelines"), [({"delay": 0.6}, 0), ({"hold": 0.6}, 1)])
async def test_no_answer_in_time(
    circleci: CircleCIStandIn, make_client: MakeClient, fault: dict[str, float], pipelines: int
) -> None:
    """A timeout ends the call, whether the pipeline began before it or not."""
    circleci.faults.add(POST, **fault)
    failure = await unavailable(make_client(timeout=0.3))
    assert failure.ambiguous
    assert len(circleci.pipelines) == pipelines


async def test_no_connection(circleci: CircleCIStandIn, make_client: MakeClient) -> None:
    """Without a connection, nothing was started for certain."""
    failure = await unavailable(make_client(base_url="http://127.0.0.1:9/api/v2"))
    assert not failure.ambiguous


async def test_the_project_cannot_be_asked_for(
    circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """If a 404 cannot be explained now, it is a passing failure, and nothing was done."""
    circleci.project(SLUG).declared = {}
    circleci.project(SLUG).hide_undeclared = True
    circleci.faults.add("GET .*/project/", status=503)
    assert not (await unavailable(client)).ambiguous


async def test_calls_are_counted(circleci: CircleCIStandIn, client: CircleCIClient) -> None:
    """Each request is one call in the metrics, a failure by its kind."""
    circleci.faults.add(POST, status=503)
    await unavailable(client)
    await client.trigger(run())
    sample = client.api.metrics.registry.get_sample_value
    calls = sample("deploybot_provider_calls_total", {"provider": "circleci", "call": "trigger"})
    failed = sample(
        "deploybot_provider_failures_total", {"provider": "circleci", "kind": "Unavailable"}
    )
    assert (calls, failed) == (2, 1)
