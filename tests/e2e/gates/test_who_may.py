"""Who may deploy where the configuration names people and teams."""

import pytest
from inline_snapshot import snapshot

from tests.e2e.shop import REPOSITORY, Shop

CONFIG = """\
version: 1
circleci: {workflow: deploy}
environments:
  production:
    allow: ["@octocat", "team:acme/ops"]
    force: ["@octocat"]
  staging: {}
"""


@pytest.mark.parametrize("config", [CONFIG])
async def test_a_claim_is_no_proof(shop: Shop) -> None:
    """Dana has claimed octocat: nothing that takes proof is done, the rest is."""
    assert await shop.type("deploy production --force") == snapshot(
        "Only `octocat` and the GitHub team `acme/ops` can deploy to *production*, and I can't verify GitHub logins yet: whoever runs me has to set `GITHUB_CLIENT_SECRET`. Nothing was deployed."
    )
    assert not shop.deployments
    await shop.type("lock production migration", user="sam")
    assert await shop.type("unlock production") == snapshot(
        "Only `octocat` and the GitHub team `acme/ops` can unlock *production*, and I can't verify GitHub logins yet: whoever runs me has to set `GITHUB_CLIENT_SECRET`."
    )
    await shop.type("unlock production", user="sam")
    await shop.deploy("deploy staging")


@pytest.mark.parametrize("config", [CONFIG])
async def test_github_names_who_deploys_by_its_api(shop: Shop) -> None:
    """A login that is not listed ends with who may; those who are, by name or team, deploy."""
    hub = shop.world.github
    refused = hub.person_deploys(REPOSITORY, "production", "v1.4.0", "hubot")
    await shop.quiet()
    assert (refused.state, refused.statuses[-1].description) == snapshot(
        (
            "error",
            "Only octocat and the GitHub team acme/ops can deploy to production, not hubot.",
        )
    )
    hub.set_team("acme/ops", "hubot")
    for login in ("octocat", "hubot"):
        hub.person_deploys(REPOSITORY, "production", "v1.4.0", login)
        await shop.quiet()
    assert len(shop.world.circleci.pipelines) == 1  # the second waits for the first
    await shop.finish()
    assert len(shop.world.circleci.pipelines) == 2
