"""Builds what works without a command: the sweep, triggers and other reactions to GitHub events."""

from dataclasses import dataclass

from app.github_app.events.source_payloads import SOURCE_PAYLOADS
from app.lifecycle.recovery.binding_sync import BindingSync
from app.lifecycle.recovery.missed_deployments import MissedDeployments
from app.lifecycle.recovery.restore_repository import RepositoryRestorer
from app.lifecycle.recovery.restore_store import StoreRestorer
from app.lifecycle.recovery.sweep import Sweep
from app.lifecycle.requests.decision import EventDeciders
from app.lifecycle.requests.events.closed_pulls import ClosedPulls
from app.lifecycle.requests.events.config_push import ConfigPush
from app.lifecycle.requests.events.dry_run import DryRun
from app.lifecycle.requests.events.triggers import Triggers
from app.service.shared import Shared


@dataclass(frozen=True, kw_only=True)
class Automation:
    """What works without a command."""

    sweep: Sweep
    restorer: RepositoryRestorer
    triggers: Triggers
    events: EventDeciders


def build_automation(shared: Shared) -> Automation:
    """Build the sweep, the triggers and the reactions to GitHub's events."""
    clients = shared.clients
    binding_sync = BindingSync(
        clients.store,
        clients.github,
        shared.notices,
        html=shared.settings.github_html_url,
    )
    restorer = RepositoryRestorer(
        store=clients.store,
        github=clients.github,
        chat=clients.chat,
        notices=shared.notices,
        clock=clients.clock,
    )
    triggers = _triggers(shared)
    return Automation(
        sweep=_sweep(shared, restorer, binding_sync),
        restorer=restorer,
        triggers=triggers,
        events=_events(shared, triggers, binding_sync),
    )


def _sweep(shared: Shared, restorer: RepositoryRestorer, binding_sync: BindingSync) -> Sweep:
    clients, interval = shared.clients, shared.settings.sweep_interval
    return Sweep(
        store=clients.store,
        github=clients.github,
        restore_store=StoreRestorer(
            github=clients.github,
            restorer=restorer,
            clock=clients.clock,
            wake=shared.wake,
        ),
        missed=MissedDeployments(
            store=clients.store,
            github=clients.github,
            binding_sync=binding_sync,
            clock=clients.clock,
            inbox=shared.inbox,
            interval=interval,
        ),
        clock=clients.clock,
        inbox=shared.inbox,
        interval=interval,
    )


def _triggers(shared: Shared) -> Triggers:
    clients = shared.clients
    return Triggers(
        bindings=clients.store,
        records=clients.store,
        github=clients.github,
        planner=shared.planner,
        configs=shared.configs,
        config_push=ConfigPush(
            github=clients.github,
            configs=shared.configs,
            records=clients.store,
            inbox=shared.inbox,
            notices=shared.notices,
            html=shared.settings.github_html_url,
        ),
    )


def _events(shared: Shared, triggers: Triggers, binding_sync: BindingSync) -> EventDeciders:
    store, github = shared.clients.store, shared.clients.github
    closed_pulls = ClosedPulls(
        bindings=store,
        records=store,
        inbox=shared.inbox,
        github=github,
        configs=shared.configs,
        give_up=shared.settings.give_up_after,
    )
    return EventDeciders(
        {
            **dict.fromkeys(SOURCE_PAYLOADS, triggers.of_event),
            "pull_request": DryRun(bindings=store, github=github, then=triggers.of_event),
            "closed": closed_pulls,
        },
        otherwise=binding_sync.apply,
    )
