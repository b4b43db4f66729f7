"""A CircleCI to talk to, and our client of it."""

from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import ClientSession

from app.circleci.client import CircleCIClient
from app.circleci.http import Api
from app.model.plan import Run
from app.observe import Metrics
from sandbox.circleci import CircleCIStandIn

SLUG = "gh/acme/shop"
APP_SLUG = "circleci/org/app"
PARAMETERS: dict[str, str | int | bool] = {
    "deployment_id": "812",
    "environment": "production",
    "ref": "main",
    "sha": "3f9c2d1",
    "version": "production-3f9c2d1",
    "url": "",
    "task": "deploy",
}

MakeClient = Callable[..., CircleCIClient]


def run(**changes: object) -> Run:
    """A run of the project's main branch."""
    return Run(**{"project": SLUG, "branch": "main", "parameters": PARAMETERS, **changes})


def app_run(circleci: CircleCIStandIn, **changes: object) -> Run:
    """A run of a GitHub App project, by its definition."""
    definition = circleci.project(APP_SLUG).definition_id
    return run(**{"project": APP_SLUG, "definition": definition, **changes})


@pytest.fixture
async def circleci() -> AsyncIterator[CircleCIStandIn]:
    """A running stand-in with one project of each kind."""
    standin = CircleCIStandIn()
    standin.add_project(SLUG)
    standin.add_project(APP_SLUG)
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
async def make_client(circleci: CircleCIStandIn) -> AsyncIterator[MakeClient]:
    """Makes clients of the stand-in; a token, a timeout or an address may differ."""
    async with ClientSession() as session:

        def make(
            *, token: str | None = None, timeout: float = 5.0, base_url: str | None = None
        ) -> CircleCIClient:
            api = Api(
                session=session,
                base_url=base_url or circleci.api_url,
                token=circleci.token if token is None else token,
                timeout=timeout,
                metrics=Metrics(),
            )
            return CircleCIClient(api=api, webhook_secret=circleci.webhook_secret)

        yield make


@pytest.fixture
def client(make_client: MakeClient) -> CircleCIClient:
    """Our client, as it is in operation."""
    return make_client()


def made(circleci: CircleCIStandIn) -> list[str]:
    """The calls after the trigger, short."""
    return [
        f"{call.method} {call.path.removeprefix('/api/v2').split('/')[-1]}"
        for call in circleci.faults.calls
        if "/pipeline/" in call.path
    ]
