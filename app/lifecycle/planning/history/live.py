"""What is live in an environment (pure): the one rule that everything uses."""

from collections.abc import Iterable

from app.model.github.deployment import Deployment
from app.model.github.live import Live
from app.model.github.states import GONE, GitHubState, as_build_state, state_of


def live_in(deployments: Iterable[Deployment]) -> Live | None:
    """What went live last of an environment's deployments, in whatever order they come.

    The success with the greatest time of success, not the greatest id: an older deployment may
    have been run again. What ended otherwise after its success went live all the same; what was
    made inactive since, without anything that went live after it, is gone.
    """
    went = ((at, each.id, each) for each in deployments if (at := went_live_at(each)) is not None)
    found = max(went, key=lambda one: one[:2], default=None)
    if found is None or state_of(found[2].status) in GONE:
        return None
    since, number, deployment = found
    return Live(deployment_id=number, ref=deployment.ref, sha=deployment.sha, since=since)


def went_live_at(deployment: Deployment) -> float | None:
    """When a deployment went live last, in epoch seconds; None if it never did.

    That is its first success since it was last begun: what others report after that (a test that
    fails and then passes) puts nothing live.
    """
    status = deployment.status
    latest = ((status.state, status.created_at),) if status is not None else ()
    at, begun = None, True
    for state, posted_at in deployment.history or latest:
        if state == GitHubState.SUCCESS:
            at = posted_at if begun else at
            begun = False
        begun = begun or not as_build_state(state).ended
    return at
