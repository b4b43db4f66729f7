"""GitHub's stand-in and the webhook together: what people do there is recorded here."""

import asyncio
import json

import aiohttp
import pytest

from app.github_app.github_client import GitHubClient
from app.model.build_parts import PostedStatus
from app.model.plan import Payload, RepositoryRef
from app.observe import Metrics
from app.operator.recovery import every_repository
from sandbox.github.standin import GitHubStandIn
from tests.github_app.api.deployments.test_single import plan_of
from tests.github_app.conftest import SHOP, Entrance, client_of


@pytest.fixture(autouse=True)
def connected(github: GitHubStandIn, entrance: Entrance) -> None:
    """GitHub's webhooks go to the entrance."""
    github.webhook_url = entrance.url


async def settled(github: GitHubStandIn) -> set[int | None]:
    """Wait for all deliveries; the statuses that they got."""
    await asyncio.wait_for(github.deliverer.settle(), 60)
    return {sent.status for sent in github.deliverer.log}


async def test_our_own_deployment(
    github: GitHubStandIn, client: GitHubClient, entrance: Entrance, shop: RepositoryRef
) -> None:
    """What we create and post comes back with the same facts, our payload included."""
    plan = plan_of(github, shop, payload=Payload(request="r-9", trigger="command", channel="C1"))
    made = await client.create_deployment(plan)
    await client.post_status(shop, made.id, PostedStatus(state="in_progress"))
    assert await settled(github) == {200}
    created = next(note for note in entrance.ledger.notes if note.once)
    assert {(note.repository_id, note.deployment_id) for note in entrance.ledger.notes} == {
        (shop.id, made.id)
    }
    assert len(entrance.ledger.notes) == 2
    facts = created.facts
    assert facts["sha"] == made.sha
    assert facts["creator"] == "deploybot[bot]"
    assert facts["installation_id"] == shop.installation_id
    assert facts["created_at"] == made.created_at
    assert json.loads(facts["payload"])["deploybot"]["request"] == "r-9"


async def test_deployments_of_others(github: GitHubStandIn, entrance: Entrance) -> None:
    """The three shapes of others' deployments are told apart by what is noted."""
    made = [
        github.person_deploys(SHOP),
        github.actions_deploys(SHOP),
        github.vercel_deploys(SHOP),
    ]
    assert await settled(github) == {200}
    facts = [
        next(n.facts for n in entrance.ledger.notes if n.deployment_id == one.id and n.once)
        for one in made
    ]
    told = [(f["creator_type"], f.get("app_slug"), f.get("workflow_run")) for f in facts]
    assert told == [
        ("User", None, None),
        ("User", "github-actions", True),
        ("Bot", None, None),
    ]


async def test_checks_wake_what_waits(
    github: GitHubStandIn, entrance: Entrance, shop: RepositoryRef
) -> None:
    """A check that turns green wakes the build that waits for its commit."""
    sha = github.head(SHOP, "main") or ""
    entrance.ledger.waiting = {(shop.id, sha): [(shop.id, 812)]}
    github.set_check(SHOP, sha, "test", "pending")
    github.set_check(SHOP, sha, "unit", "in_progress", "check_run", "ci")
    assert await settled(github) == {200}
    assert entrance.woken == []
    github.set_check(SHOP, sha, "test", "success")
    await settled(github)
    assert entrance.woken == [(shop.id, 812)]
    github.set_check(SHOP, sha, "unit", "success", "check_run", "ci")
    assert await settled(github) == {200}
    assert set(entrance.woken) == {(shop.id, 812)}
    assert len(entrance.woken) >= 2


async def test_pushes(github: GitHubStandIn, entrance: Entrance, shop: RepositoryRef) -> None:
    """Only pushes to the default branch drop the configuration; each may deploy."""
    github.push(SHOP, "feature", files={".github/deploybot.yml": "version: 1\n"})
    github.tag(SHOP, "v1")
    github.open_pull_request(SHOP, "other")
    assert await settled(github) == {200}
    assert entrance.forgotten == []
    kinds = {ask.body["source"]["kind"] for ask in entrance.ledger.asks}
    assert kinds == {"push", "tag", "pull_request"}
    github.push(SHOP)
    await settled(github)
    assert entrance.forgotten == [shop.id]
    assert not any(ask.body["configures"] for ask in entrance.ledger.asks)
    sha = github.push(SHOP, files={".github/deploybot.yml": "version: 1\n"})
    assert await settled(github) == {200}
    configuring = [ask for ask in entrance.ledger.asks if ask.body["configures"]]
    assert [ask.body["source"]["sha"] for ask in configuring] == [sha]


async def test_administration(
    github: GitHubStandIn, entrance: Entrance, shop: RepositoryRef
) -> None:
    """Everything that owners do to repositories and installations records an ask."""
    github.rename(SHOP, "store")
    github.archive("acme/store")
    github.unarchive("acme/store")
    github.suspend("acme/store")
    github.unsuspend("acme/store")
    github.add_repository("acme/other")
    github.remove_from_installation("acme/other")
    github.uninstall("acme/store")
    assert await settled(github) == {200}
    asked = sorted((ask.body["event"], ask.body["action"]) for ask in entrance.ledger.asks)
    assert asked == [
        ("installation", "deleted"),
        ("installation", "suspend"),
        ("installation", "unsuspend"),
        ("installation_repositories", "added"),
        ("installation_repositories", "removed"),
        ("repository", "archived"),
        ("repository", "renamed"),
        ("repository", "unarchived"),
    ]


async def test_installed_repositories(github: GitHubStandIn, client: GitHubClient) -> None:
    """Every repository of every installation is listed; suspended ones are left out."""
    names = {f"acme/service-{number}" for number in range(120)} | {"umbrella/lab"}
    for name in names:
        github.add_repository(name)
    github.add_repository("lost/one")
    github.suspend("lost/one")
    found = await every_repository(client)
    assert {repository.full_name for repository in found} == names | {SHOP}
    await settled(github)


async def test_calls_are_counted(
    github: GitHubStandIn,
    key_pair: tuple[str, str],
    session: aiohttp.ClientSession,
    shop: RepositoryRef,
) -> None:
    """A plain deployment's calls are counted under their templates: one read, one creation."""
    metrics = Metrics()
    client = client_of(github, key_pair[0], session, metrics=metrics)
    await client.survey(shop, target="main", environment="production")
    made = await client.create_deployment(plan_of(github, shop))
    await client.post_status(shop, made.id, PostedStatus(state="success"))
    counted = {
        sample.labels["call"]: sample.value
        for metric in metrics.provider_calls.collect()
        for sample in metric.samples
        if sample.name.endswith("_total")
    }
    assert counted == {
        "POST /app/installations/{id}/access_tokens": 1,
        "query Survey": 1,
        "POST /repos/{owner}/{repo}/deployments": 1,
        "POST /repos/{owner}/{repo}/deployments/{id}/statuses": 1,
    }
    await settled(github)
