"""The service: the only place that builds everything and knows everyone."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import aiohttp
from aiohttp import web
from gidgethub.routing import Router

from app.circleci.client import CircleCIClient
from app.circleci.http import Api
from app.circleci.webhook import CircleCIWebhook
from app.clock import SystemClock
from app.commands import ACTIONS, Commands, build_commands
from app.commands.command import Links
from app.github_app.api import GitHubClient
from app.github_app.checks import CheckEvents
from app.github_app.deployments import DeploymentEvents
from app.github_app.installations import InstallationEvents
from app.github_app.sources import SourceEvents
from app.github_app.webhook import GitHubWebhook
from app.ingress import GITHUB_LIMIT, Health, Readiness, rejections
from app.lifecycle.ask_effects import AskEffects
from app.lifecycle.deciding import Deciders
from app.lifecycle.effects import BuildEffects
from app.lifecycle.late_reports import LateReports
from app.lifecycle.lease import Watcher
from app.lifecycle.look import Looker
from app.lifecycle.own_pipelines import OwnPipelines
from app.lifecycle.planner import Planner
from app.lifecycle.reads import Reader
from app.lifecycle.repo_config import ConfigCache
from app.lifecycle.sides import AskSide, BuildSide
from app.lifecycle.step import Limits
from app.lifecycle.upkeep import Upkeep
from app.lifecycle.worker import Worker
from app.model.ask import AskKind
from app.model.build import Reason
from app.model.card import Answer
from app.observe import Metrics
from app.ports import Key, Store
from app.settings import Settings
from app.slack.command import SlackCommand
from app.slack.event import SlackEvent
from app.slack.interactive import SlackInteractive
from app.slack.message import SlackChat
from app.slack.signature import SlackSignature
from app.texts.failures import explain
from app.tickets.asana import Asana, Untitled
from app.tickets.references import find_references


@dataclass(frozen=True, kw_only=True)
class Outside:
    """The providers' clients and the store."""

    store: Store
    github: GitHubClient
    ci: CircleCIClient
    chat: SlackChat
    tickets: Asana | Untitled


@dataclass(frozen=True, kw_only=True)
class Service:
    """deploybot, built: its HTTP application, its worker, and whether it is ready."""

    settings: Settings
    application: web.Application
    worker: Worker
    readiness: Readiness
    chat: SlackChat


def build_outside(
    settings: Settings,
    store: Store,
    session: aiohttp.ClientSession,
    metrics: Metrics,
    revoked: Callable[[], None],
) -> Outside:
    """The clients, each with its own address and token."""
    timeout = settings.provider_timeout
    return Outside(
        store=store,
        github=GitHubClient(
            session,
            app_id=settings.github_app_id,
            private_key=settings.github_private_key,
            base_url=settings.github_api_url,
            graphql_url=settings.github_graphql_url,
            timeout=timeout,
        ),
        ci=CircleCIClient(
            api=Api(
                session=session,
                base_url=settings.circleci_api_url,
                token=settings.circleci_token,
                timeout=timeout,
                metrics=metrics,
            ),
            webhook_secret=settings.circleci_webhook_secrets[0],
        ),
        chat=SlackChat(
            token=settings.slack_bot_token,
            base_url=settings.slack_api_url,
            timeout=timeout,
            session=session,
            metrics=metrics,
            revoked=revoked,
        ),
        tickets=Asana(
            session=session,
            base_url=settings.asana_api_url,
            token=settings.asana_token,
            timeout=timeout,
        )
        if settings.asana_token
        else Untitled(),
    )


def build_service(
    settings: Settings, outside: Outside, metrics: Metrics, readiness: Readiness
) -> Service:
    """Everything that runs, wired; nothing is started yet."""
    configs = ConfigCache()

    def wake(key: Key) -> None:
        worker.wake(key)

    commands = _commands(settings, outside, configs)
    looker = _looker(settings, outside, metrics, wake, commands, configs)
    worker = Worker(records=outside.store, look=looker, clock=SystemClock(), metrics=metrics)
    application = web.Application(middlewares=[rejections(metrics)], client_max_size=GITHUB_LIMIT)
    application.add_routes(
        [
            *_github(settings, outside, metrics, wake, configs).routes(),
            *_circleci(settings, outside, wake).routes(),
            *_slack(settings, outside, wake, commands, readiness),
            *Health(readiness.problems, metrics.registry).routes(),
        ]
    )
    return Service(
        settings=settings,
        application=application,
        worker=worker,
        readiness=readiness,
        chat=outside.chat,
    )


def _planner(settings: Settings, outside: Outside, configs: ConfigCache) -> Planner:
    return Planner(
        github=outside.github,
        records=outside.store,
        bindings=outside.store,
        own=OwnPipelines(outside.store, outside.ci),
        find_tickets=partial(find_references, github=_html(settings)),
        clock=SystemClock(),
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
        clock=SystemClock(),
        slash=settings.slack_command,
        links=Links(
            html=_html(settings), circleci_webhook=f"{settings.public_url}/circleci/webhook"
        ),
    )


def _looker(
    settings: Settings,
    outside: Outside,
    metrics: Metrics,
    wake: Callable[[Key], None],
    commands: Commands,
    configs: ConfigCache,
) -> Looker:
    clock, holder = SystemClock(), uuid.uuid4().hex
    reader = Reader(
        store=outside.store,
        github=outside.github,
        ci=outside.ci,
        chat=outside.chat,
        tickets=outside.tickets,
        judge=_planner(settings, outside, configs),
        decide=_deciders(settings, outside, commands),
    )
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
        watcher=Watcher(holder, settings.lease_seconds, clock),
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
        html=_html(settings),
        command=settings.slack_command,
    )


def _deciders(settings: Settings, outside: Outside, commands: Commands) -> Deciders:
    upkeep = Upkeep(outside.store, outside.github)
    late = LateReports(
        store=outside.store, ci=outside.ci, clock=SystemClock(), patience=settings.lease_seconds
    )
    return Deciders(
        {
            AskKind.COMMAND: commands.decide,
            AskKind.ACTION: commands.decide,
            AskKind.SLACK_EVENT: commands.decide,
            AskKind.GITHUB_EVENT: upkeep.apply,
            AskKind.PIPELINE: late,
        }
    )


def _github(
    settings: Settings,
    outside: Outside,
    metrics: Metrics,
    wake: Callable[[Key], None],
    configs: ConfigCache,
) -> GitHubWebhook:
    clock, store = SystemClock(), outside.store
    router = Router(
        DeploymentEvents(store, wake, clock).router(),
        SourceEvents(store, wake, clock, configs.drop).router(),
        CheckEvents(store, store, wake).router(),
        InstallationEvents(store, wake, clock).router(),
    )
    return GitHubWebhook(settings.github_webhook_secrets, router, metrics)


def _circleci(settings: Settings, outside: Outside, wake: Callable[[Key], None]) -> CircleCIWebhook:
    return CircleCIWebhook(
        secrets=settings.circleci_webhook_secrets,
        intake=outside.store,
        lookups=outside.store,
        wake=wake,
        clock=SystemClock(),
    )


def _slack(
    settings: Settings,
    outside: Outside,
    wake: Callable[[Key], None],
    commands: Commands,
    readiness: Readiness,
) -> list[web.RouteDef]:
    signature = SlackSignature(secrets=settings.slack_signing_secrets)

    def team_id() -> str | None:
        return outside.chat.workspace

    def said(name: str) -> Answer:
        return Answer(text=explain(Reason(name=name), command=settings.slack_command))

    command = SlackCommand(
        signature=signature,
        intake=outside.store,
        wake=wake,
        team_id=team_id,
        immediate=commands.immediate,
        wrong_workspace=said("wrong_workspace"),
        store_down=said("store_down"),
        store_unsure=said("store_unsure"),
    )
    interactive = SlackInteractive(
        signature=signature,
        intake=outside.store,
        wake=wake,
        team_id=team_id,
        actions=ACTIONS,
    )
    event = SlackEvent(
        signature=signature,
        intake=outside.store,
        wake=wake,
        team_id=team_id,
        revoked=lambda: readiness.reasons.add("slack_token_revoked"),
    )
    return [*command.routes(), *interactive.routes(), *event.routes()]


def _html(settings: Settings) -> str:
    """Where GitHub's pages are: beside the API on Enterprise Server."""
    base = settings.github_api_url
    if base == "https://api.github.com":
        return "https://github.com"
    return base.removesuffix("/api/v3")
