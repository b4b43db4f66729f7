"""What plans deployments, wired."""

from functools import partial

from app.lifecycle.configuration.reading import ConfigCache
from app.lifecycle.planning.own_pipelines import OwnPipelines
from app.lifecycle.planning.pipeline_facts import PipelineFacts
from app.lifecycle.planning.planner import Planner
from app.service.clients import Clients
from app.settings import Settings
from app.tickets.references import find_references


def planner(settings: Settings, clients: Clients, configs: ConfigCache) -> Planner:
    """What judges deployment requests, and deployments that exist."""
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
