"""GitHub's stand-in is as strict as GitHub: environments, forks, ids, partial answers, clocks."""

import base64
import email.utils
import time
from typing import Any

import msgspec
import pytest

from sandbox.github import GitHubStandIn
from tests.sandbox.conftest import SHOP, Caller, Inbox

DEPLOYMENTS = f"/repos/{SHOP}/deployments"


async def query(api: Caller, fields: str) -> dict[str, Any]:
    """Fields of the shop, with their errors."""
    return await api.graphql(f'{{repository(owner: "acme", name: "shop") {{{fields}}}}}')


async def test_a_status_can_name_another_environment(
    api: Caller, hub: GitHubStandIn, inbox: Inbox
) -> None:
    """The deployment goes there; where it was made for stays on record. Anybody may."""
    deployment = await api.deploy(environment="staging")
    url = f"{DEPLOYMENTS}/{deployment['id']}"
    status = await api.post(f"{url}/statuses", state="in_progress", environment="production")
    assert status.body["environment"] == "production"
    shown = (await api.get(url)).body
    assert (shown["environment"], shown["original_environment"]) == ("production", "staging")
    one = hub.state.repository(SHOP).deployments[deployment["id"]]
    hub.post_status_as(one, "failure", "hubot", description="Smoke test", environment="qa")
    await hub.deliverer.settle()
    events = inbox.bodies("deployment_status")  # they come in any order
    event = next(one for one in events if one["deployment_status"]["state"] == "failure")
    assert event["deployment"]["environment"] == "qa"
    assert event["deployment"]["original_environment"] == "staging"
    assert event["deployment_status"]["creator"]["login"] == "hubot"


async def test_a_fork_s_commit_is_shown_by_its_sha(api: Caller, hub: GitHubStandIn) -> None:
    """It can be read, with its files, and deployed; only a comparison says whose it is."""
    sha = hub.push_to_fork(SHOP, "mallory", "Give the hats away")
    hub.push(SHOP, message="Count again")
    assert (await api.get(f"/repos/{SHOP}/commits/{sha}")).body["sha"] == sha
    assert (await api.get(f"/repos/{SHOP}/contents/FORK.md?ref={sha}")).status == 200
    found = await query(api, f'object(oid: "{sha}") {{... on Commit {{oid repository {{id}}}}}} id')
    shop = found["data"]["repository"]
    assert shop["object"] == {"oid": sha, "repository": {"id": shop["id"]}}
    compared = await api.get(f"/repos/{SHOP}/compare/main...{sha}")
    assert compared.body["status"] == "diverged"
    reached = await api.get(f"/repos/{SHOP}/compare/main...{hub.head(SHOP, 'v1.4.0')}")
    assert reached.body["status"] == "behind"
    assert sha not in hub.state.repository(SHOP).branches.values()
    assert (await api.deploy(ref=sha))["sha"] == sha


async def test_workflows_of_one_app_may_report_checks_of_one_name(
    api: Caller, hub: GitHubStandIn
) -> None:
    """Each has a check suite of its own, and none hides another."""
    sha = hub.head(SHOP, "main") or ""
    for workflow, state in (("CI", "failure"), ("Nightly", "success")):
        hub.set_check(SHOP, sha, "build", state, "check_run", "github-actions", workflow=workflow)
    answer = await api.get(f"/repos/{SHOP}/commits/{sha}/check-runs")
    runs = answer.body["check_runs"]
    assert [(run["name"], run["conclusion"]) for run in runs] == [
        ("build", "failure"),
        ("build", "success"),
    ]
    assert len({run["check_suite"]["id"] for run in runs}) == 2
    found = await query(
        api,
        """object(expression: "main") {... on Commit {statusCheckRollup {contexts(first: 9) {nodes {
          ... on CheckRun {name checkSuite {app {slug} workflowRun {workflow {name}}}}
        }}}}}""",
    )
    nodes = found["data"]["repository"]["object"]["statusCheckRollup"]["contexts"]["nodes"]
    assert [node["checkSuite"]["workflowRun"]["workflow"]["name"] for node in nodes] == [
        "CI",
        "Nightly",
    ]


async def test_a_deployment_s_ids(api: Caller) -> None:
    """Its number does not fit 32 bits: GraphQL has none, and the node id holds it."""
    deployment = await api.deploy()
    found = await query(api, "databaseId deployments(last: 1) {nodes {id databaseId}}")
    shop = found["data"]["repository"]
    (node,) = shop["deployments"]["nodes"]
    assert deployment["id"] > 2**31
    assert node == {"id": deployment["node_id"], "databaseId": None}
    prefix, _, encoded = node["id"].partition("_")
    packed = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    assert prefix == "DE"
    assert msgspec.msgpack.decode(packed) == [0, shop["databaseId"], deployment["id"]]


async def test_what_may_not_be_read_is_null_beside_good_data(
    api: Caller, hub: GitHubStandIn
) -> None:
    """With an error of type FORBIDDEN, and its path."""
    hub.queries.forbidden.add("Repository.collaborators")
    found = await query(api, "name collaborators(first: 1) {totalCount}")
    assert found["data"]["repository"] == {"name": "shop", "collaborators": None}
    (error,) = found["errors"]
    assert (error["type"], error["path"]) == ("FORBIDDEN", ["repository", "collaborators"])


async def test_a_query_that_asks_for_too_much_is_answered_in_part(
    api: Caller, hub: GitHubStandIn
) -> None:
    """200, some data, RESOURCE_LIMITS_EXCEEDED; the same again, and less is answered whole."""
    hub.queries.most_nodes = 5
    hub.state.repository(SHOP).collaborators.update({f"dev{n}": "write" for n in range(9)})
    for _ in range(2):
        found = await query(api, "name collaborators(first: 6) {totalCount nodes {login}}")
        assert found["data"]["repository"] == {"name": "shop", "collaborators": None}
        assert [error["type"] for error in found["errors"]] == ["RESOURCE_LIMITS_EXCEEDED"]
    found = await query(api, "collaborators(first: 5) {nodes {login}}")
    assert len(found["data"]["repository"]["collaborators"]["nodes"]) == 5


async def test_many_environments_and_slow_pages(api: Caller, hub: GitHubStandIn) -> None:
    """150 environments are two pages, and a page may take its time."""
    names = tuple(f"preview-{number:03}" for number in range(150))
    hub.add_repository("acme/many", environments=names)
    hub.slow(0.2)
    seen = []
    for page in (1, 2):
        began = time.monotonic()
        answer = await api.get(f"/repos/acme/many/environments?per_page=100&page={page}")
        assert time.monotonic() - began >= 0.2
        assert answer.body["total_count"] == 150
        seen += [row["name"] for row in answer.body["environments"]]
    assert seen == list(names)


async def test_the_clock_may_be_wrong(api: Caller, hub: GitHubStandIn) -> None:
    """The `Date` header, all times, and what the App's JWT is judged by are GitHub's own."""
    hub.clock.ahead = -7200
    answer = await api.as_app("GET", "/app")
    assert answer.status == 401
    date = email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp()
    assert date - time.time() == pytest.approx(-7200, abs=5)
    now = int(date)
    good = api.app_jwt(iat=now - 60, exp=now + 540)
    assert (await api.call("GET", "/app", credential=good)).status == 200
