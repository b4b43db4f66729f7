"""Notes: what an entrance writes down is kept, counted and due at once, on every engine."""

import asyncio

import msgspec
import pytest
from msgspec import structs

from app.model.build import Build, BuildState, Origin
from app.model.build_parts import CancelRequest, SeenStatus, Stray
from app.model.ci import CIState, WorkflowReport
from app.model.effects import Backoff
from app.model.note import DeploymentFacts, Entry, Note, reported, seen
from app.model.plan import Person, Run
from tests.plans import PLAN

KEY = (1, 7)


def note(*, entry=None, once=None, **facts):
    """A note on the one deployment of these tests."""
    return Note(repository_id=1, deployment_id=7, facts=facts, once=once or {}, entry=entry)


async def read(store) -> Build:
    """That deployment's build."""
    build = await store.build(KEY)
    assert build is not None
    return build


async def test_a_first_note_creates_a_build_that_is_due_at_once(store):
    """Facts are there, one event is counted, and the index shows the key."""
    await store.note(note(repository="acme/shop", sha="a" * 40, created_at=12.5, transient=True))

    assert await read(store) == Build(
        repository_id=1,
        deployment_id=7,
        due_at=0,
        events=1,
        repository="acme/shop",
        sha="a" * 40,
        created_at=12.5,
        transient=True,
    )
    assert await store.due(0.0, 10) == [KEY]


async def test_an_empty_note_makes_a_known_build_due(store):
    """A note without facts counts an event and changes nothing else."""
    await store.note(note(ref="main"))
    await store.note(note())

    assert (await read(store)).events == 2
    assert (await read(store)).ref == "main"


async def test_what_github_tells_of_a_deployment(store):
    """It is written as told, first with `once` and then alone; what it leaves out stays."""
    told = DeploymentFacts(ref="main", sha="a" * 40, transient=False, repository="acme/old")
    later = DeploymentFacts(ref="main", transient=True, repository="acme/shop")
    alone = Note(repository_id=1, deployment_id=7, facts=later)

    await store.note(msgspec.structs.replace(alone, facts=told, once={"webhook_at": 1.0}))
    await store.note(alone)

    assert await read(store) == Build(
        repository_id=1,
        deployment_id=7,
        due_at=0,
        events=2,
        ref="main",
        sha="a" * 40,
        transient=True,
        repository="acme/shop",
        webhook_at=1.0,
    )


@pytest.mark.parametrize("how", [{}, {"webhook_at": 1.0}], ids=["alone", "with once"])
async def test_what_the_creation_fixed_stays(store, how):
    """Whatever a later event of GitHub's calls them; what was not known is filled in."""
    first = DeploymentFacts(sha="a" * 40, ref="main", environment="staging", creator="octocat")
    later = DeploymentFacts(
        sha="b" * 40,
        ref="other",
        environment="production",
        creator="hubot",
        task="migrate",
        repository="acme/shop",
    )
    for facts in (first, later):
        await store.note(Note(repository_id=1, deployment_id=7, facts=facts, once=how))

    build = await read(store)
    assert (build.sha, build.ref, build.environment) == ("a" * 40, "main", "staging")
    assert (build.creator, build.task, build.repository) == ("octocat", "migrate", "acme/shop")


async def test_later_facts_win_and_first_ones_stay(store):
    """`facts` overwrite what is stored, `once` yields to it."""
    await store.note(note(ref="main", once={"webhook_at": 1.0}))
    await store.note(note(ref="other", once={"webhook_at": 2.0, "creator": "octocat"}))

    build = await read(store)
    assert (build.ref, build.webhook_at, build.creator) == ("other", 1.0, "octocat")


async def test_a_name_in_both_is_a_fact(store):
    """An attribute given as `once` and as fact is overwritten."""
    await store.note(note(ref="main"))
    await store.note(note(ref="other", once={"ref": "third"}))

    assert (await read(store)).ref == "other"


async def test_a_fact_that_is_none_is_removed(store):
    """None takes an attribute away, and `once` may fill it again."""
    await store.note(note(app_slug="vercel", ref="main"))
    await store.note(note(app_slug=None))
    assert (await read(store)).app_slug is None
    assert (await read(store)).ref == "main"

    await store.note(note(once={"app_slug": "netlify"}))
    assert (await read(store)).app_slug == "netlify"


async def test_an_object_is_replaced_as_a_whole(store):
    """Nothing of an older object is mixed into the newer one."""
    await store.note(note(cancel=CancelRequest(by=Person(name="Ann", slack_userid="U1"), at=1.0)))
    await store.note(note(cancel=CancelRequest(by=Person(login="bob"), at=2.0)))

    assert (await read(store)).cancel == CancelRequest(by=Person(login="bob"), at=2.0)


async def test_an_object_that_is_known_is_not_filled_up(store):
    """`once` with an object leaves a stored object exactly as it is, and adds a missing one."""
    await store.note(note(asker=Person(name="Ann")))
    await store.note(note(once={"asker": Person(login="bob"), "stray": Stray(id="p")}, ref="x"))

    build = await read(store)
    assert build.asker == Person(name="Ann")
    assert build.stray == Stray(id="p")
    assert build.ref == "x"


async def test_reports_gather_by_workflow(store):
    """Each workflow keeps its newest report, whole."""
    first = WorkflowReport(
        id="w-1", name="deploy", state=CIState.SUCCESS, at=1.0, url="https://ci/1"
    )
    again = WorkflowReport(id="w-1", name="deploy", state=CIState.FAILURE, at=2.0)
    other = WorkflowReport(id="w-2", name="lint", state=CIState.SUCCESS, at=3.0)
    for report in (first, other, again):
        await store.note(note(entry=reported(report), once={"workflow_id": report.id}))

    build = await read(store)
    assert build.reports == {"w-1": again, "w-2": other}
    assert (build.events, build.workflow_id) == (3, "w-1")


async def test_reports_survive_a_note_without_one(store):
    """A fact noted between two reports takes neither away."""
    first = WorkflowReport(id="w-1", name="deploy", state=CIState.SUCCESS, at=1.0)
    second = WorkflowReport(id="w-2", name="deploy", state=CIState.SUCCESS, at=1.0)
    await store.note(note(ref="main"))
    await store.note(note(entry=reported(first)))
    await store.note(note(ref="other"))
    await store.note(note(entry=reported(second)))

    assert (await read(store)).reports == {"w-1": first, "w-2": second}


async def test_a_first_entry_may_create_the_build_and_its_mapping(store):
    """With the facts and first values of the same note, in one write."""
    failed = Backoff(attempts=1, since=1.0, retry_at=2.0, error="down")
    entry = Entry(attribute="backoff", key="github", value=failed)
    await store.note(note(entry=entry, ref="main", once={"webhook_at": 1.0}))

    assert await read(store) == Build(
        repository_id=1,
        deployment_id=7,
        due_at=0,
        events=1,
        ref="main",
        webhook_at=1.0,
        backoff={"github": failed},
    )


async def test_a_status_replaces_the_older_one_of_its_creator(store):
    """As a whole: what the newer one leaves out is gone; others' statuses stay, and the facts."""
    first = SeenStatus(id=1, state="in_progress", creator="deploybot[bot]", log_url="https://ci/1")
    theirs = SeenStatus(id=2, state="queued", creator='o"c.$[0]', description="*“hats”*")
    newer = SeenStatus(id=3, state="success", creator="deploybot[bot]")
    facts = DeploymentFacts(sha="a" * 40, repository="acme/shop")
    for status in (first, theirs, newer):
        await store.note(Note(repository_id=1, deployment_id=7, facts=facts, entry=seen(status)))

    build = await read(store)
    assert build.statuses == {"deploybot[bot]": newer, 'o"c.$[0]': theirs}
    assert (build.sha, build.events) == ("a" * 40, 3)


async def test_the_same_entry_again_changes_nothing(store):
    """It counts as an event, as every note does; the mapping stays as it is."""
    failed = Backoff(attempts=1, since=1.0, retry_at=2.0, error="down", doing="post")
    again = Backoff(attempts=2, since=1.0, retry_at=4.0, error="down")
    odd = 'a "quoted".$key[0]'
    for key, value in (("slack", failed), (odd, failed), (odd, failed), ("slack", again)):
        await store.note(note(entry=Entry(attribute="backoff", key=key, value=value)))

    build = await read(store)
    assert build.backoff == {"slack": again, odd: failed}
    assert (build.events, build.reports) == (4, {})


async def test_an_entry_goes_into_a_mapping_only(store):
    """Not into another attribute, nor into one that the same note writes as a whole."""
    for attribute in ("ref", "colour", "events"):
        with pytest.raises(ValueError, match=attribute):
            await store.note(note(entry=Entry(attribute=attribute, key="a", value=1)))
    with pytest.raises(ValueError, match="backoff"):
        await store.note(note(entry=Entry(attribute="backoff", key="a", value=1), backoff={}))
    assert await store.build(KEY) is None


async def test_racing_notes_are_all_counted_and_no_report_is_lost(engine, store):
    """20 writers at once, each with a report: 20 events, 20 reports."""
    replicas = await engine.replicas(store, 20)
    reports = [
        WorkflowReport(id=f"w-{number}", name="deploy", state=CIState.SUCCESS, at=float(number))
        for number in range(20)
    ]
    await asyncio.gather(
        *(
            replica.note(note(entry=reported(report), ref=report.id))
            for replica, report in zip(replicas, reports, strict=True)
        )
    )

    build = await read(store)
    assert build.events == 20
    assert build.reports == {report.id: report for report in reports}


async def test_notes_of_many_kinds_at_once_keep_apart(store):
    """Writes that share a transaction do not touch each other's builds."""
    await asyncio.gather(
        *(
            store.note(
                Note(
                    repository_id=2,
                    deployment_id=number,
                    facts={"ref": f"r{number}"} if number % 3 else {"cancel": None},
                    once={"webhook_at": float(number)} if number % 2 else {},
                )
            )
            for number in range(40)
        )
    )

    for number in (0, 1, 2, 39):
        build = await store.build((2, number))
        assert build.ref == (f"r{number}" if number % 3 else "")
        assert build.webhook_at == (float(number) if number % 2 else None)


async def test_a_note_cannot_carry_what_is_not_a_fact(store):
    """The lease, the key and unknown names are refused, and nothing is written."""
    for name in ("holder", "version", "due_at", "repository_id", "colour"):
        with pytest.raises(ValueError, match=name):
            await store.note(note(**{name: 1}))
        with pytest.raises(ValueError, match=name):
            await store.note(note(once={name: None}, cancel=None))
    assert await store.build(KEY) is None


async def test_a_note_leaves_the_lease_alone(store, taken):
    """A holder keeps its record while events arrive."""
    build = await taken(ref="main")
    await store.note(note(ref="other"))

    after = await read(store)
    assert (after.holder, after.version, after.events) == ("us", build.version, 2)


async def test_adopting_creates_a_build(store):
    """A build that is known from elsewhere is stored whole, free and due at once."""
    run = Run(project="gh/acme/shop", parameters={"deployment_id": 7, "migrate": True})
    known = Build(
        repository_id=1,
        deployment_id=7,
        holder="somebody",
        version=9,
        events=4,
        due_at=99.0,
        origin=Origin.OURS,
        state=BuildState.RUNNING,
        asker=Person(name="Ann"),
        plan=structs.replace(PLAN, run=run),
        pipeline_id="p-1",
    )
    await store.adopt(known)

    expected = msgspec.structs.replace(known, holder=None, version=0, events=1, due_at=0)
    assert await read(store) == expected


async def test_adopting_completes_a_build_and_overwrites_nothing(store, taken):
    """What is stored wins, what is missing is filled, the lease stays, and it is due."""
    build = await taken(ref="main", asker=Person(name="Ann"))
    await store.adopt(
        Build(
            repository_id=1,
            deployment_id=7,
            ref="other",
            asker=Person(login="bob"),
            plan=PLAN,
            message_ts="1.2",
        )
    )

    expected = msgspec.structs.replace(build, events=2, plan=PLAN, message_ts="1.2")
    assert await read(store) == expected
