"""GitHub's own data: its example payloads are accepted, its GraphQL schema takes our queries."""

import json
from typing import Any

import pytest
from graphql import parse, validate

from app.github_app.api import queries
from tests.github_app.conftest import Entrance
from tests.octokit import graphql_schema, package

pytestmark = [
    pytest.mark.npm,
    pytest.mark.xdist_group("github-schema"),  # two seconds to load
]

QUERIES = (
    {"PULLS_OF 40": queries.pulls_of(40)}
    | {
        name: value
        for name, value in vars(queries).items()
        if isinstance(value, str) and value.lstrip().startswith("query")
    }
    | {
        f"OPEN_DEPLOYMENTS of {count}": queries.open_deployments(count, history=count == 25)
        for count in (1, 25)
    }
)


def examples() -> list[tuple[str, dict[str, Any]]]:
    """All example payloads with their events."""
    index = package("webhooks-examples") / "api.github.com" / "index.json"
    events = json.loads(index.read_text(encoding="utf-8"))
    return [(event["name"], payload) for event in events for payload in event["examples"]]


async def test_every_example_payload_is_accepted(entrance: Entrance) -> None:
    """All 329 payloads that GitHub published are answered 200; those we handle are recorded."""
    got = [
        await entrance.deliver(event, payload, delivery=f"guid-{number}")
        for number, (event, payload) in enumerate(examples())
    ]
    assert len(got) == 329
    assert set(got) == {200}
    names = [event for event, _ in examples()]
    deployments = names.count("deployment") + names.count("deployment_status")
    assert len(entrance.ledger.notes) == deployments == 8
    assert len(entrance.ledger.asks) >= 10


@pytest.mark.parametrize("name", QUERIES)
def test_queries_are_valid(name: str) -> None:
    """Each query that we send is valid against GitHub's published schema."""
    assert validate(graphql_schema(), parse(QUERIES[name])) == []
