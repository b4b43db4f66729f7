"""GitHub's stand-in against GitHub's own REST schema: every answer is read by its models."""

import warnings
from typing import Any

import pytest
from pydantic import TypeAdapter

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from githubkit_schemas.latest import models

from sandbox.github import GitHubStandIn
from tests.sandbox.conftest import SHOP, Caller

REPO = f"/repos/{SHOP}"


@pytest.fixture
async def furnished(api: Caller, hub: GitHubStandIn) -> Caller:
    """A shop in which everything exists once."""
    sha = hub.head(SHOP, "main") or ""
    hub.set_check(SHOP, sha, "ci/test", "success", url="https://ci.example.com/1")
    hub.set_check(SHOP, sha, "lint", "failure", kind="check_run", app="github-actions")
    hub.open_issue(SHOP, "Hats are cold")
    pull = hub.open_pull_request(SHOP, "warm-hats", body="Closes #1", fork=True)
    hub.person_comments(SHOP, pull.number, "Nice", "hubot")
    hub.tag(SHOP, "v2.0.0", message="Two")
    deployment = hub.actions_deploys(SHOP, "staging")
    hub.post_status_as(deployment, "success", environment_url="https://shop.example.com")
    hub.hub.webhooks.emit(
        "ping", {"zen": "x"}, installation=hub.state.installation_of(hub.state.repository(SHOP))
    )
    await hub.deliverer.settle()
    return api


def reads(kind: Any, body: Any) -> None:
    """The body is valid by GitHub's schema, and not empty."""
    assert body
    TypeAdapter(kind).validate_python(body)


READS = [
    (REPO, models.FullRepository),
    (f"{REPO}/branches", list[models.ShortBranch]),
    (f"{REPO}/branches/main", models.BranchWithProtection),
    (f"{REPO}/tags", list[models.Tag]),
    (f"{REPO}/git/matching-refs/tags/v", list[models.GitRef]),
    (f"{REPO}/git/ref/heads/main", models.GitRef),
    (f"{REPO}/commits", list[models.Commit]),
    (f"{REPO}/commits/main", models.Commit),
    (f"{REPO}/commits/main/status", models.CombinedCommitStatus),
    (f"{REPO}/compare/v1.4.0...main", models.CommitComparison),
    (f"{REPO}/contents/.github/deploybot.yml", models.ContentFile),
    (f"{REPO}/collaborators", list[models.Collaborator]),
    (f"{REPO}/collaborators/octocat/permission", models.RepositoryCollaboratorPermission),
    (f"{REPO}/deployments", list[models.Deployment]),
    (f"{REPO}/issues/1", models.Issue),
    (f"{REPO}/issues/2/comments", list[models.IssueComment]),
    (f"{REPO}/pulls", list[models.PullRequestSimple]),
    (f"{REPO}/pulls/2", models.PullRequest),
]


@pytest.mark.parametrize(("path", "kind"), READS, ids=[path for path, _ in READS])
async def test_reads(furnished: Caller, path: str, kind: Any) -> None:
    """What an installation reads."""
    answer = await furnished.get(path)
    assert answer.status == 200
    reads(kind, answer.body)


async def test_lists_in_an_object(furnished: Caller) -> None:
    """Check runs, environments and installed repositories come with a total."""
    for path, key, kind in (
        (f"{REPO}/commits/main/check-runs", "check_runs", models.CheckRun),
        (f"{REPO}/environments", "environments", models.Environment),
        ("/installation/repositories", "repositories", models.Repository),
    ):
        body = (await furnished.get(path)).body
        reads(list[kind], body[key])  # type: ignore[valid-type]  # the kind varies
        assert body["total_count"] == len(body[key])


async def test_one_deployment_and_its_statuses(furnished: Caller) -> None:
    """A deployment by id, its statuses, and one of them."""
    deployment = (await furnished.get(f"{REPO}/deployments")).body[0]
    reads(models.Deployment, (await furnished.get(f"{REPO}/deployments/{deployment['id']}")).body)
    statuses = (await furnished.get(f"{REPO}/deployments/{deployment['id']}/statuses")).body
    reads(list[models.DeploymentStatus], statuses)
    reads(models.DeploymentStatus, (await furnished.get(statuses[0]["url"])).body)


async def test_writes(furnished: Caller, hub: GitHubStandIn) -> None:
    """What the bot creates."""
    deployment = await furnished.deploy(payload={"deploybot": {"version": 1}})
    reads(models.Deployment, deployment)
    status = await furnished.post(f"{REPO}/deployments/{deployment['id']}/statuses", state="queued")
    reads(models.DeploymentStatus, status.body)
    run = {"name": "deploybot.yml", "head_sha": deployment["sha"], "conclusion": "failure"}
    output = {"title": "Invalid", "summary": "Line 3"}
    reads(models.CheckRun, (await furnished.post(f"{REPO}/check-runs", **run, output=output)).body)
    comment = await furnished.post(f"{REPO}/issues/2/comments", body="https://pr2.example.com")
    reads(models.IssueComment, comment.body)
    changed = await furnished.call("PATCH", comment.body["url"], json={"body": "Gone"})
    reads(models.IssueComment, changed.body)


async def test_what_the_app_reads(furnished: Caller) -> None:
    """The App, its installations, a token, its deliveries."""
    reads(models.Integration, (await furnished.as_app("GET", "/app")).body)
    installations = (await furnished.as_app("GET", "/app/installations")).body
    reads(list[models.Installation], installations)
    number = installations[0]["id"]
    one = await furnished.as_app("GET", f"/app/installations/{number}")
    reads(models.Installation, one.body)
    token = await furnished.as_app("POST", f"/app/installations/{number}/access_tokens")
    reads(models.InstallationToken, token.body)
    deliveries = (await furnished.as_app("GET", "/app/hook/deliveries")).body
    reads(list[models.HookDeliveryItem], deliveries)
    whole = await furnished.as_app("GET", f"/app/hook/deliveries/{deliveries[0]['id']}")
    reads(models.HookDelivery, whole.body)


async def test_refusals(furnished: Caller) -> None:
    """404 and 422 have GitHub's shapes."""
    missing = await furnished.get(f"{REPO}/deployments/1")
    reads(models.BasicError, missing.body)
    assert missing.status == 404
    invalid = await furnished.post(f"{REPO}/issues/2/comments", body=" ")
    reads(models.ValidationError, invalid.body)
    assert invalid.status == 422
