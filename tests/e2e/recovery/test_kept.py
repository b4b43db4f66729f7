"""Commands that wait while GitHub is down: shown, and dropped by `cancel` before they are created."""

import asyncio

from inline_snapshot import snapshot

from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

TAGGED = "deploy production v1.4.0"


async def kept(shop: Shop, text: str = TAGGED, user: str = "dana") -> None:
    """Type a command while GitHub is down, until its person is told that it is kept."""
    before = len(shop.world.slack.ephemerals(user))
    shop.world.github.faults.clear()
    shop.world.github.unavailable(times=None)
    await shop.world.slack.type_command("shop", user, text)
    await shop.quiet()
    await shop.later(3)
    assert len(shop.world.slack.ephemerals(user)) == before + 1


async def back(shop: Shop) -> None:
    """GitHub answers again, and everything that waited is done."""
    shop.world.github.faults.clear()
    await shop.later(301)
    await shop.later(31)


async def test_a_kept_deploy_is_dropped_by_cancel_before_github_is_back(shop: Shop) -> None:
    """At once; nothing is deployed when GitHub answers again."""
    await kept(shop)
    assert shop.eyes.whispers("dana")[-1] == snapshot(
        "GitHub isn't answering (`502 Bad Gateway`). I'll keep trying `/cimon deploy production v1.4.0` until <time>. `/cimon cancel` drops it."
    )
    assert await shop.type("cancel") == snapshot(
        "Dropped your `/cimon deploy production v1.4.0` before it was created on GitHub. Nothing was deployed."
    )
    told = len(shop.world.slack.ephemerals("dana"))
    await back(shop)
    assert not shop.deployments
    assert len(shop.world.slack.ephemerals("dana")) == told
    await shop.deploy(TAGGED)


async def test_somebody_elses_is_dropped_by_its_environment_and_both_are_told(shop: Shop) -> None:
    """Sam's bare `cancel` is about his own; `cancel production` about all that waits there."""
    await kept(shop)
    await shop.world.slack.type_command("shop", "sam", "cancel")
    await shop.later(3)
    assert shop.eyes.whispers("sam") == snapshot([])
    assert await shop.type("cancel production", "sam") == snapshot(
        "Dropped dana's `/cimon deploy production v1.4.0` before it was created on GitHub. Nothing was deployed."
    )
    await back(shop)
    assert not shop.deployments
    assert shop.eyes.whispers("dana")[-1] == snapshot(
        "sam canceled `/cimon deploy production v1.4.0` before it was created on GitHub. Nothing was deployed."
    )


async def test_an_alias_is_understood_once_the_configuration_can_be_read(shop: Shop) -> None:
    """`cancel live` means production's; who typed it is told, too."""
    config = (
        "version: 1\ncircleci: {workflow: deploy}\nenvironments: {production: {aliases: [live]}}\n"
    )
    shop.world.github.push(REPOSITORY, files={".github/deploybot.yml": config})
    await kept(shop)
    await shop.world.slack.type_command("shop", "sam", "cancel live")
    await shop.quiet()
    await back(shop)
    assert not shop.deployments
    assert shop.eyes.whispers("dana")[-1] == snapshot(
        "sam canceled `/cimon deploy production v1.4.0` before it was created on GitHub. Nothing was deployed."
    )
    assert shop.eyes.whispers("sam") == snapshot(
        [
            "Nothing has been deployed to `production` yet. `/cimon list` shows what runs.",
            "Dropped dana's `/cimon deploy production v1.4.0` before it was created on GitHub. Nothing was deployed.",
        ]
    )


async def test_a_deploy_after_the_cancel_is_kept(shop: Shop) -> None:
    """The order is about what came before it."""
    await kept(shop)
    await shop.type("cancel")
    await kept(shop, "deploy production main")
    await back(shop)
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")
    assert ["main"] == [one.ref for one in shop.deployments]


async def test_list_and_status_show_what_is_kept(shop: Shop) -> None:
    """Alone while GitHub is down, and beside the rest once it answers."""
    await shop.deploy("deploy staging v1.4.0")
    await kept(shop)
    alone, same = await asyncio.gather(shop.type("list", "sam"), shop.type("status"))
    assert alone == snapshot("""\
GitHub isn't answering, so I can only show what's waiting for it.
Not created yet:
• `/cimon deploy production v1.4.0`, requested by dana: waiting for GitHub until <time>
`/cimon cancel` drops yours.\
""")
    assert same == alone
    shop.world.github.faults.clear()  # it is tried again within two seconds
    both = await asyncio.gather(shop.type("list", "sam"), shop.type("status"))
    assert all("waiting for GitHub until <time>" in one for one in both)
    await back(shop)
    assert "waiting for GitHub" not in await shop.type("list", "sam")
    assert 2 == len(shop.deployments)


async def test_a_cancel_while_the_deployment_is_being_created(shop: Shop) -> None:
    """GitHub is slow with it: it is created, and canceled at once."""
    match = "POST /repos/acme/shop/deployments$"
    shop.world.github.faults.add(match, delay=1.0)
    await shop.world.slack.type_command("shop", "dana", TAGGED)
    await until(lambda: shop.world.github.faults.made(match), what="a call")
    await shop.world.slack.type_command("shop", "dana", "cancel")
    await until(lambda: shop.deployments and shop.deployments[0].state == "error", what="its end")
    assert "error: Canceled by dana." == shop.states()[-1]
