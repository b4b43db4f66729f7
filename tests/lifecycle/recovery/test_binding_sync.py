"""Bindings follow what happens to their repositories on GitHub."""

from typing import Any

import pytest

from app.errors import Refused, Unavailable
from app.lifecycle.recovery.binding_sync import BindingSync
from app.lifecycle.requests.decision import Nothing
from app.lifecycle.requests.inbox import Inbox
from app.lifecycle.requests.notices import Notices
from app.model.ask import Ask, AskKind
from app.model.project import Project
from tests.lifecycle.conftest import SHOP, Bench


def problem_of(project: Project) -> str:
    """The name of what is wrong."""
    assert project.problem is not None
    return project.problem.name


async def bound(bench: Bench) -> Project:
    """The shop's binding, in the store."""
    return await bench.store.bind(bench.project)


def upkeep_of(bench: Bench) -> BindingSync:
    """BindingSync with the bench's store and GitHub."""
    notices = Notices(Inbox(bench.store, lambda *_, **__: None), bench.clock)
    return BindingSync(bench.store, bench.planner.github, notices)


async def look(bench: Bench, *, repository_id: int | None = None, **body: Any) -> Project:
    """Apply an event; the binding afterwards."""
    ask = Ask(
        ask_id="guid-1",
        kind=AskKind.GITHUB_EVENT,
        asked_at=0.0,
        repository_id=repository_id,
        body=body,
    )
    assert await upkeep_of(bench).apply(ask) == Nothing()
    project = await bench.store.project_of_channel("C1")
    assert project is not None
    return project


async def test_a_rename_is_followed(bench: Bench) -> None:
    """The binding takes the new name; its repository stays the same one."""
    before = await bound(bench)
    bench.world.github.rename(SHOP, "store")
    number = before.repository_id
    body = {"event": "repository", "action": "renamed", "repository": "acme/store"}
    after = await look(bench, repository_id=number, **body)
    assert (after.repository, after.repository_id) == ("acme/store", number)
    assert after.installation_id == before.installation_id
    assert after.problem is None


async def test_a_transfer_is_followed(bench: Bench) -> None:
    """The binding takes the new owner's name and installation."""
    before = await bound(bench)
    bench.world.github.transfer(SHOP, "umbrella")
    after = await look(bench, repository_id=before.repository_id, event="repository")
    assert after.repository == "umbrella/shop"
    assert after.installation_id not in {None, before.installation_id}


async def test_archiving_and_back(bench: Bench) -> None:
    """An archived repository is a problem until it is unarchived."""
    number = (await bound(bench)).repository_id
    bench.world.github.archive(SHOP)
    assert problem_of(await look(bench, repository_id=number)) == "repository_archived"
    bench.world.github.unarchive(SHOP)
    assert (await look(bench, repository_id=number)).problem is None


async def test_suspension_and_back(bench: Bench) -> None:
    """A suspended installation is a problem of every binding that it covers, until it ends."""
    body = {"event": "installation", "installation_id": (await bound(bench)).installation_id}
    bench.world.github.suspend(SHOP)
    assert problem_of(await look(bench, **body)) == "app_suspended"
    bench.world.github.unsuspend(SHOP)
    assert (await look(bench, **body)).problem is None


async def test_the_channel_is_told_where_it_is_mended(bench: Bench) -> None:
    """A suspension is lifted in the organization's settings, a removed App installed again."""
    body = {"event": "installation", "installation_id": (await bound(bench)).installation_id}
    bench.world.github.suspend(SHOP)
    await look(bench, **body)
    assert "/organizations/acme/settings/installations" in await said(bench)
    bench.world.github.unsuspend(SHOP)
    await look(bench, **body)
    bench.world.github.uninstall(SHOP)
    await look(bench, **body)
    assert "/installations/new|install it again>" in await said(bench)


async def said(bench: Bench) -> str:
    """What the last notice says."""
    due = await bench.store.due(float("inf"), 100)
    asks = [await bench.store.ask(key) for key in due if isinstance(key, str)]
    told = [ask for ask in asks if ask is not None and ask.answer is not None]
    last = max(told, key=lambda ask: int(ask.ask_id.rpartition(":")[2]))
    return last.answer.text if last.answer else ""


async def test_events_out_of_order(bench: Bench) -> None:
    """A late `suspend` after the suspension ended changes nothing: the truth is read."""
    body = {"event": "installation", "installation_id": (await bound(bench)).installation_id}
    bench.world.github.suspend(SHOP)
    bench.world.github.unsuspend(SHOP)
    assert (await look(bench, **body, action="suspend")).problem is None


async def test_uninstalled_and_installed_again(bench: Bench) -> None:
    """A new installation has another id; the repositories that it names find it."""
    before = await bound(bench)
    bench.world.github.uninstall(SHOP)
    gone = await look(bench, event="installation", installation_id=before.installation_id)
    assert problem_of(gone) == "app_uninstalled"
    fresh = bench.world.github.install(SHOP)
    body = {"installation_id": fresh.id, "repositories": [before.repository_id]}
    back = await look(bench, event="installation", action="created", **body)
    assert (back.problem, back.installation_id) == (None, fresh.id)


async def test_taken_out_of_the_installation(bench: Bench) -> None:
    """A repository that the App may no longer see is a problem of its binding."""
    bench.world.github.add_repository("acme/other")
    before = await bound(bench)
    bench.world.github.remove_from_installation(SHOP)
    body = {"installation_id": before.installation_id, "repositories": [before.repository_id]}
    after = await look(bench, event="installation_repositories", **body)
    assert problem_of(after) == "repository_not_found"


async def test_what_is_not_bound_costs_nothing(bench: Bench) -> None:
    """An event of a repository or installation without a binding asks GitHub nothing."""
    before = await bound(bench)
    bench.world.github.faults.calls.clear()
    assert await look(bench, repository_id=1, event="repository") == before
    assert await look(bench, event="installation", installation_id=1) == before
    assert bench.world.github.faults.calls == []


async def test_nothing_changed(bench: Bench) -> None:
    """Where the binding is true already nothing is written."""
    before = await bound(bench)
    assert await look(bench, repository_id=before.repository_id) == before


async def test_another_refusal(bench: Bench) -> None:
    """A refusal that says nothing of the binding leaves it as it is, and is not swallowed."""
    before = await bound(bench)
    bench.world.github.faults.add("/repositories/", status=451, body="")
    with pytest.raises(Refused):
        await look(bench, repository_id=before.repository_id)
    assert await bench.store.project_of_channel("C1") == before


async def test_github_down(bench: Bench) -> None:
    """While GitHub is down the binding stays as it is, and the event is looked at again."""
    before = await bound(bench)
    bench.world.github.unavailable(times=None)
    with pytest.raises(Unavailable):
        await look(bench, repository_id=before.repository_id)
    assert await bench.store.project_of_channel("C1") == before
