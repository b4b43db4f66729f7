"""Finds out who calls: the App (with a JWT), an installation or a person (with a token)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt

from sandbox.github.errors import ApiError
from sandbox.github.records import AppRecord, Installation, Repository, Token, User
from sandbox.github.state import State

TOKEN_LIFE = 3600.0
LONGEST_JWT = 600
LEVELS = {"read": 1, "write": 2, "admin": 3}


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Somebody whose credentials are valid: an installation, a person, or the App itself."""

    user: User
    key: str
    installation: Installation | None = None
    permissions: Mapping[str, str] = field(default_factory=dict)
    repository_ids: tuple[int, ...] | None = None

    def may(self, need: str) -> bool:
        """Whether the permission `name:level` is granted; a person has all permissions."""
        if self.installation is None:
            return True
        name, _, level = need.partition(":")
        return LEVELS.get(self.permissions.get(name, ""), 0) >= LEVELS[level]

    def sees(self, repository: Repository) -> bool:
        """Whether the caller can see a repository."""
        if self.installation is None:
            return True
        if self.repository_ids is not None and repository.id not in self.repository_ids:
            return False
        return repository.id in self.installation.repository_ids


@dataclass(frozen=True, kw_only=True)
class Gatekeeper:
    """Checks credentials and makes tokens."""

    state: State
    app: AppRecord
    public_key: str

    def bearer(self, authorization: str) -> str:
        """The credential in an `Authorization` header; empty without one."""
        scheme, _, value = authorization.strip().partition(" ")
        return value.strip() if scheme.lower() in {"bearer", "token"} else ""

    def app_only(self, credential: str) -> Caller:
        """The App, if its JWT is valid: RS256, signed with its key, lives at most ten minutes.

        https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
        """
        try:
            claims: dict[str, Any] = jwt.decode(
                credential,
                self.public_key,
                algorithms=["RS256"],
                options={"verify_exp": False, "verify_iat": False, "verify_iss": False},
            )
        except jwt.PyJWTError:
            raise ApiError(401, "A JSON web token could not be decoded") from None
        now = self.state.now()
        expires, issued = claims.get("exp"), claims.get("iat")
        if not isinstance(expires, (int, float)) or expires <= now:
            raise ApiError(
                401,
                "'Expiration time' claim ('exp') must be a numeric value representing the "
                "future time at which the assertion expires",
            )
        if expires > now + LONGEST_JWT:
            raise ApiError(401, "'Expiration time' claim ('exp') is too far in the future")
        if not isinstance(issued, (int, float)) or issued > now:
            raise ApiError(
                401,
                "'Issued at' claim ('iat') must be an Integer representing the time that the "
                "assertion was issued",
            )
        if str(claims.get("iss")) not in {str(self.app.id), self.app.client_id}:
            raise ApiError(404, "Integration not found")
        return Caller(user=self.app.bot, key="app")

    def anyone(self, credential: str) -> Caller:
        """The installation or person with this token; 401 if it is unknown, expired or revoked."""
        token = self.state.tokens.get(credential)
        expired = (
            token is not None
            and token.expires_at is not None
            and token.expires_at <= self.state.now()
        )
        if token is None or expired:
            raise ApiError(401, "Bad credentials")
        if token.user is not None:
            return Caller(user=token.user, key=f"user {token.user.id}")
        installation = token.installation
        if installation is None or installation.id not in self.state.installations:
            raise ApiError(401, "Bad credentials")
        if installation.suspended_at is not None:
            raise suspended()
        return Caller(
            user=self.app.bot,
            key=f"installation {installation.id}",
            installation=installation,
            permissions=token.permissions,
            repository_ids=None if token.repository_ids is None else tuple(token.repository_ids),
        )

    def new_token(
        self,
        installation: Installation,
        *,
        permissions: dict[str, str] | None = None,
        repository_ids: list[int] | None = None,
    ) -> Token:
        """Make an installation token: it is valid for an hour, and longer than 40 characters."""
        tail = ".".join(secrets.token_urlsafe(size) for size in (27, 180, 48))
        token = Token(
            value=f"ghs_{self.app.id}_{tail}",
            expires_at=self.state.now() + TOKEN_LIFE,
            installation=installation,
            permissions=dict(permissions or installation.permissions),
            repository_ids=repository_ids,
        )
        self.state.tokens[token.value] = token
        return token

    def user_token(self, user: User, *, life: float) -> Token:
        """Make a user access token, for a person who authorized the App; `life` is in seconds."""
        token = Token(
            value=f"ghu_{secrets.token_hex(18)}", user=user, expires_at=self.state.now() + life
        )
        self.state.tokens[token.value] = token
        return token

    def person_token(self, user: User) -> Token:
        """Make a personal access token, as `gh auth token` prints it."""
        token = Token(value=f"gho_{secrets.token_hex(18)}", user=user)
        self.state.tokens[token.value] = token
        return token


def suspended() -> ApiError:
    """The answer to every call of a suspended installation."""
    return ApiError(403, "This installation has been suspended")
