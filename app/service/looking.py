"""What looks at records, wired: what a look reads with, and what it does."""

import uuid
from collections.abc import Callable
from typing import TypedDict

from app.lifecycle.configuration.reading import ConfigCache
from app.lifecycle.deployment.answering import Answering
from app.lifecycle.deployment.effects import BuildEffects
from app.lifecycle.deployment.facts_reader import FactsReader
from app.lifecycle.deployment.records import BuildRecords
from app.lifecycle.engine.lease import Watcher
from app.lifecycle.engine.look import Looker
from app.lifecycle.engine.tallying import Tallying
from app.lifecycle.look_types import Limits
from app.lifecycle.planning.approving import Approving
from app.lifecycle.requests.decision import Deciders
from app.lifecycle.requests.effects import AskEffects
from app.lifecycle.requests.records import AskRecords
from app.lifecycle.timeline.stuck import Stuck
from app.observe import Metrics
from app.ports import Clock, Key
from app.service.clients import Clients
from app.service.planning import planner
from app.settings import Settings


def facts_reader(settings: Settings, clients: Clients, configs: ConfigCache) -> FactsReader:
    """What a look at a build reads with."""
    return FactsReader(
        store=clients.store,
        github=clients.github,
        ci=clients.ci,
        chat=clients.chat,
        tickets=clients.tickets,
        judge=planner(settings, clients, configs),
        approving=Approving(clients.who_may, clients.store),
    )


class _Counted(TypedDict):
    """What both kinds of records count with."""

    clock: Clock
    metrics: Metrics


def _build_records(
    clients: Clients, holder: str, reader: FactsReader, counted: _Counted
) -> BuildRecords:
    effects = BuildEffects(
        records=clients.store,
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
    html: str,
) -> AskRecords:
    effects = AskEffects(
        store=clients.store,
        github=clients.github,
        answer=Answering(chat=clients.chat, github=clients.github),
        clock=clients.clock,
        holder=holder,
        wake=wake,
        html=html,
    )
    return AskRecords(
        store=clients.store,
        github=clients.github,
        decide=deciders,
        effects=effects,
        stuck=Stuck(),
        **counted,
    )


def build_looker(
    settings: Settings,
    clients: Clients,
    metrics: Metrics,
    wake: Callable[[Key], None],
    reader: FactsReader,
    deciders: Deciders,
) -> Looker:
    """What looks at records: builds and asks, each kind with its reads and effects."""
    holder = uuid.uuid4().hex
    counted = _Counted(clock=clients.clock, metrics=metrics)
    kinds = (
        _build_records(clients, holder, reader, counted),
        _ask_records(clients, holder, wake, deciders, counted, settings.github_html_url),
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
