"""Settings: read once from the environment, every problem reported in one message."""

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from msgspec import Struct


class SettingsError(Exception):
    """Settings are missing or malformed; `problems` has a line each, without secrets."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("deploybot cannot start:\n" + "\n".join(f"  {line}" for line in problems))
        self.problems = problems


class Settings(Struct, frozen=True, kw_only=True):
    """The environment, checked (design, section 6). Durations are seconds."""

    port: int
    host: str
    public_url: str
    store_url: str
    github_app_id: str
    github_private_key: str
    github_webhook_secrets: tuple[str, ...]
    github_client_secret: str | None
    github_api_url: str
    slack_bot_token: str
    slack_signing_secrets: tuple[str, ...]
    slack_app_token: str | None
    slack_api_url: str
    slack_command: str
    circleci_token: str
    circleci_webhook_secrets: tuple[str, ...]
    circleci_api_url: str
    asana_token: str | None
    asana_api_url: str
    log_level: Literal["debug", "info", "warning", "error"]
    log_format: Literal["json", "console"]
    sweep_interval: float
    watch_interval: float
    lease_seconds: float
    checks_settle: float
    give_up_after: float

    @property
    def provider_timeout(self) -> float:
        """The longest that one provider call may take, in seconds: at most half a lease."""
        return min(10.0, self.lease_seconds / 2)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value that must never be written anywhere."""
        single = (
            self.github_private_key,
            self.github_client_secret,
            self.slack_bot_token,
            self.slack_app_token,
            self.circleci_token,
            self.asana_token,
        )
        several = (
            *self.github_webhook_secrets,
            *self.slack_signing_secrets,
            *self.circleci_webhook_secrets,
        )
        return tuple(secret for secret in (*single, *several) if secret)

    @property
    def github_graphql_url(self) -> str:
        """GraphQL's address: beside `/api/v3` on Enterprise Server, below the API elsewhere."""
        base = self.github_api_url
        return f"{base[: -len('/v3')]}/graphql" if base.endswith("/api/v3") else f"{base}/graphql"

    @property
    def github_html_url(self) -> str:
        """Where GitHub's pages are: beside the API on Enterprise Server."""
        if self.github_api_url == "https://api.github.com":
            return "https://github.com"
        return self.github_api_url.removesuffix("/api/v3")


class _Reader:
    """Takes values out of an environment and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        value = self._environ.get(name, "").strip()
        if value:
            return value
        if default is None:
            self.problems.append(f"{name} is not set")
            return ""
        return default

    def optional(self, name: str) -> str | None:
        return self._environ.get(name, "").strip() or None

    def url(self, name: str, default: str | None = None) -> str:
        value = self.text(name, default).rstrip("/")
        if value and not _is_http(value):
            self.problems.append(f"{name} must be an http(s) address, not {value!r}")
        return value

    def app_id(self, name: str) -> str:
        value = self.text(name)
        if value and not re.fullmatch(r"[A-Za-z0-9._-]+", value):
            self.problems.append(f"{name} must be the App's id or client id, not {value!r}")
        return value

    def slash_command(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not re.fullmatch(r"/[^\s/]+", value):
            self.problems.append(f"{name} must be a word after a slash, not {value!r}")
        return value

    def number(self, name: str, default: str, *, least: float) -> float:
        value = self.text(name, default)
        try:
            number = float(value)
        except ValueError:
            self.problems.append(f"{name} must be a number of seconds, not {value!r}")
            return least
        if not least <= number < float("inf"):
            self.problems.append(f"{name} must be a number of at least {least:g}, not {value}")
        return number

    def secrets(self, name: str) -> tuple[str, ...]:
        value = self.text(name)
        found = tuple(part.strip() for part in value.split(",") if part.strip())
        if value and not found:
            self.problems.append(f"{name} holds no secret")
        return found

    def choice(self, name: str, default: str, among: tuple[str, ...]) -> str:
        value = self.text(name, default).lower()
        if value not in among:
            self.problems.append(f"{name} must be one of {', '.join(among)}, not {value!r}")
        return value

    def port(self, name: str, default: str) -> int:
        value = self.text(name, default)
        if not value.isdecimal() or int(value) > 65535:
            self.problems.append(f"{name} must be a port number, not {value!r}")
            return 0
        return int(value)

    def private_key(self) -> str:
        value, path = self.optional("GITHUB_PRIVATE_KEY"), self.optional("GITHUB_PRIVATE_KEY_PATH")
        if path and not value:
            try:
                value = Path(path).read_text(encoding="ascii")
            except (OSError, UnicodeDecodeError) as error:
                self.problems.append(f"GITHUB_PRIVATE_KEY_PATH cannot be read: {error}")
                return ""
        if not value:
            self.problems.append("GITHUB_PRIVATE_KEY (or GITHUB_PRIVATE_KEY_PATH) is not set")
            return ""
        return self._pem(value)

    def _pem(self, value: str) -> str:
        pem = value.replace("\\n", "\n") if "-----BEGIN" in value else _decoded(value)
        if not _is_rsa_key(pem):
            self.problems.append(
                "GITHUB_PRIVATE_KEY is neither an RSA private key in PEM form nor base64 of one"
            )
        return pem

    def store_url(self) -> str:
        value = self.text("STORE_URL", "sqlite:///deploybot.db")
        parts = urlsplit(value)
        sqlite = parts.scheme == "sqlite" and not parts.netloc and parts.path.strip("/")
        dynamodb = parts.scheme == "dynamodb" and parts.netloc and parts.path.strip("/")
        if not sqlite and not dynamodb:
            self.problems.append(
                "STORE_URL must be sqlite:///<file> or dynamodb://<region>/<table prefix>, "
                f"not {value!r}"
            )
        return value


def _is_http(value: str) -> bool:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:  # a port that is none, brackets that do not match
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _decoded(value: str) -> str:
    """Base64 in one line or wrapped; empty where it is none."""
    try:
        return base64.b64decode("".join(value.split()), validate=True).decode("ascii")
    except ValueError:  # of either decoding
        return ""


def _is_rsa_key(pem: str) -> bool:
    """Whether it is what GitHub hands out for an App: RSA, without a passphrase."""
    try:
        return isinstance(load_pem_private_key(pem.encode(), None), RSAPrivateKey)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings, or raise `SettingsError` with every problem at once."""
    reader = _Reader(environ)
    settings = Settings(
        port=reader.port("PORT", "8080"),
        host=reader.text("HOST", "0.0.0.0"),  # noqa: S104 - the service listens for webhooks
        public_url=reader.url("PUBLIC_URL"),
        store_url=reader.store_url(),
        github_app_id=reader.app_id("GITHUB_APP_ID"),
        github_private_key=reader.private_key(),
        github_webhook_secrets=reader.secrets("GITHUB_WEBHOOK_SECRET"),
        github_client_secret=reader.optional("GITHUB_CLIENT_SECRET"),
        github_api_url=reader.url("GITHUB_API_URL", "https://api.github.com"),
        slack_bot_token=reader.text("SLACK_BOT_TOKEN"),
        slack_signing_secrets=reader.secrets("SLACK_SIGNING_SECRET"),
        slack_app_token=reader.optional("SLACK_APP_TOKEN"),
        slack_api_url=reader.url("SLACK_API_URL", "https://slack.com/api") + "/",
        slack_command=reader.slash_command("SLACK_COMMAND", "/cimon"),
        circleci_token=reader.text("CIRCLECI_TOKEN"),
        circleci_webhook_secrets=reader.secrets("CIRCLECI_WEBHOOK_SECRET"),
        circleci_api_url=reader.url("CIRCLECI_API_URL", "https://circleci.com/api/v2"),
        asana_token=reader.optional("ASANA_TOKEN"),
        asana_api_url=reader.url("ASANA_API_URL", "https://app.asana.com/api/1.0"),
        log_level=_log_level(reader),
        log_format="console" if _log_format(reader) == "console" else "json",
        sweep_interval=reader.number("SWEEP_INTERVAL", "300", least=1),
        watch_interval=reader.number("WATCH_INTERVAL", "60", least=1),
        lease_seconds=reader.number("LEASE_SECONDS", "20", least=1),
        checks_settle=reader.number("CHECKS_SETTLE", "30", least=0),
        give_up_after=reader.number("GIVE_UP_AFTER", "86400", least=1),
    )
    if reader.problems:
        raise SettingsError(reader.problems)
    return settings


def _log_level(reader: _Reader) -> Literal["debug", "info", "warning", "error"]:
    value = reader.choice("LOG_LEVEL", "info", ("debug", "info", "warning", "error"))
    levels: dict[str, Literal["debug", "info", "warning", "error"]] = {
        "debug": "debug",
        "warning": "warning",
        "error": "error",
    }
    return levels.get(value, "info")


def _log_format(reader: _Reader) -> str:
    return reader.choice("LOG_FORMAT", "json", ("json", "console"))
