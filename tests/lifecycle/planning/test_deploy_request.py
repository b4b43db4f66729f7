"""The request behind a deployment that exists."""

from typing import Any

import msgspec
import pytest

from app.lifecycle.planning.deploy_request import DeployRequest, request_of
from app.lifecycle.planning.pipelines.inputs import given_by
from app.model.build import Build, Origin
from app.model.plan import Payload, Person

OURS = Payload(
    request="r1",
    trigger="rollback",
    force=True,
    reason="broken",
    retry_of=3,
    rollback_of=4,
    target=2,
)


def recorded(**facts: Any) -> Build:
    """A deployment with our payload."""
    known: dict[str, Any] = {
        "environment": "live",
        "ref": "main",
        "sha": "c0ffee",
        "task": "deploy:migrations",
        "creator": "octocat",
        "slack_channelid": "C1",
        "payload": msgspec.json.encode({"deploybot": OURS}).decode(),
        "origin": Origin.OURS,
        "trigger": "api",
    }
    return Build(repository_id=1, deployment_id=5, **{**known, **facts})


def test_of_ours_the_payload_tells_it() -> None:
    """Its environment need not be known."""
    b = recorded()
    assert request_of(b) == DeployRequest(
        environment="live",
        request_id="r1",
        trigger="rollback",
        ref="main",
        sha="c0ffee",
        force=True,
        new=True,
        reason="broken",
        inputs=given_by(b),
        task="deploy:migrations",
        requester=Person(name="octocat", login="octocat"),
        channel="C1",
        retry_of=3,
        rollback_of=4,
        target=2,
    )


def test_of_others_it_is_not_believed() -> None:
    """A person's is nobody's rollback, whatever its payload says."""
    found = request_of(recorded(origin=Origin.PERSON))
    assert (found.request_id, found.trigger, found.force) == ("", "api", False)
    assert (found.retry_of, found.rollback_of, found.target) == (None, None, None)


@pytest.mark.parametrize(
    ("origin", "trigger", "automatic"),
    [
        (Origin.OURS, "push", True),
        (Origin.OURS, "command", False),
        (Origin.PERSON, "api", False),
        (Origin.FOREIGN, "api", True),
    ],
)
def test_nobody_waits_for_what_starts_by_itself(
    origin: Origin, trigger: str, automatic: bool
) -> None:
    """What an app created, too."""
    payload = msgspec.json.encode({"deploybot": Payload(request="r", trigger=trigger)}).decode()
    assert request_of(recorded(origin=origin, payload=payload)).automatic is automatic


@pytest.mark.parametrize(
    ("moments", "at"),
    [
        ({"asked_at": 3.0, "webhook_at": 2.0, "created_at": 1.0}, 3.0),
        ({"webhook_at": 2.0, "created_at": 1.0}, 2.0),
        ({"created_at": 1.0}, 1.0),
        ({}, 0.0),
    ],
)
def test_when_it_was_asked_for(moments: dict[str, float], at: float) -> None:
    """By our own clock, where that is known."""
    assert request_of(recorded(**moments)).asked_at == at


def test_who_asked() -> None:
    """As is known by now; an unknown creator has no login."""
    dana = Person(name="Dana", slack_userid="U1")
    assert request_of(recorded(asker=dana)).requester == dana
    assert request_of(recorded(creator="")).requester == Person(name="")
