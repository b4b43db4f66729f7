"""`resume`: what a rollback holds goes on."""

import pytest
from msgspec import structs

from app.model.slot import Hold, SlotChange
from tests.commands.conftest import Desk


async def hold(desk: Desk, rollback: int) -> int:
    """Have production held since a rollback; the repository's id."""
    repository = await desk.outside.github.repository("acme/shop")
    slot = await desk.outside.store.slot(repository.id, "production")
    held = Hold(rollback=rollback, left=rollback - 1, since=1.0, by="sam")
    change = SlotChange(before=slot, after=structs.replace(slot, hold=held))
    await desk.outside.store.change_slot(change)
    return repository.id


async def test_decided_once_more_it_ends_no_newer_hold(desk: Desk) -> None:
    """That it is done may not be written down; there is another rollback meanwhile."""
    await desk.bound()
    await hold(desk, 5)
    ask = desk.ask(text="resume production")
    first = await desk.decided(ask)
    repository_id = await hold(desk, 9)

    assert await desk.decided(ask) == first
    slot = await desk.outside.store.slot(repository_id, "production")
    assert slot.hold is not None
    assert slot.hold.rollback == 9
    assert "resumed" in await desk.type("resume production")


@pytest.mark.parametrize("config", ["environments: {production: {allow: ['@octocat']}}"])
async def test_who_may_not_deploy_there_may_not_resume(desk: Desk) -> None:
    """Typed or by the button; the hold stays."""
    await desk.bound()
    repository_id = await hold(desk, 5)
    told = [await desk.type("resume production"), await desk.press("resume", "production")]
    assert ["Only `octocat` can deploy to *production*" in each for each in told] == [True, True]
    slot = await desk.outside.store.slot(repository_id, "production")
    assert slot.hold is not None
