"""Builds what looks at records: what a look reads with, and what carries out its steps."""

import uuid

from app.lifecycle.deployment.answering import Answering
from app.lifecycle.deployment.build_effects import BuildEffects
from app.lifecycle.deployment.build_records import BuildRecords
from app.lifecycle.deployment.facts_reader import FactsReader
from app.lifecycle.engine.lease import Leases
from app.lifecycle.engine.look import Looker
from app.lifecycle.engine.wait_counter import WaitCounter
from app.lifecycle.look_types import Limits
from app.lifecycle.requests.ask_records import AskRecords
from app.lifecycle.requests.decision import Deciders
from app.lifecycle.requests.effects import AskEffects
from app.lifecycle.timeline.chain_log import ChainLog
from app.lifecycle.timeline.stuck import Stuck
from app.service.shared import Shared
from app.settings import Settings


def build_looker(shared: Shared, deciders: Deciders) -> Looker:
    """Build what looks at records: builds and asks, each kind with its reads and effects."""
    settings, clients = shared.settings, shared.clients
    holder = uuid.uuid4().hex
    return Looker(
        store=clients.store,
        kinds=(_build_records(shared, holder), _ask_records(shared, holder, deciders)),
        wake=shared.wake,
        leases=Leases(holder, settings.lease_seconds, clients.clock),
        wait_counter=WaitCounter(clients.clock),
        limits=_limits(settings),
        call_timeout=settings.provider_timeout,
        clock=clients.clock,
        metrics=shared.metrics,
    )


def _build_records(shared: Shared, holder: str) -> BuildRecords:
    clients = shared.clients
    reader = FactsReader(
        store=clients.store,
        github=clients.github,
        ci=clients.ci,
        chat=clients.chat,
        tickets=clients.tickets,
        judge=shared.planner,
        approving=shared.planner.approving,
    )
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
        store=clients.store,
        reader=reader,
        effects=effects,
        clock=clients.clock,
        metrics=shared.metrics,
        stuck=Stuck(),
        log_chain=ChainLog(),
    )


def _ask_records(shared: Shared, holder: str, deciders: Deciders) -> AskRecords:
    clients = shared.clients
    effects = AskEffects(
        store=clients.store,
        github=clients.github,
        answer=Answering(chat=clients.chat, github=clients.github),
        clock=clients.clock,
        holder=holder,
        inbox=shared.inbox,
        html=shared.settings.github_html_url,
    )
    return AskRecords(
        store=clients.store,
        github=clients.github,
        decide=deciders,
        effects=effects,
        clock=clients.clock,
        metrics=shared.metrics,
        stuck=Stuck(),
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
