"""Bindings: one channel, one repository, also under a race; moved and renamed, on every engine."""

import asyncio

import msgspec
import pytest

from app.errors import Conflict
from app.model.plan import Person
from app.model.project import CancelOrder, Project

SHOP = Project(
    slack_channelid="C1",
    repository_id=1,
    repository="acme/shop",
    slack_channel="deploys",
    installation_id=5,
    bound_at=12.5,
)


def changed(project, **values):
    """A binding with other values."""
    return msgspec.structs.replace(project, **values)


async def test_a_channel_is_bound_and_found_both_ways(store):
    """By channel and by repository, whole."""
    assert await store.bind(SHOP) == SHOP

    assert await store.project_of_channel("C1") == SHOP
    assert await store.project_of_repository(1) == SHOP
    assert await store.projects() == [SHOP]


async def test_what_is_not_bound_is_not_found(store):
    """None, not an error."""
    assert await store.project_of_channel("C1") is None
    assert await store.project_of_repository(1) is None
    assert await store.unbind("C1") is None
    assert await store.projects() == []


async def test_the_binding_in_the_way_is_returned(store):
    """For a bound channel its binding, for a bound repository that one; nothing is written."""
    await store.bind(SHOP)

    assert await store.bind(changed(SHOP, repository_id=2)) == SHOP
    assert await store.bind(changed(SHOP, slack_channelid="C2")) == SHOP
    assert await store.bind(changed(SHOP, slack_channel="store")) == SHOP
    assert await store.projects() == [SHOP]
    assert await store.project_of_repository(2) is None


async def test_of_twenty_channels_that_race_for_a_repository_one_gets_it(engine, store):
    """Everybody is told the same winner."""
    replicas = await engine.replicas(store, 20)
    wanted = [changed(SHOP, slack_channelid=f"C{number}") for number in range(20)]
    results = await asyncio.gather(
        *(replica.bind(project) for replica, project in zip(replicas, wanted, strict=True))
    )

    assert {project.slack_channelid for project in results} == {results[0].slack_channelid}
    assert await store.projects() == [results[0]]
    assert await store.project_of_repository(1) == results[0]


async def test_of_twenty_repositories_that_race_for_a_channel_one_gets_it(engine, store):
    """The same the other way round; the losers' repositories stay free."""
    replicas = await engine.replicas(store, 20)
    wanted = [changed(SHOP, repository_id=number) for number in range(20)]
    results = await asyncio.gather(
        *(replica.bind(project) for replica, project in zip(replicas, wanted, strict=True))
    )

    assert {project.repository_id for project in results} == {results[0].repository_id}
    found = [await store.project_of_repository(number) for number in range(20)]
    assert [project for project in found if project] == [results[0]]


async def test_an_unbound_channel_and_repository_are_free_again(store):
    """Unbinding tells what was bound; both can be bound to others."""
    await store.bind(SHOP)
    assert await store.unbind("C1") == SHOP
    assert await store.project_of_channel("C1") is None
    assert await store.project_of_repository(1) is None

    other = changed(SHOP, slack_channelid="C2")
    assert await store.bind(other) == other
    third = changed(SHOP, repository_id=2)
    assert await store.bind(third) == third


async def test_a_rename_changes_attributes_and_a_stale_one_is_refused(store):
    """Each change raises the version."""
    await store.bind(SHOP)
    renamed = await store.update_project(SHOP, changed(SHOP, repository="acme/store"))
    assert renamed == changed(SHOP, repository="acme/store", version=1)

    with pytest.raises(Conflict):
        await store.update_project(SHOP, changed(SHOP, slack_channel="other"))
    again = await store.update_project(renamed, changed(renamed, slack_channel="", private=True))
    assert await store.project_of_channel("C1") == again
    assert (again.version, again.slack_channel, again.repository) == (2, "", "acme/store")


async def test_what_waits_and_what_is_canceled_stands_on_the_binding(store):
    """Written whole, taken out again; of two who write at once one is told to read again."""
    order = CancelOrder(
        ask_id="a2", by=Person(name="Dana", slack_userid="U1"), at=1.5, environment="prod"
    )
    await store.bind(SHOP)
    kept = await store.update_project(SHOP, changed(SHOP, kept=("a1",), cancels=(order,)))
    assert await store.project_of_channel("C1") == kept
    assert (await store.project_of_repository(1)).cancels == (order,)
    with pytest.raises(Conflict):
        await store.update_project(SHOP, changed(SHOP, kept=("a3",)))
    dropped = msgspec.structs.replace(order, told=("a1",))
    await store.update_project(kept, changed(kept, kept=(), cancels=(dropped,)))
    assert await store.project_of_channel("C1") == changed(SHOP, cancels=(dropped,), version=2)


async def test_a_binding_moves_to_another_channel_id(store):
    """A channel that was converted keeps its repository under the new id."""
    await store.bind(SHOP)
    moved = await store.update_project(SHOP, changed(SHOP, slack_channelid="G1", private=True))

    assert moved == changed(SHOP, slack_channelid="G1", private=True, version=1)
    assert await store.project_of_channel("C1") is None
    assert await store.project_of_channel("G1") == moved
    assert await store.project_of_repository(1) == moved
    with pytest.raises(Conflict):
        await store.update_project(SHOP, changed(SHOP, slack_channelid="G2"))


async def test_a_binding_cannot_move_to_a_bound_channel(store):
    """Nothing changes for either."""
    other = changed(SHOP, slack_channelid="C2", repository_id=2)
    await store.bind(SHOP)
    await store.bind(other)

    with pytest.raises(Conflict):
        await store.update_project(SHOP, changed(SHOP, slack_channelid="C2"))
    assert await store.project_of_repository(1) == SHOP
    assert await store.project_of_channel("C2") == other


async def test_a_binding_that_is_gone_cannot_be_changed(store):
    """Unbound meanwhile, or bound to another repository: refused."""
    with pytest.raises(Conflict):
        await store.update_project(SHOP, changed(SHOP, private=True))
    await store.bind(changed(SHOP, repository_id=2))
    with pytest.raises(Conflict):
        await store.update_project(SHOP, changed(SHOP, private=True))
    with pytest.raises(ValueError, match="repository"):
        await store.update_project(SHOP, changed(SHOP, repository_id=2))


async def test_all_bindings_are_read_past_one_page(store):
    """More than DynamoDB's 1 MB come back whole, each once."""
    wide = [
        changed(
            SHOP, slack_channelid=f"C{number}", repository_id=number, slack_channel="x" * 30_000
        )
        for number in range(45)
    ]
    for project in wide:
        await store.bind(project)

    found = await store.projects()
    assert sorted(found, key=lambda project: project.repository_id) == wide
