"""Whether a commit that was named by itself is the repository's own."""

import pytest

from app.lifecycle.configuration.reading import parse_config
from app.lifecycle.planning.targets.environments import environment_named
from app.lifecycle.planning.targets.reachable import _default_of, _of_ours, tips
from tests.lifecycle.conftest import BARE, BRANCH, FORK, OTHER, PULL, SHA, TAG, resolved

CONFIG = parse_config(
    """
environments:
  live: {aliases: [l]}
  open: {forks: true}
  pr{number}: {forks: true, deploy_on: {pull_request: true}}
"""
)


def test_branches_and_tags_speak_for_a_commit() -> None:
    """A pull request's commits may be a fork's."""
    other = resolved(BRANCH.kind, "trunk", OTHER)
    assert tips((BRANCH, other, TAG, PULL, FORK, BARE)) == (SHA, OTHER, SHA)


@pytest.mark.parametrize(
    ("name", "ours"),
    [("live", True), ("L", True), ("open", False), ("OPEN", False), ("pr7", False), ("qa", True)],
)
def test_where_forks_are_allowed_a_success_says_nothing(name: str, ours: bool) -> None:
    """However the environment is spelled on GitHub."""
    assert _of_ours(name, CONFIG) is ours


@pytest.mark.parametrize(
    ("ref", "asked"),
    [
        ("main", True),
        ("v1.4.0", True),
        ("pull/7/head", False),
        ("refs/pull/7/head", False),
        ("fork:main", False),
        ("a..b", False),
    ],
)
def test_the_default_of_an_environment(ref: str, asked: bool) -> None:
    """What GitHub would compare with something else than a branch or tag is not asked about."""
    config = parse_config(f"environments: {{live: {{ref: '{ref}'}}}}")
    assert _default_of(environment_named("live", config), config) == ((ref,) if asked else ())
    assert _default_of(environment_named("live", CONFIG), CONFIG) == ()
