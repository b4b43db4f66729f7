"""Builds the entrances: the HTTP routes that GitHub, CircleCI and Slack call, and Socket Mode."""

from dataclasses import dataclass

from aiohttp import web
from gidgethub.routing import Router

from app.circleci.webhook import CircleCIWebhook
from app.commands import ACTIONS, Commands
from app.github_app.callback import GitHubCallback
from app.github_app.events.checks import CheckEvents
from app.github_app.events.comments import CommentEvents
from app.github_app.events.deployments import DeploymentEvents
from app.github_app.events.installations import InstallationEvents
from app.github_app.events.sources import SourceEvents
from app.github_app.events.webhook import GitHubWebhook
from app.http.bodies import Bodies
from app.http.health import Readiness
from app.model.reasons.binding import WrongWorkspace
from app.model.reasons.ours import StoreDown, StoreTimeout
from app.service.clients import Clients
from app.service.shared import Shared
from app.settings import Settings
from app.slack.entrances.command import SlackCommand
from app.slack.entrances.event import SlackEvent
from app.slack.entrances.interactive import SlackInteractive
from app.slack.entrances.recorder import Recorder
from app.slack.entrances.signature import SlackSignature
from app.slack.entrances.socket import SlackSocket
from app.slack.web_api.client import REVOKED
from app.texts.pages import VerifyPages
from app.texts.replies.refusals import refusal


def github_entrance(shared: Shared, bodies: Bodies) -> GitHubWebhook:
    """GitHub's webhook, with a router for each kind of event."""
    settings, inbox = shared.settings, shared.inbox
    clock, store = shared.clients.clock, shared.clients.store
    router = Router(
        DeploymentEvents(inbox, store, clock).router(),
        SourceEvents(inbox, clock, shared.configs.drop).router(),
        CommentEvents(inbox, clock).router(),
        CheckEvents(inbox, store, settings.github_app_id).router(),
        InstallationEvents(inbox, clock).router(),
    )
    return GitHubWebhook(settings.github_webhook_secrets, router, shared.metrics, bodies)


def github_callback(clients: Clients) -> GitHubCallback:
    """The page to which GitHub sends people back when they verify their login."""
    return GitHubCallback(
        pages=VerifyPages(),
        github=clients.github,
        authorization=clients.authorization,
        proofs=clients.proofs,
    )


def circleci_entrance(shared: Shared, bodies: Bodies) -> CircleCIWebhook:
    """CircleCI's webhook."""
    clients = shared.clients
    return CircleCIWebhook(
        secrets=shared.settings.circleci_webhook_secrets,
        intake=clients.store,
        lookups=clients.store,
        records=clients.store,
        wake=shared.wake,
        clock=clients.clock,
        bodies=bodies,
    )


@dataclass(frozen=True, kw_only=True)
class SlackEntrances:
    """Slack's entrances: by HTTP and, if there is an app token, by Socket Mode."""

    command: SlackCommand
    interactive: SlackInteractive
    event: SlackEvent
    socket: SlackSocket | None

    def routes(self) -> list[web.RouteDef]:
        """The HTTP routes."""
        return [*self.command.routes(), *self.interactive.routes(), *self.event.routes()]


def slack_entrances(
    shared: Shared, commands: Commands, readiness: Readiness, bodies: Bodies
) -> SlackEntrances:
    """The entrances for Slack's commands, buttons and events."""
    settings, clients = shared.settings, shared.clients
    recorder = Recorder(
        signature=SlackSignature(secrets=settings.slack_signing_secrets, bodies=bodies),
        intake=clients.store,
        wake=shared.wake,
        workspace=lambda: clients.chat.workspace,
        clock=clients.clock,
    )
    command = SlackCommand(
        recorder=recorder,
        immediate=commands.immediate,
        wrong_workspace=refusal(WrongWorkspace()),
        store_down=refusal(StoreDown()),
        store_timeout=refusal(StoreTimeout()),
    )
    interactive = SlackInteractive(recorder=recorder, actions=ACTIONS)
    event = SlackEvent(recorder=recorder, revoked=lambda: readiness.reasons.add(REVOKED))
    socket = _socket(settings, command, interactive, event)
    return SlackEntrances(command=command, interactive=interactive, event=event, socket=socket)


def _socket(
    settings: Settings, command: SlackCommand, interactive: SlackInteractive, event: SlackEvent
) -> SlackSocket | None:
    if not settings.slack_app_token:
        return None
    return SlackSocket(
        app_token=settings.slack_app_token,
        api_url=settings.slack_api_url,
        command=command,
        interactive=interactive,
        event=event,
    )
