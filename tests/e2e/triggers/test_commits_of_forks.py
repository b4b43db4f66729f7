"""A commit that is named by its SHA is deployed only if something of the repository reaches it."""

import pytest

from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

FORKS = """\
version: 1
circleci: {workflow: deploy}
environments:
  staging: {forks: true}
  "pr{number}": {forks: true, deploy_on: {pull_request: true}}
"""


async def test_a_forks_commit_is_refused(shop: Shop) -> None:
    """GitHub shows it under the parent; typed or by API, nothing runs."""
    sha = shop.world.github.push_to_fork(REPOSITORY, "mallory", "Give the hats away")
    told = await shop.type(f"deploy production {sha}")
    assert "so it may come from a fork. Push it to a branch first" in told
    assert "may come from a fork" in await shop.type(f"deploy production {sha[:9]}")
    shop.world.github.person_deploys(REPOSITORY, "production", sha)
    await until(lambda: shop.deployments and shop.deployments[-1].state == "error", what="refused")
    assert "may come from a fork" in shop.states()[-1]
    assert not shop.world.circleci.pipelines


async def test_what_the_repository_reaches_is_deployed(shop: Shop) -> None:
    """Behind the default branch (one call more), the head of a branch or a tag, a pull request's."""
    github = shop.world.github
    start = github.head(REPOSITORY, "main") or ""
    github.push(REPOSITORY, message="Later")
    shop.forget_calls()
    await shop.deploy(f"deploy production {start}")
    calls = [one for one in shop.calls() if "/compare/" in one.path or "where-head" in one.path]
    assert [f"/repos/{REPOSITORY}/compare/main...{start}"] == [one.path for one in calls]
    branch = github.push(REPOSITORY, "feature", "A branch")
    tagged = github.push(REPOSITORY, "old", "Tagged, its branch gone")
    github.tag(REPOSITORY, "v0.1", tagged, message="annotated")
    github.delete_branch(REPOSITORY, "old")
    pull = github.open_pull_request(REPOSITORY, "hats")
    first, last = pull.head_sha, github.push(REPOSITORY, "hats", "More")
    for number, sha in enumerate((branch, tagged, first, last)):
        await shop.deploy(f"deploy place-{number} {sha} --new")
    assert [branch, tagged, first, last] == [one.sha for one in shop.deployments[1:]]


async def test_what_succeeded_before_is_deployed_again(shop: Shop) -> None:
    """Its branch was pushed over: no ref reaches it, but it was live here."""
    github = shop.world.github
    sha = github.push(REPOSITORY, "feature", "Live")
    await shop.deploy("deploy staging feature")
    await shop.finish(1)
    github.force_push(REPOSITORY, "feature", github.head(REPOSITORY, "main") or "")
    await shop.deploy(f"deploy production {sha}")


async def test_a_branch_that_moved_on_still_reaches_it(shop: Shop) -> None:
    """A person's deployment of a branch, which has moved when we first look."""
    github = shop.world.github
    github.push(REPOSITORY, "feature", "First")
    github.deliverer.hold = True
    github.person_deploys(REPOSITORY, "staging", "feature")
    github.push(REPOSITORY, "feature", "Second")
    github.deliverer.release()
    await until(lambda: shop.world.circleci.pipelines, what="it runs")
    await shop.quiet()


@pytest.mark.parametrize("config", [FORKS])
async def test_where_forks_are_allowed(shop: Shop) -> None:
    """The head of a fork's own pull request, by itself or typed; no other commit, nor elsewhere."""
    github = shop.world.github
    pull = github.open_pull_request(REPOSITORY, "evil", author="mallory", fork=True)
    await shop.quiet()
    await shop.later(40)
    assert [(one.environment, one.sha) for one in shop.deployments] == [
        (f"pr{pull.number}", pull.head_sha)
    ]
    await shop.finish(1)
    stray = github.push_to_fork(REPOSITORY, "mallory", "No pull request")
    assert "may come from a fork" in await shop.type(f"deploy staging {stray}")
    await shop.deploy(f"deploy staging {pull.head_sha}")
    told = await shop.type(f"deploy production {pull.head_sha}")
    assert "the head of pull request #" in told
