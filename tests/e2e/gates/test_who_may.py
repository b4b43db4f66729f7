"""Who may deploy where the configuration names people and teams."""

import pytest
from inline_snapshot import snapshot

from sandbox.world import World
from tests.e2e.conftest import ENVIRON
from tests.e2e.people.proving import prove
from tests.e2e.running import Bot
from tests.e2e.shop import CHANNEL, REPOSITORY, Shop
from tests.e2e.triggers.test_triggers import made, ours, settled

CONFIG = """\
version: 1
circleci: {workflow: deploy}
environments:
  production:
    allow: ["@octocat", "team:acme/ops"]
    force: ["@octocat"]
  staging: {}
"""

SECRET = {**ENVIRON, "GITHUB_CLIENT_SECRET": "the-sandbox's-client-secret"}
GUARDED = """\
version: 1
circleci: {workflow: deploy}
environments:
  production: {allow: ["@octocat"], deploy_on: {push: [main], tag: ["v*"]}}
  qa: {allow: ["@octocat"], approvals: 1}
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


@pytest.mark.parametrize(("config", "environ"), [(GUARDED, SECRET)])
async def test_who_is_not_named_deploys_in_no_way(world: World, bot: Bot) -> None:
    """Whatever deploys is refused, by a push as well; what only stops something is anybody's."""
    shop, github = Shop(world, bot), world.github
    await prove(shop, "dana", "octocat")
    await shop.bound()
    await shop.deploy("deploy staging")
    await shop.finish(1)
    for number, ref in enumerate(("v1.4.0", "main"), 2):
        await shop.deploy(f"deploy production {ref}")
        github.clock.ahead += 60
        await shop.finish(number)
    before, messages = made(shop), len(world.slack.messages(CHANNEL))
    typed = ("retry production", "promote staging production", "rollback production")
    refusals = [await shop.type(text, "sam") for text in typed]
    assert ["Only `octocat` can deploy to *production*" in told for told in refusals] == [True] * 3
    sha = github.push(REPOSITORY, message="Sell hats", author="hubot")
    await settled(shop)
    [run] = ours(shop, sha)
    assert (run.conclusion, run.output["title"]) == snapshot(
        ("neutral", "Only octocat can deploy to production, not hubot. Nothing was deployed.")
    )
    assert messages == len(world.slack.messages(CHANNEL))

    github.tag(REPOSITORY, "v1.4.1", github.head(REPOSITORY, "v1.4.0") or "")
    await settled(shop)
    offer = world.slack.last_message(CHANNEL)
    assert "Only `octocat` can deploy" in await shop.press(offer, "Deploy anyway", "sam")
    assert before == made(shop)
    await shop.deploy("deploy production")
    assert "Canceling" in await shop.type("cancel production", "sam")
    await shop.quiet()
    assert "canceled" == world.circleci.pipeline(4).workflows[0].status
    await shop.type("deploy qa")
    await shop.type("reject qa not today", "sam")
    assert shop.states()[-1] == snapshot("error: Rejected by sam: not today.")
    await shop.press(offer, "Deploy anyway")
    assert "v1.4.1" == shop.deployments[-1].ref
