"""What was acknowledged is there after closing and opening again, on every engine."""

import asyncio

import pytest

from app.errors import StoreUnavailable
from app.model.ask import Ask, AskKind
from app.model.build import Build
from app.model.note import Note
from app.model.project import Project, User
from app.model.slot import Place, Slot, SlotChange
from app.store.opening import create_tables, open_store


async def test_everything_is_there_after_closing_and_opening_again(engine):
    """A record of every table."""
    project = Project(slack_channelid="C1", repository_id=1, repository="acme/shop")
    user = User(slack_userid="U1", github_user_id=11, github_username="ann")
    ask = Ask(ask_id="a-1", kind=AskKind.SWEEP, asked_at=1.5)
    empty = Slot(repository_id=1, name="production")
    slot = Slot(repository_id=1, name="production", waiting=(Place(deployment_id=7),), version=1)
    first = await engine.open()
    await first.bind(project)
    await first.link(user)
    await first.note(Note(repository_id=1, deployment_id=7, facts={"ref": "main"}))
    await first.add_ask(ask)
    await first.change_slot(SlotChange(before=empty, after=slot))
    await first.close()

    store = await engine.open()

    assert await store.project_of_repository(1) == project
    assert await store.users_of_github([11]) == {11: user}
    assert await store.build((1, 7)) == Build(
        repository_id=1, deployment_id=7, due_at=0, events=1, ref="main"
    )
    assert await store.ask("a-1") == ask
    assert await store.slot(1, "production") == slot
    assert set(await store.due(0.0, 10)) == {"a-1", (1, 7)}


async def test_closing_writes_what_was_still_under_way(engine):
    """Notes that were sent before the close are stored, and none is answered with a lie."""
    first = await engine.open()
    notes = [
        asyncio.ensure_future(first.note(Note(repository_id=1, deployment_id=number)))
        for number in range(30)
    ]
    await asyncio.gather(*notes)
    await first.close()

    store = await engine.open()
    assert len(await store.due(0.0, 100)) == 30


async def test_a_healthy_store_answers_a_ping(store):
    """And a ping leaves no record behind."""
    await store.ping()

    assert await store.due(1e12, 10) == []
    assert await store.build((0, 0)) is None
    assert await store.ask("probe") is None


async def test_creating_tables_twice_changes_nothing(engine):
    """What is stored stays."""
    store = await engine.open()
    await store.note(Note(repository_id=1, deployment_id=7))
    await store.close()

    await create_tables(engine.url)

    assert await (await engine.open()).build((1, 7)) is not None


@pytest.mark.parametrize("url", ["dynamodb://eu-central-1", "dynamodb:///x", "postgres://x/y"])
async def test_a_url_of_no_engine_is_refused(url):
    """A defect in the settings is an error."""
    with pytest.raises(ValueError, match="no store"):
        await open_store(url, wait=0, lease_seconds=20)


async def test_a_folder_that_is_missing_is_told(tmp_path):
    """An embedded store whose folder is not there cannot be opened."""
    with pytest.raises(StoreUnavailable, match="No such file"):
        await open_store(f"sqlite:///{tmp_path}/no/store.db", wait=0, lease_seconds=20)
