"""Asks: recorded once, leased like builds, every field kept, on every engine."""

import asyncio

import msgspec
import pytest

from app.errors import Conflict, ItemTooLarge
from app.model.ask import Ask, AskKind, Said
from app.model.chat.reply import SlackAddress
from app.model.effects import Backoff, Effect, Guard
from app.model.note import DeploymentFacts, Note
from app.model.plan import Payload, Plan, RefKind, RepositoryRef, Run
from app.model.slot import Slot, SlotChange
from tests.dynamodb import AMAZONS

ASK = Ask(
    ask_id="a-1",
    kind=AskKind.COMMAND,
    asked_at=12.25,
    repository_id=1,
    said=Said(text="deploy production “now” 🚀"),
    reply_to=SlackAddress(channel_id="C1", user_id="U1"),
    body={
        "list": [1, 2.5, -3, True, None, "x", "", [], {}],
        "object": {"empty": "", "nested": {"deep": [{"a": 1e-7, "b": 12345678901234567890}]}},
        "zero": 0,
        "nul": "a\u0000b",
    },
)


async def test_an_ask_is_recorded_due_at_once_and_whole(store):
    """Every JSON value comes back as it was."""
    assert await store.add_ask(ASK) is True

    assert await store.ask("a-1") == ASK
    assert await store.due(0.0, 10) == ["a-1"]


async def test_an_ask_whose_id_is_known_is_a_duplicate(store):
    """The second is told False and changes nothing."""
    await store.add_ask(ASK)
    taken = await store.take(ASK, "us")

    assert await store.add_ask(msgspec.structs.replace(ASK, asked_at=99.0)) is False
    assert await store.ask("a-1") == taken


async def test_of_twenty_same_asks_at_once_one_is_new(engine, store):
    """A delivery that arrives at several replicas is recorded once."""
    replicas = await engine.replicas(store, 20)
    results = await asyncio.gather(*(replica.add_ask(ASK) for replica in replicas))
    assert sorted(results) == [False] * 19 + [True]


async def test_an_ask_is_taken_saved_and_finished_like_a_build(store):
    """Lease, plan, guard and backoff go through; ended, it is due no more but still known."""
    await store.add_ask(ASK)
    taken = await store.take(ASK, "us")
    plan = Plan(
        repository=RepositoryRef(id=1, full_name="acme/shop"),
        environment="production",
        ref="main",
        ref_kind=RefKind.BRANCH,
        sha="a" * 40,
        payload=Payload(request="r-1", trigger="command", inputs={"migrate": True, "n": 3}),
        run=Run(project="gh/acme/shop", branch="main"),
    )
    guard = Guard(sent_at=13.0, sender="us", ambiguous=True)
    saved = await store.save(
        taken, msgspec.structs.replace(taken, plan=plan, guards={Effect.CREATE: guard})
    )
    assert await store.ask("a-1") == saved
    with pytest.raises(Conflict):
        await store.finish(taken, taken, due_at=None)

    backoff = {"github": Backoff(attempts=1, since=1.0, retry_at=9.0, error="down", status=502)}
    later = await store.finish(saved, msgspec.structs.replace(saved, backoff=backoff), due_at=9.0)
    assert await store.ask("a-1") == later
    again = await store.take(later, "them")
    ended = await store.finish(
        again, msgspec.structs.replace(again, backoff={}, answered_at=10.0), due_at=None
    )
    assert await store.ask("a-1") == ended
    assert (ended.due_at, ended.holder, ended.plan, ended.backoff) == (None, None, plan, {})
    assert await store.due(1e12, 10) == []


async def test_a_record_larger_than_400_kb_is_refused(store):
    """A typed error and nothing written, on every engine alike; what is just below is taken."""
    with pytest.raises(ItemTooLarge):
        await store.add_ask(msgspec.structs.replace(ASK, body={"text": "x" * 410_000}))
    assert await store.ask("a-1") is None

    below = msgspec.structs.replace(ASK, body={"text": "x" * 405_000})
    assert await store.add_ask(below) is True
    assert await store.ask("a-1") == below


async def test_a_record_that_grows_too_large_is_refused(engine, store):
    """The same for an update, alone and in a transaction; bytes count, not characters."""
    if engine.distributed and not AMAZONS:
        pytest.skip("moto does not measure updated items")
    half = "x" * 250_000
    await store.note(Note(repository_id=1, deployment_id=7, facts={"payload": half}))
    build = await store.take(await store.build((1, 7)), "us")
    large = msgspec.structs.replace(build, creator=half)
    empty = Slot(repository_id=1, name="production")
    taking = SlotChange(before=empty, after=msgspec.structs.replace(empty, running=7))
    for write in (
        store.note(Note(repository_id=1, deployment_id=8, facts={"payload": "€" * 140_000})),
        store.note(Note(repository_id=1, deployment_id=7, facts={"creator": half})),
        store.note(Note(repository_id=1, deployment_id=7, facts=DeploymentFacts(creator=half))),
        store.save(build, large),
        store.save(build, large, slot=taking),
        store.finish(build, large, due_at=None, wake=[(1, 8)]),
    ):
        with pytest.raises(ItemTooLarge):
            await write
    assert await store.build((1, 7)) == build
    assert await store.slot(1, "production") == empty
    assert await store.build((1, 8)) is None


async def test_asks_that_are_over_are_forgotten(store):
    """Old and ended: deleted, so many at a time. Due, held or young: kept."""
    for number in range(50):
        await store.add_ask(_asked(f"old-{number}", 10.0))
    for ask_id, at in (("due", 10.0), ("held", 10.0), ("young", 21.0)):
        await store.add_ask(_asked(ask_id, at))
    await store.take(_asked("held", 10.0), "us")
    for ask_id in (*(f"old-{number}" for number in range(50)), "young"):
        taken = await store.take(await store.ask(ask_id), "us")
        await store.finish(taken, taken, due_at=None)

    assert await store.forget_asks(20.0, 30) == 30
    assert await store.forget_asks(20.0, 30) == 20
    assert await store.forget_asks(20.0, 30) == 0
    left = [await store.ask(ask_id) for ask_id in ("old-0", "old-49", "due", "held", "young")]
    assert [ask.ask_id if ask else None for ask in left] == [None, None, "due", "held", "young"]


def _asked(ask_id: str, at: float) -> Ask:
    return Ask(ask_id=ask_id, kind=AskKind.GITHUB_EVENT, asked_at=at)
