"""The environment, read once: what is taken, and every problem at once."""

import base64
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
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "slack-secret",
    "CIRCLECI_TOKEN": "circleci-token",
    "CIRCLECI_WEBHOOK_SECRET": "circleci-secret",
}
"""What must be set."""


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
    assert (60, 20, 30, 86400) == (
        settings.watch_interval,
        settings.lease_seconds,
        settings.checks_settle,
        settings.give_up_after,
    )
    optional = (settings.github_client_secret, settings.slack_app_token, settings.asana_token)
    assert (None, None, None) == optional


def test_nothing_set() -> None:
    """Every problem in one message, a line each."""
    with pytest.raises(SettingsError) as caught:
        read_settings({})
    missing = set(LEAST) - {"GITHUB_PRIVATE_KEY"}
    key = "GITHUB_PRIVATE_KEY (or GITHUB_PRIVATE_KEY_PATH) is not set"
    assert set(caught.value.problems) == {f"{name} is not set" for name in missing} | {key}
    assert str(caught.value).splitlines()[0] == "deploybot cannot start:"
    assert len(str(caught.value).splitlines()) == len(LEAST) + 1


def test_empty_is_unset() -> None:
    """An empty line of an environment file takes the default, or is a problem."""
    assert read(PORT=" ", ASANA_TOKEN="").port == 8080
    assert problems(CIRCLECI_TOKEN="  ") == ["CIRCLECI_TOKEN is not set"]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("PORT", "http", "PORT must be a port number, not 'http'"),
        ("PORT", "70000", "PORT must be a port number, not '70000'"),
        ("PORT", "-1", "PORT must be a port number, not '-1'"),
        ("PUBLIC_URL", "example.com", "PUBLIC_URL must be an http(s) address, not 'example.com'"),
        ("GITHUB_API_URL", "ftp://x", "GITHUB_API_URL must be an http(s) address, not 'ftp://x'"),
        (
            "GITHUB_API_URL",
            "http://x:abc",
            "GITHUB_API_URL must be an http(s) address, not 'http://x:abc'",
        ),
        (
            "SLACK_API_URL",
            "http://[x",
            "SLACK_API_URL must be an http(s) address, not 'http://[x'",
        ),
        (
            "GITHUB_APP_ID",
            "my app",
            "GITHUB_APP_ID must be the App's id or client id, not 'my app'",
        ),
        ("SLACK_COMMAND", "cimon", "SLACK_COMMAND must be a word after a slash, not 'cimon'"),
        ("LEASE_SECONDS", "soon", "LEASE_SECONDS must be a number of seconds, not 'soon'"),
        ("LEASE_SECONDS", "0.5", "LEASE_SECONDS must be a number of at least 1, not 0.5"),
        ("GIVE_UP_AFTER", "inf", "GIVE_UP_AFTER must be a number of at least 1, not inf"),
        ("WATCH_INTERVAL", "nan", "WATCH_INTERVAL must be a number of at least 1, not nan"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT must be one of json, console, not 'xml'"),
        ("GITHUB_WEBHOOK_SECRET", " , ,", "GITHUB_WEBHOOK_SECRET holds no secret"),
        (
            "LOG_LEVEL",
            "loud",
            "LOG_LEVEL must be one of debug, info, warning, error, not 'loud'",
        ),
    ],
)
def test_malformed(name: str, value: str, problem: str) -> None:
    """What is wrong, and with which variable."""
    assert problems(**{name: value}) == [problem]


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
    assert problem.startswith("GITHUB_PRIVATE_KEY_PATH cannot be read:")


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
    settings = read(
        GITHUB_WEBHOOK_SECRET="old, new", SLACK_APP_TOKEN="xapp-1", ASANA_TOKEN="asana-token"
    )
    assert settings.github_webhook_secrets == ("old", "new")
    assert {PEM.strip(), "old", "new", "xapp-1", "asana-token", "xoxb-1", "circleci-token"} <= set(
        settings.secrets
    )
    assert {"slack-secret", "circleci-secret"} <= set(settings.secrets)
    assert all(settings.secrets)


@pytest.mark.parametrize(
    ("api", "graphql", "html"),
    [
        ("https://api.github.com", "https://api.github.com/graphql", "https://github.com"),
        (
            "https://ghe.acme.com/api/v3/",
            "https://ghe.acme.com/api/graphql",
            "https://ghe.acme.com",
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
