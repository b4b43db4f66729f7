"""The service: the only place that builds everything and knows everyone."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from app.commands import Commands, build_commands
from app.commands.command import Links
from app.entrances import circleci_entrance, github_entrance, slack_entrances
from app.http.guard import guarded
from app.http.health import Health, Readiness
from app.http.requests import GITHUB_LIMIT
from app.lifecycle.ask_effects import AskEffects
from app.lifecycle.configured import ConfigurationPushed
from app.lifecycle.deciding import Deciders
from app.lifecycle.effects import BuildEffects
from app.lifecycle.github_events import GitHubEvents
from app.lifecycle.late_reports import LateReports
from app.lifecycle.lease import Watcher
from app.lifecycle.look import Looker
from app.lifecycle.notices import Notices
from app.lifecycle.own_pipelines import OwnPipelines
from app.lifecycle.pipeline_facts import PipelineFacts
from app.lifecycle.planner import Planner
from app.lifecycle.reads import Reader
from app.lifecycle.repo_config import ConfigCache
from app.lifecycle.restoring import Restorer
from app.lifecycle.sides import AskSide, BuildSide
from app.lifecycle.step import Limits
from app.lifecycle.sweep import Sweep
from app.lifecycle.upkeep import Upkeep
from app.lifecycle.worker import Worker
from app.model.ask import AskKind
from app.observe import Metrics
from app.outside import Outside
from app.ports import Key
from app.settings import Settings
from app.slack.message import SlackChat
from app.slack.socket import SlackSocket
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
    restorer: Restorer


def build_service(
    settings: Settings, outside: Outside, metrics: Metrics, readiness: Readiness
) -> Service:
    """Everything that runs, wired; nothing is started yet."""
    configs = ConfigCache()

    def wake(key: Key, *, delivery: str = "") -> None:
        worker.wake(key, delivery=delivery)

    commands = _commands(settings, outside, configs)
    standing = _standing(settings, outside, wake)
    deciders = _deciders(settings, outside, commands, standing)
    looker = _looker(
        settings, outside, metrics, wake, _reader(settings, outside, deciders, configs)
    )
    worker = Worker(records=outside.store, look=looker, clock=outside.clock, metrics=metrics)
    slack = slack_entrances(settings, outside, wake, commands, readiness)
    routes = [
        *github_entrance(settings, outside, metrics, wake, configs).routes(),
        *circleci_entrance(settings, outside, wake).routes(),
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
        chat=outside.chat,
        socket=slack.socket,
        looker=looker,
        sweep=standing.sweep,
        restorer=standing.restorer,
    )


@dataclass(frozen=True, kw_only=True)
class _Standing:
    """What is done without anybody asking."""

    sweep: Sweep
    restorer: Restorer
    events: GitHubEvents


def _standing(settings: Settings, outside: Outside, wake: Callable[[Key], None]) -> _Standing:
    notices = Notices(outside.store, wake, outside.clock)
    upkeep = Upkeep(
        outside.store,
        outside.github,
        notices,
        command=settings.slack_command,
        html=settings.github_html_url,
    )
    restorer = Restorer(
        store=outside.store,
        github=outside.github,
        chat=outside.chat,
        notices=notices,
        command=settings.slack_command,
    )
    sweep = Sweep(
        store=outside.store,
        github=outside.github,
        restorer=restorer,
        upkeep=upkeep,
        clock=outside.clock,
        wake=wake,
        interval=settings.sweep_interval,
    )
    configured = ConfigurationPushed(
        bindings=outside.store,
        github=outside.github,
        notices=notices,
        html=settings.github_html_url,
    )
    return _Standing(sweep=sweep, restorer=restorer, events=GitHubEvents(configured, upkeep))


def _planner(settings: Settings, outside: Outside, configs: ConfigCache) -> Planner:
    return Planner(
        github=outside.github,
        records=outside.store,
        bindings=outside.store,
        own=OwnPipelines(outside.store, PipelineFacts(outside.ci), outside.github),
        find_tickets=partial(find_references, github=settings.github_html_url),
        clock=outside.clock,
        configs=configs,
        settle=settings.checks_settle,
        command=settings.slack_command,
    )


def _commands(settings: Settings, outside: Outside, configs: ConfigCache) -> Commands:
    return build_commands(
        bindings=outside.store,
        records=outside.store,
        github=outside.github,
        ci=outside.ci,
        chat=outside.chat,
        planner=_planner(settings, outside, configs),
        clock=outside.clock,
        slash=settings.slack_command,
        links=Links(
            html=settings.github_html_url,
            circleci_webhook=f"{settings.public_url}/circleci/webhook",
        ),
    )


def _reader(
    settings: Settings, outside: Outside, deciders: Deciders, configs: ConfigCache
) -> Reader:
    return Reader(
        store=outside.store,
        github=outside.github,
        ci=outside.ci,
        chat=outside.chat,
        tickets=outside.tickets,
        judge=_planner(settings, outside, configs),
        decide=deciders,
    )


def _looker(
    settings: Settings,
    outside: Outside,
    metrics: Metrics,
    wake: Callable[[Key], None],
    reader: Reader,
) -> Looker:
    clock, holder = outside.clock, uuid.uuid4().hex
    build_effects = BuildEffects(
        github=outside.github, ci=outside.ci, chat=outside.chat, clock=clock, holder=holder
    )
    ask_effects = AskEffects(
        store=outside.store,
        github=outside.github,
        chat=outside.chat,
        clock=clock,
        holder=holder,
        wake=wake,
        command=settings.slack_command,
    )
    return Looker(
        store=outside.store,
        builds=BuildSide(store=outside.store, reader=reader, effects=build_effects),
        asks=AskSide(store=outside.store, reader=reader, effects=ask_effects),
        wake=wake,
        watcher=Watcher(holder, settings.lease_seconds, clock, give_up=settings.give_up_after),
        limits=_limits(settings),
        call_timeout=settings.provider_timeout,
        clock=clock,
        metrics=metrics,
    )


def _limits(settings: Settings) -> Limits:
    return Limits(
        lease=settings.lease_seconds,
        watch=settings.watch_interval,
        settle=settings.checks_settle,
        give_up=settings.give_up_after,
        html=settings.github_html_url,
        command=settings.slack_command,
    )


def _deciders(
    settings: Settings, outside: Outside, commands: Commands, standing: _Standing
) -> Deciders:
    late = LateReports(
        store=outside.store, ci=outside.ci, clock=outside.clock, patience=settings.lease_seconds
    )
    return Deciders(
        {
            AskKind.COMMAND: commands.decide,
            AskKind.ACTION: commands.decide,
            AskKind.SLACK_EVENT: commands.decide,
            AskKind.GITHUB_EVENT: standing.events,
            AskKind.PIPELINE: late,
            AskKind.SWEEP: standing.sweep,
        }
    )
