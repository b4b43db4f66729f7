"""The stand-in for GitHub: its server with REST and GraphQL, and what people do on GitHub."""

from aiohttp import web

from sandbox.core.clock import Clock
from sandbox.core.delivery import Deliverer
from sandbox.core.faults import Faults
from sandbox.core.server import Server
from sandbox.github.auth import Gatekeeper
from sandbox.github.graphql.serving import GraphQLRoute, Switches
from sandbox.github.hub import Hub, Listener
from sandbox.github.outages import Outages
from sandbox.github.people.administer import AdministrationActions
from sandbox.github.people.deploy import DeploymentActions
from sandbox.github.people.develop import DevelopmentActions
from sandbox.github.rest.answers import Rest, answering
from sandbox.github.rest.app import AppRoutes
from sandbox.github.rest.commits import CommitRoutes
from sandbox.github.rest.deployments import DeploymentRoutes
from sandbox.github.rest.issues import IssueRoutes
from sandbox.github.rest.oauth import OAuthRoutes
from sandbox.github.rest.repositories import RepositoryRoutes
from sandbox.github.rest.teams import TeamRoutes
from sandbox.github.state import State
from sandbox.github.webhooks import Webhooks

PERMISSIONS = {
    "metadata": "read",
    "contents": "read",
    "deployments": "write",
    "statuses": "read",
    "checks": "write",
    "pull_requests": "write",
    "issues": "write",
    "actions": "read",
    "members": "read",
}
EVENTS = [
    "deployment",
    "deployment_status",
    "push",
    "create",
    "pull_request",
    "issue_comment",
    "status",
    "check_run",
    "check_suite",
    "repository",
]


class GitHubStandIn(DevelopmentActions, DeploymentActions, AdministrationActions, Outages):
    """GitHub for one App; after `start()` the bot can use it at `url`.

    `state` holds everything; `webhook_url` is where the App's webhooks go (None: nowhere).
    `clock` is GitHub's own time, `queries` how GraphQL answers.
    """

    def __init__(
        self,
        *,
        public_key: str,
        webhook_secret: str,
        app_owner: str = "acme",
        webhook_url: str | None = None,
    ) -> None:
        self.clock = Clock()
        self.state = State(now=self.clock)
        self.queries = Switches()
        owner = self.state.user(app_owner, kind="Organization")
        self.app_record = self.state.app("deploybot", owner=owner)
        self.app_record.permissions = dict(PERMISSIONS)
        self.app_record.events = list(EVENTS)
        self.faults = Faults("github")
        self.deliverer = Deliverer(provider="github", now=self.clock)
        self.gate = Gatekeeper(state=self.state, app=self.app_record, public_key=public_key)
        self.app = web.Application(
            middlewares=[self.faults.middleware, answering(self.state)],
            client_max_size=25 * 1024 * 1024,
        )
        self.app.on_response_prepare.append(self.clock.stamp)
        self.server = Server(self.app)
        self.hub = Hub(
            state=self.state,
            webhooks=Webhooks(
                deliverer=self.deliverer,
                secret=webhook_secret,
                app_id=self.app_record.id,
                new_id=self.state.new_id,
                url=webhook_url,
            ),
            app=self.app_record,
            address=lambda: self.server.url,
        )
        self._register()

    def _register(self) -> None:
        rest = Rest(
            state=self.state,
            gate=self.gate,
            app=self.app,
            payloads=lambda: self.hub.payloads,
        )
        AppRoutes(self.hub, rest, self.gate).register()
        TeamRoutes(self.hub, rest).register()
        self.oauth = OAuthRoutes(self.hub, rest, self.gate)
        self.oauth.register()
        IssueRoutes(self.hub).register(rest)
        DeploymentRoutes(self.hub).register(rest)
        CommitRoutes(self.hub).register(rest)
        RepositoryRoutes(self.hub).register(rest)
        GraphQLRoute(self.hub, rest, self.queries).register()

    @property
    def url(self) -> str:
        """The REST API's address; GraphQL is at `/graphql` below it."""
        return self.server.url

    @property
    def webhook_url(self) -> str | None:
        """Where the App's webhooks go."""
        return self.hub.webhooks.url

    @webhook_url.setter
    def webhook_url(self, url: str | None) -> None:
        self.hub.webhooks.url = url

    @property
    def webhook_secret(self) -> str:
        """The secret that signs webhooks; it may be changed while running."""
        return self.hub.webhooks.secret

    @webhook_secret.setter
    def webhook_secret(self, secret: str) -> None:
        self.hub.webhooks.secret = secret

    @property
    def on_change(self) -> list[Listener]:
        """Functions to call with every event, also with those that send no webhook."""
        return self.hub.on_change

    async def start(self) -> None:
        """Listen."""
        await self.server.start()

    async def stop(self) -> None:
        """Close the port and cancel deliveries under way."""
        await self.deliverer.close()
        await self.server.stop()
