"""Time that passes on the bot's clock, every timer ringing at its moment."""

from app.ports import Key
from tests.e2e.shop import Shop

MOST_LOOKS = 2000


async def pass_time(shop: Shop, seconds: float) -> None:
    """Let so many seconds pass; what is due meanwhile is looked at when it is due."""
    clock = shop.bot.clock
    ends = clock.wall() + seconds
    for _ in range(MOST_LOOKS):
        await shop.quiet()
        rings = [at for at in await _due_times(shop, ends) if at > clock.wall()]
        if not rings:
            await shop.bot.later(max(0.0, ends - clock.wall()))
            await shop.quiet()
            return
        await shop.bot.later(min(rings) - clock.wall() + 0.001)
    raise AssertionError("there is no end to what is due")


async def _due_times(shop: Shop, until: float) -> list[float]:
    assert shop.bot.service is not None
    store = shop.bot.service.sweep.store
    found = [await _due_at(shop, key) for key in await store.due(until, 500)]
    return [at for at in found if at is not None]


async def _due_at(shop: Shop, key: Key) -> float | None:
    assert shop.bot.service is not None
    store = shop.bot.service.sweep.store
    record = await store.ask(key) if isinstance(key, str) else await store.build(key)
    return record.due_at if record else None
