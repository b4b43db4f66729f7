"""What others have deployed is forgotten after a while; what is ours never is."""

import msgspec

from app.model.build import BuildState
from app.model.note import Note


async def test_old_external_builds_are_forgotten(store):
    """Old, external and at rest: deleted, so many at a time. Young, due, held or ours: kept."""
    kept = {
        201: (21.0, BuildState.EXTERNAL),
        202: (10.0, BuildState.SUCCEEDED),
        203: (10.0, BuildState.EXTERNAL),
        204: (10.0, BuildState.EXTERNAL),
    }
    made = kept | dict.fromkeys(range(101, 131), (10.0, BuildState.EXTERNAL))
    for number, (at, state) in made.items():
        await store.note(Note(repository_id=1, deployment_id=number, facts={"created_at": at}))
        taken = await store.take(await store.build((1, number)), "us")
        ended = msgspec.structs.replace(taken, state=state)
        await store.finish(taken, ended, due_at=None)
    await store.note(Note(repository_id=1, deployment_id=203, facts={}))
    await store.take(await store.build((1, 204)), "us")

    assert await store.forget_external(20.0, 20) == 20
    assert await store.forget_external(20.0, 20) == 10
    assert await store.forget_external(20.0, 20) == 0
    left = [number for number in made if await store.build((1, number))]
    assert left == list(kept)
