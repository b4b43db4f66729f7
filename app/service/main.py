"""The service: the only place that builds everything and knows everyone."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypedDict

from aiohttp import web

from app.circleci.client import CI_NAME
from app.commands import Commands, build_commands
from app.commands.channels.binders import Binders
from app.commands.channels.verify import Verify
from app.commands.command import Addresses
from app.http.bodies import Bodies
from app.http.guard import guarded
from app.http.health import Health, Readiness
from app.http.requests import GITHUB_LIMIT
from app.lifecycle.configuration.reading import ConfigCache
from app.lifecycle.deployment.answering import Answering
from app.lifecycle.deployment.effects import BuildEffects
from app.lifecycle.deployment.facts_reader import FactsReader
from app.lifecycle.deployment.records import BuildRecords
from app.lifecycle.engine.lease import Watcher
from app.lifecycle.engine.look import Looker
from app.lifecycle.engine.tallying import Tallying
from app.lifecycle.engine.worker import Worker
from app.lifecycle.look_types import Limits
from app.lifecycle.planning.own_pipelines import OwnPipelines
from app.lifecycle.planning.pipeline_facts import PipelineFacts
from app.lifecycle.planning.planner import Planner
from app.lifecycle.recovery.binding_sync import BindingSync
from app.lifecycle.recovery.missed_deployments import MissedDeployments
from app.lifecycle.recovery.rebuild_store import StoreRebuilder
from app.lifecycle.recovery.restore_store import StoreRestorer
from app.lifecycle.recovery.sweep import Sweep
from app.lifecycle.requests.closed_pulls import ClosedPulls
from app.lifecycle.requests.config_push import ConfigPush
from app.lifecycle.requests.decision import Deciders, EventDeciders
from app.lifecycle.requests.effects import AskEffects
from app.lifecycle.requests.locks import Locks
from app.lifecycle.requests.notices import Notices
from app.lifecycle.requests.records import AskRecords
from app.lifecycle.requests.triggers import Triggers
from app.lifecycle.requests.unmatched_pipelines import UnmatchedPipelines
from app.lifecycle.timeline.stuck import Stuck
from app.model.ask import AskKind
from app.observe import Metrics
from app.ports import Clock, Key
from app.service.clients import Clients
from app.service.entrances import (
    circleci_entrance,
    github_callback,
    github_entrance,
    slack_entrances,
)
from app.settings import Settings
from app.slack.message import SlackChat
from app.slack.socket import SlackSocket
from app.texts.speech import speak_as
from app.tickets.references import find_references


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
    standing = _standing(settings, clients, wake, configs)
    deciders = _deciders(settings, clients, commands, standing, locks)
    reader = _reader(settings, clients, configs)
    looker = _looker(settings, clients, metrics, wake, reader, deciders)
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


@dataclass(frozen=True, kw_only=True)
class _Standing:
    """What is done without anybody asking."""

    sweep: Sweep
    rebuilder: StoreRebuilder
    triggers: Triggers
    events: EventDeciders


def _standing(
    settings: Settings, clients: Clients, wake: Callable[[Key], None], configs: ConfigCache
) -> _Standing:
    notices = Notices(clients.store, wake, clients.clock)
    binding_sync = BindingSync(
        clients.store,
        clients.github,
        notices,
        html=settings.github_html_url,
    )
    rebuilder = StoreRebuilder(
        store=clients.store,
        github=clients.github,
        chat=clients.chat,
        notices=notices,
        clock=clients.clock,
    )
    sweep = Sweep(
        store=clients.store,
        github=clients.github,
        restorer=StoreRestorer(
            github=clients.github, rebuilder=rebuilder, clock=clients.clock, wake=wake
        ),
        missed=MissedDeployments(
            store=clients.store,
            github=clients.github,
            binding_sync=binding_sync,
            clock=clients.clock,
            wake=wake,
            interval=settings.sweep_interval,
        ),
        clock=clients.clock,
        wake=wake,
        interval=settings.sweep_interval,
    )
    configured = ConfigPush(
        bindings=clients.store,
        github=clients.github,
        notices=notices,
        html=settings.github_html_url,
    )
    triggers = Triggers(
        bindings=clients.store,
        github=clients.github,
        planner=_planner(settings, clients, configs),
        configs=configs,
        configured=configured,
    )
    return _Standing(
        sweep=sweep,
        rebuilder=rebuilder,
        triggers=triggers,
        events=EventDeciders(
            {
                **dict.fromkeys(("push", "create", "pull_request"), triggers.of_event),
                "closed": _closed_pulls(clients, wake, configs),
            },
            otherwise=binding_sync.apply,
        ),
    )


def _closed_pulls(
    clients: Clients, wake: Callable[[Key], None], configs: ConfigCache
) -> ClosedPulls:
    return ClosedPulls(
        bindings=clients.store,
        records=clients.store,
        intake=clients.store,
        github=clients.github,
        configs=configs,
        wake=wake,
    )


def _planner(settings: Settings, clients: Clients, configs: ConfigCache) -> Planner:
    return Planner(
        github=clients.github,
        ci=clients.ci,
        projects=clients.projects,
        who_may=clients.who_may,
        records=clients.store,
        bindings=clients.store,
        own=OwnPipelines(clients.store, PipelineFacts(clients.ci), clients.github),
        find_tickets=partial(find_references, github=settings.github_html_url),
        clock=clients.clock,
        configs=configs,
        settle=settings.checks_settle,
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
        planner=_planner(settings, clients, configs),
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


def _reader(settings: Settings, clients: Clients, configs: ConfigCache) -> FactsReader:
    return FactsReader(
        store=clients.store,
        github=clients.github,
        ci=clients.ci,
        chat=clients.chat,
        tickets=clients.tickets,
        judge=_planner(settings, clients, configs),
    )


class _Counted(TypedDict):
    """What both kinds of records count with."""

    clock: Clock
    metrics: Metrics


def _build_records(
    clients: Clients, holder: str, reader: FactsReader, counted: _Counted
) -> BuildRecords:
    effects = BuildEffects(
        github=clients.github,
        ci=clients.ci,
        projects=clients.projects,
        chat=clients.chat,
        answer=Answering(chat=clients.chat, github=clients.github),
        clock=clients.clock,
        holder=holder,
    )
    return BuildRecords(
        store=clients.store, reader=reader, effects=effects, stuck=Stuck(), **counted
    )


def _ask_records(
    clients: Clients,
    holder: str,
    wake: Callable[[Key], None],
    deciders: Deciders,
    counted: _Counted,
) -> AskRecords:
    effects = AskEffects(
        store=clients.store,
        github=clients.github,
        answer=Answering(chat=clients.chat, github=clients.github),
        clock=clients.clock,
        holder=holder,
        wake=wake,
    )
    return AskRecords(
        store=clients.store,
        github=clients.github,
        decide=deciders,
        effects=effects,
        stuck=Stuck(),
        **counted,
    )


def _looker(
    settings: Settings,
    clients: Clients,
    metrics: Metrics,
    wake: Callable[[Key], None],
    reader: FactsReader,
    deciders: Deciders,
) -> Looker:
    holder = uuid.uuid4().hex
    counted = _Counted(clock=clients.clock, metrics=metrics)
    kinds = (
        _build_records(clients, holder, reader, counted),
        _ask_records(clients, holder, wake, deciders, counted),
    )
    return Looker(
        store=clients.store,
        kinds=kinds,
        wake=wake,
        watcher=Watcher(holder, settings.lease_seconds, clients.clock),
        tallying=Tallying(clients.clock),
        limits=_limits(settings),
        call_timeout=settings.provider_timeout,
        clock=clients.clock,
        metrics=metrics,
    )


def _limits(settings: Settings) -> Limits:
    return Limits(
        lease=settings.lease_seconds,
        watch=settings.watch_interval,
        settle=settings.checks_settle,
        give_up=settings.give_up_after,
        people=settings.people_after,
        html=settings.github_html_url,
    )


def _deciders(
    settings: Settings, clients: Clients, commands: Commands, standing: _Standing, locks: Locks
) -> Deciders:
    late = UnmatchedPipelines(
        store=clients.store,
        ci=clients.ci,
        clock=clients.clock,
        patience=settings.lease_seconds,
        give_up=settings.give_up_after,
    )
    return Deciders(
        {
            AskKind.COMMAND: commands.decide,
            AskKind.ACTION: commands.decide,
            AskKind.SLACK_EVENT: commands.decide,
            AskKind.GITHUB_EVENT: standing.events,
            AskKind.PIPELINE: late,
            AskKind.SWEEP: standing.sweep,
            AskKind.LOCK: locks.follow,
            AskKind.TRIGGER: standing.triggers.deploy,
        }
    )
