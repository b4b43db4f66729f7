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


class GitHubAccount(Struct, frozen=True):
    """The account of the person who authorized the App."""

    id: int
    login: str


@dataclass(frozen=True, kw_only=True)
class UserAuthorization:
    """GitHub's web flow for one App.

    `html_url` is the address of GitHub's website; `timeout` is in seconds, for each call.
    """

    session: aiohttp.ClientSession
    api_url: str
    html_url: str
    redirect_uri: str
    timeout: float
    secret: str = field(repr=False)

    def address(self, client_id: str, state: str) -> str:
        """The page where a person authorizes the App; GitHub sends them back with a code."""
        query = {"client_id": client_id, "redirect_uri": self.redirect_uri, "state": state}
        return f"{self.html_url}/login/oauth/authorize?{urlencode(query)}"

    async def account(self, client_id: str, code: str) -> GitHubAccount | None:
        """The account that a code stands for; None if GitHub does not accept the code.

        The code is exchanged for a user token, which is used once and never stored. Raises
        `Unavailable`.
        """
        form = {
            "client_id": client_id,
            "client_secret": self.secret,
            "code": code,
            "redirect_uri": self.redirect_uri,
        }
        encoded = "application/x-www-form-urlencoded"
        exchanged = await self._call(
            "POST",
            f"{self.html_url}/login/oauth/access_token",
            {"Accept": "application/json", "Content-Type": encoded},
            urlencode(form).encode(),
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
        """The body of a success; empty for a lasting refusal. Raises `Unavailable`."""
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
