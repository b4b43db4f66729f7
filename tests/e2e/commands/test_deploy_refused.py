"""What `deploy` refuses before anything is created, and the answers that help."""

import asyncio

import pytest
from inline_snapshot import snapshot

from sandbox.world import World
from tests.e2e.running import Bot, until
from tests.e2e.shop import REPOSITORY, Shop

ALIASES = """\
version: 1
circleci: {workflow: deploy}
environments:
  eu-production: {aliases: [eu, live]}
  eu-staging: {aliases: [eu]}
  "pr{number}": {deploy_on: {pull_request: true}}
"""


async def test_an_unbound_channel(world: World, bot: Bot) -> None:
    """What to type first."""
    assert await Shop(world, bot).type("deploy production") == snapshot(
        "This channel has no repository yet. Connect one: `/cimon setup owner/repo`."
    )


@pytest.mark.parametrize("config", [ALIASES])
async def test_the_configurations_environments_are_listed_first(shop: Shop) -> None:
    """Patterns are not environments one can type; of an alias of two, both are named."""
    assert await shop.type("deploy") == snapshot("""\
Which environment? Type one of these:
• `/cimon deploy eu-production`
• `/cimon deploy eu-staging`
• `/cimon deploy production`
• `/cimon deploy staging`
Nothing was deployed.\
""")
    assert await shop.type("deploy eu") == snapshot(
        "`eu` could be `eu-production`, `eu-staging`. Type the environment's full name. Nothing was deployed."
    )


async def test_an_unknown_environment(shop: Shop) -> None:
    """The closest match, and how to create it all the same; with a wrong ref, both at once."""
    assert await shop.type("deploy prodction") == snapshot(
        "I don't know the environment `prodction`. Did you mean `/cimon deploy production`? To create it: `/cimon deploy prodction --new`. Nothing was deployed."
    )
    assert await shop.type("deploy moon main") == snapshot(
        "I don't know the environment `moon`. I only know `production`, `staging`. To create it: `/cimon deploy moon --new`. Nothing was deployed."
    )
    assert await shop.type("deploy prodction mian") == snapshot("""\
2 problems:
• I don't know the environment `prodction`. Did you mean `/cimon deploy production`? To create it: `/cimon deploy prodction --new`.
• `acme/shop` has no branch, tag or commit `mian`. Did you mean `main`?
Nothing was deployed.\
""")
    assert not shop.deployments


async def test_a_new_environment(shop: Shop) -> None:
    """`--new` creates it; from then on it is known."""
    await shop.deploy("deploy moon --new")
    await shop.finish()
    assert "moon" == shop.deployments[0].environment
    await shop.deploy("deploy moon v1.4.0")


async def test_an_unknown_ref(shop: Shop) -> None:
    """The closest branch or tag; how long a commit must be; why forks do not deploy."""
    assert await shop.type("deploy production mian") == snapshot(
        "`acme/shop` has no branch, tag or commit `mian`. Did you mean `main`? Nothing was deployed."
    )
    assert await shop.type("deploy production v1.4.1") == snapshot(
        "`acme/shop` has no branch, tag or commit `v1.4.1`. Did you mean `v1.4.0`? Nothing was deployed."
    )
    assert await shop.type("deploy production no-such-thing-at-all") == snapshot(
        "`acme/shop` has no branch, tag or commit `no-such-thing-at-all`. Check the spelling or push it first. Nothing was deployed."
    )
    assert await shop.type("deploy production abc123") == snapshot(
        "`abc123` is too short for a commit. Type at least 7 characters of it. Nothing was deployed."
    )
    assert await shop.type("deploy production abcdef1234567890") == snapshot(
        "`acme/shop` has no commit `abcdef1234567890`. Push it first, or deploy a branch or tag. Nothing was deployed."
    )
    pull = shop.world.github.open_pull_request(REPOSITORY, "evil", author="mallory", fork=True)
    assert await shop.type(f"deploy staging pull/{pull.number}/head") == snapshot(
        "Pull request #1 comes from a fork, and code from forks doesn't get this repository's secrets. To allow it, set `forks: true` on the environment in `.github/deploybot.yml` on the default branch. Nothing was deployed."
    )


async def test_a_ref_that_is_branch_and_tag(shop: Shop) -> None:
    """How to say which."""
    shop.world.github.push(REPOSITORY, "v1.4.0", "A branch with a tag's name")
    assert await shop.type("deploy production v1.4.0") == snapshot(
        "`v1.4.0` is both a branch and a tag. Type `heads/v1.4.0` for the branch or `tags/v1.4.0` for the tag. Nothing was deployed."
    )
    await shop.deploy("deploy production tags/v1.4.0")
    assert "v1.4.0" == shop.world.circleci.pipelines[0].tag


async def test_an_archived_repository(shop: Shop) -> None:
    """GitHub takes no deployments for it."""
    shop.world.github.archive(REPOSITORY)
    await shop.quiet()
    assert await shop.type("deploy production") == snapshot(
        "`acme/shop` is archived, so GitHub won't accept deployments for it. Someone with admin access can unarchive it. Nothing was deployed."
    )


async def test_the_same_commit_is_on_its_way(shop: Shop) -> None:
    """Answered with the one that runs; its button asks for a second in the queue."""
    await shop.deploy("deploy production main")
    assert await shop.type("deploy production main", "sam") == snapshot("""\
This commit is already on its way to *production*: `<https://github.com/acme/shop/deployments/production|main>` is deploying now. Deploy it again afterwards?
[Deploy again]\
""")
    assert 1 == len(shop.deployments)
    asked = shop.world.slack.ephemerals("sam")[-1]
    await asyncio.gather(*(shop.press(asked, "Deploy again", "sam") for _ in range(3)))
    assert "already on its way" in await shop.press(asked, "Deploy again", "sam")
    await until(lambda: len(shop.deployments) == 2, what="a second deployment")
    answered = shop.world.slack.ephemerals
    await until(lambda: len(answered("sam")) == 4, what="an answer to each that made none")
    await shop.quiet()
    assert "pending" == shop.deployments[1].state
    await shop.finish(1)
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="its pipeline")
    await shop.finish(2)
    assert ["inactive", "success"] == [one.state for one in shop.deployments]


@pytest.mark.by_setup
async def test_a_command_repeated_at_once(shop: Shop) -> None:
    """Typed twice before the first has an answer: one deployment."""
    slack = shop.world.slack
    shop.world.github.faults.add("POST /graphql", delay=0.2)
    await slack.type_command("shop", "dana", "deploy production main")
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")
    await slack.type_command("shop", "dana", "deploy production main")
    await until(lambda: len(slack.ephemerals("dana")) == 2, what="an answer")
    await shop.quiet()
    assert 1 == len(shop.deployments) == len(shop.world.circleci.pipelines)
