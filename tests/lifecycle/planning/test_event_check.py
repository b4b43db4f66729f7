"""Whether an event is worth a deployment by the time it is looked at, through the stand-in."""

import pytest

from app.lifecycle.planning.event_check import Outdated
from app.model.github.source_event import SourceEvent
from app.model.triggers import SourceKind
from tests.lifecycle.conftest import SHOP, Bench, requested


def pushed(bench: Bench, sha: str | None, *, before: float = 0.0) -> SourceEvent:
    """A push to the default branch."""
    at = bench.world.github.state.now() - before
    return SourceEvent(kind=SourceKind.PUSH, name="main", default_branch="main", sha=sha, at=at)


async def planned(bench: Bench, event: SourceEvent) -> str | None:
    """The commit that is deployed for it; None: nothing is."""
    request = requested(trigger="push", automatic=True, ref="heads/main", event=event)
    try:
        return (await bench.planner.plan(bench.project, request)).sha
    except Outdated:
        return None


async def test_the_head_of_its_branch_alone_is_deployed(bench: Bench) -> None:
    """A push that another one has followed comes to nothing."""
    older = bench.world.github.push(SHOP, message="One")
    head = bench.world.github.push(SHOP, message="Two")
    assert await planned(bench, pushed(bench, head)) == head
    assert await planned(bench, pushed(bench, older)) is None


async def test_what_asks_not_to_be_deployed_is_not(bench: Bench) -> None:
    """The push before it is deployed all the same."""
    before = bench.world.github.push(SHOP, message="One")
    head = bench.world.github.push(SHOP, message="Docs [skip deploy]")
    assert await planned(bench, pushed(bench, head)) is None
    assert await planned(bench, pushed(bench, before)) == before


@pytest.mark.parametrize(("ended", "wanted"), [("success", False), ("error", True)])
async def test_what_was_deployed_since_stays(bench: Bench, ended: str, *, wanted: bool) -> None:
    """A push that is heard of late does not undo it; what was refused changed nothing."""
    github = bench.world.github
    head = github.head(SHOP, "main") or ""
    made = github.person_deploys(SHOP, "staging", "main")
    github.post_status_as(made, ended)
    event = pushed(bench, head, before=600.0)
    assert await planned(bench, event) == (head if wanted else None)
