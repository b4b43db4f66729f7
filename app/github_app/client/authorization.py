"""A person's authorization of the App in their browser, which proves who they are.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
"""

from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp
import msgspec
from msgspec import Struct
from yarl import URL

from app.errors import Unavailable
from app.http.attempt import attempt, passing_failure


class _Exchanged(Struct):
    access_token: str = ""
    error: str = ""


class GitHubAccount(Struct, frozen=True):
    """Whoever authorized."""

    id: int
    login: str


@dataclass(frozen=True, kw_only=True)
class UserAuthorization:
    """The flow for one App. `html_url` is GitHub's web address; `timeout` (seconds) for a call."""

    session: aiohttp.ClientSession
    api_url: str
    html_url: str
    redirect_uri: str
    timeout: float
    secret: str = field(repr=False)

    def address(self, client_id: str, state: str) -> str:
        """Where a person authorizes, and comes back from with a code and the state."""
        asked = {"client_id": client_id, "redirect_uri": self.redirect_uri, "state": state}
        return f"{self.html_url}/login/oauth/authorize?{urlencode(asked)}"

    async def account(self, client_id: str, code: str) -> GitHubAccount | None:
        """Whose code it is; None for one that GitHub does not take. Raises `Unavailable`.

        The token that the code is exchanged for is used once and kept nowhere.
        """
        asked = {
            "client_id": client_id,
            "client_secret": self.secret,
            "code": code,
            "redirect_uri": self.redirect_uri,
        }
        form = "application/x-www-form-urlencoded"
        exchanged = await self._call(
            "POST",
            f"{self.html_url}/login/oauth/access_token",
            {"Accept": "application/json", "Content-Type": form},
            urlencode(asked).encode(),
        )
        token = msgspec.json.decode(exchanged, type=_Exchanged).access_token if exchanged else ""
        if not token:
            return None
        bearer = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
        found = await self._call("GET", f"{self.api_url}/user", bearer)
        return msgspec.json.decode(found, type=GitHubAccount) if found else None

    async def _call(
        self, method: str, url: str, headers: dict[str, str], data: bytes | None = None
    ) -> bytes:
        """The body of a success; empty for a refusal."""
        answer = await attempt(
            self.session,
            method,
            URL(url),
            provider="github",
            seconds=self.timeout,
            ambiguous=False,
            headers={"User-Agent": "deploybot", **headers},
            data=data,
        )
        said = f"HTTP {answer.status}"
        failed = passing_failure("github", answer.status, answer.headers, said, ambiguous=False)
        if failed is not None:
            raise failed
        if answer.status == 200 and not answer.body.lstrip().startswith(b"{"):
            raise Unavailable("github", "an unreadable answer", status=200)
        return answer.body if answer.status == 200 else b""
