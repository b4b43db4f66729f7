"""Leases: one winner, takeover by observation, fenced writes, no event lost, on every engine."""

import asyncio

import msgspec
import pytest

from app.errors import Conflict
from app.model.ask import Ask, AskKind
from app.model.build import Build, BuildState
from app.model.build_parts import CancelRequest
from app.model.ci import CIState, WorkflowReport
from app.model.note import Note, reported
from app.model.plan import Person

KEY = (1, 7)


def changed(record, **values):
    """A record with other values."""
    return msgspec.structs.replace(record, **values)


async def test_taking_raises_the_version_and_shows_what_is_stored(store):
    """The taken build carries the newest facts, also those noted after it was read."""
    await store.note(Note(repository_id=1, deployment_id=7, facts={"ref": "main"}))
    seen = await store.build(KEY)
    await store.note(Note(repository_id=1, deployment_id=7, facts={"ref": "other"}))

    build = await store.take(seen, "us")

    assert (build.holder, build.version, build.events) == ("us", seen.version + 1, 2)
    assert build.ref == "other"
    assert await store.build(KEY) == build


async def test_of_twenty_takes_at_once_one_wins(engine, store):
    """Everybody saw the same version; one holds the record, the others are told."""
    await store.note(Note(repository_id=1, deployment_id=7))
    seen = await store.build(KEY)
    replicas = await engine.replicas(store, 20)

    results = await asyncio.gather(
        *(replica.take(seen, f"h{number}") for number, replica in enumerate(replicas)),
        return_exceptions=True,
    )

    won = [result for result in results if isinstance(result, Build)]
    assert len(won) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 19
    assert await store.build(KEY) == won[0]


async def test_a_held_record_is_taken_over_by_its_observed_version(store, taken):
    """Whoever saw the holder's version may take over; an older observation may not."""
    build = await taken()
    renewed = await store.save(build, build)

    with pytest.raises(Conflict):
        await store.take(build, "them")

    assert (await store.take(renewed, "them")).holder == "them"


async def test_after_a_takeover_the_old_holder_can_write_nothing(store, taken):
    """Renewing, saving and finishing are refused, and nothing of them is stored."""
    build = await taken(ref="main")
    theirs = await store.take(build, "them")

    with pytest.raises(Conflict):
        await store.save(build, build)
    with pytest.raises(Conflict):
        await store.save(build, changed(build, pipeline_id="p-1"))
    with pytest.raises(Conflict):
        await store.finish(build, changed(build, pipeline_id="p-1"), due_at=None)

    assert await store.build(KEY) == theirs


async def test_a_version_alone_does_not_let_another_write(store, taken):
    """A writer that claims the version but is not the holder is refused."""
    build = await taken()

    with pytest.raises(Conflict):
        await store.save(changed(build, holder="them"), build)
    with pytest.raises(Conflict):
        await store.finish(changed(build, holder=None), build, due_at=None)


async def test_a_lost_update_is_refused(store, taken):
    """Two writes from the same knowledge: the second is told."""
    build = await taken()
    first = await store.save(build, changed(build, pipeline_id="p-1"))

    with pytest.raises(Conflict):
        await store.save(build, changed(build, pipeline_id="p-2"))

    assert await store.build(KEY) == first


async def test_renewing_raises_the_version_and_nothing_else(store, taken):
    """A renewal keeps holder, due time and attributes."""
    build = await taken(ref="main")
    renewed = await store.save(build, build)

    assert renewed == changed(build, version=build.version + 1)
    assert await store.build(KEY) == renewed


async def test_saving_writes_only_what_differs(store, taken):
    """A fact noted meanwhile stays, changed attributes are set, those gone are removed."""
    build = await taken(ref="main", app_slug="vercel")
    await store.note(Note(repository_id=1, deployment_id=7, facts={"sha": "b" * 40}))

    saved = await store.save(
        build, changed(build, app_slug=None, state=BuildState.RUNNING, build_number=4)
    )
    stored = await store.build(KEY)

    assert (stored.sha, stored.app_slug, stored.ref) == ("b" * 40, None, "main")
    assert (stored.state, stored.build_number) == (BuildState.RUNNING, 4)
    assert (saved.version, saved.holder, saved.events) == (build.version + 1, "us", 1)


CANCEL = CancelRequest(by=Person(login="ann"), at=1.0)
NEWER = CancelRequest(by=Person(name="Bob"), at=2.0)


@pytest.mark.parametrize("value", [None, CancelRequest(by=Person(login="eve"), at=3.0)])
@pytest.mark.parametrize("ends", [True, False])
async def test_a_holder_leaves_a_newer_note_alone(store, taken, ends, value):
    """It clears or replaces a fact that a note has changed since: the note's value stays."""
    build = await taken(cancel=CANCEL, ref="main", backoff={})
    await store.note(
        Note(repository_id=1, deployment_id=7, facts={"cancel": NEWER, "app_slug": None})
    )

    after = changed(build, cancel=value, ref="other", build_number=4)
    written = await (store.finish(build, after, due_at=None) if ends else store.save(build, after))

    stored = await store.build(KEY)
    assert (stored.cancel, stored.ref, stored.build_number) == (NEWER, "other", 4)
    assert (written.cancel, written.version) == (NEWER, stored.version)
    assert stored.due_at == 0.0


@pytest.mark.parametrize("ends", [True, False])
async def test_a_holder_brings_back_nothing_that_a_note_removed(store, taken, ends):
    """A note took the fact away while the holder meant to replace it."""
    build = await taken(cancel=CANCEL)
    await store.note(Note(repository_id=1, deployment_id=7, facts={"cancel": None}))
    after = changed(build, cancel=NEWER)
    await (store.finish(build, after, due_at=5.0) if ends else store.save(build, after))

    assert (await store.build(KEY)).cancel is None


async def test_a_holder_clears_a_fact_that_was_noted_again_as_it_was(store, taken):
    """Also one that is spelled with its defaults written out, as another program may."""
    build = await taken(cancel={"by": {"login": "ann", "name": ""}, "at": 1.0})
    await store.note(Note(repository_id=1, deployment_id=7, facts={"cancel": CANCEL}))
    kept = await store.save(build, changed(build, build_number=4))
    await store.note(
        Note(
            repository_id=1,
            deployment_id=7,
            facts={"cancel": {"by": {"login": "ann", "name": ""}, "at": 1.0}},
        )
    )
    await store.save(kept, changed(kept, cancel=None))

    assert (await store.build(KEY)).cancel is None


async def test_what_a_holder_sets_first_is_written_whatever_was_noted(store, taken):
    """The result of an effect is never lost: it had no value that a note could be newer than."""
    build = await taken()
    await store.adopt(Build(repository_id=1, deployment_id=7, message_ts="1.0", ref="main"))
    await store.save(build, changed(build, message_ts="2.0"))

    stored = await store.build(KEY)
    assert (stored.message_ts, stored.ref) == ("2.0", "main")


async def test_entries_that_come_during_a_look_stay(store, taken):
    """A holder that clears the mapping it read does not clear what was added meanwhile."""
    reports = [
        WorkflowReport(id=name, name="deploy", state=CIState.SUCCESS, at=1.0) for name in ("a", "b")
    ]
    await store.note(Note(repository_id=1, deployment_id=7, entry=reported(reports[0])))
    build = await taken()
    await store.note(Note(repository_id=1, deployment_id=7, entry=reported(reports[1])))
    await store.finish(build, changed(build, reports={}), due_at=None)

    assert (await store.build(KEY)).reports == {"a": reports[0], "b": reports[1]}


async def test_finishing_gives_the_lease_back_and_says_when_to_look_again(store, taken):
    """The record is free, due at the given time and not before."""
    build = await taken()
    finished = await store.finish(build, changed(build, build_number=4), due_at=100.5)

    assert (finished.holder, finished.due_at, finished.build_number) == (None, 100.5, 4)
    assert await store.build(KEY) == finished
    assert await store.due(100.0, 10) == []
    assert await store.due(100.5, 10) == [KEY]


async def test_an_ended_record_leaves_the_index(store, taken):
    """Finished without a time it is never due, until the next event."""
    build = await taken()
    finished = await store.finish(build, build, due_at=None)
    assert (await store.build(KEY)).due_at is None
    assert await store.due(1e12, 10) == []

    await store.note(Note(repository_id=1, deployment_id=7))
    assert await store.due(0.0, 10) == [KEY]
    assert (await store.take(finished, "them")).events == 2


@pytest.mark.parametrize("due_at", [None, 500.0])
async def test_an_event_during_a_look_is_not_lost(store, taken, due_at):
    """Whatever the look decided, the record stays due; the look's result is stored."""
    build = await taken()
    await store.note(Note(repository_id=1, deployment_id=7, facts={"sha": "b" * 40}))
    finished = await store.finish(build, changed(build, build_number=4), due_at=due_at)

    stored = await store.build(KEY)
    assert (stored.holder, stored.due_at, stored.build_number) == (None, 0.0, 4)
    assert stored.sha == "b" * 40
    assert (finished.due_at, finished.version) == (0.0, stored.version)
    assert await store.due(0.0, 10) == [KEY]


async def test_an_event_before_a_save_is_not_lost_either(store, taken):
    """Events count from the take, not from the last write of the look."""
    build = await taken()
    await store.note(Note(repository_id=1, deployment_id=7))
    saved = await store.save(build, changed(build, build_number=4))
    await store.finish(saved, saved, due_at=None)

    assert (await store.build(KEY)).due_at == 0.0


async def test_racing_events_and_finishes_lose_no_event(engine, store):
    """However notes and looks interleave, the last event is followed by a look."""
    replicas = await engine.replicas(store, 2)
    await store.note(Note(repository_id=1, deployment_id=7))

    async def look() -> int:
        build = await replicas[1].build(KEY)
        build = await replicas[1].take(build, "us")
        finished = await replicas[1].finish(build, build, due_at=None)
        return -1 if finished.due_at == 0 else build.events

    for number in range(20):
        _, seen = await asyncio.gather(
            replicas[0].note(Note(repository_id=1, deployment_id=7)), look()
        )
        stored = await store.build(KEY)
        assert stored.events == number + 2
        assert (stored.due_at == 0.0) or seen == stored.events


async def test_a_missing_record_is_not_there_and_cannot_be_written(store):
    """Reads answer None, conditional writes are refused and create nothing."""
    nobody = Build(repository_id=1, deployment_id=7)
    assert await store.build(KEY) is None
    assert await store.ask("a-1") is None

    with pytest.raises(Conflict):
        await store.take(nobody, "us")
    with pytest.raises(Conflict):
        await store.save(nobody, nobody)
    with pytest.raises(Conflict):
        await store.take(Ask(ask_id="a-1", kind=AskKind.SWEEP, asked_at=0.0), "us")
    assert await store.build(KEY) is None


async def test_a_write_cannot_change_a_key(store, taken):
    """A defect of ours is an error, not a second record."""
    build = await taken()
    with pytest.raises(ValueError, match="key"):
        await store.save(build, changed(build, deployment_id=8))
