"""Reads the settings from the environment, once, and reports all problems in one message."""

import base64
import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails

SHORTEST_SECRET = 8
"""The least number of characters of a secret; a shorter one could be guessed."""

_WHERE = (
    ".env.example lists what must be set; docs/setup.md says where each value comes from, "
    "docs/operations.md what each setting means."
)
_USER_INFO = re.compile(r"//[^/]*@")
_CLOUD_API = re.compile(r"https://api\.(github\.com|[^./]+\.ghe\.com)", re.IGNORECASE)
_ALLOWED_PROJECT = re.compile(
    r"([A-Za-z0-9_-]+/[A-Za-z0-9._-]+)\s*=\s*"
    r"((?:gh|github|bb|bitbucket|circleci)/[A-Za-z0-9._-]+/[A-Za-z0-9._-]+)"
)


class SettingsError(Exception):
    """Settings are missing or malformed; `problems` has a line for each, without secrets."""

    def __init__(self, problems: list[str]) -> None:
        lines = ["deploybot cannot start:", *(f"  {line}" for line in problems)]
        if any(line.endswith("is not set") for line in problems):
            lines.append(_WHERE)
        super().__init__("\n".join(lines))
        self.problems = problems


def _address(value: str) -> str:
    """Check an http(s) address and remove the slash at its end."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:  # the port is not a number, or brackets do not match
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"must be an http(s) address, not {_shown(value)}")
    if "@" in parts.netloc:
        raise ValueError("must not contain a user name or a password")
    return value.rstrip("/")


def _private_address(value: str) -> str:
    """Check that a token may be sent to an address: it is encrypted, or on this machine."""
    parts = urlsplit(value)
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise ValueError(f"must begin with https://, because tokens are sent there, not {value!r}")
    return value


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # it is a name, not an IP address
        return host == "localhost"


def _shown(value: str) -> str:
    """A value as an error message quotes it: without the user name and password of an address."""
    return repr(_USER_INFO.sub("//…@", value))


def _store(value: str) -> str:
    parts = urlsplit(value)
    sqlite = parts.scheme == "sqlite" and not parts.netloc and parts.path.strip("/")
    dynamodb = parts.scheme == "dynamodb" and parts.netloc and parts.path.strip("/")
    if not sqlite and not dynamodb:
        raise ValueError(
            f"must be sqlite:///<file> or dynamodb://<region>/<table prefix>, not {_shown(value)}"
        )
    return value


def _matching(pattern: str, form: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"must be {form}, not {_shown(value)}")
        return value

    return AfterValidator(check)


def _secret(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ValueError(f"is too short: a secret has at least {SHORTEST_SECRET} characters")
    return value


def _beginning(prefix: str) -> AfterValidator:
    def check(value: str) -> str:
        if not value.startswith(prefix):
            raise ValueError(f"must be a token that begins with {prefix}")
        return value

    return AfterValidator(check)


def _several(value: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in value.split(",") if part.strip())
    if not found:
        raise ValueError("holds no secret")
    return found


def _private_key(value: str) -> str:
    """Check the App's private key, an RSA key without a passphrase, and return it as PEM."""
    pem = value.replace("\\n", "\n") if "-----BEGIN" in value else _decoded(value)
    try:
        valid = isinstance(load_pem_private_key(pem.encode(), None), RSAPrivateKey)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        valid = False
    if not valid:
        raise ValueError("is neither an RSA private key in PEM form nor base64 of one")
    return pem


def _decoded(value: str) -> str:
    """Decode base64, in one line or wrapped; empty if it is not base64 of ASCII text."""
    try:
        return base64.b64decode("".join(value.split()), validate=True).decode("ascii")
    except ValueError:  # either decoding may raise it
        return ""


def _projects(value: str) -> dict[str, frozenset[str]]:
    allowed: dict[str, frozenset[str]] = {}
    for entry in filter(None, map(str.strip, value.split(","))):
        found = _ALLOWED_PROJECT.fullmatch(entry)
        if found is None:
            raise ValueError(f"has {_shown(entry)}, which is not <owner>/<repo>=gh/<owner>/<repo>")
        repository, slug = found[1].lower(), found[2]
        allowed[repository] = allowed.get(repository, frozenset()) | {slug}
    return allowed


_Address = Annotated[str, AfterValidator(_address)]
_ProviderAddress = Annotated[_Address, AfterValidator(_private_address)]
_OneSecret = Annotated[str, AfterValidator(_secret)]
_Secrets = Annotated[tuple[_OneSecret, ...], BeforeValidator(_several)]
_BotToken = Annotated[_OneSecret, _beginning("xoxb-")]
_AppToken = Annotated[_OneSecret, _beginning("xapp-")]
_AppId = Annotated[
    str, _matching(r"[0-9]+|Iv[A-Za-z0-9._-]+", "the App's id (digits) or its client id (Iv…)")
]
_SlashCommand = Annotated[str, _matching(r"/[^\s/]+", "a word after a slash")]
_PrivateKey = Annotated[str, AfterValidator(_private_key)]
_Seconds = Annotated[float, Field(ge=1, allow_inf_nan=False)]
_AnyCase = BeforeValidator(str.lower)


class Settings(BaseModel):
    """The checked settings. A field's alias is its environment variable; durations are seconds.

    A field with `repr=False` is a secret: it is not shown, and `secrets` has its values.
    """

    model_config = ConfigDict(frozen=True, alias_generator=str.upper, hide_input_in_errors=True)

    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    host: str = "0.0.0.0"  # noqa: S104 - the service listens for webhooks
    public_url: _Address
    store_url: Annotated[str, AfterValidator(_store)] = "sqlite:///deploybot.db"
    github_app_id: _AppId
    github_private_key_path: Path | None = None
    github_private_key: _PrivateKey = Field(default="", validate_default=True, repr=False)
    github_webhook_secrets: _Secrets = Field(alias="GITHUB_WEBHOOK_SECRET", repr=False)
    github_client_secret: _OneSecret | None = Field(default=None, repr=False)
    github_api_url: _ProviderAddress = "https://api.github.com"
    slack_bot_token: _BotToken = Field(repr=False)
    slack_signing_secrets: _Secrets = Field(alias="SLACK_SIGNING_SECRET", repr=False)
    slack_app_token: _AppToken | None = Field(default=None, repr=False)
    slack_api_url: Annotated[_ProviderAddress, AfterValidator(lambda url: f"{url}/")] = (
        "https://slack.com/api/"
    )
    slack_command: _SlashCommand = "/cimon"
    circleci_token: _OneSecret = Field(repr=False)
    circleci_webhook_secrets: _Secrets = Field(alias="CIRCLECI_WEBHOOK_SECRET", repr=False)
    circleci_api_url: _ProviderAddress = "https://circleci.com/api/v2"
    circleci_projects: Annotated[Mapping[str, frozenset[str]], BeforeValidator(_projects)] = Field(
        default={},
        description="By owner/repo in lower case: the slugs of CircleCI projects that the "
        "repository may run besides its own.",
    )
    setup_by: Annotated[Literal["members", "verified"], _AnyCase] = "members"
    asana_token: _OneSecret | None = Field(default=None, repr=False)
    asana_api_url: _ProviderAddress = "https://app.asana.com/api/1.0"
    log_level: Annotated[Literal["debug", "info", "warning", "error"], _AnyCase] = "info"
    log_format: Annotated[Literal["json", "console"], _AnyCase] = "json"
    sweep_interval: _Seconds = 300
    watch_interval: _Seconds = 60
    lease_seconds: _Seconds = 20
    checks_settle: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 30
    give_up_after: _Seconds = 86400
    people_after: _Seconds = 259200

    @field_validator("github_private_key", mode="before")
    @classmethod
    def _key_or_its_file(cls, value: str, info: ValidationInfo) -> str:
        path: Path | None = info.data.get("github_private_key_path")
        if value:
            return value
        if path is None:
            raise ValueError("(or GITHUB_PRIVATE_KEY_PATH) is not set")
        try:
            return path.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"cannot be read from GITHUB_PRIVATE_KEY_PATH: {error}") from None

    @field_validator("setup_by")
    @classmethod
    def _links_can_be_verified(cls, value: str, info: ValidationInfo) -> str:
        if value == "verified" and info.data.get("github_client_secret", "") is None:
            raise ValueError("is verified, which needs GITHUB_CLIENT_SECRET")
        return value

    @property
    def provider_timeout(self) -> float:
        """The most seconds that one call to a provider may take: at most half a lease."""
        return min(10.0, self.lease_seconds / 2)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must never be logged."""
        values = (
            getattr(self, name) for name, field in type(self).model_fields.items() if not field.repr
        )
        several = (value if isinstance(value, tuple) else (value,) for value in values)
        return tuple(secret for found in several for secret in found if secret)

    @property
    def github_graphql_url(self) -> str:
        """GraphQL's address: beside `/api/v3` on Enterprise Server, below the API elsewhere."""
        base = self.github_api_url
        return f"{base[: -len('/v3')]}/graphql" if base.endswith("/api/v3") else f"{base}/graphql"

    @property
    def github_html_url(self) -> str:
        """The address of GitHub's pages: the API's without `api.` or `/api/v3` (Enterprise).

        With data residency the API of `https://acme.ghe.com` is `https://api.acme.ghe.com`:
        https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency/about-github-enterprise-cloud-with-data-residency
        """
        if _CLOUD_API.fullmatch(self.github_api_url):
            return self.github_api_url.replace("//api.", "//", 1)
        return self.github_api_url.removesuffix("/api/v3")


_SENTENCES = {
    "missing": "is not set",
    "int_parsing": "must be a whole number, not {input!r}",
    "float_parsing": "must be a number of seconds, not {input!r}",
    "finite_number": "must be a finite number of seconds, not {input}",
    "greater_than_equal": "must be at least {ge:g}, not {input}",
    "less_than_equal": "must be at most {le:g}, not {input}",
    "literal_error": "must be {expected}, not {input!r}",
    "value_error": "{error}",
}
"""How each type of pydantic's errors is reported; none that secrets can have quotes the value."""


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings; raises `SettingsError` with all problems at once.

    A variable that is empty or blank counts as not set.
    """
    stripped = {name: value.strip() for name, value in environ.items()}
    try:
        return Settings.model_validate({name: value for name, value in stripped.items() if value})
    except ValidationError as error:
        found = [_problem(each) for each in error.errors(include_url=False)]
    raise SettingsError(list(dict.fromkeys(found)))


def _problem(error: ErrorDetails) -> str:
    sentence = _SENTENCES.get(error["type"], "is malformed")
    variable = str(error["loc"][0]).upper()  # for a wrong default, pydantic gives the field's name
    return f"{variable} {sentence.format(input=error['input'], **error.get('ctx', {}))}"
