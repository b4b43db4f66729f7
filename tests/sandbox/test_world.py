"""The world: its shop, and the three providers wired to each other."""

import shutil
import subprocess
from pathlib import Path

import pytest

from sandbox.github.changes import git
from sandbox.github.records import CommitStatus
from sandbox.world import World, new_key_pair
from tests.sandbox.conftest import SHOP, Inbox


async def test_the_whole_environment(world: World) -> None:
    """Everything that the bot needs is in the environment, with running addresses."""
    environ = world.environ("https://bot.example.com", "sqlite:///x.db")
    assert set(environ) == {
        "GITHUB_APP_ID",
        "GITHUB_PRIVATE_KEY",
        "GITHUB_WEBHOOK_SECRET",
        "GITHUB_API_URL",
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "SLACK_API_URL",
        "CIRCLECI_TOKEN",
        "CIRCLECI_WEBHOOK_SECRET",
        "CIRCLECI_API_URL",
        "PUBLIC_URL",
        "STORE_URL",
        "LOG_FORMAT",
    }
    assert all(environ.values())
    assert ":0" not in environ["GITHUB_API_URL"]
    assert world.github.webhook_url == "https://bot.example.com/github/webhook"


async def test_the_shop(world: World) -> None:
    """A few commits, a tag behind the head, two collaborators."""
    repository = world.github.state.repository(SHOP)
    assert len(repository.commits) == 4
    assert world.github.head(SHOP, "v1.4.0") != world.github.head(SHOP, "main")
    assert repository.collaborators == {"octocat": "admin", "hubot": "write"}


async def test_secrets_differ_from_run_to_run() -> None:
    """Two worlds share no secret; the App's key is made anew in each process."""
    one, two = World(), World()
    assert one.private_key not in new_key_pair()
    assert one.github.webhook_secret != two.github.webhook_secret


async def test_circleci_builds_what_github_has(world: World) -> None:
    """A ref resolves to GitHub's commit; one that is not there to nothing."""
    pull = world.github.open_pull_request(SHOP, "warm", fork=True)
    resolve = world.circleci.resolve_ref
    for branch, tag, ref in (("main", None, "main"), (None, "v1.4.0", "v1.4.0")):
        commit = resolve(world.slug, branch, tag)
        assert commit is not None
        assert commit.sha == world.github.head(SHOP, ref)
    built = resolve(world.slug, f"pull/{pull.number}/head", None)
    assert built is not None
    assert built.sha == pull.head_sha
    assert resolve(world.slug, "v1.4.0", None) is None


async def test_jobs_become_commit_statuses(world: World, inbox: Inbox) -> None:
    """CircleCI's report of a job is a status on the revision it built."""
    sha = world.github.head(SHOP, "main") or ""
    report = world.circleci.on_job_status
    assert report is not None
    report(world.slug, sha, "ci/circleci: deploy", "pending", "https://ci.example.com/1")
    await world.settle()
    [status] = world.github.state.repository(SHOP).statuses[sha]
    assert isinstance(status, CommitStatus)
    assert (status.context, status.state) == ("ci/circleci: deploy", "pending")
    assert [event["sha"] for event in inbox.bodies("status")] == [sha]


async def test_workflows_of_a_github_app_project_become_check_runs(world: World) -> None:
    """On the revision that was built, in GitHub's repository, and no status beside them."""
    slug = "circleci/org-id/project-id"
    project = world.circleci.add_project(slug, organization="acme", name="shop")
    pipeline = world.circleci.push(slug, "main")
    assert pipeline is not None
    world.circleci.finish(pipeline.id, "canceled")
    repository, sha = world.github.state.repository(SHOP), world.github.head(SHOP, "main")
    [suite] = repository.suites[sha or ""]
    assert suite.app.slug == "circleci-app"
    assert [(run.name, run.conclusion) for run in suite.runs] == [
        (f"deploy-{project.definition_id[:8]}", "cancelled")
    ]
    assert not repository.statuses


async def test_a_push_starts_a_pipeline_where_asked(inbox: Inbox) -> None:
    """With `ci_on_push` a push to a branch builds it; a tag does not."""
    world = World(ci_on_push=True)
    await world.start()
    before = len(world.circleci.pipelines)
    world.github.push(SHOP, "main")
    world.github.tag(SHOP, "v3.0.0")
    assert len(world.circleci.pipelines) == before + 1
    await world.stop()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not here")
def test_object_ids_are_gits(tmp_path: Path) -> None:
    """Git itself computes the same tree, commit and tag ids."""
    who = "Octo Cat"
    stamp = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", who), ("EMAIL", "o@example.com"), ("DATE", "1700000000 +0000"))
    }

    def run(*words: str) -> str:
        return subprocess.run(
            ["git", "-c", "core.autocrlf=false", *words],  # noqa: S607 - git from the path
            cwd=tmp_path,
            env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin:/usr/local/bin", **stamp},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    files = {"a.md": "one\n", "a/b.md": "two\n", "a-b.md": "three\n"}
    for path, text in files.items():
        target = tmp_path / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")
    run("init", "-q")
    run("add", "-A")
    run("commit", "-q", "-m", "First")
    run("tag", "-a", "v1", "-m", "One")
    tree = git.tree_sha({path: git.blob_sha(text.encode()) for path, text in files.items()})
    assert tree == run("rev-parse", "HEAD^{tree}")
    whole = {"name": who, "email": "o@example.com", "at": 1700000000.0}
    sha = git.commit_sha(tree=tree, parents=(), message="First", **whole)  # type: ignore[arg-type]  # a mixed dictionary
    assert sha == run("rev-parse", "HEAD")
    tag = git.tag_sha(commit=sha, tag="v1", message="One", **whole)  # type: ignore[arg-type]  # a mixed dictionary
    assert tag == run("rev-parse", "v1")
