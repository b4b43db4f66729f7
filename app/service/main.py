"""The service: the only place that builds everything and knows everyone."""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from app.circleci.client import CI_NAME
from app.commands import Commands, build_commands
from app.commands.channels.binders import Binders
from app.commands.channels.verify import Verify
from app.commands.command import Addresses
from app.commands.comments import CommentCommands
from app.http.bodies import Bodies
from app.http.guard import guarded
from app.http.health import Health, Readiness
from app.http.requests import GITHUB_LIMIT
from app.lifecycle.configuration.reading import ConfigCache
from app.lifecycle.engine.look import Looker
from app.lifecycle.engine.worker import Worker
from app.lifecycle.recovery.rebuild_store import StoreRebuilder
from app.lifecycle.recovery.sweep import Sweep
from app.lifecycle.requests.decision import Deciders
from app.lifecycle.requests.locks import Locks
from app.lifecycle.requests.notices import Notices
from app.lifecycle.requests.unmatched_pipelines import UnmatchedPipelines
from app.model.ask import AskKind
from app.observe import Metrics
from app.ports import Key
from app.service.clients import Clients
from app.service.entrances import (
    circleci_entrance,
    github_callback,
    github_entrance,
    slack_entrances,
)
from app.service.looking import build_looker, facts_reader
from app.service.planning import planner
from app.service.standing import Standing, build_standing
from app.settings import Settings
from app.slack.message import SlackChat
from app.slack.socket import SlackSocket
from app.texts.speech import speak_as


@dataclass(frozen=True, kw_only=True)
class Service:
    """deploybot, built: its HTTP application, its worker, and whether it is ready."""

    settings: Settings
    application: web.Application
    worker: Worker
    readiness: Readiness
    chat: SlackChat
    socket: SlackSocket | None
    looker: Looker
    sweep: Sweep
    rebuilder: StoreRebuilder


def build_service(
    settings: Settings, clients: Clients, metrics: Metrics, readiness: Readiness
) -> Service:
    """Everything that runs, wired; nothing is started yet."""
    speak_as(settings.slack_command, ci=CI_NAME)
    configs = ConfigCache()

    def wake(key: Key, *, delivery: str = "", awaited: bool = False) -> None:
        worker.wake(key, delivery=delivery, awaited=awaited)

    locks = _locks(clients, wake)
    commands = _commands(settings, clients, configs, locks, wake)
    standing = build_standing(settings, clients, wake, configs)
    deciders = _deciders(settings, clients, commands, standing, locks)
    reader = facts_reader(settings, clients, configs)
    looker = build_looker(settings, clients, metrics, wake, reader, deciders)
    worker = Worker(records=clients.store, look=looker, clock=clients.clock, metrics=metrics)
    bodies = Bodies()
    slack = slack_entrances(settings, clients, wake, commands, readiness, bodies)
    routes = [
        *github_entrance(settings, clients, metrics, wake, configs, bodies).routes(),
        *github_callback(clients).routes(),
        *circleci_entrance(settings, clients, wake, bodies).routes(),
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
        sweep=standing.sweep,
        rebuilder=standing.rebuilder,
    )


def _locks(clients: Clients, wake: Callable[[Key], None]) -> Locks:
    return Locks(
        records=clients.store,
        intake=clients.store,
        bindings=clients.store,
        notices=Notices(clients.store, wake, clients.clock),
        clock=clients.clock,
        wake=wake,
    )


def _commands(
    settings: Settings,
    clients: Clients,
    configs: ConfigCache,
    locks: Locks,
    wake: Callable[[Key], None],
) -> Commands:
    return build_commands(
        bindings=clients.store,
        records=clients.store,
        github=clients.github,
        ci=clients.ci,
        projects=clients.projects,
        chat=clients.chat,
        planner=planner(settings, clients, configs),
        locks=locks,
        binders=Binders(
            bindings=clients.store,
            github=clients.github,
            chat=clients.chat,
            setup_by=settings.setup_by,
            provable=settings.github_client_secret is not None,
        ),
        verify=Verify(
            bindings=clients.store,
            github=clients.github,
            notices=Notices(clients.store, wake, clients.clock),
            links=clients.authorization,
            proofs=clients.proofs,
        ),
        clock=clients.clock,
        links=Addresses(
            html=settings.github_html_url,
            ci_webhook=f"{settings.public_url}/circleci/webhook",
        ),
    )


def _comments(clients: Clients, commands: Commands) -> CommentCommands:
    return CommentCommands(
        bindings=clients.store,
        github=clients.github,
        who_may=clients.who_may,
        deploy=commands.commands["deploy"].run,
    )


def _deciders(
    settings: Settings, clients: Clients, commands: Commands, standing: Standing, locks: Locks
) -> Deciders:
    late = UnmatchedPipelines(
        store=clients.store,
        ci=clients.ci,
        patience=settings.lease_seconds,
        give_up=settings.give_up_after,
    )
    return Deciders(
        {
            AskKind.COMMAND: commands.decide,
            AskKind.COMMENT: _comments(clients, commands).decide,
            AskKind.ACTION: commands.decide,
            AskKind.SLACK_EVENT: commands.decide,
            AskKind.GITHUB_EVENT: standing.events,
            AskKind.PIPELINE: late,
            AskKind.SWEEP: standing.sweep,
            AskKind.LOCK: locks.follow,
            AskKind.TRIGGER: standing.triggers.deploy,
        }
    )
