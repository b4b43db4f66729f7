"""User authorization: people authorize the App in a browser, so the App learns who they are.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
"""

import hmac
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode

from aiohttp import web

from sandbox.github.auth import Gatekeeper
from sandbox.github.errors import ApiError
from sandbox.github.hub import Hub
from sandbox.github.records import User
from sandbox.github.rest.answers import Rest, reply

CODE_LIFE = 600.0
TOKEN_LIFE = 8 * 3600.0


@dataclass(kw_only=True)
class Grant:
    """A code that was handed out: for whom, and for which address."""

    user: User
    redirect_uri: str
    expires_at: float


@dataclass(frozen=True)
class OAuthRoutes:
    """The authorization page, the exchange of a code for a token, and the token's user."""

    hub: Hub
    rest: Rest
    gate: Gatekeeper
    codes: dict[str, Grant] = field(default_factory=dict)

    def register(self) -> None:
        """Add the routes."""
        router = self.rest.app.router
        router.add_get("/login/oauth/authorize", self.page)
        router.add_post("/login/oauth/access_token", self.exchange)
        router.add_get("/user", self.user)

    async def page(self, request: web.Request) -> web.Response:
        """A page with a link for each person; following a link authorizes the App as them."""
        chosen = request.query.get("as")
        if chosen is not None:
            query = {name: value for name, value in request.query.items() if name != "as"}
            raise web.HTTPFound(self.authorize(chosen, query))
        people = [one.login for one in self.hub.state.users.values() if one.type == "User"]
        links = "".join(
            f'<p><a href="?{urlencode({**request.query, "as": login})}">{login}</a></p>'
            for login in people
        )
        return web.Response(text=f"<h1>Authorize as</h1>{links}", content_type="text/html")

    def authorize(self, login: str, query: dict[str, str]) -> str:
        """The address to which a person who authorizes is sent; 404 for wrong parameters."""
        app = self.hub.app
        redirect = query.get("redirect_uri") or app.callback_url
        if query.get("client_id") != app.client_id:
            raise ApiError(404, "Not Found")
        back = {"state": query["state"]} if "state" in query else {}
        if redirect != app.callback_url:
            return f"{app.callback_url}?{urlencode({'error': 'redirect_uri_mismatch', **back})}"
        code = secrets.token_hex(10)
        self.codes[code] = Grant(
            user=self.hub.state.users[login.lower()],
            redirect_uri=redirect,
            expires_at=self.hub.state.now() + CODE_LIFE,
        )
        return f"{redirect}?{urlencode({'code': code, **back})}"

    async def exchange(self, request: web.Request) -> web.Response:
        """Exchange a code for a token, once; a refusal is a 200 with an `error`."""
        sent = {name: values[0] for name, values in parse_qs(await request.text()).items()}
        sent = {**request.query, **sent}
        answer = self._exchanged(sent)
        if "application/json" in request.headers.get("Accept", ""):
            return reply(answer)
        return web.Response(text=urlencode(answer))

    def _exchanged(self, sent: dict[str, str]) -> dict[str, str | int]:
        app = self.hub.app
        secret = hmac.compare_digest(sent.get("client_secret", ""), app.client_secret)
        if sent.get("client_id") != app.client_id or not secret:
            return {"error": "incorrect_client_credentials"}
        grant = self.codes.get(sent.get("code", ""))
        if grant is None or grant.expires_at <= self.hub.state.now():
            return {"error": "bad_verification_code"}
        if sent.get("redirect_uri", grant.redirect_uri) != grant.redirect_uri:
            return {"error": "redirect_uri_mismatch"}
        del self.codes[sent["code"]]
        token = self.gate.user_token(grant.user, life=TOKEN_LIFE)
        return {
            "access_token": token.value,
            "expires_in": int(TOKEN_LIFE),
            "token_type": "bearer",
            "scope": "",
        }

    async def user(self, request: web.Request) -> web.Response:
        """The user of a token; refused for an installation's token."""
        caller = self.rest.caller(request)
        if caller.installation is not None:
            raise ApiError(403, "Resource not accessible by integration")
        return reply(self.hub.payloads.user(caller.user))
