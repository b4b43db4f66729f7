"""What is live in an environment (pure): the one rule that everything uses."""

from collections.abc import Iterable

from msgspec import structs

from app.model.github.deployment import Deployment, StatusSummary
from app.model.github.live import Live
from app.model.github.states import GONE, GitHubState, as_build_state, is_open, state_of


def live_in(deployments: Iterable[Deployment]) -> Live | None:
    """What is live, by an environment's deployments in any order; None if nothing is.

    That is the deployment with the latest success, not the one with the greatest id, as an older
    deployment may have been run again. A failure after that success changes nothing. Nothing is
    live if that deployment has been made inactive since.
    """
    went = ((at, each.id, each) for each in deployments if (at := went_live_at(each)) is not None)
    found = max(went, key=lambda one: one[:2], default=None)
    if found is None or state_of(found[2].status) in GONE:
        return None
    since, number, deployment = found
    return Live(deployment_id=number, ref=deployment.ref, sha=deployment.sha, since=since)


def with_success(
    deployments: Iterable[Deployment], succeeded: int | None, date: float
) -> tuple[Deployment, ...]:
    """The deployments, with a success that the slot has and GitHub may not show yet.

    `succeeded` is the deployment's id: the next in line starts as soon as the slot has it. `date`
    is the time now, in epoch seconds by GitHub's clock.
    """

    def untold(one: Deployment) -> bool:
        return one.id == succeeded and is_open(one.status) and went_live_at(one) is None

    return tuple(_succeeded(one, date) if untold(one) else one for one in deployments)


def _succeeded(deployment: Deployment, date: float) -> Deployment:
    status = StatusSummary(state=GitHubState.SUCCESS, created_at=date)
    history = (*deployment.history, (status.state, date))
    return structs.replace(deployment, status=status, history=history)


def went_live_at(deployment: Deployment) -> float | None:
    """When a deployment went live last, in epoch seconds; None if it never did.

    That is the first success of its latest run, or since it was made inactive: of a run of an older
    deployment perhaps only the end is told. Others may report a failure and a success after it went
    live (a test that is repeated), which puts nothing live.
    """
    status = deployment.status
    latest = ((status.state, status.created_at),) if status is not None else ()
    at, begun = None, True
    for state, posted_at in deployment.history or latest:
        if state == GitHubState.SUCCESS:
            at = posted_at if begun else at
            begun = False
        begun = begun or state in GONE or not as_build_state(state).ended
    return at
