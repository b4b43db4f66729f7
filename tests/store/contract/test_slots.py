"""Slots: one winner, and never a slot without its build or a build without its slot."""

import asyncio

import msgspec
import pytest

from app.errors import Conflict
from app.model.build import BuildState
from app.model.note import Note
from app.model.plan import Person
from app.model.slot import Listing, Lock, Place, Rank, Slot, SlotChange

EMPTY = Slot(repository_id=1, name="production")


def taking(slot, deployment_id):
    """The slot given to a deployment."""
    return SlotChange(
        before=slot, after=msgspec.structs.replace(slot, running=deployment_id, since=5.0)
    )


def changed(record, **values):
    """A record with other values."""
    return msgspec.structs.replace(record, **values)


async def test_a_slot_never_seen_is_empty(store):
    """Reading writes nothing."""
    assert await store.slot(1, "production") == EMPTY


async def test_a_slot_is_changed_by_who_read_it_last(store):
    """Each change raises the version; a change from older knowledge is refused."""
    line = (Place(deployment_id=8, rank=Rank.ROLLBACK), Place(deployment_id=9, automatic=True))
    await store.change_slot(SlotChange(before=EMPTY, after=changed(EMPTY, waiting=line)))
    first = await store.slot(1, "production")
    assert first == changed(EMPTY, waiting=line, version=1)

    await store.change_slot(taking(first, 8))
    with pytest.raises(Conflict):
        await store.change_slot(taking(first, 9))
    with pytest.raises(Conflict):
        await store.change_slot(taking(EMPTY, 9))
    assert (await store.slot(1, "production")).running == 8
    assert await store.slot(1, "staging") == Slot(repository_id=1, name="staging")


async def test_a_slot_cannot_change_its_key(store):
    """A defect of ours is an error, not a second slot."""
    with pytest.raises(ValueError, match="key"):
        await store.change_slot(SlotChange(before=EMPTY, after=changed(EMPTY, name="staging")))


async def test_all_slots_of_a_repository(store):
    """By name, and of no other repository."""
    for repository_id, name in ((1, "staging"), (1, "*"), (1, "pr7"), (2, "production")):
        empty = Slot(repository_id=repository_id, name=name)
        lock = Lock(by=Person(name="Dana"), since=5.0, until=7.5, tell=("U1", "U2"))
        await store.change_slot(SlotChange(before=empty, after=changed(empty, lock=lock)))

    found = await store.slots(1)

    assert [slot.name for slot in found] == ["*", "pr7", "staging"]
    assert {slot.lock for slot in found} == {lock}
    assert await store.slots(3) == []


async def test_a_slot_that_changes_wakes_builds_in_the_same_write(store):
    """What waited is due; a change that is refused wakes nobody."""
    change = SlotChange(before=EMPTY, after=changed(EMPTY, lock=None))
    await store.change_slot(change, wake=[(1, 8), (1, 9)])
    assert set(await store.due(0.0, 10)) == {(1, 8), (1, 9)}

    with pytest.raises(Conflict):
        await store.change_slot(change, wake=[(1, 10)])
    assert await store.build((1, 10)) is None


async def test_a_slot_that_changes_wakes_any_number_of_builds(store):
    """More than one transaction takes."""
    change = SlotChange(before=EMPTY, after=changed(EMPTY, lock=None))
    await store.change_slot(change, wake=[(1, number) for number in range(150)])

    assert len(await store.due(0.0, 500)) == 150


async def test_of_twenty_builds_that_race_for_a_slot_one_gets_it(engine, store, taken):
    """One transaction writes slot and intent; the losers' builds are left as they were."""
    builds = [await taken(number, holder=f"h{number}") for number in range(20)]
    replicas = await engine.replicas(store, 20)

    results = await asyncio.gather(
        *(
            replica.save(
                build,
                changed(build, standing=Listing.RUNNING),
                slot=taking(EMPTY, build.deployment_id),
            )
            for replica, build in zip(replicas, builds, strict=True)
        ),
        return_exceptions=True,
    )

    won = [result.deployment_id for result in results if not isinstance(result, Exception)]
    assert len(won) == 1
    assert all(isinstance(result, Conflict) for result in results if isinstance(result, Exception))
    assert (await store.slot(1, "production")).running == won[0]
    stored = [await store.build(build.key) for build in builds]
    assert [build.deployment_id for build in stored if build.occupies_slot] == won


async def test_a_stale_slot_leaves_the_build_unwritten(store, taken):
    """Save and finish with a slot that moved write neither."""
    build = await taken()
    other = await taken(8)
    await store.change_slot(taking(EMPTY, 99))

    with pytest.raises(Conflict):
        await store.save(build, changed(build, standing=Listing.RUNNING), slot=taking(EMPTY, 7))
    with pytest.raises(Conflict):
        await store.finish(build, build, due_at=None, slot=taking(EMPTY, 7), wake=[other.key])

    assert await store.build((1, 7)) == build
    assert await store.build((1, 8)) == other


async def test_a_stale_build_leaves_the_slot_unwritten(store, taken):
    """The old holder of a build cannot take a slot for it, nor wake anybody."""
    build = await taken()
    other = await taken(8)
    await store.take(build, "them")

    with pytest.raises(Conflict):
        await store.save(build, changed(build, standing=Listing.RUNNING), slot=taking(EMPTY, 7))
    with pytest.raises(Conflict):
        await store.finish(build, build, due_at=None, slot=taking(EMPTY, 7), wake=[other.key])

    assert await store.slot(1, "production") == EMPTY
    assert await store.build((1, 8)) == other


async def test_releasing_a_slot_wakes_the_next_in_the_same_write(store, taken):
    """The one that waited is due at once, with an event counted."""
    waiting = await taken(8)
    await store.finish(waiting, waiting, due_at=900.0)
    build = await taken()
    build = await store.save(build, build, slot=taking(EMPTY, 7))
    slot = await store.slot(1, "production")

    finished = await store.finish(
        build,
        changed(build, state=BuildState.SUCCEEDED),
        due_at=None,
        slot=SlotChange(before=slot, after=changed(slot, running=None, since=None)),
        wake=[(1, 8), (1, 8)],
    )

    assert await store.build((1, 7)) == finished
    assert (finished.holder, finished.due_at, finished.state) == (None, None, BuildState.SUCCEEDED)
    assert await store.slot(1, "production") == changed(EMPTY, version=2)
    woken = await store.build((1, 8))
    assert (woken.events, woken.due_at) == (2, 0.0)
    assert await store.due(0.0, 10) == [(1, 8)]


async def test_a_release_keeps_the_build_due_if_an_event_came(store, taken):
    """The transaction is done all the same, and the event is looked at."""
    build = await taken()
    await store.note(Note(repository_id=1, deployment_id=7))

    finished = await store.finish(
        build, changed(build, pipeline_ended=True), due_at=None, slot=taking(EMPTY, 7)
    )

    stored = await store.build((1, 7))
    assert (stored.pipeline_ended, stored.due_at, finished.due_at) == (True, 0.0, 0.0)
    assert (await store.slot(1, "production")).running == 7


async def test_a_build_may_wake_itself(store, taken):
    """Named among those to wake, the finished build is due at once."""
    build = await taken()
    await store.finish(build, build, due_at=None, wake=[build.key, (1, 9)])

    assert set(await store.due(0.0, 10)) == {(1, 7), (1, 9)}


async def test_a_build_that_ends_wakes_any_number_of_others(store, taken):
    """More than one transaction takes."""
    build = await taken()
    others = [(1, number) for number in range(100, 250)]
    await store.finish(build, build, due_at=None, slot=taking(EMPTY, 7), wake=others)

    assert sorted(await store.due(0.0, 500)) == others
