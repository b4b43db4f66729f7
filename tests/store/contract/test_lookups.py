"""Lookups: builds found by pipeline, deployment and awaited commit, on every engine."""

import msgspec

from app.model.ask import Ask, AskKind
from app.model.note import Note


def changed(build, **values):
    """A build with other values."""
    return msgspec.structs.replace(build, **values)


async def test_a_build_is_found_by_its_pipeline(store, taken):
    """From the write that records the pipeline, and only by that one."""
    build = await taken()
    assert await store.build_of_pipeline("p-1") is None

    saved = await store.save(build, changed(build, pipeline_id="p-1"))
    assert await store.build_of_pipeline("p-1") == (1, 7)

    await store.save(saved, changed(saved, pipeline_id="p-2"))
    assert await store.build_of_pipeline("p-1") is None
    assert await store.build_of_pipeline("p-2") == (1, 7)


async def test_a_build_is_found_by_its_deployment_alone(store):
    """A deployment id is unique on one GitHub host."""
    await store.note(Note(repository_id=3, deployment_id=70))

    assert await store.build_of_deployment(70) == (3, 70)
    assert await store.build_of_deployment(71) is None


async def test_builds_are_found_by_the_commit_whose_checks_they_await(store, taken):
    """Several may wait; one that waits no more is not found, nor one of another repository."""
    sha = "a" * 40
    waiting = [await taken(number) for number in (7, 8)]
    saved = [await store.save(build, changed(build, waiting_sha=sha, sha=sha)) for build in waiting]
    await store.note(Note(repository_id=2, deployment_id=9, facts={"sha": sha}))
    assert sorted(await store.builds_waiting_for(1, sha)) == [(1, 7), (1, 8)]
    assert await store.builds_waiting_for(2, sha) == []

    await store.finish(saved[0], changed(saved[0], waiting_sha=None), due_at=None)
    assert await store.builds_waiting_for(1, sha) == [(1, 8)]


async def test_asks_are_found_by_the_commit_whose_checks_they_await(store):
    """And woken: an event that comes during a look keeps the ask due."""
    sha = "a" * 40
    ask = Ask(ask_id="t-1", kind=AskKind.TRIGGER, asked_at=1.0, repository_id=1)
    await store.add_ask(ask)
    assert await store.asks_waiting_for(1, sha) == []
    taken = await store.take(ask, "us")
    resting = await store.finish(taken, changed(taken, waiting_sha=sha), due_at=None)
    assert await store.asks_waiting_for(1, sha) == ["t-1"]
    assert await store.asks_waiting_for(2, sha) == []

    await store.wake_ask("t-1")
    await store.wake_ask("unknown")
    assert (await store.ask("unknown"), await store.due(0.0, 10)) == (None, ["t-1"])
    again = await store.take(resting, "us")
    await store.wake_ask("t-1")
    done = await store.finish(again, changed(again, waiting_sha=None), due_at=None)
    assert done.due_at == 0.0 or (await store.ask("t-1")).due_at == 0.0
    assert await store.asks_waiting_for(1, sha) == []


async def test_builds_are_found_by_the_project_that_they_guard(store, taken):
    """While they may have a pipeline there that nobody recorded."""
    build = await taken()
    project = "gh/acme/shop"
    assert await store.builds_guarding(project) == []

    saved = await store.save(build, changed(build, guarded_project=project))
    assert await store.builds_guarding(project) == [(1, 7)]
    assert await store.builds_guarding("gh/acme/other") == []

    await store.save(saved, changed(saved, guarded_project=None))
    assert await store.builds_guarding(project) == []
