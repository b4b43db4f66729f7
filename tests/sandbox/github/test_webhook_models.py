"""GitHub's stand-in against GitHub's own webhook schema: every event is read by its model."""

import json
from typing import Any

import pytest

from sandbox.github import GitHubStandIn
from tests.sandbox.conftest import SHOP, Caller, Inbox

pytestmark = pytest.mark.xdist_group("github-models")  # a second to load


def everything_happens(hub: GitHubStandIn) -> None:
    """Each event of each kind at least once."""
    sha = hub.push(SHOP, "topic", known_author=False)
    hub.delete_branch(SHOP, "topic")
    hub.tag(SHOP, "v2.0.0", message="Two")
    pull = hub.open_pull_request(SHOP, "warm-hats", body="Closes #1", draft=True)
    hub.ready_for_review(SHOP, pull.number)
    hub.push(SHOP, "warm-hats")
    hub.close_pull_request(SHOP, pull.number, merged=True)
    hub.person_comments(SHOP, pull.number, "/deploy staging", "hubot")
    hub.set_check(SHOP, sha, "ci/test", "pending")
    hub.set_check(SHOP, sha, "lint", "in_progress", kind="check_run")
    hub.set_check(SHOP, sha, "lint", "success", kind="check_run")
    hub.person_deploys(SHOP, "staging")
    hub.actions_deploys(SHOP, "staging")
    hub.post_status_as(hub.vercel_deploys(SHOP), "success", "vercel[bot]")
    hub.archive(SHOP)
    hub.unarchive(SHOP)
    hub.rename(SHOP, "store")
    hub.transfer("acme/store", "emca")
    hub.suspend("emca/store")
    hub.unsuspend("emca/store")
    hub.add_repository("emca/other")
    hub.remove_from_installation("emca/other")
    hub.uninstall("emca/store")


EXPECTED = {
    "check_run": {"created", "completed"},
    "check_suite": {"completed"},
    "create": {None},
    "deployment": {"created"},
    "deployment_status": {"created"},
    "installation": {"created", "deleted", "suspend", "unsuspend"},
    "installation_repositories": {"added", "removed"},
    "issue_comment": {"created"},
    "pull_request": {"opened", "ready_for_review", "synchronize", "closed"},
    "push": {None},
    "repository": {"archived", "unarchived", "renamed", "transferred"},
    "status": {None},
}


def model(event: str, action: str | None) -> str:
    """The name of an event's model: `githubkit.webhooks.parse` would load those of all its actions."""
    return "Webhook" + f"{event}_{action or ''}".title().replace("_", "")


async def test_every_event_is_valid(
    hub: GitHubStandIn, inbox: Inbox, official_models: Any, official_webhooks: Any
) -> None:
    """Every event is sent, signed, and valid by GitHub's schema."""
    everything_happens(hub)
    await hub.deliverer.settle()
    seen: dict[str, set[str | None]] = {}
    for headers, body in inbox.received:
        event = headers["X-GitHub-Event"]
        assert official_webhooks.verify(hub.webhook_secret, body, headers["X-Hub-Signature-256"])
        action = json.loads(body).get("action")
        parsed = getattr(official_models, model(event, action)).model_validate_json(body)
        assert parsed.installation.id
        seen.setdefault(event, set()).add(action)
    assert seen == EXPECTED


async def test_the_size_of_the_real_ones(api: Caller, hub: GitHubStandIn, inbox: Inbox) -> None:
    """Payloads weigh what GitHub's weigh: 7 to 14 kB."""
    deployment = await api.deploy()
    path = f"/repos/{SHOP}/deployments/{deployment['id']}/statuses"
    await api.post(path, state="success", log_url="https://ci.example.com/1")
    await hub.deliverer.settle()
    for event in ("deployment", "deployment_status"):
        sizes = [len(body) for said, body in inbox.received if said["X-GitHub-Event"] == event]
        assert len(sizes) == 1, event
        assert 7000 < sizes[0] < 14000, event
