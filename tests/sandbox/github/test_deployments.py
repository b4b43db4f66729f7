"""GitHub's stand-in: deployments and statuses behave as GitHub's do, refusals included."""

from typing import Any

from sandbox.github import GitHubStandIn
from tests.sandbox.conftest import SHOP, Caller, Inbox

DEPLOYMENTS = f"/repos/{SHOP}/deployments"


async def test_creating_answers_201_and_sends_the_event(
    api: Caller, hub: GitHubStandIn, inbox: Inbox
) -> None:
    """A deployment pins the ref's commit, keeps the ref as typed, and is announced."""
    deployment = await api.deploy(ref="v1.4.0", payload={"deploybot": {"request": "r"}})
    await hub.deliverer.settle()
    assert hub.head(SHOP, "v1.4.0") == deployment["sha"]
    assert deployment["ref"] == "v1.4.0"
    assert (
        deployment["creator"]["login"],
        deployment["creator"]["type"],
    ) == ("deploybot[bot]", "Bot")
    assert deployment["performed_via_github_app"] is None
    assert [deployment] == [event["deployment"] for event in inbox.bodies("deployment")]


async def test_owner_and_repository_in_any_case(api: Caller) -> None:
    """Names are case-insensitive."""
    assert (await api.get("/repos/ACME/Shop/deployments")).status == 200


REFUSED_BODIES: tuple[tuple[dict[str, Any], int, str], ...] = (
    ({"ref": "nowhere"}, 422, "No ref found for: nowhere"),
    ({}, 422, 'Invalid request.\n\n"ref" wasn\'t supplied.'),
)


async def test_refused_bodies(api: Caller) -> None:
    """What cannot be deployed is refused in GitHub's words."""
    for body, status, message in REFUSED_BODIES:
        answer = await api.post(DEPLOYMENTS, **body)
        assert (status, message, str(status)) == (
            answer.status,
            answer.body["message"],
            answer.body["status"],
        ), body
        assert {"message", "documentation_url", "status"} == set(answer.body), body


async def test_broken_json_is_a_400(api: Caller) -> None:
    """A body that is not JSON."""
    answer = await api.call("POST", DEPLOYMENTS, data=b"{")
    assert (answer.status, answer.body["message"]) == (400, "Problems parsing JSON")


async def test_contexts_are_required_unless_told_otherwise(api: Caller, hub: GitHubStandIn) -> None:
    """Omitted contexts answer 409 while a status is not success; an empty list skips them."""
    sha = hub.head(SHOP, "main") or ""
    hub.set_check(SHOP, sha, "ci/test", "pending")
    hub.set_check(SHOP, sha, "lint", "failure", kind="check_run")
    refused = await api.post(DEPLOYMENTS, ref="main", auto_merge=False)
    assert refused.status == 409
    expected = [{"context": "ci/test", "state": "pending"}]
    assert expected == refused.body["errors"][0]["contexts"]
    await api.deploy()
    hub.set_check(SHOP, sha, "ci/test", "success")
    allowed = await api.post(DEPLOYMENTS, ref="main", auto_merge=False)
    assert allowed.status == 201


async def test_auto_merge_merges_instead_of_deploying(api: Caller, hub: GitHubStandIn) -> None:
    """A branch behind the default branch gets a merge and 202 with only a message."""
    hub.push(SHOP, "topic", files={"topic.md": "one"})
    hub.push(SHOP, "main", files={"main.md": "two"})
    merged = await api.post(DEPLOYMENTS, ref="topic", required_contexts=[])
    assert merged.status == 202
    assert merged.body == {"message": "Auto-merged main into topic on deployment."}
    assert (await api.post(DEPLOYMENTS, ref="topic", required_contexts=[])).status == 201


async def test_a_merge_conflict_is_a_409(api: Caller, hub: GitHubStandIn) -> None:
    """Both sides changed the same file."""
    hub.push(SHOP, "topic", files={"same.md": "one"})
    hub.push(SHOP, "main", files={"same.md": "two"})
    refused = await api.post(DEPLOYMENTS, ref="topic", required_contexts=[])
    assert (refused.status, refused.body["message"]) == (409, "Conflict merging main into topic.")


async def test_statuses_are_recorded_and_sent(
    api: Caller, hub: GitHubStandIn, inbox: Inbox
) -> None:
    """A status answers 201, is listed newest first, and sends its event."""
    one = f"{DEPLOYMENTS}/{(await api.deploy())['id']}/statuses"
    await api.post(one, state="in_progress", log_url="https://ci.example.com/1")
    await api.post(one, state="success", environment_url="https://shop.example.com")
    listed = (await api.get(one)).body
    await hub.deliverer.settle()
    assert [item["state"] for item in listed] == ["success", "in_progress"]
    assert listed[1]["target_url"] == "https://ci.example.com/1"
    sent = {event["deployment_status"]["state"] for event in inbox.bodies("deployment_status")}
    assert {"in_progress", "success"} == sent


REFUSED_STATUSES = (
    ({"state": "done"}, "state"),
    ({"state": "success", "description": "x" * 141}, "description"),
    ({"state": "success", "environment_url": "ftp://shop"}, "environment_url"),
    ({"state": "success", "log_url": "javascript:alert(1)"}, "target_url"),
)


async def test_refused_statuses(api: Caller) -> None:
    """A state, text or link that GitHub refuses is a 422 naming the field."""
    deployment = await api.deploy()
    for body, field in REFUSED_STATUSES:
        answer = await api.post(f"{DEPLOYMENTS}/{deployment['id']}/statuses", **body)
        assert (422, field) == (answer.status, answer.body["errors"][0]["field"]), body


async def test_a_success_makes_earlier_ones_inactive_without_a_webhook(
    api: Caller, hub: GitHubStandIn, inbox: Inbox
) -> None:
    """Only successes of that environment that are neither production nor transient."""
    kinds: list[dict[str, Any]] = [
        {},
        {"environment": "production"},
        {"transient_environment": True},
        {"environment": "test"},
    ]
    earlier = [await api.deploy(**kind) for kind in kinds]
    for deployment in [*earlier, await api.deploy(), await api.deploy(environment="production")]:
        await api.post(f"{DEPLOYMENTS}/{deployment['id']}/statuses", state="success")
    await hub.deliverer.settle()
    states = [hub.state.repository(SHOP).deployments[item["id"]].state for item in earlier]
    assert states == ["inactive", "success", "success", "success"]
    assert "inactive" not in str(inbox.bodies("deployment_status"))


async def test_filters_and_pages(api: Caller) -> None:
    """Deployments are listed newest first, filtered, with a Link to the next page."""
    made = [(await api.deploy(environment=name))["id"] for name in ("a", "b", "a")]
    first = await api.get(f"{DEPLOYMENTS}?environment=a&per_page=1")
    assert [made[2]] == [item["id"] for item in first.body]
    assert 'rel="next"' in first.headers["Link"]
    assert "page=2" in first.headers["Link"]
    second = await api.get(f"{DEPLOYMENTS}?environment=a&per_page=1&page=2")
    assert [made[0]] == [item["id"] for item in second.body]
    assert 'rel="first"' in second.headers["Link"]


async def test_only_inactive_ones_are_deleted(api: Caller) -> None:
    """An active deployment stays while it is not the only one."""
    first, second = await api.deploy(), await api.deploy()
    url = f"{DEPLOYMENTS}/{first['id']}"
    assert (await api.call("DELETE", url)).status == 422
    await api.post(f"{url}/statuses", state="inactive")
    assert (await api.call("DELETE", url)).status == 204
    assert (await api.get(url)).status == 404
    assert (await api.call("DELETE", f"{DEPLOYMENTS}/{second['id']}")).status == 204


async def test_the_three_shapes_of_other_peoples_deployments(
    hub: GitHubStandIn, inbox: Inbox
) -> None:
    """A person, an Actions job and Vercel differ as they do on GitHub."""
    hub.person_deploys(SHOP, "production", "main", "octocat")
    hub.actions_deploys(SHOP, "production", "main", "octocat")
    hub.vercel_deploys(SHOP)
    await hub.deliverer.settle()
    shapes = set()
    for event in inbox.bodies("deployment"):
        app = event["deployment"]["performed_via_github_app"]
        creator = event["deployment"]["creator"]["type"]
        shapes.add((creator, app and app["slug"], event["workflow_run"] is not None))
    assert {("User", None, False), ("User", "github-actions", True), ("Bot", None, False)} == shapes
