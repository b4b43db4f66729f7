"""Builds the store, the providers' clients and the clock."""

from collections.abc import AsyncIterator, MutableSet
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from app.circleci.client import CircleCIClient
from app.circleci.http import Api
from app.clock import SystemClock
from app.github_app.client.authorization import UserAuthorization
from app.github_app.github_client import GitHubClient
from app.http.limits import ProviderLimits
from app.lifecycle.planning.people.who_may import WhoMay
from app.lifecycle.planning.pipelines.projects import Projects
from app.lifecycle.requests.proofs import Proofs
from app.observe import Metrics
from app.ports import MachineClock, Store
from app.settings import Settings
from app.slack.web_api.chat import SlackChat
from app.store.opening import open_store
from app.tickets.asana import Asana, Untitled


@dataclass(frozen=True, kw_only=True)
class Clients:
    """The providers' clients, the store, and the clock that every part of deploybot uses.

    `projects` tells which CI projects a repository may run, `who_may` what GitHub says
    about people and teams. `authorization` and `proofs` let people prove that a GitHub login is
    theirs; both are None unless `GITHUB_CLIENT_SECRET` is set.
    """

    store: Store
    github: GitHubClient
    ci: CircleCIClient
    projects: Projects
    who_may: WhoMay
    authorization: UserAuthorization | None = None
    proofs: Proofs | None = None
    chat: SlackChat
    tickets: Asana | Untitled
    clock: MachineClock


def build_clients(
    settings: Settings,
    store: Store,
    session: aiohttp.ClientSession,
    metrics: Metrics,
    problems: MutableSet[str],
    clock: MachineClock | None = None,
) -> Clients:
    """Build the clients from the settings; what they find wrong is added to `problems`.

    `/readyz` answers with these problems.
    """
    maker = _Maker(settings, session, metrics, clock or SystemClock())
    github, ci = maker.github(), maker.ci()
    secret = settings.github_client_secret
    return Clients(
        store=store,
        clock=maker.clock,
        github=github,
        who_may=WhoMay(github, store, maker.clock, provable=secret is not None),
        authorization=maker.authorization(secret) if secret else None,
        proofs=Proofs(intake=store, records=store, clock=maker.clock, secret=secret)
        if secret
        else None,
        ci=ci,
        projects=Projects(ci, settings.circleci_projects),
        chat=maker.chat(problems),
        tickets=maker.tickets(),
    )


@dataclass(frozen=True)
class _Maker:
    """Makes each provider's client from that provider's settings."""

    settings: Settings
    session: aiohttp.ClientSession
    metrics: Metrics
    clock: MachineClock

    def github(self) -> GitHubClient:
        settings = self.settings
        return GitHubClient(
            self.session,
            app_id=settings.github_app_id,
            private_key=settings.github_private_key,
            base_url=settings.github_api_url,
            graphql_url=settings.github_graphql_url,
            timeout=settings.provider_timeout,
            metrics=self.metrics,
            wall=self.clock.wall,
            monotonic=self.clock.monotonic,
        )

    def authorization(self, secret: str) -> UserAuthorization:
        return UserAuthorization(
            session=self.session,
            api_url=self.settings.github_api_url,
            html_url=self.settings.github_html_url,
            redirect_uri=f"{self.settings.public_url}/github/callback",
            timeout=self.settings.provider_timeout,
            secret=secret,
        )

    def ci(self) -> CircleCIClient:
        settings = self.settings
        api = Api(
            session=self.session,
            base_url=settings.circleci_api_url,
            token=settings.circleci_token,
            timeout=settings.provider_timeout,
            metrics=self.metrics,
            limits=ProviderLimits(provider="ci", monotonic=self.clock.monotonic),
        )
        return CircleCIClient(api=api, webhook_secret=settings.circleci_webhook_secrets[0])

    def chat(self, problems: MutableSet[str]) -> SlackChat:
        return SlackChat(
            token=self.settings.slack_bot_token,
            base_url=self.settings.slack_api_url,
            timeout=self.settings.provider_timeout,
            session=self.session,
            metrics=self.metrics,
            problems=problems,
            monotonic=self.clock.monotonic,
        )

    def tickets(self) -> Asana | Untitled:
        if self.settings.asana_token is None:
            return Untitled()
        return Asana(
            session=self.session,
            base_url=self.settings.asana_api_url,
            token=self.settings.asana_token,
            timeout=self.settings.provider_timeout,
        )


@asynccontextmanager
async def open_clients(
    settings: Settings, metrics: Metrics, *, wait: float, problems: MutableSet[str]
) -> AsyncIterator[Clients]:
    """Open the store and build the clients; both are closed at the end.

    `wait` is how many seconds to wait for an embedded store that another process has open.
    Raises `StoreError`s.
    """
    store = await open_store(settings.store_url, wait=wait, lease_seconds=settings.lease_seconds)
    try:
        async with aiohttp.ClientSession() as session:
            clients = build_clients(settings, store, session, metrics, problems)
            try:
                yield clients
            finally:
                await clients.github.close()
    finally:
        await store.close()
