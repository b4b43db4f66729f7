"""Which environments events concern, and what ends with a pull request."""

import pytest

from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.planning.trigger_rules import concerns, ends_with, environments_of_pull
from app.model.build import Build
from app.model.github import Deployment
from app.model.source_event import Closed

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
