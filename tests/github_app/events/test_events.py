"""What each event records, by its real HTTP delivery."""

import json
from typing import Any

import msgspec
import pytest

from app.model.ask import Ask, AskKind
from app.model.build import Build
from app.model.chat.reply import CommitAddress
from app.model.github.payloads import TOO_LARGE
from app.model.github.source_event import SourceEvent
from app.model.note import Note
from app.model.plan import RepositoryRef
from tests.github_app.conftest import Entrance
from tests.github_app.examples import (
    OTHER_SHA,
    REPOSITORY,
    SHA,
    deployment_event,
    push_event,
    status_event,
)

KEY = (1296269, 812)

PLACE = RepositoryRef(id=1296269, full_name="acme/shop", installation_id=77)


async def noted(entrance: Entrance, event: str, payload: dict[str, Any]) -> Note:
    """Deliver an event that leaves one note."""
    assert await entrance.deliver(event, payload) == 200
    assert entrance.ledger.asks == []
    return entrance.ledger.notes[-1]


async def asked(entrance: Entrance, event: str, payload: dict[str, Any]) -> Ask:
    """Deliver an event that leaves one ask."""
    assert await entrance.deliver(event, payload, delivery="guid-7") == 200
    assert entrance.ledger.notes == []
    assert entrance.woken == ["guid-7"]
    return entrance.ledger.asks[-1]


async def test_a_deployment_of_a_person(entrance: Entrance) -> None:
    """Every fact of a person's deployment is noted, and its worker woken."""
    note = await noted(entrance, "deployment", deployment_event())
    assert note == Note(
        repository_id=1296269,
        deployment_id=812,
        facts={
            "repository": "acme/shop",
            "installation_id": 77,
            "sha": SHA,
            "ref": "main",
            "environment": "production",
            "task": "deploy",
            "created_at": 1_790_000_000.0,
            "creator": "octocat",
            "creator_id": 583231,
            "creator_type": "User",
            "transient": False,
            "production": True,
            "payload": "{}",
        },
        once={"webhook_at": 1_790_000_000.0},
    )
    assert entrance.woken == [KEY]


async def test_facts_are_attributes_of_a_build(entrance: Entrance) -> None:
    """What is noted fits the record that it becomes part of."""
    note = await noted(entrance, "deployment", deployment_event())
    build = msgspec.convert(
        {"repository_id": 1, "deployment_id": 2, **note.facts, **note.once}, Build, strict=True
    )
    assert build.webhook_at == 1_790_000_000.0


async def test_a_deployment_of_github_actions(entrance: Entrance) -> None:
    """A job's deployment has a human creator, the app's slug and a workflow run."""
    payload = deployment_event(performed_via_github_app={"id": 15368, "slug": "github-actions"})
    payload["workflow_run"] = {"id": 1}
    note = await noted(entrance, "deployment", payload)
    assert note.facts["creator_type"] == "User"
    assert note.facts["app_slug"] == "github-actions"
    assert note.facts["workflow_run"] is True


async def test_a_deployment_of_a_bot(entrance: Entrance) -> None:
    """Vercel's deployment has a bot as creator and no app."""
    payload = deployment_event(creator={"login": "vercel[bot]", "id": 35613825, "type": "Bot"})
    note = await noted(entrance, "deployment", payload)
    assert note.facts["creator"] == "vercel[bot]"
    assert note.facts["creator_type"] == "Bot"
    assert "app_slug" not in note.facts


async def test_a_status_makes_its_deployment_due(entrance: Entrance) -> None:
    """A status leaves the deployment's facts, but is no `deployment` webhook."""
    note = await noted(entrance, "deployment_status", status_event())
    assert (note.repository_id, note.deployment_id) == KEY
    assert note.facts["sha"] == SHA
    assert note.entry is not None
    assert note.entry.value.state == "success"
    assert note.entry.key == note.entry.value.creator
    assert note.once == {}
    assert entrance.woken == [KEY]


LARGE = "x" * 70_000


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        ({"deploybot": {"request": "é"}}, '{"deploybot": {"request": "\\u00e9"}}'),
        ("deploy:migrations", '"deploy:migrations"'),
        ({}, "{}"),
        ("", ""),
        (None, ""),
        ([1, 2], "[1, 2]"),
        (LARGE, ""),
        ({"x": LARGE}, "{}"),
        ({"x": LARGE, "inputs": {"a": 1}}, '{"inputs":{"a": 1}}'),
        (json.dumps({"x": LARGE, "inputs": {"a": 1}}), '{"inputs":{"a": 1}}'),
        ({"inputs": {"a": LARGE}}, TOO_LARGE),
    ],
)
async def test_payloads_of_every_kind(entrance: Entrance, payload: Any, text: str) -> None:
    """A payload is kept as JSON text, whatever it is; of one that is too large, its inputs."""
    note = await noted(entrance, "deployment", deployment_event(payload=payload))
    assert note.facts["payload"] == text


async def test_without_an_installation(entrance: Entrance) -> None:
    """An event without `installation` leaves what is known of it alone."""
    payload = deployment_event()
    del payload["installation"]
    note = await noted(entrance, "deployment", payload)
    assert "installation_id" not in note.facts


async def test_a_deployment_that_says_little(entrance: Entrance) -> None:
    """Old payloads, and a creator who is gone, leave facts out instead of overwriting them."""
    payload = {"deployment": {"id": 812, "creator": None}, "repository": REPOSITORY}
    note = await noted(entrance, "deployment", payload)
    assert note.facts == {"repository": "acme/shop", "payload": "{}"}


async def test_a_push_that_leaves_the_configuration(entrance: Entrance) -> None:
    """A push to the default branch drops the cached configuration."""
    ask = await asked(entrance, "push", push_event())
    assert entrance.forgotten == [1296269]
    assert ask.body["configures"] is False


@pytest.mark.parametrize("name", ["deploybot.yml", "deploybot.yaml"])
@pytest.mark.parametrize("how", ["added", "modified", "removed"])
async def test_a_push_that_touches_the_configuration(
    entrance: Entrance, how: str, name: str
) -> None:
    """A push that touches the file asks for a look at it, under the delivery's id."""
    commit = {how: ["README.md", f".github/{name}"]}
    ask = await asked(entrance, "push", push_event(commits=[{}, commit]))
    assert (ask.ask_id, ask.kind, ask.repository_id) == (
        "guid-7",
        AskKind.GITHUB_EVENT,
        1296269,
    )
    assert ask.reply_to == CommitAddress(repository=PLACE, sha=SHA)
    assert ask.body["configures"] is True
    source = msgspec.convert(ask.body["source"], SourceEvent)
    assert (source.kind, source.name, source.sha) == ("push", "main", SHA)
    assert entrance.forgotten == [1296269]


async def test_a_forced_push_may_touch_the_configuration(entrance: Entrance) -> None:
    """A forced push does not list what it takes away, so the file is looked at."""
    ask = await asked(entrance, "push", push_event(commits=[], forced=True))
    assert ask.body["configures"] is True


@pytest.mark.parametrize("ref", ["refs/heads/feature", "refs/tags/main", "refs/heads/x/main"])
async def test_other_pushes(entrance: Entrance, ref: str) -> None:
    """A push of another branch or of a tag configures nothing, whatever it touches."""
    commit = {"modified": [".github/deploybot.yml"]}
    ask = await asked(entrance, "push", push_event(ref=ref, commits=[commit]))
    assert ask.body["configures"] is False
    assert entrance.forgotten == []


async def source(entrance: Entrance, event: str, payload: dict[str, Any]) -> SourceEvent:
    """Deliver an event that may deploy; what it says."""
    ask = await asked(entrance, event, payload)
    return msgspec.convert(ask.body["source"], SourceEvent)


PUSHED = {**REPOSITORY, "pushed_at": 1_790_000_000}


async def test_a_push_to_a_branch_is_known_by_its_moment(entrance: Entrance) -> None:
    """The time of a push tells it apart, so a branch that goes back and forth is deployed again."""
    found = await source(entrance, "push", push_event(repository=PUSHED))
    assert (found.stamp, found.at) == ("1790000000", 1_790_000_000.0)


async def test_an_annotated_tag(entrance: Entrance) -> None:
    """Its commit is used, not the tag object; it has no stamp, as `create` asks for the same."""
    pushed = push_event(ref="refs/tags/v2.0.0", after=OTHER_SHA, repository=PUSHED)
    found = await source(entrance, "push", pushed)
    assert (found.kind, found.name, found.sha, found.stamp) == ("tag", "v2.0.0", SHA, "")


@pytest.mark.parametrize("action", ["opened", "reopened", "synchronize", "ready_for_review"])
async def test_what_may_deploy_a_pull_request(entrance: Entrance, action: str) -> None:
    """A pull request's event is told apart by its time."""
    pull = {"number": 1, "head": {"sha": SHA}, "updated_at": "2026-09-21T14:13:20Z"}
    payload = {"action": action, "repository": REPOSITORY, "pull_request": pull}
    found = await source(entrance, "pull_request", payload)
    assert (found.number, found.sha, found.stamp) == (1, SHA, "2026-09-21T14:13:20+00:00")


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("push", push_event(deleted=True)),
        ("push", push_event(ref="refs/heads/gh-readonly-queue/main/pr-1-abc")),
        ("create", {"ref": "idea", "ref_type": "branch", "repository": REPOSITORY}),
        (
            "pull_request",
            {
                "action": "labeled",
                "repository": REPOSITORY,
                "pull_request": {"number": 1, "head": {"sha": SHA}},
            },
        ),
    ],
    ids=["deletion", "merge queue", "a branch is made", "a label"],
)
async def test_what_can_deploy_nothing(
    entrance: Entrance, event: str, payload: dict[str, Any]
) -> None:
    """No ask is recorded."""
    assert await entrance.deliver(event, payload) == 200
    assert entrance.ledger.asks == []


async def test_the_same_delivery_twice(entrance: Entrance) -> None:
    """A redelivery carries the same id and is one ask."""
    payload = push_event(commits=[], forced=True)
    for _ in range(2):
        assert await entrance.deliver("push", payload, delivery="guid-7") == 200
    assert len(entrance.ledger.asks) == 1
    assert entrance.woken == ["guid-7"]


CHECKS = [
    ("status", {"sha": SHA, "state": "success"}),
    ("status", {"sha": SHA, "state": "failure"}),
    ("check_run", {"check_run": {"head_sha": SHA, "status": "completed"}}),
    ("check_suite", {"check_suite": {"head_sha": SHA, "status": "completed"}}),
]


@pytest.mark.parametrize(("event", "payload"), CHECKS)
async def test_a_check_wakes_what_waits(
    entrance: Entrance, event: str, payload: dict[str, Any]
) -> None:
    """A completed check makes due every build that waits for its commit, and no other."""
    entrance.ledger.waiting = {
        (1296269, SHA): [(1296269, 1), (1296269, 2)],
        (1296269, OTHER_SHA): [(1296269, 3)],
        (5, SHA): [(5, 4)],
    }
    assert await entrance.deliver(event, {**payload, "repository": REPOSITORY}) == 200
    assert entrance.ledger.notes == [
        Note(repository_id=1296269, deployment_id=1),
        Note(repository_id=1296269, deployment_id=2),
    ]
    assert entrance.woken == [(1296269, 1), (1296269, 2)]


@pytest.mark.parametrize("app", [{"id": 1}, {"id": 7, "client_id": "Iv1.other"}])
async def test_a_check_wakes_what_was_refused_for_one(
    entrance: Entrance, app: dict[str, Any]
) -> None:
    """Asks that wait for the commit are woken, unless our own App reported the check."""
    entrance.ledger.watching = {(1296269, SHA): ["t-1"]}
    check = {"head_sha": SHA, "status": "completed", "app": app}
    for event in ("check_run", "check_suite"):
        payload = {event: check, "repository": REPOSITORY}
        assert await entrance.deliver(event, payload) == 200
    assert entrance.woken == ([] if app == {"id": 1} else ["t-1", "t-1"])
    assert entrance.ledger.woken == entrance.woken


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("status", {"sha": SHA, "state": "pending"}),
        ("check_run", {"check_run": {"head_sha": SHA, "status": "in_progress"}}),
        ("check_suite", {"check_suite": {"head_sha": SHA, "status": "queued"}}),
        ("check_suite", {"check_suite": {"head_sha": SHA, "status": None}}),
    ],
)
async def test_a_check_that_only_begins(
    entrance: Entrance, event: str, payload: dict[str, Any]
) -> None:
    """A check that has only begun opens no gate, so nothing is looked at."""
    entrance.ledger.waiting = {(1296269, SHA): [(1296269, 1)]}
    assert await entrance.deliver(event, {**payload, "repository": REPOSITORY}) == 200
    assert entrance.nothing_done


@pytest.mark.parametrize("action", ["renamed", "transferred", "archived", "unarchived", "deleted"])
async def test_a_repository_that_moves(entrance: Entrance, action: str) -> None:
    """Such an action records an ask to look at the repository, by its id."""
    payload = {"action": action, "repository": REPOSITORY, "installation": {"id": 77}}
    ask = await asked(entrance, "repository", payload)
    assert ask.kind is AskKind.GITHUB_EVENT
    assert ask.repository_id == 1296269
    assert ask.body == {
        "event": "repository",
        "action": action,
        "repository": "acme/shop",
        "installation_id": 77,
    }


@pytest.mark.parametrize("action", ["created", "edited", "publicized"])
async def test_a_repository_that_stays(entrance: Entrance, action: str) -> None:
    """An action that changes neither name nor access is ignored."""
    payload = {"action": action, "repository": REPOSITORY, "installation": {"id": 77}}
    assert await entrance.deliver("repository", payload) == 200
    assert entrance.nothing_done


@pytest.mark.parametrize("action", ["created", "deleted", "suspend", "unsuspend"])
async def test_an_installation_that_changes(entrance: Entrance, action: str) -> None:
    """An installation's change names the repositories that it is about."""
    payload = {"action": action, "installation": {"id": 77}, "repositories": [REPOSITORY]}
    ask = await asked(entrance, "installation", payload)
    assert ask.repository_id is None
    assert ask.body == {
        "event": "installation",
        "action": action,
        "installation_id": 77,
        "repositories": [1296269],
    }


async def test_repositories_added_and_removed(entrance: Entrance) -> None:
    """Repositories that came and went are both named."""
    payload = {
        "action": "added",
        "installation": {"id": 77},
        "repositories_added": [REPOSITORY],
        "repositories_removed": [{**REPOSITORY, "id": 8}],
    }
    ask = await asked(entrance, "installation_repositories", payload)
    assert ask.body["repositories"] == [1296269, 8]
