"""Starting pipelines on CircleCI's stand-in: answers and refusals."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from yarl import URL

from sandbox.circleci import CircleCIStandIn


@pytest.fixture
async def circleci() -> AsyncIterator[CircleCIStandIn]:
    """A running stand-in with one project of each kind."""
    standin = CircleCIStandIn()
    standin.add_project("github/acme/shop")
    standin.add_project("circleci/org/app", declared={"deployment_id": "string", "n": "integer"})
    await standin.start()
    yield standin
    await standin.stop()


async def post(
    circleci: CircleCIStandIn, path: str, body: object, token: str | None = None
) -> tuple[int, dict]:
    """Call the API."""
    headers = {"Circle-Token": token or circleci.token}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{circleci.api_url}{path}", json=body) as response,
    ):
        return response.status, await response.json()


OLDER = "/project/gh/acme/shop/pipeline"
RUN = "/project/circleci/org/app/pipeline/run"


def order(circleci: CircleCIStandIn, **parameters: object) -> dict:
    """A body for the recommended endpoint."""
    return {
        "definition_id": circleci.project("circleci/org/app").definition_id,
        "config": {"branch": "main"},
        "checkout": {"branch": "main"},
        "parameters": parameters,
    }


async def test_the_older_endpoint_starts_a_pipeline(circleci: CircleCIStandIn) -> None:
    """A branch, a tag and a pull request's ref start pipelines that run at once."""
    for ref in ({"branch": "main"}, {"tag": "v1"}, {"branch": "pull/7/head"}):
        status, body = await post(circleci, OLDER, ref)
        assert (status, body["state"]) == (201, "pending")
    assert [one.state for one in circleci.pipelines] == ["created"] * 3
    assert [one.number for one in circleci.pipelines] == [1, 2, 3]


async def test_the_recommended_endpoint_starts_a_pipeline(circleci: CircleCIStandIn) -> None:
    """A GitHub App project takes `/pipeline/run` with its definition, and nothing older."""
    status, body = await post(circleci, RUN, order(circleci, deployment_id="7"))
    assert status == 201
    assert circleci.pipeline(body["id"]).parameters == {"deployment_id": "7"}
    status, body = await post(circleci, "/project/circleci/org/app/pipeline", {})
    assert (status, body) == (404, {"message": "Project not found"})
    status, body = await post(circleci, RUN, order(circleci) | {"definition_id": "other"})
    assert status == 404


async def test_a_wrong_token_is_refused(circleci: CircleCIStandIn) -> None:
    """401 with CircleCI's body."""
    status, body = await post(circleci, OLDER, {}, token="wrong")
    assert (status, body) == (401, {"message": "Invalid token provided."})


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"sha": "1", "colour": "2", "size": "3"}, "Unexpected argument(s): colour, size"),
        ({f"p{n}": "" for n in range(101)}, "Too many parameters: at most 100 are allowed."),
        ({"sha": "x" * 513}, "Value of parameter sha is longer than 512 characters."),
        (
            {"deployment_id": 7},
            "Type error for argument deployment_id: expected type: string, actual value: 7 (type integer)",
        ),
    ],
)
async def test_parameters_are_checked(
    circleci: CircleCIStandIn, parameters: dict, message: str
) -> None:
    """Undeclared, too many, too long, of another type: 400, and nothing starts."""
    status, body = await post(circleci, OLDER, {"branch": "main", "parameters": parameters})
    assert (status, body) == (400, {"message": message})
    assert circleci.pipelines == []


async def test_an_undeclared_parameter_can_be_misleading(circleci: CircleCIStandIn) -> None:
    """With the switch set, an undeclared parameter looks like an unknown project."""
    circleci.project("gh/acme/shop").hide_undeclared = True
    status, body = await post(circleci, OLDER, {"parameters": {"colour": "red"}})
    assert (status, body) == (404, {"message": "Project not found"})


async def test_unknown_refs_and_projects_are_refused(circleci: CircleCIStandIn) -> None:
    """No such project: 404; no such ref, or both kinds of ref: 400."""
    circleci.resolve_ref = lambda *_: None
    assert (await post(circleci, "/project/gh/acme/none/pipeline", {}))[0] == 404
    assert (await post(circleci, OLDER, {"branch": "gone"}))[1]["message"] == "Branch not found"
    assert (await post(circleci, OLDER, {"tag": "gone"}))[1]["message"] == "Tag not found"
    assert (await post(circleci, OLDER, {"branch": "a", "tag": "b"}))[0] == 400


async def test_a_late_request_lands_after_its_caller_left(circleci: CircleCIStandIn) -> None:
    """With `lateness` the connection is cut first and the pipeline starts afterwards."""
    circleci.next_pipeline(lateness=0.02)
    with pytest.raises(aiohttp.ClientError):
        await post(circleci, OLDER, {"branch": "main"})
    assert circleci.pipelines == []
    await circleci.settle()
    assert circleci.pipelines[0].lateness >= 0.02


async def test_escaped_slugs_are_understood(circleci: CircleCIStandIn) -> None:
    """The slug's slashes may be escaped."""
    url = URL(f"{circleci.api_url}/project/gh%2Facme%2Fshop/pipeline", encoded=True)
    headers = {"Circle-Token": circleci.token}
    async with aiohttp.ClientSession(headers=headers) as session, session.post(url) as response:
        assert response.status == 201
