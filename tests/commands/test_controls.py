"""`lock`, `unlock` and `approve`: whose they are, and what is meant."""

import pytest
from msgspec import structs

from app.lifecycle.requests.decision import Reply, WriteNote
from app.model.build import BuildState
from app.model.build_parts import JobProgress
from app.model.plan import Person
from app.model.reasons.approvals import ApprovalNeeded
from app.model.slot import Hold, Lock, SlotChange
from tests.commands.conftest import Desk
from tests.commands.test_spellings import persons
from tests.plans import PLAN

ALLOW = "allow: ['@octocat']"


@pytest.mark.parametrize(
    "config", [f"environments: {{Production: {{{ALLOW}}}, 'QA-{{number}}': {{{ALLOW}}}}}"]
)
async def test_who_may_unlock_however_the_file_spells_it(desk: Desk):
    """Slots have folded names; the rules are those of the file's."""
    await desk.bound()
    for typed in ("Production", "qa-7"):
        await desk.type(f"lock {typed} migration", user="sam")
        assert "Only `octocat` can unlock" in await desk.type(f"unlock {typed}")
    assert "Only `octocat` can unlock" in await desk.type("unlock production")
    assert (await desk.type("locks")).count("has been locked by sam") == 2


@pytest.mark.parametrize(
    "config", [f"environments: {{staging: {{}}, production: {{{ALLOW}}}, qa: {{}}}}"]
)
async def test_the_lock_of_all_takes_who_may_deploy_everywhere(desk: Desk):
    """One environment that names people is enough; its owner may release it in any case."""
    await desk.bound()
    await desk.type("lock all migration", user="sam")
    assert "Only `octocat` can unlock *production*" in await desk.type("unlock all")
    assert "Everything has been locked by sam" in await desk.type("locks")
    await desk.type("unlock all", user="sam")
    assert "Nothing is locked" in await desk.type("locks")


async def test_a_lock_is_followed_although_its_process_died_in_between(desk: Desk):
    """It had written the lock, and nothing else: its end and its owner's reminder come all the same."""
    await desk.bound()
    store = desk.outside.store
    shop = await desk.outside.github.repository("acme/shop")
    ask = desk.ask(text="lock staging --for 2h")
    assert ask.said
    by = Person(name="dana", slack_userid=ask.said.by.slack_userid)
    slot = await store.slot(shop.id, "staging")
    until = ask.asked_at + 7200
    lock = Lock(by=by, since=ask.asked_at, until=until, ask_id=ask.ask_id)
    held = structs.replace(slot, lock=lock)
    await store.change_slot(SlotChange(before=slot, after=held))

    assert "locked *staging*" in desk.read(await desk.decided(ask))
    assert await store.ask(f"lock:{shop.id}:staging:{ask.asked_at}:{until}") is not None


HELD = {
    "state": BuildState.ON_HOLD,
    "pipeline_id": "p",
    "jobs": JobProgress(approval="hold", approval_id="j", approval_workflow="w"),
}


@pytest.mark.parametrize(
    "config", [f"environments: {{production: {{aliases: [prod], {ALLOW}}}}}\n"]
)
async def test_who_may_approve_a_held_job_however_it_is_spelled(desk: Desk):
    """A person's deployment has the name that they gave it."""
    await desk.bound()
    for spelled in ("production", "Production", "prod"):
        await persons(desk, spelled, **HELD)
        made = desk.world.github.deployments("acme/shop")[-1]
        assert "Only `octocat` can approve" in await desk.type(f"approve {made.id}"), spelled


async def test_agreeing_to_the_deployment_is_not_agreeing_to_its_job(desk: Desk):
    """*Approve* of a card as it was before the pipeline began; who types sees what is there now."""
    await desk.bound()
    await persons(desk, "staging", **HELD)
    [made] = desk.world.github.deployments("acme/shop")
    assert "isn't waiting anymore" in await desk.press("approve", f"{made.id}")
    assert "You approved `hold`" in await desk.press("approve", f"{made.id} j")
    assert "You approved `hold`" in await desk.type(f"approve {made.id}")


async def test_a_resume_that_is_decided_once_more(desk: Desk):
    """Its process died before it was told: the answer is the same."""
    await desk.bound()
    shop = await desk.outside.github.repository("acme/shop")
    store = desk.outside.store
    slot = await store.slot(shop.id, "production")
    held = structs.replace(slot, hold=Hold(rollback=3, left=2, since=1.0, by="sam"))
    await store.change_slot(SlotChange(before=slot, after=held))
    ask = desk.ask(text="resume production")
    told = [desk.read(await desk.decided(ask)) for _ in range(2)]
    assert "dana resumed automatic deployments" in told[0]
    assert told[1] == told[0]
    assert "aren't on hold" in await desk.type("resume production")


DANA = Person(name="dana", slack_userid="U9")
WAITS = {
    "state": BuildState.WAITING,
    "waits_for": (ApprovalNeeded(count=1, given=(), listed=()),),
    "plan": structs.replace(PLAN, environment="staging", approvals=1, requester=DANA),
    "asked_at": 1.0,
}


@pytest.mark.parametrize("verb", ["approve", "reject"])
async def test_what_came_after_the_command_is_not_meant(desk: Desk, verb: str):
    """GitHub was down while it waited to be decided; a number means what it means."""
    await desk.bound()
    ask = desk.ask("sam", text=f"{verb} staging")
    await persons(desk, "staging", **{**WAITS, "asked_at": ask.asked_at + 300})
    assert isinstance(await desk.decided(ask), Reply)
    [made] = desk.world.github.deployments("acme/shop")
    numbered = structs.replace(ask, said=structs.replace(ask.said, text=f"{verb} {made.id}"))
    assert isinstance(await desk.decided(numbered), WriteNote)
