"""Which environments events concern, and what ends with a pull request."""

import pytest
from msgspec import structs

from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.planning.trigger_rules import (
    concerns,
    ended_for_checks,
    ends_with,
    environments_of,
    environments_of_pull,
    later_ones,
    overtakes,
    request_of_event,
)
from app.model.build import Build
from app.model.github.deployment import Deployment, StatusSummary
from app.model.github.source_event import Closed, SourceEvent
from app.model.reasons import RefusedOnGitHub
from app.model.reasons.gates import ChecksFailed, RefGone
from app.model.triggers import SourceKind

ON = {"deploy_on": {"pull_request": True}}


def test_environments_of_a_pull_request() -> None:
    """One that several pull requests share does not end with one of them."""
    config = RepoConfig.model_validate(
        {
            "environments": {
                "pr{number}": ON,
                "docs-{number}": {**ON, "forks": False},
                "review": ON,
                "any{number}*": ON,
                "by-hand-{number}": {},
            }
        }
    )
    assert environments_of_pull(config, 12) == ("pr12", "docs-12")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [(("web/a/b.js",), True), (("api/a.py",), False), ((), False), (None, True)],
)
def test_what_a_push_changes(changed: tuple[str, ...] | None, expected: bool) -> None:
    """What cannot be told counts as changed."""
    assert concerns(("web/**", "*.lock"), changed) is expected


@pytest.mark.parametrize(
    ("created_at", "trigger", "ends"),
    [(9.0, "slack", True), (10.0, "", True), (11.0, "slack", False), (11.0, "pull_request", True)],
)
def test_what_ends_with_a_pull_request(created_at: float, trigger: str, ends: bool) -> None:
    """Not what somebody deployed there afterwards."""
    build = Build(repository_id=1, deployment_id=7, trigger=trigger) if trigger else None
    made = Deployment(id=7, sha="c0ffee", ref="hats", environment="pr12", created_at=created_at)
    assert ends_with(made, build, Closed(number=12, at=10.0)) is ends


EVERY = RepoConfig.model_validate(
    {
        "environments": {
            "live": {"deploy_on": {"tag": ("v*",)}},
            "staging": {"deploy_on": {"push": ("{default_branch}",)}},
            "qa": {"deploy_on": {"push": ("release/*",), "tag": ("rc*",)}},
            "pr{number}": ON,
            "open{number}": {**ON, "forks": True, "drafts": True},
            "team-*": {"deploy_on": {"push": ("*",)}},
            "by-hand": {},
        }
    }
)
PUSH = SourceEvent(kind=SourceKind.PUSH, name="trunk", default_branch="trunk")
PULL = SourceEvent(
    kind=SourceKind.PULL_REQUEST, name="pull/12/head", default_branch="trunk", number=12
)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (PUSH, ("staging",)),
        (structs.replace(PUSH, name="release/1"), ("qa",)),
        (structs.replace(PUSH, name="main"), ()),
        (structs.replace(PUSH, kind=SourceKind.TAG, name="v1"), ("live",)),
        (structs.replace(PUSH, kind=SourceKind.TAG, name="rc1"), ("qa",)),
        (structs.replace(PUSH, kind=SourceKind.TAG, name="trunk"), ()),
        (PULL, ("pr12", "open12")),
        (structs.replace(PULL, from_fork=True), ("open12",)),
        (structs.replace(PULL, draft=True), ("open12",)),
    ],
)
def test_environments_of_an_event(event: SourceEvent, expected: tuple[str, ...]) -> None:
    """A branch is no tag; what names many environments is none that an event can deploy to."""
    assert environments_of(EVERY, event) == expected


def test_a_request_is_known_by_all_that_an_event_is() -> None:
    """A delivery that comes again asks for the same; anything else is another request."""
    base = structs.replace(PUSH, stamp="1")
    other = [
        request_of_event(2, "live", base, "c0ffee"),
        request_of_event(1, "qa", base, "c0ffee"),
        request_of_event(1, "live", base, "decade"),
        *(
            request_of_event(1, "live", structs.replace(base, **{key: value}), "c0ffee")
            for key, value in {"kind": "tag", "name": "main", "stamp": "2"}.items()
        ),
    ]
    mine = request_of_event(1, "live", base, "c0ffee")
    assert mine == request_of_event(1, "live", structs.replace(base, at=9.0), "c0ffee")
    assert len({mine, *other}) == len(other) + 1


def test_what_was_deployed_since_an_event() -> None:
    """Not what was refused."""

    def made(number: int, at: float, state: str) -> Deployment:
        status = StatusSummary(state=state, creator="deploybot[bot]")
        facts = {"sha": "c0ffee", "ref": "main", "environment": "live"}
        return Deployment(id=number, created_at=at, status=status, **facts)

    states = ((1, 9.0, "success"), (2, 10.0, "success"), (3, 11.0, "error"), (4, 11.0, "failure"))
    assert later_ones(tuple(made(*one) for one in states), 10.0) == [4]


@pytest.mark.parametrize(
    ("trigger", "asked_at", "overtaken"),
    [
        (None, None, True),
        ("command", 9.0, True),
        ("push", 10.0, False),
        ("push", 11.0, True),
        ("push", None, False),
    ],
)
def test_what_overtakes_an_event(
    trigger: str | None, asked_at: float | None, overtaken: bool
) -> None:
    """What a person asked for, or a later event; the deployment of an earlier one does not."""
    facts = {"repository_id": 1, "deployment_id": 7}
    later = Build(**facts, trigger=trigger, asked_at=asked_at) if trigger else None
    assert overtakes(later, 10.0) is overtaken


def test_what_ended_for_a_red_check() -> None:
    """Whatever else was against it."""
    refused = Build(repository_id=1, deployment_id=7)
    for reasons, ended in (((RefGone(), ChecksFailed(checks=())), True), ((RefGone(),), False)):
        reason = RefusedOnGitHub(reasons=reasons)
        assert ended_for_checks(structs.replace(refused, reason=reason)) is ended
    assert not ended_for_checks(refused)
