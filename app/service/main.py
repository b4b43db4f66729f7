"""Puts the parts of the service together."""

from dataclasses import dataclass

from aiohttp import web

from app.circleci.client import CI_NAME
from app.commands import Commands
from app.http.bodies import Bodies
from app.http.guard import guarded
from app.http.health import Health, Readiness
from app.http.requests import GITHUB_LIMIT
from app.lifecycle.engine.look import Looker
from app.lifecycle.engine.worker import Worker
from app.lifecycle.recovery.restore_repository import RepositoryRestorer
from app.lifecycle.recovery.sweep import Sweep
from app.lifecycle.requests.decision import Deciders
from app.lifecycle.requests.events.unmatched_pipelines import UnmatchedPipelines
from app.model.ask import AskKind
from app.observe import Metrics
from app.ports import Key
from app.service.automation import Automation, build_automation
from app.service.clients import Clients
from app.service.commands import build_commands, build_comments
from app.service.entrances import (
    circleci_entrance,
    github_callback,
    github_entrance,
    slack_entrances,
)
from app.service.looking import build_looker
from app.service.shared import Shared, share
from app.settings import Settings
from app.slack.entrances.socket import SlackSocket
from app.slack.web_api.chat import SlackChat
from app.texts.speech import speak_as


@dataclass(frozen=True, kw_only=True)
class Service:
    """The whole service: its HTTP application, its worker, and whether it is ready."""

    settings: Settings
    application: web.Application
    worker: Worker
    readiness: Readiness
    chat: SlackChat
    socket: SlackSocket | None
    looker: Looker
    sweep: Sweep
    restorer: RepositoryRestorer


def build_service(
    settings: Settings, clients: Clients, metrics: Metrics, readiness: Readiness
) -> Service:
    """Build the service; nothing is started yet."""
    speak_as(settings.slack_command, ci=CI_NAME)

    def wake(key: Key, *, delivery: str = "", awaited: bool = False) -> None:
        worker.wake(key, delivery=delivery, awaited=awaited)

    shared = share(settings, clients, metrics, wake)
    commands = build_commands(shared)
    automation = build_automation(shared)
    looker = build_looker(shared, _deciders(shared, commands, automation))
    worker = Worker(records=clients.store, look=looker, clock=clients.clock, metrics=metrics)
    bodies = Bodies()
    slack = slack_entrances(shared, commands, readiness, bodies)
    routes = [
        *github_entrance(shared, bodies).routes(),
        *github_callback(clients).routes(),
        *circleci_entrance(shared, bodies).routes(),
        *slack.routes(),
        *Health(readiness.problems, metrics.registry).routes(),
    ]
    application = web.Application(client_max_size=GITHUB_LIMIT)
    application.add_routes(guarded(routes, metrics))
    return Service(
        settings=settings,
        application=application,
        worker=worker,
        readiness=readiness,
        chat=clients.chat,
        socket=slack.socket,
        looker=looker,
        sweep=automation.sweep,
        restorer=automation.restorer,
    )


def _deciders(shared: Shared, commands: Commands, automation: Automation) -> Deciders:
    late = UnmatchedPipelines(
        store=shared.clients.store,
        ci=shared.clients.ci,
        patience=shared.settings.lease_seconds,
        give_up=shared.settings.give_up_after,
    )
    return Deciders(
        {
            AskKind.COMMAND: commands.decide,
            AskKind.COMMENT: build_comments(shared, commands).decide,
            AskKind.ACTION: commands.decide,
            AskKind.SLACK_EVENT: commands.decide,
            AskKind.GITHUB_EVENT: automation.events,
            AskKind.PIPELINE: late,
            AskKind.SWEEP: automation.sweep,
            AskKind.LOCK: shared.locks.follow,
            AskKind.TRIGGER: automation.triggers.deploy,
        }
    )
