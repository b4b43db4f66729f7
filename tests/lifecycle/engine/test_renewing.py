"""A read that takes longer than a lease: nobody else begins it meanwhile."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from app.clock import SystemClock
from app.errors import Conflict, StoreUnavailable, StoreUnsure
from app.lifecycle.engine.lease import Leases
from app.lifecycle.engine.look import Looker
from app.lifecycle.engine.renewing import renewing
from app.lifecycle.engine.wait_counter import WaitCounter
from app.lifecycle.look_types import Limits
from app.lifecycle.requests.ask_records import AskRecords
from app.lifecycle.requests.effects import AskEffects
from app.lifecycle.requests.inbox import Inbox
from app.lifecycle.timeline.stuck import Stuck
from app.model.ask import Ask, AskKind
from app.observe import Metrics
from app.ports import Store
from app.store.opening import open_store

pytestmark = pytest.mark.usefixtures("quiet")

LEASE = 0.4


def replica(name: str, store: Store, decide: Any) -> Looker:
    """One process that looks at asks; it calls no provider itself."""
    clock, metrics, nobody = SystemClock(), Metrics(), {"github": None}
    effects: Any = AskEffects(
        store=store,
        clock=clock,
        holder=name,
        inbox=Inbox(store, lambda *_, **__: None),
        answer=None,
        **nobody,
    )
    asks: Any = AskRecords(
        store=store,
        decide=decide,
        effects=effects,
        clock=clock,
        metrics=metrics,
        stuck=Stuck(),
        **nobody,
    )
    return Looker(
        store=store,
        kinds=(asks,),
        wake=print,
        leases=Leases(name, LEASE, clock),
        wait_counter=WaitCounter(clock),
        limits=Limits(lease=LEASE),
        call_timeout=LEASE / 2,
        clock=clock,
        metrics=metrics,
    )


async def test_a_long_read_is_made_once(tmp_path: Path) -> None:
    """Three processes look at the same ask, over and over, while one of them reads."""
    store = await open_store(f"sqlite:///{tmp_path / 'store.db'}", wait=0, lease_seconds=LEASE)
    begun: list[str] = []

    async def decide(ask: Ask) -> None:
        begun.append(ask.ask_id)
        await asyncio.sleep(3 * LEASE)

    await store.add_ask(Ask(ask_id="a", kind=AskKind.SWEEP, asked_at=0.0))
    looks = [replica(name, store, decide) for name in "xyz"]

    async def over_and_over(look: Looker) -> None:
        while await look("a") is not None:
            await asyncio.sleep(LEASE / 8)

    async with asyncio.timeout(60):
        await asyncio.gather(*(over_and_over(look) for look in looks))
    assert ["a"] == begun
    await store.close()


async def test_what_is_lost_while_it_takes_its_time_ends_it() -> None:
    """A lease that cannot be renewed: the work is not gone on with."""
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("work")

    async def renew() -> None:
        raise Conflict("overtaken")

    with pytest.raises(Conflict):
        await renewing(work(), renew, every=0.01)
    assert ["work"] == ended


async def test_what_is_cut_off_has_ended() -> None:
    """SIGTERM: also a store call, whose answer to being cut off is an error of its own."""
    ended: list[str] = []

    async def write() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append("write")
            raise StoreUnsure("the deadline passed while it was written") from None

    async def renew() -> None:
        """Not reached."""

    look = asyncio.ensure_future(renewing(write(), renew, every=60))
    await asyncio.sleep(0.01)
    look.cancel()
    with pytest.raises(asyncio.CancelledError):
        await look
    assert ["write"] == ended


async def test_what_fails_as_its_look_is_cut_off() -> None:
    """In the very same turn of the loop: nobody hears of it, and no task complains."""
    store: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def read() -> None:
        await store

    async def renew() -> None:
        """Not reached."""

    look = asyncio.ensure_future(renewing(read(), renew, every=60))
    await asyncio.sleep(0.01)
    store.set_exception(StoreUnavailable("dead"))
    await asyncio.sleep(0)
    look.cancel()
    with pytest.raises(asyncio.CancelledError):
        await look
