"""Creating, finding and reading deployments, and posting statuses."""

import json
import time

import pytest

from app.errors import Refused
from app.github_app.github_client import GitHubClient
from app.model.build_parts import PostedStatus
from app.model.github.deployment import StatusSummary
from app.model.plan import Payload, Plan, RefKind, RepositoryRef, Run
from app.model.reasons.binding import RepositoryArchived
from app.model.reasons.github import GitHubRefused
from sandbox.github.standin import GitHubStandIn
from tests.github_app.conftest import SHOP


def plan_of(github: GitHubStandIn, shop: RepositoryRef, **changes: object) -> Plan:
    """A plan to deploy main to production."""
    known = {
        "repository": shop,
        "environment": "production",
        "ref": "main",
        "ref_kind": RefKind.BRANCH,
        "sha": github.head(SHOP, "main"),
        "payload": Payload(request="r-1", trigger="command"),
        "run": Run(project="gh/acme/shop", branch="main"),
    }
    return Plan(**(known | changes))  # type: ignore[arg-type]


async def test_what_is_sent(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """The body forbids merging and requires no contexts; empty fields are left out."""
    plan = plan_of(
        github,
        shop,
        production=True,
        payload=Payload(request="r-1", trigger="command", user="U1", inputs={"migrate": True}),
    )
    await client.create_deployment(plan)
    (call,) = github.faults.made("POST /repos/acme/shop/deployments$")
    assert json.loads(call.body) == {
        "ref": "main",
        "environment": "production",
        "auto_merge": False,
        "required_contexts": [],
        "task": "deploy",
        "description": "main, by deploybot",
        "transient_environment": False,
        "production_environment": True,
        "payload": {
            "deploybot": {
                "version": 1,
                "request": "r-1",
                "trigger": "command",
                "user": "U1",
                "inputs": {"migrate": True},
            }
        },
    }


async def test_what_is_created(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """The answer is the deployment, with the commit that GitHub pinned."""
    made = await client.create_deployment(plan_of(github, shop, transient=True))
    (kept,) = github.deployments(SHOP)
    assert (made.id, made.sha, made.ref) == (kept.id, github.head(SHOP, "main"), "main")
    assert made.environment == "production"
    assert made.transient
    assert (made.creator, made.creator_type) == ("deploybot[bot]", "Bot")
    assert json.loads(made.payload)["deploybot"]["request"] == "r-1"
    assert made.created_at == pytest.approx(time.time(), abs=5)


async def test_a_commit_that_is_no_head(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A commit that is no head is deployed by its SHA, even if an earlier deployment had a ref."""
    old = github.head(SHOP, "main")
    github.push(SHOP)
    made = await client.create_deployment(plan_of(github, shop, sha=old, ref_kind=RefKind.SHA))
    assert (made.sha, made.ref) == (old, old)


async def test_a_pending_check_does_not_hinder(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """GitHub would refuse a commit with a pending status; deploybot judges checks itself."""
    github.set_check(SHOP, github.head(SHOP, "main") or "", "test", "pending")
    assert (await client.create_deployment(plan_of(github, shop))).id


async def test_a_ref_that_is_gone(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A branch that was deleted meanwhile is an unknown ref."""
    with pytest.raises(Refused) as caught:
        await client.create_deployment(plan_of(github, shop, ref="gone"))
    assert caught.value.name == "ref_unknown"
    assert caught.value.status == 422
    assert "gone" in caught.value.message


async def test_an_archived_repository(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """An archived repository takes no deployments, and the refusal names it."""
    github.archive(SHOP)
    with pytest.raises(Refused) as caught:
        await client.create_deployment(plan_of(github, shop))
    assert caught.value.reason == RepositoryArchived(repository=SHOP)


async def test_a_missing_permission(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A permission that was not granted is a refusal in GitHub's words."""
    installation = github.state.installation_of(github.state.repository(SHOP))
    assert installation is not None
    installation.permissions["deployments"] = "read"
    with pytest.raises(Refused) as caught:
        await client.create_deployment(plan_of(github, shop))
    assert isinstance(caught.value.reason, GitHubRefused)
    assert caught.value.reason.message == "Resource not accessible by integration"


async def test_find_by_request(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A deployment of ours is found by its request, and no other request is."""
    began = time.time()
    plan = plan_of(github, shop)
    assert await client.find_deployment(plan, since=began) is None
    made = await client.create_deployment(plan)
    assert await client.find_deployment(plan, since=began) == made
    other = plan_of(github, shop, payload=Payload(request="r-2", trigger="command"))
    assert await client.find_deployment(other, since=began) is None


async def test_a_forged_request_is_not_ours(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A person's deployment with our request in its payload is not believed."""
    github.person_deploys(SHOP, payload={"deploybot": {"request": "r-1", "trigger": "command"}})
    assert await client.find_deployment(plan_of(github, shop), since=time.time()) is None


async def test_find_among_odd_payloads(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Payloads of any kind do not disturb the search."""
    made = await client.create_deployment(plan_of(github, shop))
    for payload in ("text", {}, [1], {"deploybot": 3}, {"deploybot": {"request": 5}}):
        github.person_deploys(SHOP, payload=payload)
    assert await client.find_deployment(plan_of(github, shop), since=time.time()) == made


async def test_a_deployment_without_a_payload(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A payload that is null or an empty text is no payload."""
    for payload in (None, ""):
        made = github.person_deploys(SHOP, payload=payload)
        made.payload = payload
        assert (await client.deployment(shop, made.id)).payload == ""


async def test_find_stops_at_since(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """The search ends at deployments older than its start, less a margin for clocks."""
    await client.create_deployment(plan_of(github, shop))
    for _ in range(120):
        github.person_deploys(SHOP)
    for deployment in github.deployments(SHOP):
        deployment.created_at -= 3600
    assert await client.find_deployment(plan_of(github, shop), since=time.time()) is None
    assert len(github.faults.made("GET /repos/acme/shop/deployments")) == 1
    assert await client.find_deployment(plan_of(github, shop), since=time.time() - 4000)
    assert len(github.faults.made("GET /repos/acme/shop/deployments")) == 3


async def test_one_deployment_with_its_app(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """REST tells the app behind a deployment, which GraphQL does not."""
    made = github.actions_deploys(SHOP)
    read = await client.deployment(shop, made.id)
    assert (read.app_slug, read.creator, read.creator_type) == ("github-actions", "octocat", "User")


async def test_no_such_deployment(client: GitHubClient, shop: RepositoryRef) -> None:
    """A deployment that is gone is refused by GitHub; the repository is not blamed."""
    with pytest.raises(Refused) as caught:
        await client.deployment(shop, 1)
    assert caught.value.name == "github_refused"
    assert caught.value.status == 404


async def test_statuses(github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef) -> None:
    """A posted status becomes the last status; its description is shortened to GitHub's limit."""
    made = github.person_deploys(SHOP)
    assert await client.last_status(shop, made.id) is None
    github.post_status_as(made, "pending")
    posted = PostedStatus(
        state="in_progress",
        description="é" * 150,
        log_url="https://app.circleci.com/pipelines/1",
        environment_url="https://shop.example.com",
    )
    number = await client.post_status(shop, made.id, posted)
    last = await client.last_status(shop, made.id)
    assert last is not None
    assert last == StatusSummary(
        id=number,
        state="in_progress",
        description="é" * 139 + "…",
        log_url="https://app.circleci.com/pipelines/1",
        environment_url="https://shop.example.com",
        creator="deploybot[bot]",
        created_at=last.created_at,
    )


async def test_addresses_that_github_would_refuse(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """An address that is not http(s) is left out, so that the outcome still arrives."""
    made = github.person_deploys(SHOP)
    status = PostedStatus(state="success", environment_url="javascript:alert(1)")
    await client.post_status(shop, made.id, status)
    (call,) = github.faults.made("POST .*/statuses$")
    assert json.loads(call.body) == {"state": "success", "description": ""}
