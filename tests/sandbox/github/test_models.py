"""GitHub's stand-in against GitHub's own REST schema: every answer is read by its models."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import TypeAdapter

from sandbox.github import GitHubStandIn
from tests.sandbox.conftest import SHOP, Caller

pytestmark = pytest.mark.xdist_group("github-models")  # a second to load

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
    await hub.deliverer.settle()
    return api


Reads = Callable[[str, Any], None]


@pytest.fixture
def reads(official_models: Any) -> Reads:
    """Reads a body by GitHub's schema: a model's name, or `[name]` for a list of it."""

    def read(kind: str, body: Any) -> None:
        assert body
        model = getattr(official_models, kind.strip("[]"))
        TypeAdapter(list[model] if kind[0] == "[" else model).validate_python(body)

    return read


READS = [
    (REPO, "FullRepository"),
    (f"{REPO}/branches", "[ShortBranch]"),
    (f"{REPO}/branches/main", "BranchWithProtection"),
    (f"{REPO}/tags", "[Tag]"),
    (f"{REPO}/git/matching-refs/tags/v", "[GitRef]"),
    (f"{REPO}/git/ref/heads/main", "GitRef"),
    (f"{REPO}/commits", "[Commit]"),
    (f"{REPO}/commits/main", "Commit"),
    (f"{REPO}/commits/main/status", "CombinedCommitStatus"),
    (f"{REPO}/commits/main/statuses", "[Status]"),
    (f"{REPO}/compare/v1.4.0...main", "CommitComparison"),
    (f"{REPO}/contents/.github/deploybot.yml", "ContentFile"),
    (f"{REPO}/collaborators", "[Collaborator]"),
    (f"{REPO}/collaborators/octocat/permission", "RepositoryCollaboratorPermission"),
    (f"{REPO}/deployments", "[Deployment]"),
    (f"{REPO}/issues/1", "Issue"),
    (f"{REPO}/issues/2/comments", "[IssueComment]"),
    (f"{REPO}/pulls", "[PullRequestSimple]"),
    (f"{REPO}/pulls/2", "PullRequest"),
]


async def test_reads(furnished: Caller, reads: Reads) -> None:
    """What an installation reads."""
    for path, kind in READS:
        answer = await furnished.get(path)
        assert answer.status == 200, path
        reads(kind, answer.body)


async def test_lists_in_an_object(furnished: Caller, reads: Reads) -> None:
    """Check runs, environments and installed repositories come with a total."""
    for path, key, kind in (
        (f"{REPO}/commits/main/check-runs", "check_runs", "CheckRun"),
        (f"{REPO}/environments", "environments", "Environment"),
        ("/installation/repositories", "repositories", "Repository"),
    ):
        body = (await furnished.get(path)).body
        reads(f"[{kind}]", body[key])
        assert body["total_count"] == len(body[key])


async def test_one_deployment_and_its_statuses(furnished: Caller, reads: Reads) -> None:
    """A deployment by id, its statuses, and one of them."""
    deployment = (await furnished.get(f"{REPO}/deployments")).body[0]
    reads("Deployment", (await furnished.get(f"{REPO}/deployments/{deployment['id']}")).body)
    statuses = (await furnished.get(f"{REPO}/deployments/{deployment['id']}/statuses")).body
    reads("[DeploymentStatus]", statuses)
    reads("DeploymentStatus", (await furnished.get(statuses[0]["url"])).body)


async def test_writes(furnished: Caller, reads: Reads) -> None:
    """What the bot creates."""
    deployment = await furnished.deploy(payload={"deploybot": {"version": 1}})
    reads("Deployment", deployment)
    status = await furnished.post(f"{REPO}/deployments/{deployment['id']}/statuses", state="queued")
    reads("DeploymentStatus", status.body)
    run = {"name": "deploybot.yml", "head_sha": deployment["sha"], "conclusion": "failure"}
    output = {"title": "Invalid", "summary": "Line 3"}
    reads("CheckRun", (await furnished.post(f"{REPO}/check-runs", **run, output=output)).body)
    comment = await furnished.post(f"{REPO}/issues/2/comments", body="https://pr2.example.com")
    reads("IssueComment", comment.body)
    changed = await furnished.call("PATCH", comment.body["url"], json={"body": "Gone"})
    reads("IssueComment", changed.body)


async def test_what_the_app_reads(furnished: Caller, reads: Reads) -> None:
    """The App, its installations, a token, its deliveries."""
    reads("Integration", (await furnished.as_app("GET", "/app")).body)
    installations = (await furnished.as_app("GET", "/app/installations")).body
    reads("[Installation]", installations)
    number = installations[0]["id"]
    one = await furnished.as_app("GET", f"/app/installations/{number}")
    reads("Installation", one.body)
    token = await furnished.as_app("POST", f"/app/installations/{number}/access_tokens")
    reads("InstallationToken", token.body)
    deliveries = (await furnished.as_app("GET", "/app/hook/deliveries")).body
    reads("[HookDeliveryItem]", deliveries)
    whole = await furnished.as_app("GET", f"/app/hook/deliveries/{deliveries[0]['id']}")
    reads("HookDelivery", whole.body)


async def test_refusals(furnished: Caller, reads: Reads) -> None:
    """404 and 422 have GitHub's shapes."""
    missing = await furnished.get(f"{REPO}/deployments/1")
    reads("BasicError", missing.body)
    assert missing.status == 404
    invalid = await furnished.post(f"{REPO}/issues/2/comments", body=" ")
    reads("ValidationError", invalid.body)
    assert invalid.status == 422
