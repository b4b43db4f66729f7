"""Locks: who is refused, who is told, and how one ends."""

import pytest
import structlog
from inline_snapshot import snapshot

from tests.e2e.recovery.test_resync_lost import BRISK
from tests.e2e.shop import CHANNEL, REPOSITORY, Shop

ALIASES = """\
version: 1
circleci: {workflow: deploy}
environments:
  production: {aliases: [prod]}
  staging: {}
"""


def said(shop: Shop) -> str:
    """The latest message in the channel."""
    return shop.eyes.message(shop.world.slack.last_message(CHANNEL))


PUSHED = """\
version: 1
circleci: {workflow: deploy}
environments:
  staging: {checks: [], deploy_on: {push: [staging]}}
  production: {checks: [], deploy_on: {push: [production]}}
"""


@pytest.mark.parametrize("config", [ALIASES])
async def test_a_lock_refuses_everybody_but_its_owner(shop: Shop) -> None:
    """By any of the environment's names; `--force` does not skip it, its owner may deploy."""
    assert await shop.type("lock prod database migration, ask me") == snapshot("""\
dana locked *production*: database migration, ask me.
[Unlock]\
""")
    assert await shop.type("deploy production --force", user="sam") == snapshot("""\
*production* has been locked by dana since <time>: database migration, ask me. Ask dana, or `/cimon unlock production`. Nothing was deployed.
[Tell me]\
""")
    made = shop.world.github.person_deploys(REPOSITORY, "production", "v1.4.0", "hubot")
    await shop.quiet()
    assert ("error", 0) == (made.state, len(shop.world.circleci.pipelines))
    await shop.deploy("deploy staging", user="sam")
    await shop.deploy("deploy production", user="dana")


async def test_who_was_refused_is_told_of_the_release(shop: Shop) -> None:
    """Once, in the channel, with its owner and those who asked, in order."""
    await shop.type("lock production", user="sam")
    await shop.type("deploy production", user="dana")
    refused = shop.world.slack.ephemerals("dana")[-1]
    assert await shop.press(refused, "Tell me", user="dana") == snapshot(
        "I'll mention you here when *production* is unlocked."
    )
    shop.world.slack.add_user("kim", "Kim Lee")
    await shop.type("deploy production", user="kim")
    too = shop.world.slack.ephemerals("kim")[-1]
    for _ in range(2):
        await shop.press(too, "Tell me", user="kim")
    assert await shop.type("unlock production", user="sam") == snapshot(
        "<@dana> <@kim> sam unlocked *production*. If your deployment was refused, type it again."
    )
    assert said(shop) == snapshot(
        "<@dana> <@kim> sam unlocked *production*. If your deployment was refused, type it again."
    )
    assert await shop.press(refused, "Tell me", user="dana") == snapshot(
        "*production* isn't locked anymore."
    )
    assert await shop.type("unlock production", user="sam") == snapshot(
        "*production* isn't locked."
    )
    await shop.deploy("deploy production", user="dana")


@pytest.mark.parametrize("tab", [True, False])
async def test_who_is_told_where_the_channel_is_closed(shop: Shop, *, tab: bool) -> None:
    """Everybody whom it concerns, alone; where Slack takes that neither, the log says so."""
    slack = shop.world.slack
    await shop.type("lock production migration", user="sam")
    await shop.type("deploy production", user="dana")
    await shop.press(slack.ephemerals("dana")[-1], "Tell me", user="dana")
    slack.kick_bot("shop")
    slack.remove_scope("chat:write.public")
    slack.workspace.messages_tab = tab
    with structlog.testing.capture_logs() as lines:
        await slack.type_command(CHANNEL, "sam", "unlock production")
        await shop.quiet()
    assert [line["event"] for line in lines].count("answer.undeliverable") == (1 if tab else 3)
    told = [slack.workspace.direct(user.id).messages for user in (slack.dana, slack.sam)]
    assert [[shop.eyes.message(one) for one in each] for each in told] == (
        snapshot(
            [
                [
                    "sam unlocked *production* in `acme/shop` (lock reason: migration). I can't post in <#shop>, so I'm telling you here."
                ],
                [
                    "sam unlocked *production* in `acme/shop` (lock reason: migration). I can't post in <#shop>, so I'm telling you here."
                ],
            ]
        )
        if tab
        else [[], []]
    )


async def test_the_owner_is_told_who_released_it(shop: Shop) -> None:
    """Anybody may. The log says who locked and who unlocked, and not who asked to be told."""
    sam, dana = shop.world.slack.sam.id, shop.world.slack.dana.id
    with structlog.testing.capture_logs() as lines:
        await shop.type("lock production database migration", user="sam")
        await shop.type("unlock production", user="dana")
        assert said(shop) == snapshot(
            "<@sam> dana unlocked *production* (lock reason: database migration)."
        )
        await shop.type("lock production", user="sam")
        await shop.type("deploy production", user="dana")
        await shop.press(shop.world.slack.ephemerals("dana")[-1], "Tell me", user="dana")
        await shop.type("unlock production", user="sam")
    audit = [(line["did"], line["by"]) for line in lines if line["event"] == "audit"]
    assert audit == [("lock", sam), ("unlock", dana), ("lock", sam), ("unlock", sam)]


async def held_back(shop: Shop, environment: str) -> str:
    """Push to the branch that an environment follows; its commit, whose deployment waits."""
    sha = shop.world.github.push(REPOSITORY, environment, "Sell hats")
    await shop.quiet()
    assert shop.deployments[-1].state == "pending"
    return sha


@pytest.mark.parametrize(("config", "environ"), [(PUSHED, BRISK)])
async def test_everything_is_locked(shop: Shop) -> None:
    """`unlock all` releases that one only, and starts what waits anywhere; `locks` lists them."""
    await shop.type("lock all --for 2h release freeze", user="sam")
    await shop.type("lock staging", user="dana")
    assert await shop.type("locks") == snapshot("""\
Everything has been locked by sam since <time>, until <time>: release freeze.
*staging* has been locked by dana since <time>.\
""")
    assert await shop.type("deploy staging") == snapshot("""\
Everything has been locked by sam since <time>, until <time>: release freeze. Ask sam, or `/cimon unlock all`. Nothing was deployed.
[Tell me]\
""")
    assert await shop.type("lock staging mine now", user="sam") == snapshot(
        "*staging* has been locked by dana since <time>. `/cimon unlock staging` releases it."
    )
    await shop.press(shop.world.slack.last_message(CHANNEL), "Unlock", user="dana")
    held = [await held_back(shop, environment) for environment in ("staging", "production")]
    await shop.type("unlock all", user="sam")
    assert len(shop.world.circleci.pipelines) == 2
    assert [one.sha for one in shop.deployments] == held
    assert await shop.type("locks") == snapshot(
        "Nothing is locked in `acme/shop`. `/cimon lock production` stops deployments to production."
    )


async def test_a_lock_ends_by_itself(shop: Shop) -> None:
    """At the time that was named; until then its owner may change it."""
    await shop.type("lock production --for 1h hotfix", user="sam")
    await shop.type("lock production --for 2h", user="sam")
    await shop.later(3700)
    assert "has been locked" in await shop.type("deploy production", user="dana")
    await shop.later(3700)
    assert said(shop) == snapshot("<@sam> The lock on *production* (hotfix) has ended.")
    await shop.deploy("deploy production", user="dana")


@pytest.mark.parametrize("wrong", [7200.0, -7200.0])
async def test_a_lock_lasts_as_long_as_was_asked_for_though_our_clock_jumps(
    shop: Shop, wrong: float
) -> None:
    """Its end is told by GitHub's clock, which is asked once ours has jumped."""
    await shop.type("lock production --for 1h", user="sam")
    shop.bot.clock.wrong = wrong
    await shop.later(3500)
    assert "locked by sam" in await shop.type("locks")
    assert "has been locked" in await shop.type("deploy production", user="dana")
    await shop.later(160)
    assert "The lock on *production* has ended." in said(shop)
    await shop.deploy("deploy production", user="dana")


async def test_its_owner_is_asked_once_whether_it_is_still_needed(shop: Shop) -> None:
    """After three hours."""
    await shop.type("lock production hotfix", user="sam")
    await shop.later(3 * 3600 + 60)
    assert said(shop) == snapshot("""\
<@sam> you locked *production* at <time> (hotfix). Still needed?
[Unlock]\
""")
    before = len(shop.world.slack.messages(CHANNEL))
    await shop.later(24 * 3600)
    assert before == len(shop.world.slack.messages(CHANNEL))


async def test_what_is_typed_wrong(shop: Shop) -> None:
    """What to type instead."""
    assert await shop.type("lock") == snapshot("""\
Which environment? Type one of these:
• `/cimon lock production`
• `/cimon lock staging`
• `/cimon lock all`
Nothing was changed.\
""")
    assert await shop.type("lock prodction") == snapshot(
        "Nothing has been deployed to `prodction` yet. Did you mean `production`?"
    )
    assert await shop.type("lock production --for tomorrow") == snapshot(
        "`tomorrow` isn't a duration. Type `--for 2h`, `--for 90m` or `--for 1h30m`; a week at most."
    )
    assert await shop.type("unlock staging") == snapshot("*staging* isn't locked.")


async def test_locks_are_listed_while_github_is_down(shop: Shop) -> None:
    """They are our own records, though nobody can tell us what time it is on GitHub."""
    await shop.type("lock production for the audit --for 1h", user="sam")
    shop.bot.clock.wrong = 7200.0  # what we know of GitHub's clock counts no more
    shop.world.github.faults.add("^", drop="before", times=None)
    assert "locked by sam" in await shop.type("locks")
    assert shop.world.github.faults.made("GET /app$")
