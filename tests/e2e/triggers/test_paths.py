"""Pushes to a repository with several applications: each is deployed where it has changed."""

import pytest

from tests.e2e.shop import REPOSITORY, Shop

CONFIG = """\
version: 1
circleci: {workflow: deploy}
environments:
  web: {deploy_on: {push: [main], tag: ["v*"], paths: ["web/**"]}}
"""
pytestmark = pytest.mark.parametrize("config", [CONFIG])


async def pushed(shop: Shop, files: dict[str, str], count: int) -> None:
    """Push files to main; that makes so many deployments."""
    shop.world.github.push(REPOSITORY, message="Change", files=files)
    await shop.quiet()
    await shop.later(40)
    assert len(shop.deployments) == count


async def test_only_what_changed_since_the_last_success(shop: Shop) -> None:
    """The first is always deployed; what failed counts as not deployed.

    After a force push everything counts as changed: the branch has left what is live behind.
    """
    github = shop.world.github
    before = github.head(REPOSITORY, "main")
    assert before
    await pushed(shop, {"api/a.py": "1"}, 1)
    await shop.finish(1)
    shop.forget_calls()
    await pushed(shop, {"api/a.py": "2"}, 1)
    compared = [call.path for call in shop.calls() if "/compare/" in call.path]
    assert len(compared) == 1
    await pushed(shop, {"web/a.js": "1"}, 2)
    await shop.finish(2, "failed")
    await pushed(shop, {"api/a.py": "3"}, 3)
    await shop.finish(3)
    github.tag(REPOSITORY, "v2.0.0", message="Two")
    await shop.quiet()
    await shop.later(40)
    assert len(shop.deployments) == 4
    await shop.finish(4)
    github.clock.ahead += 60
    github.force_push(REPOSITORY, "main", before)
    await shop.quiet()
    await shop.later(40)
    assert len(shop.deployments) == 5
