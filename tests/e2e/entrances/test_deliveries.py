"""Webhooks come early, late, twice, or never: one deployment, one message, one mention."""

from inline_snapshot import snapshot

from sandbox.core.delivery import Sent
from tests.e2e.running import Bot, until
from tests.e2e.shop import Shop

DEPLOYED = snapshot("""\
“Deployed in <n s>: main to production, requested by dana.”
*production* · Deployed in <n s> · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| <https://circleci.test/pipelines/gh/acme/shop/1|logs>
| [Details]\
""")


def lose(shop: Shop, event: str) -> None:
    """Lose every GitHub delivery of that event."""
    deliverer = shop.world.github.deliverer
    send = deliverer.send

    def sometimes(**delivery: object) -> Sent:
        deliverer.lose = int(delivery["event"] == event)
        return send(**delivery)  # type: ignore[arg-type]

    deliverer.send = sometimes  # type: ignore[assignment]


async def told_once(shop: Shop, *, states: tuple[str, ...] = ("in_progress", "success")) -> None:
    """One pipeline, one live message, one reply, and GitHub knows of the success."""
    await until(lambda: shop.deployments[0].state == "success", what="success on GitHub")
    await shop.quiet()
    assert 1 == len(shop.world.circleci.pipelines) == len(shop.live)
    [live] = shop.live
    assert DEPLOYED == shop.eyes.message(live)
    assert ["  ↳ <@dana> `main` is live in *production*."] == shop.eyes.thread(live).split("\n")
    assert states == tuple(status.state for status in shop.deployments[0].statuses)


async def test_the_webhook_before_our_own_record(shop: Shop) -> None:
    """GitHub's event arrives while the answer to the creation is still on its way."""
    shop.world.github.faults.add("POST /repos/acme/shop/deployments$", hold=0.3)
    await shop.deploy()
    await shop.finish()
    await told_once(shop)


async def test_the_webhook_after_everything(shop: Shop) -> None:
    """An hour late or at the end: nothing is done again; nor when all arrive once more."""
    shop.world.github.deliverer.hold = True
    await shop.deploy()
    await shop.finish()
    shop.world.github.deliverer.release(reverse=True)
    await told_once(shop)
    webhooks = shop.world.github.hub.webhooks
    for delivery in list(webhooks.log):
        webhooks.redeliver(delivery)
    await told_once(shop)


async def test_every_webhook_several_times(shop: Shop) -> None:
    """Duplicates, also at the same instant, change nothing."""
    shop.world.github.deliverer.copies = shop.world.circleci.deliverer.copies = 4
    await shop.deploy()
    await shop.finish()
    await told_once(shop)


async def test_the_deployment_event_is_lost(shop: Shop) -> None:
    """Our own 201 is enough."""
    lose(shop, "deployment")
    await shop.deploy()
    await shop.finish()
    await told_once(shop)


async def test_all_of_githubs_events_are_lost(shop: Shop) -> None:
    """Our own answers are enough: nothing waits for an event, and `status` says so."""
    shop.world.github.deliverer.lose = 100
    await shop.deploy()
    await shop.finish()
    await told_once(shop)
    assert "GitHub's webhook hasn't arrived" in await shop.type("status")


async def test_circlecis_webhook_is_lost(shop: Shop) -> None:
    """The watch finds the outcome."""
    shop.world.circleci.deliverer.lose = 10
    await shop.deploy()
    await shop.finish()
    await shop.later(60)
    await told_once(shop)


async def test_circlecis_webhook_before_our_record_of_the_pipeline(shop: Shop) -> None:
    """The pipeline has ended before its id is known here: it is found by its parameters."""
    shop.world.circleci.faults.add("POST .*/pipeline$", hold=1.2)
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")
    shop.world.circleci.finish(1)
    await told_once(shop, states=("success",))


async def test_a_restart_in_between(shop: Shop, bot: Bot) -> None:
    """What was begun before a restart goes on after it, in the same message."""
    await shop.deploy()
    await bot.stop()
    await bot.start()
    await shop.finish()
    await told_once(shop)


async def test_the_outcome_while_the_bot_was_away(shop: Shop, bot: Bot) -> None:
    """CircleCI's webhook found nobody: the watch looks by itself."""
    await shop.deploy()
    await bot.stop()
    shop.world.circleci.deliverer.lose = 10
    shop.world.circleci.finish(1)
    await bot.start()
    await shop.later(60)
    await told_once(shop)
