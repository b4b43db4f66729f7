"""Builds what several parts of the service share."""

from dataclasses import dataclass
from functools import partial

from app.lifecycle.configuration.reading import ConfigCache
from app.lifecycle.planning.pipelines.own_pipelines import OwnPipelines
from app.lifecycle.planning.pipelines.pipeline_facts import PipelineFacts
from app.lifecycle.planning.planner import Planner
from app.lifecycle.requests.inbox import Inbox
from app.lifecycle.requests.locks import Locks
from app.lifecycle.requests.notices import Notices
from app.observe import Metrics
from app.ports import Wake
from app.service.clients import Clients
from app.settings import Settings
from app.tickets.references import find_references


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What the parts of the service are built from; each takes what it needs."""

    settings: Settings
    clients: Clients
    metrics: Metrics
    wake: Wake
    inbox: Inbox
    configs: ConfigCache
    planner: Planner
    notices: Notices
    locks: Locks


def share(settings: Settings, clients: Clients, metrics: Metrics, wake: Wake) -> Shared:
    """Build what several parts of the service share, once."""
    configs = ConfigCache()
    inbox = Inbox(clients.store, wake)
    notices = Notices(inbox, clients.clock)
    return Shared(
        settings=settings,
        clients=clients,
        metrics=metrics,
        wake=wake,
        inbox=inbox,
        configs=configs,
        planner=_planner(settings, clients, configs),
        notices=notices,
        locks=Locks(
            records=clients.store,
            inbox=inbox,
            bindings=clients.store,
            notices=notices,
            github=clients.github,
            clock=clients.clock,
        ),
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
