"""The due index: every shard, both kinds of records, the longest due first, on every engine."""

import msgspec

from app.model.ask import Ask, AskKind
from app.model.note import Note
from app.store.codec import DUE_SHARDS, due_shard


async def test_builds_and_asks_of_every_shard_are_found(store):
    """Records spread over all shards come back, each once."""
    builds = {(number, 1) for number in range(60)}
    asks = {f"ask-{number}" for number in range(60)}
    assert len({due_shard(key) for key in builds | asks}) == DUE_SHARDS
    for repository_id, deployment_id in builds:
        await store.note(Note(repository_id=repository_id, deployment_id=deployment_id))
    for ask_id in asks:
        await store.add_ask(Ask(ask_id=ask_id, kind=AskKind.SWEEP, asked_at=1.0))

    found = await store.due(0.0, 500)

    assert set(found) == builds | asks
    assert len(found) == 120


async def test_the_longest_due_come_first_and_no_more_than_asked_for(store, taken):
    """Order is by due time across repositories; the future is not due."""
    for number, due_at in ((1, 30.0), (2, 10.0), (3, 20.0), (4, 99.0)):
        build = await taken(number)
        await store.finish(build, build, due_at=due_at)
    await store.add_ask(Ask(ask_id="a-1", kind=AskKind.SWEEP, asked_at=1.0))

    assert await store.due(50.0, 10) == ["a-1", (1, 2), (1, 3), (1, 1)]
    assert await store.due(50.0, 2) == ["a-1", (1, 2)]


async def test_held_records_stay_in_the_index(store, taken):
    """A record that is being looked at is still found by others, who may find its holder dead."""
    build = await taken()
    assert await store.due(0.0, 10) == [(1, 7)]

    await store.save(build, msgspec.structs.replace(build, build_number=1))
    assert await store.due(0.0, 10) == [(1, 7)]
