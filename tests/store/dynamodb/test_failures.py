"""DynamoDB under fault: lost answers, throttling, outages; each becomes what it means."""

import asyncio
import random

import msgspec
import pytest
import pytest_asyncio

from app.errors import Conflict, StoreUnavailable, StoreUnsure
from app.model.ask import Ask, AskKind
from app.model.ci import CIState, WorkflowReport
from app.model.note import Note, reported
from app.model.project import Project, User
from app.model.slot import Listing, Slot, SlotChange
from app.store.codec import BUILDS
from app.store.dynamodb.values import to_value
from app.store.opening import open_store
from tests.dynamodb import ON_DYNAMODB
from tests.store.dynamodb.proxy import Proxy

pytestmark = ON_DYNAMODB

KEY = (1, 7)
NOTE = Note(repository_id=1, deployment_id=7, facts={"ref": "main"})
ASK = Ask(ask_id="a-1", kind=AskKind.SWEEP, asked_at=1.0)
EMPTY = Slot(repository_id=1, name="production")
SHOP = Project(slack_channelid="C1", repository_id=1, repository="acme/shop")
ANN = User(slack_userid="U1", github_user_id=11, github_username="ann")
THROTTLED = "ProvisionedThroughputExceededException"


@pytest_asyncio.fixture
async def proxy(aws, monkeypatch):
    """A proxy before the running DynamoDB; stores that are opened now go through it."""
    proxy = Proxy(aws)
    await proxy.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", proxy.url)
    backoff = "botocore.retries.standard.ExponentialBackoff.delay_amount"
    monkeypatch.setattr(backoff, lambda *_: 0.01)  # the SDK's pause of up to a second
    yield proxy
    await proxy.stop()


@pytest_asyncio.fixture
async def store(dynamodb, proxy):
    """A store behind the proxy, with a build that is noted and an ask that is recorded."""
    store = await open_store(dynamodb.url, wait=0, lease_seconds=8)
    await store.note(NOTE)
    await store.add_ask(ASK)
    proxy.calls.clear()
    yield store
    await store.close()


def changed(record, **values):
    """A record with other values."""
    return msgspec.structs.replace(record, **values)


async def test_a_take_whose_answer_was_lost_is_recognised(store, proxy):
    """The second attempt's failed condition shows our own write: the record is ours."""
    proxy.plan("UpdateItem", "lose")
    build = await store.take(await store.build(KEY), "us")

    assert proxy.count("UpdateItem") == 2
    assert (build.holder, build.version, build.ref) == ("us", 1, "main")
    assert await store.build(KEY) == build


async def test_a_save_and_a_finish_whose_answers_were_lost_are_recognised(store, proxy):
    """Each is done once: the version rises by one a write."""
    build = await store.take(await store.build(KEY), "us")
    proxy.plan("UpdateItem", "lose", "", "lose")
    saved = await store.save(build, changed(build, build_number=4))
    finished = await store.finish(saved, saved, due_at=90.0)

    assert await store.build(KEY) == finished
    assert (finished.version, finished.build_number, finished.due_at) == (3, 4, 90.0)


async def test_a_lost_take_that_another_followed_is_a_conflict(store, proxy):
    """Our write was done, then somebody else took over: the record is theirs."""
    seen = await store.build(KEY)
    theirs = await store.take(seen, "them")
    proxy.plan("UpdateItem", "drop")

    with pytest.raises(Conflict):
        await store.take(seen, "us")
    assert await store.build(KEY) == theirs


async def test_a_transaction_whose_answer_was_lost_is_done_once(store, proxy):
    """Build, slot and the woken build: written together, counted once."""
    build = await store.take(await store.build(KEY), "us")
    proxy.plan("TransactWriteItems", "lose", "", "lose")
    taking = SlotChange(before=EMPTY, after=changed(EMPTY, running=7))
    saved = await store.save(build, changed(build, standing=Listing.RUNNING), slot=taking)
    slot = await store.slot(1, "production")
    release = SlotChange(before=slot, after=changed(slot, running=None))
    finished = await store.finish(saved, saved, due_at=None, slot=release, wake=[(1, 8)])

    assert proxy.count("TransactWriteItems") == 4
    assert await store.build(KEY) == finished
    assert await store.slot(1, "production") == changed(EMPTY, version=2)
    assert (await store.build((1, 8))).events == 1


async def test_an_ask_and_a_slot_whose_answers_were_lost_are_recognised(store, proxy):
    """A new ask is new, a changed slot is changed, although the second attempt was refused."""
    proxy.plan("PutItem", "lose", "", "lose")
    assert await store.add_ask(changed(ASK, ask_id="a-2")) is True
    await store.change_slot(SlotChange(before=EMPTY, after=changed(EMPTY, running=7)))

    assert (await store.slot(1, "production")).running == 7
    assert await store.add_ask(changed(ASK, ask_id="a-2")) is False


async def test_bindings_whose_answers_were_lost_are_made(store, proxy):
    """Bound, moved, linked and unbound once."""
    proxy.plan("TransactWriteItems", "lose", "", "lose", "", "lose", "")
    assert await store.bind(SHOP) == SHOP
    moved = await store.update_project(SHOP, changed(SHOP, slack_channelid="C2"))
    assert await store.link(ANN) == ANN

    assert await store.project_of_repository(1) == moved
    assert await store.user_of_slack("U1") == ANN


@pytest.mark.parametrize("plan", ["lose", "drop", "InternalServerError"])
async def test_a_write_that_never_gets_an_answer_is_unsure(store, proxy, plan):
    """Both attempts lost: nobody can say, for an entrance and for the worker alike."""
    proxy.plan("UpdateItem", plan, plan, plan, plan)
    seen = await store.build(KEY)
    results = await asyncio.gather(store.note(NOTE), store.take(seen, "us"), return_exceptions=True)
    assert [type(result) for result in results] == [StoreUnsure, StoreUnsure]


async def test_a_read_that_never_gets_an_answer_is_unavailable(store, proxy):
    """It wrote nothing, whatever became of it."""
    proxy.plan("GetItem", "lose", "InternalServerError")
    with pytest.raises(StoreUnavailable):
        await store.build(KEY)


async def test_a_lost_answer_stays_unsure_when_the_second_attempt_is_refused(store, proxy):
    """Throttled or unreachable after a lost answer: the first attempt may have written."""
    proxy.plan("UpdateItem", "lose", *[THROTTLED] * 200)
    with pytest.raises(StoreUnsure):
        await store.note(NOTE)


async def test_a_call_ends_within_a_quarter_of_a_lease(store, proxy):
    """A server that never answers holds nobody longer; a write is unsure, a read is not."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    proxy.plan("UpdateItem", "hang", "hang")
    proxy.plan("GetItem", "hang", "hang")
    written, read = await asyncio.gather(store.note(NOTE), store.build(KEY), return_exceptions=True)

    assert isinstance(written, StoreUnsure)
    assert isinstance(read, StoreUnavailable)
    assert loop.time() - begun < 8 / 4 + 0.5


async def test_a_callers_deadline_leaves_a_write_unsure(store, proxy):
    """An entrance that gives up cannot know; a worker that is cancelled stays cancelled."""
    proxy.plan("UpdateItem", "hang", "hang")
    proxy.plan("PutItem", "hang", "hang")
    with pytest.raises(StoreUnsure):
        async with asyncio.timeout(0.1):
            await store.note(NOTE)
    with pytest.raises(StoreUnsure):
        async with asyncio.timeout(0.1):
            await store.add_ask(changed(ASK, ask_id="a-2"))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await store.take(changed(await store.build(KEY)), "us")


@pytest.mark.parametrize(
    "error",
    [
        THROTTLED,
        "ThrottlingException",
        "RequestLimitExceeded",
        "TransactionConflictException",
    ],
)
async def test_throttling_is_waited_out(store, proxy, error):
    """Refused more often than the SDK tries, then taken: the caller notices nothing."""
    proxy.plan("UpdateItem", *[error] * 2)
    await store.note(NOTE)

    assert proxy.count("UpdateItem") == 3
    assert (await store.build(KEY)).events == 2


async def test_conflicting_transactions_are_tried_again(store, proxy):
    """The reasons of a cancelled transaction tell a conflict from a failed condition."""
    proxy.plan(
        "TransactWriteItems",
        "TransactionCanceledException:None,TransactionConflict",
        "TransactionInProgressException",
        "TransactionCanceledException:ThrottlingError,None",
    )
    assert await store.bind(SHOP) == SHOP
    assert proxy.count("TransactWriteItems") == 4


async def test_keys_that_a_batch_leaves_unprocessed_are_asked_for_again(store, proxy):
    """After a pause that grows; a batch that never comes ends in time, after a few calls."""
    await store.link(ANN)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    proxy.plan("BatchGetItem", *["unprocessed"] * 3)
    assert await store.users_of_github([11]) == {11: ANN}
    assert loop.time() - begun > 0.5 * (0.025 + 0.05 + 0.1)

    proxy.calls.clear()
    proxy.plan("BatchGetItem", *["unprocessed"] * 1000)
    with pytest.raises(StoreUnavailable, match="unprocessed"):
        await store.users_of_github([11])
    assert proxy.count("BatchGetItem") <= 12


async def test_throttling_without_end_is_a_certain_failure(store, proxy):
    """Nothing was written, and the call ends in time."""
    proxy.plan("UpdateItem", *[THROTTLED] * 200)
    with pytest.raises(StoreUnavailable, match="throttled"):
        await store.note(NOTE)
    assert (await store.build(KEY)).events == 1


async def test_a_deadline_while_dynamodb_throttles_is_a_certain_failure(store, proxy):
    """An entrance gives up during the pause between two tries: nothing was written."""

    class Slow(random.Random):
        def uniform(self, a, b):
            return 40.0  # a pause of a second

    object.__setattr__(store._writes.calls, "jitter", Slow())
    proxy.plan("UpdateItem", *[THROTTLED] * 2)
    with pytest.raises(StoreUnavailable, match="deadline"):
        async with asyncio.timeout(0.5):
            await store.note(NOTE)
    assert proxy.count("UpdateItem") == 2


async def test_a_backend_that_is_down_is_told(store, proxy):
    """Nothing was sent, so nothing was written: reads, writes and the ping say so."""
    build = await store.build(KEY)
    await proxy.stop()
    for call in (
        store.note(NOTE),
        store.build(KEY),
        store.take(build, "us"),
        store.due(0.0, 10),
        store.bind(SHOP),
        store.ping(),
    ):
        with pytest.raises(StoreUnavailable):
            await call


async def test_missing_tables_are_told_with_the_way_out(aws):
    """The error names the command that creates them."""
    store = await open_store("dynamodb://eu-central-1/nowhere-", wait=0, lease_seconds=8)
    for call in (store.ping(), store.note(NOTE), store.build(KEY), store.bind(SHOP)):
        with pytest.raises(StoreUnavailable, match="create-tables"):
            await call
    await store.close()


async def test_a_first_report_finds_its_map_made_meanwhile(store, proxy):
    """Another writer's first report comes between our two tries: both are kept."""
    ours, theirs = (
        WorkflowReport(id=name, name="deploy", state=CIState.SUCCESS, at=1.0) for name in ("a", "b")
    )
    sent = 0
    write = store._writes.calls.client.update_item

    async def update_item(**request):
        nonlocal sent
        sent += 1
        if sent == 2:
            await write(
                **store._writes.at(BUILDS, KEY),
                UpdateExpression="SET reports = :r",
                ExpressionAttributeValues={":r": to_value({"b": msgspec.to_builtins(theirs)})},
            )
        return await write(**request)

    store._writes.calls.client.update_item = update_item
    await store.note(Note(repository_id=1, deployment_id=7, entry=reported(ours)))

    assert sent == 3
    assert (await store.build(KEY)).reports == {"a": ours, "b": theirs}
