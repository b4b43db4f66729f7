"""The environment, read once: what is taken, and every problem at once."""

import base64
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from app.settings import Settings, SettingsError, read_settings
from sandbox.world import own_key_pair

PEM, PUBLIC = own_key_pair()

LEAST = {
    "PUBLIC_URL": "https://deploybot.example.com/",
    "GITHUB_APP_ID": "7",
    "GITHUB_PRIVATE_KEY": PEM,
    "GITHUB_WEBHOOK_SECRET": "github-secret",
    "SLACK_BOT_TOKEN": "xoxb-1234",
    "SLACK_SIGNING_SECRET": "slack-secret",
    "CIRCLECI_TOKEN": "circleci-token",
    "CIRCLECI_WEBHOOK_SECRET": "circleci-secret",
}
"""What must be set."""

SECRETS = {
    "GITHUB_WEBHOOK_SECRET": "old-secret, new-secret",
    "GITHUB_CLIENT_SECRET": "client-secret",
    "SLACK_APP_TOKEN": "xapp-1234",
    "ASANA_TOKEN": "asana-token",
}
"""Secrets that may be set, and one that is being rotated."""


def read(**changed: str) -> Settings:
    """The settings of the least environment, changed."""
    return read_settings({**LEAST, **changed})


def problems(**changed: str) -> list[str]:
    """What is wrong with the least environment, changed."""
    with pytest.raises(SettingsError) as caught:
        read(**changed)
    return caught.value.problems


def test_the_least_that_must_be_set() -> None:
    """Everything else has a default; addresses lose their last slash, Slack's keeps one."""
    settings = read()
    assert ("0.0.0.0", 8080) == (settings.host, settings.port)
    assert settings.public_url == "https://deploybot.example.com"
    assert settings.store_url == "sqlite:///deploybot.db"
    assert settings.github_private_key == PEM.strip()
    assert settings.github_api_url == "https://api.github.com"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.circleci_api_url == "https://circleci.com/api/v2"
    assert settings.slack_command == "/cimon"
    assert ("info", "json") == (settings.log_level, settings.log_format)
    assert settings.sweep_interval == 300
    assert (60, 20, 30, 86400, 259200) == (
        settings.watch_interval,
        settings.lease_seconds,
        settings.checks_settle,
        settings.give_up_after,
        settings.people_after,
    )
    assert (settings.setup_by, settings.circleci_projects) == ("members", {})
    optional = (settings.github_client_secret, settings.slack_app_token, settings.asana_token)
    assert (None, None, None) == optional


def test_nothing_set() -> None:
    """Every problem in one message, a line each."""
    with pytest.raises(SettingsError) as caught:
        read_settings({})
    missing = set(LEAST) - {"GITHUB_PRIVATE_KEY"}
    key = "GITHUB_PRIVATE_KEY (or GITHUB_PRIVATE_KEY_PATH) is not set"
    assert set(caught.value.problems) == {f"{name} is not set" for name in missing} | {key}
    first, *lines, last = str(caught.value).splitlines()
    assert (first, len(lines)) == ("deploybot cannot start:", len(LEAST))
    assert ".env.example" in last
    assert "docs/setup.md" in last


def test_empty_is_unset() -> None:
    """An empty line of an environment file takes the default, or is a problem."""
    assert read(PORT=" ", ASANA_TOKEN="").port == 8080
    assert problems(CIRCLECI_TOKEN="  ") == ["CIRCLECI_TOKEN is not set"]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("PORT", "http", "must be a whole number, not 'http'"),
        ("PORT", "70000", "must be at most 65535, not 70000"),
        ("PORT", "-1", "must be at least 0, not -1"),
        ("PORT", "9" * 5000, "is malformed"),
        ("PUBLIC_URL", "example.com", "must be an http(s) address, not 'example.com'"),
        ("PUBLIC_URL", "ftp://me:pass@x", "must be an http(s) address, not 'ftp://…@x'"),
        ("PUBLIC_URL", "https://me:pass@x", "must not contain a user name or a password"),
        ("GITHUB_API_URL", "http://x:abc", "must be an http(s) address, not 'http://x:abc'"),
        ("SLACK_API_URL", "http://[x", "must be an http(s) address, not 'http://[x'"),
        ("GITHUB_APP_ID", "abc", "must be the App's id (digits) or its client id (Iv…), not 'abc'"),
        ("SLACK_BOT_TOKEN", "xoxp-12345678", "must be a token that begins with xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-12345678", "must be a token that begins with xapp-"),
        ("SLACK_COMMAND", "cimon", "must be a word after a slash, not 'cimon'"),
        ("LEASE_SECONDS", "soon", "must be a number of seconds, not 'soon'"),
        ("LEASE_SECONDS", "0.5", "must be at least 1, not 0.5"),
        ("CHECKS_SETTLE", "-1", "must be at least 0, not -1"),
        ("GIVE_UP_AFTER", "inf", "must be a finite number of seconds, not inf"),
        ("WATCH_INTERVAL", "nan", "must be a finite number of seconds, not nan"),
        ("LOG_FORMAT", "xml", "must be 'json' or 'console', not 'xml'"),
        ("LOG_LEVEL", "loud", "must be 'debug', 'info', 'warning' or 'error', not 'loud'"),
        ("GITHUB_WEBHOOK_SECRET", " , ,", "holds no secret"),
        ("SETUP_BY", "anybody", "must be 'members' or 'verified', not 'anybody'"),
        ("SETUP_BY", "verified", "is verified, which needs GITHUB_CLIENT_SECRET"),
        (
            "CIRCLECI_PROJECTS",
            "acme/docs=gh/acme/web, acme/docs:gh/acme/shop",
            "has 'acme/docs:gh/acme/shop', which is not <owner>/<repo>=gh/<owner>/<repo>",
        ),
        (
            "CIRCLECI_PROJECTS",
            "acme/docs=acme/shop",
            "has 'acme/docs=acme/shop', which is not <owner>/<repo>=gh/<owner>/<repo>",
        ),
    ],
)
def test_malformed(name: str, value: str, problem: str) -> None:
    """What is wrong, and with which variable."""
    assert problems(**{name: value}) == [f"{name} {problem}"]


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "sqlite://", "sqlite:///", "dynamodb://eu-west-1", "dynamodb:///x"]
)
def test_a_store_that_is_none(url: str) -> None:
    """A file, or a region and a prefix."""
    (problem,) = problems(STORE_URL=url)
    assert problem.startswith("STORE_URL must be sqlite:///<file> or dynamodb://")


@pytest.mark.parametrize("url", ["sqlite:///x.db", "sqlite:////data/x.db", "dynamodb://eu/x_"])
def test_a_store(url: str) -> None:
    """A file, relative or absolute, and DynamoDB."""
    assert read(STORE_URL=url).store_url == url


@pytest.mark.parametrize(
    "form",
    [
        str,
        lambda pem: pem.replace("\n", "\\n"),
        lambda pem: base64.b64encode(pem.encode()).decode(),
        lambda pem: base64.encodebytes(pem.encode()).decode(),
    ],
    ids=["pem", "pem in one line", "base64", "base64 in lines"],
)
def test_the_private_key(form: Callable[[str], str]) -> None:
    """As GitHub hands it out, and as an environment can hold it."""
    value = form(PEM)
    assert read(GITHUB_PRIVATE_KEY=value).github_private_key.strip() == PEM.strip()


def test_the_private_key_in_a_file(tmp_path: Path) -> None:
    """A path instead of the key; a file that is not there is a problem."""
    (tmp_path / "key.pem").write_text(PEM, encoding="ascii")
    settings = read(GITHUB_PRIVATE_KEY="", GITHUB_PRIVATE_KEY_PATH=str(tmp_path / "key.pem"))
    assert settings.github_private_key == PEM
    (problem,) = problems(GITHUB_PRIVATE_KEY="", GITHUB_PRIVATE_KEY_PATH=str(tmp_path / "none"))
    assert problem.startswith("GITHUB_PRIVATE_KEY cannot be read from GITHUB_PRIVATE_KEY_PATH: ")
    assert "No such file" in problem


@pytest.mark.parametrize(
    "value",
    [
        "hunter2",
        base64.b64encode(b"hunter2").decode(),
        "\xff",
        "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----",
        PUBLIC,
    ],
    ids=["text", "base64 of text", "not ASCII", "damaged", "public"],
)
def test_a_private_key_that_is_none(value: str) -> None:
    """It is said what is wrong, never what it was."""
    (problem,) = problems(GITHUB_PRIVATE_KEY=value)
    assert problem == (
        "GITHUB_PRIVATE_KEY is neither an RSA private key in PEM form nor base64 of one"
    )


def test_several_secrets_while_rotating() -> None:
    """Comma-separated; none of them may be written anywhere."""
    settings = read(**SECRETS)
    assert settings.github_webhook_secrets == ("old-secret", "new-secret")
    assert set(settings.secrets) == {
        *(PEM.strip(), "old-secret", "new-secret", "client-secret", "xoxb-1234", "slack-secret"),
        *("xapp-1234", "circleci-token", "circleci-secret", "asana-token"),
    }


def test_settings_and_problems_show_no_secret() -> None:
    """Printed, in a problem, or in a traceback: no value of a secret's variable is there."""
    settings = read(**SECRETS)
    shown = f"{settings!r} {settings}"
    assert "deploybot.example.com" in shown
    assert [secret for secret in settings.secrets if secret in shown] == []

    wrong = {name: f"pw-{place}" for place, name in enumerate([*LEAST, *SECRETS])}
    wrong |= {"PUBLIC_URL": "https://pw-0@x", "GITHUB_APP_ID": "7", "PORT": "no port"}
    with pytest.raises(SettingsError) as caught:
        read_settings(wrong)
    assert len(caught.value.problems) == len(wrong) - 1
    assert "pw-" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "name", ["GITHUB_API_URL", "SLACK_API_URL", "CIRCLECI_API_URL", "ASANA_API_URL"]
)
def test_tokens_are_sent_encrypted(name: str) -> None:
    """A provider without encryption is one on this machine."""
    for host in ("127.0.0.1:9", "127.8.0.1", "[::1]:9", "localhost"):
        read(**{name: f"http://{host}/api"})
    for host in ("ghe.acme.com", "10.0.0.1", "localhost.acme.com", "[::2]"):
        (problem,) = problems(**{name: f"http://{host}/api"})
        assert problem.startswith(f"{name} must begin with https://")


@pytest.mark.parametrize(
    "name", ["GITHUB_CLIENT_SECRET", "CIRCLECI_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"]
)
def test_a_secret_that_is_too_short(name: str) -> None:
    """It is told once, also among several."""
    several = name == "SLACK_SIGNING_SECRET"
    assert problems(**{name: "x,y,long-enough" if several else "xapp-12"}) == [
        f"{name} is too short: a secret has at least 8 characters"
    ]


@pytest.mark.parametrize("app_id", ["7", "Iv1.8a61f9b3a7aba766", "Iv23liSXwAbCdEfGhIjK"])
def test_the_app_is_named_by_its_id_or_client_id(app_id: str) -> None:
    """GitHub takes either as the issuer."""
    assert read(GITHUB_APP_ID=app_id).github_app_id == app_id


def test_projects_that_the_operator_allows() -> None:
    """By repository in lower case; a repository may be named again."""
    allowed = read(
        CIRCLECI_PROJECTS="Acme/Docs=gh/acme/web, acme/playground = gh/acme/shop,"
        "acme/docs=circleci/Ab-1/Cd_2,"
    ).circleci_projects
    assert allowed == {
        "acme/docs": {"gh/acme/web", "circleci/Ab-1/Cd_2"},
        "acme/playground": {"gh/acme/shop"},
    }


def test_a_channel_may_ask_for_verified_people() -> None:
    """Where their links can be verified."""
    assert read(SETUP_BY="Verified", GITHUB_CLIENT_SECRET="client-secret").setup_by == "verified"


@pytest.mark.parametrize(
    ("api", "graphql", "html"),
    [
        ("https://api.github.com", "https://api.github.com/graphql", "https://github.com"),
        (
            "https://ghe.acme.com/api/v3/",
            "https://ghe.acme.com/api/graphql",
            "https://ghe.acme.com",
        ),
        (
            "https://api.acme.ghe.com/",
            "https://api.acme.ghe.com/graphql",
            "https://acme.ghe.com",
        ),
        (
            "https://api.acme.com/api/v3",
            "https://api.acme.com/api/graphql",
            "https://api.acme.com",
        ),
        ("http://127.0.0.1:9", "http://127.0.0.1:9/graphql", "http://127.0.0.1:9"),
    ],
)
def test_github_addresses(api: str, graphql: str, html: str) -> None:
    """GraphQL and the pages follow from the API's address."""
    settings = read(GITHUB_API_URL=api)
    assert (settings.github_graphql_url, settings.github_html_url) == (graphql, html)


@pytest.mark.parametrize(("lease", "timeout"), [("20", 10), ("60", 10), ("4", 2)])
def test_a_call_ends_within_half_a_lease(lease: str, timeout: float) -> None:
    """And takes ten seconds at most."""
    assert read(LEASE_SECONDS=lease).provider_timeout == timeout


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_log_levels(level: str) -> None:
    """In any case."""
    settings = read(LOG_LEVEL=level.upper(), LOG_FORMAT="Console")
    assert (settings.log_level, settings.log_format) == (level, "console")
