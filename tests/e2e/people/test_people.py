"""Who is told, and how often: the person who asked and the one who committed, once each."""

import pytest
from inline_snapshot import snapshot

from sandbox.world import World
from tests.e2e.conftest import ENVIRON
from tests.e2e.running import Bot, until
from tests.e2e.shop import Shop


async def linked_both(world: World, bot: Bot) -> Shop:
    """Dana is octocat, Sam is hubot."""
    shop = Shop(world, bot)
    await shop.bound(("dana", "octocat"), ("sam", "hubot"))
    return shop


async def test_requester_and_committer_are_mentioned_once(world: World, bot: Bot) -> None:
    """Sam committed what Dana deploys: one reply notifies both, and nothing else notifies.

    Of a failure, the reply that also goes to the channel is the same message.
    """
    shop = await linked_both(world, bot)
    live = await shop.deploy("deploy production v1.4.0")
    assert not world.slack.notifications
    await shop.finish()
    [reply] = world.slack.replies("shop", live.ts)
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> <@sam> `v1.4.0` is live in *production*."
    )
    assert [reply.ts] == world.slack.notified("dana") == world.slack.notified("sam")
    await shop.deploy("deploy production v1.4.0")
    await shop.finish(2, "failed")
    assert 2 == len(world.slack.notified("dana")) == len(world.slack.notified("sam"))


async def test_one_person_who_is_both_is_mentioned_once(shop: Shop) -> None:
    """Dana deploys her own commit."""
    live = await shop.deploy("deploy production main")
    await shop.finish()
    assert shop.eyes.thread(live) == snapshot("  ↳ <@dana> `main` is live in *production*.")
    assert 1 == len(shop.world.slack.notifications)


async def test_who_is_not_linked_is_named_and_not_notified(world: World, bot: Bot) -> None:
    """Nobody claimed a login: Dana is mentioned because she typed it, hubot is only named."""
    shop = Shop(world, bot)
    await shop.bound()
    live = await shop.deploy("deploy production v1.4.0")
    await shop.finish()
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `v1.4.0` (by hubot) is live in *production*."
    )
    assert "login" not in shop.deployments[0].payload["deploybot"]


async def test_a_commit_of_nobody_that_github_knows(shop: Shop) -> None:
    """An author without an account is named as git has them, escaped."""
    shop.world.github.push(
        shop.world.repository,
        message="Nail <!channel> hats & more",
        author="Mallory <!here>",
        known_author=False,
    )
    live = await shop.deploy("deploy production")
    await shop.finish()
    assert shop.eyes.message(live) == snapshot("""\
“Deployed in <n s>: main to production, requested by dana.”
*production* · Deployed in <n s> · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c005…|c005>` Nail &lt;!channel&gt; hats &amp; more — by Mallory &lt;!here&gt;
| <https://circleci.test/pipelines/gh/acme/shop/1|logs>
| [Details]\
""")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `main` (by Mallory &lt;!here&gt;) is live in *production*."
    )
    assert {"dana"} == {
        one.name
        for one in shop.world.slack.workspace.users.values()
        if shop.world.slack.notified(one.id)
    }


async def test_a_link_made_or_undone_while_it_runs_counts(world: World, bot: Bot) -> None:
    """Sam claims hubot after a deployment began and is told of its outcome.

    He takes it back while the next one runs: he is named as who committed, and not notified.
    """
    shop = Shop(world, bot)
    await shop.bound(("dana", "octocat"))
    setup = world.slack.messages("shop")[0]
    live = await shop.deploy("deploy production v1.4.0")
    await shop.claim("sam", "hubot", setup)
    await shop.finish()
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> <@sam> `v1.4.0` is live in *production*."
    )
    told = world.slack.notified("sam")
    live = await shop.deploy("deploy staging v1.4.0")
    await shop.type("goodbye", "sam")
    await shop.finish(2)
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `v1.4.0` (by hubot) is live in *staging*."
    )
    assert told == world.slack.notified("sam")


async def test_a_person_on_github_may_link_while_it_runs(world: World, bot: Bot) -> None:
    """Dana made the deployment with GitHub's API before she said who she is."""
    shop = Shop(world, bot)
    await shop.bound()
    setup = world.slack.messages("shop")[0]
    world.github.person_deploys(shop.world.repository)
    await until(lambda: shop.live and world.circleci.pipelines, what="it runs")
    await shop.claim("dana", "octocat", setup)
    await shop.finish()
    assert shop.eyes.thread(shop.live[0]) == snapshot("  ↳ <@dana> `main` is live in *production*.")


@pytest.mark.parametrize("environ", [{**ENVIRON, "LEASE_SECONDS": "4"}])  # 2 s for a call
async def test_many_people_of_a_slow_github(world: World, bot: Bot) -> None:
    """Each page of them has one call's time: `setup` and `hello` offer them all."""
    people = {f"worker-{number:03}": "read" for number in range(300)}
    world.github.add_repository("acme/big", collaborators=people)
    world.slack.add_channel("big")
    world.github.faults.add("/graphql$", delay=0.75, times=None)
    shop = Shop(world, bot)
    assert "(worker-200 – worker-299): 100 options]" in await shop.type(
        "setup acme/big", "dana", "big"
    )
    assert "(worker-200 – worker-299): 100 options]" in await shop.type("hello", "dana", "big")
