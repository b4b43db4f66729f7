"""What happens to pull requests and branches besides pushes, and what of it deploys."""

import pytest

from tests.e2e.shop import REPOSITORY, Shop
from tests.e2e.triggers.test_triggers import made, settled

CONFIG = """\
version: 1
circleci: {workflow: deploy}
environments:
  preview: {deploy_on: {push: ["{default_branch}"]}}
  "pr{number}": {deploy_on: {pull_request: true}, transient: true}
"""
RELEASES = '  staging: {deploy_on: {push: ["release*"]}}\n'
INVALID = "version: 1\nenvironments: {production: {colour: red}}\n"
pytestmark = pytest.mark.parametrize("config", [CONFIG])


async def test_another_base_deploys_nothing(shop: Shop) -> None:
    """Its head is the same commit, which is deployed already."""
    github = shop.world.github
    github.push(REPOSITORY, "release/1", "Release")
    pull = github.open_pull_request(REPOSITORY, "hats")
    await settled(shop)
    shop.forget_calls()
    github.retarget_pull_request(REPOSITORY, pull.number, "release/1")
    await settled(shop)
    assert made(shop) == [(f"pr{pull.number}", "hats")]
    assert [call for call in shop.calls() if call.provider == "github"] == []


async def test_a_force_push_deploys_each_time(shop: Shop) -> None:
    """There and back again: each is what the branch is now, of a pull request or not."""
    github = shop.world.github
    github.push(REPOSITORY, message="Start")
    github.open_pull_request(REPOSITORY, "hats")
    pushed = {"main": [github.head(REPOSITORY, "main")], "hats": [github.head(REPOSITORY, "hats")]}
    await finished(shop)
    for branch, shas in pushed.items():
        shas.append(github.push(REPOSITORY, branch, "More"))
    await finished(shop)
    for branch, shas in pushed.items():
        assert shas[0]
        github.force_push(REPOSITORY, branch, shas[0])
        shas.append(shas[0])
    await settled(shop)
    deployed = {
        branch: [one.sha for one in shop.deployments if one.ref == branch] for branch in pushed
    }
    assert deployed == pushed


async def finished(shop: Shop) -> None:
    """Let what was pushed be deployed; the next push comes a minute later."""
    await settled(shop)
    for pipeline in shop.world.circleci.pipelines:
        if pipeline.workflows[0].status == "running":
            await shop.finish(pipeline.number)
    shop.world.github.clock.ahead += 60


async def test_another_default_branch(shop: Shop) -> None:
    """Its file counts at once, and its pushes deploy; those to the old one do not."""
    github = shop.world.github
    await shop.type("list")
    beta = CONFIG.replace("preview:", "beta:") + RELEASES
    files = {".github/deploybot.yml": beta}
    github.push(REPOSITORY, "trunk", "Rename", files=files)
    await settled(shop)
    github.change_default_branch(REPOSITORY, "trunk")
    await settled(shop)
    assert made(shop) == []
    github.push(REPOSITORY, "release/1", "Release")
    await settled(shop)
    github.push(REPOSITORY, "main", "Old")
    github.push(REPOSITORY, "trunk", "New")
    await settled(shop)
    assert made(shop) == [("staging", "release/1"), ("beta", "trunk")]


async def test_closed_while_the_file_is_invalid(shop: Shop) -> None:
    """Nobody closes it again, so it ends once the file can be read."""
    github = shop.world.github
    pull = github.open_pull_request(REPOSITORY, "hats")
    await settled(shop)
    await shop.finish(1)
    github.push(REPOSITORY, "main", "Break", files={".github/deploybot.yml": INVALID})
    await settled(shop)
    github.close_pull_request(REPOSITORY, pull.number)
    await settled(shop)
    assert [one.state for one in shop.deployments] == ["success"]
    files = {".github/deploybot.yml": CONFIG}
    github.push(REPOSITORY, "main", "Mend [skip deploy]", files=files)
    await settled(shop)
    await shop.later(700)
    assert [one.state for one in shop.deployments] == ["inactive"]
