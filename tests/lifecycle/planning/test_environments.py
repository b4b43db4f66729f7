"""Which environment a name means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.configuration.reading import parse_config
from app.lifecycle.planning.environments import (
    STANDARD,
    Environment,
    NotFound,
    environment_named,
    find_environment,
    known_environments,
)
from app.model.plan import Concurrency
from app.model.reasons.typed import EnvironmentAmbiguous, EnvironmentMissing, EnvironmentUnknown

CONFIG = parse_config(
    """
    defaults: {ref: develop, timeout: 10m, concurrency: cancel}
    environments:
      production: {aliases: [prod, live], ref: main, timeout: 1h, url: https://x.example.com}
      eu-west: {aliases: [eu]}
      eu-east: {aliases: [eu, Ost], concurrency: allow, production: true}
      staging:
      "pr{number}": {deploy_on: {pull_request: true}, url: "https://pr{number}.example.com"}
      "qa-*": {transient: true}
      "slot{number}": {}
    """
)
LISTED = ("Demo", "pr12", "production")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("production", "production"),
        ("prod", "production"),
        ("LIVE", "production"),
        ("Production", "production"),
        ("ost", "eu-east"),
        ("staging", "staging"),
        ("pr7", "pr7"),
        ("qa-a/b", "qa-a/b"),
        ("qa-A", "qa-A"),
        ("QA-A", "qa-a"),
        ("PR7", "pr7"),
        ("Demo", "Demo"),
        ("demo", "Demo"),
        ("preview", "preview"),
        ("Preview", "preview"),
        ("test", "test"),
    ],
)
def test_a_known_name(typed: str, name: str):
    """By the file's names, patterns and aliases, by GitHub's list, by the four standard names."""
    found = find_environment(typed, CONFIG, LISTED)

    assert found == environment_named(name, CONFIG)
    assert isinstance(found, Environment)
    assert found.name == name


@pytest.mark.parametrize(
    ("typed", "details"),
    [
        ("prodction", {"closest": "production"}),
        ("stagin", {"closest": "staging"}),
        ("preveiw", {"closest": "preview"}),
        ("lve", {"closest": "live"}),
        ("zzz", {"closest": ""}),
        ("pr0", {}),
        ("pr", {}),
        ("prx", {}),
        ("pr{number}", {}),
        ("qa-*", {}),
    ],
)
def test_an_unknown_name_is_refused(typed: str, details: dict[str, str]):
    """With the closest one; a pattern is no name by itself."""
    found = find_environment(typed, CONFIG, LISTED)

    assert isinstance(found, EnvironmentUnknown)
    assert found.environment == typed
    assert details.items() <= structs.asdict(found).items()
    assert found.known == KNOWN


@pytest.mark.parametrize("typed", ["prod", "Production", "LIVE"])
def test_the_configuration_goes_before_githubs_list(typed: str):
    """GitHub lists any spelling that was ever deployed to; the rules are those of the file."""
    found = find_environment(typed, CONFIG, (typed,))

    assert found == environment_named("production", CONFIG)


KNOWN = ("production", "eu-west", "eu-east", "staging", "Demo")
"""What can be typed there."""


def test_an_empty_name_is_never_production():
    """There is no default environment; what can be typed is told."""
    for typed in ("", "  "):
        assert find_environment(typed, CONFIG, LISTED, new=True) == EnvironmentMissing(known=KNOWN)


def test_an_alias_of_two_environments_is_refused():
    """Both are named."""
    assert find_environment("EU", CONFIG, LISTED) == EnvironmentAmbiguous(
        environment="EU", matches=("eu-west", "eu-east")
    )


def test_names_that_differ_in_case_only():
    """The exact one is meant; without it, neither is guessed."""
    listed = ("Beta", "BETA")

    found = find_environment("Beta", RepoConfig(), listed)
    assert isinstance(found, Environment)
    assert found.name == "Beta"
    guess = find_environment("beta", RepoConfig(), listed)
    assert isinstance(guess, EnvironmentAmbiguous)


@pytest.mark.parametrize(
    ("typed", "created"),
    [("sandbox", True), ("prodction", True), ("a\nb", False), ("x" * 256, False)],
)
def test_new_lets_an_unknown_name_be_created(typed: str, created: bool):
    """`--new` takes the name as typed, if it can be one."""
    assert isinstance(find_environment(typed, CONFIG, (), new=True), Environment) is created


def test_new_does_not_hide_a_known_one():
    """An alias stays an alias."""
    found = find_environment("prod", CONFIG, (), new=True)

    assert isinstance(found, Environment)
    assert found.name == "production"


def test_what_can_be_typed():
    """The file's names first, GitHub's after, pull requests' not; else the standard four."""
    assert known_environments(CONFIG, LISTED) == (
        "production",
        "eu-west",
        "eu-east",
        "staging",
        "Demo",
    )
    assert known_environments(RepoConfig(), ("a", "b", "a")) == ("a", "b")
    assert known_environments(RepoConfig(), ()) == STANDARD


@pytest.mark.parametrize(
    ("name", "ref", "timeout", "concurrency", "production"),
    [
        ("production", "main", 3600.0, Concurrency.CANCEL, True),
        ("eu-east", "develop", 600.0, Concurrency.ALLOW, True),
        ("staging", "develop", 600.0, Concurrency.CANCEL, False),
        ("pr7", "pull/7/head", 600.0, Concurrency.CANCEL, False),
        ("slot7", "develop", 600.0, Concurrency.CANCEL, False),
        ("elsewhere", "develop", 600.0, Concurrency.CANCEL, False),
    ],
)
def test_the_rules_in_force(
    name: str, ref: str, timeout: float, concurrency: Concurrency, production: bool
):
    """The environment's own go before the defaults; a pull request's deploys that."""
    found = environment_named(name, CONFIG)

    assert found.default_ref(CONFIG) == ref
    assert found.timeout(CONFIG) == timeout
    assert found.concurrency(CONFIG) is concurrency
    assert found.production is production


def test_defaults_without_a_file():
    """The default branch, an hour, a queue; only `production` is production."""
    found = environment_named("production", RepoConfig())

    assert found.default_ref(RepoConfig()) is None
    assert found.timeout(RepoConfig()) == 3600.0
    assert found.production
    assert found.url(None) == ""


def test_the_address_of_an_environment():
    """`{number}` is the pull request's; without one there is no address."""
    assert environment_named("production", CONFIG).url(3) == "https://x.example.com"
    assert environment_named("pr7", CONFIG).url(None) == "https://pr7.example.com"
    rules = parse_config('environments: {a: {url: "https://{number}.x.com"}}')
    assert environment_named("a", rules).url(12) == "https://12.x.com"
    assert environment_named("a", rules).url(None) == ""


@given(st.text(max_size=20), st.lists(st.text(min_size=1, max_size=8), max_size=3), st.booleans())
def test_a_name_is_known_or_refused(typed: str, listed: list[str], new: bool):
    """Any text is an environment or a reason; a listed name that no file explains is itself."""
    found = find_environment(typed, CONFIG, listed, new=new)

    assert isinstance(found, Environment | NotFound)
    for name in listed:
        if name.strip():
            named = find_environment(name, RepoConfig(), listed)
            assert isinstance(named, Environment)
            assert named.name == name
