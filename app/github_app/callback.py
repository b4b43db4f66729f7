"""`GET /github/callback`: GitHub sends people here to prove which login is theirs."""

from dataclasses import dataclass
from typing import Protocol

import structlog
from aiohttp import web

from app.errors import ProviderError
from app.github_app.client.authorization import UserAuthorization
from app.lifecycle.requests.proofs import Proof, Proofs
from app.ports import GitHub

LONGEST = 4096
"""The most characters of `code` and `state` together; real ones have a few hundred."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

log = structlog.get_logger()


class Pages(Protocol):
    """The pages that the person's browser shows, as HTML."""

    def code(self, code: str, *, login: str, slack: str) -> str:
        """The page with the code to type in Slack, and the two accounts that it links."""

    def failed(self, *, down: bool) -> str:
        """The page that says that nothing was proved; `down`: because GitHub did not answer."""


@dataclass(frozen=True, kw_only=True)
class GitHubCallback:
    """`GET /github/callback`.

    Without a client secret, `authorization` and `proofs` are None and nothing can be proved.
    """

    pages: Pages
    github: GitHub
    authorization: UserAuthorization | None
    proofs: Proofs | None

    def routes(self) -> list[web.RouteDef]:
        """For the application's router."""
        return [web.get("/github/callback", self.handle)]

    async def handle(self, request: web.Request) -> web.Response:
        """Ask GitHub who is at the browser, and show a code for the Slack user who typed `verify`.

        The answer is 400 if nothing was proved, and 502 if GitHub did not answer.
        """
        code, state = request.query.get("code", ""), request.query.get("state", "")
        nothing_proved = self._page(self.pages.failed(down=False), 400)
        if not code or not state or len(code) + len(state) > LONGEST:
            return nothing_proved
        if self.authorization is None or self.proofs is None:
            return nothing_proved
        began = await self.proofs.accept(state)
        if began is None:
            return nothing_proved
        try:
            client_id = (await self.github.identity()).client_id
            account = await self.authorization.account(client_id, code)
        except ProviderError as error:
            log.warning("verify.failed", provider="github", status=error.status)
            return self._page(self.pages.failed(down=True), 502)
        if account is None:
            return nothing_proved
        proof = Proof(
            slack_userid=began.slack_userid or "", github_user_id=account.id, login=account.login
        )
        shown = await self.proofs.keep(proof)
        return self._page(self.pages.code(shown, login=account.login, slack=began.name), 200)

    def _page(self, html: str, status: int) -> web.Response:
        return web.Response(text=html, status=status, content_type="text/html", headers=HEADERS)
