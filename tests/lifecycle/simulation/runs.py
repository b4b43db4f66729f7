"""How deployments run in the simulated world."""

from app.lifecycle.look_types import Limits
from app.model.plan import Concurrency, Payload, Person, Plan, RefKind, RepositoryRef, Run

LIMITS = Limits(lease=20.0, watch=60.0, give_up=86400.0, command_patience=1500.0)
REPOSITORY = RepositoryRef(id=1, full_name="acme/shop", installation_id=2)
BOT = "deploybot[bot]"
SHA = "3f9c2d1" + "a" * 33
SLUG = "gh/acme/shop"
CONCURRENCY = {
    "production": Concurrency.QUEUE,
    "staging": Concurrency.CANCEL,
    "test": Concurrency.ALLOW,
}


def plan_for(environment: str, request: str, *, judged: bool) -> Plan:
    """The plan of a deployment of the one commit there is."""
    return Plan(
        repository=REPOSITORY,
        environment=environment,
        ref="main",
        ref_kind=RefKind.BRANCH,
        sha=SHA,
        payload=Payload(request=request, trigger="command", channel="C1", requester="Dana"),
        run=Run(project=SLUG, branch="main", parameters={"deployment_id": ""}),
        concurrency=CONCURRENCY[environment],
        timeout=900.0,
        judged=judged,
        requester=Person(name="Dana", slack_userid="U1"),
    )
