"""What is done without anybody asking, wired: the sweep, events of GitHub, true bindings."""

from collections.abc import Callable
from dataclasses import dataclass

from app.lifecycle.configuration.reading import ConfigCache
from app.lifecycle.recovery.binding_sync import BindingSync
from app.lifecycle.recovery.missed_deployments import MissedDeployments
from app.lifecycle.recovery.rebuild_store import StoreRebuilder
from app.lifecycle.recovery.restore_store import StoreRestorer
from app.lifecycle.recovery.sweep import Sweep
from app.lifecycle.requests.closed_pulls import ClosedPulls
from app.lifecycle.requests.config_push import ConfigPush
from app.lifecycle.requests.decision import EventDeciders
from app.lifecycle.requests.dry_run import DryRun
from app.lifecycle.requests.notices import Notices
from app.lifecycle.requests.triggers import Triggers
from app.ports import Key
from app.service.clients import Clients
from app.service.planning import planner
from app.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is done without anybody asking."""

    sweep: Sweep
    rebuilder: StoreRebuilder
    triggers: Triggers
    events: EventDeciders


def build_standing(
    settings: Settings, clients: Clients, wake: Callable[[Key], None], configs: ConfigCache
) -> Standing:
    """What is done without anybody asking, and what events of GitHub ask for."""
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
        github=clients.github,
        configs=configs,
        records=clients.store,
        intake=clients.store,
        wake=wake,
        notices=notices,
        html=settings.github_html_url,
    )
    triggers = Triggers(
        bindings=clients.store,
        records=clients.store,
        github=clients.github,
        planner=planner(settings, clients, configs),
        configs=configs,
        configured=configured,
    )
    return Standing(
        sweep=sweep,
        rebuilder=rebuilder,
        triggers=triggers,
        events=EventDeciders(
            {
                **dict.fromkeys(("push", "create"), triggers.of_event),
                "pull_request": DryRun(
                    bindings=clients.store, github=clients.github, then=triggers.of_event
                ),
                "closed": _closed_pulls(settings, clients, wake, configs),
            },
            otherwise=binding_sync.apply,
        ),
    )


def _closed_pulls(
    settings: Settings, clients: Clients, wake: Callable[[Key], None], configs: ConfigCache
) -> ClosedPulls:
    return ClosedPulls(
        bindings=clients.store,
        records=clients.store,
        intake=clients.store,
        github=clients.github,
        configs=configs,
        wake=wake,
        give_up=settings.give_up_after,
    )
