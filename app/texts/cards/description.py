"""How a deployment describes itself on GitHub's pages, and what its state there is called."""

from app.model.github.states import GitHubState
from app.model.plan import Plan, RefKind
from app.model.ref_names import SHORT_SHA
from app.texts.cards.asked import asked_by
from app.texts.failures.catalogue import shorten
from app.texts.triggers import called

_WORDS = {
    GitHubState.SUCCESS: "deployed",
    GitHubState.FAILURE: "failed",
    GitHubState.ERROR: "ended with an error",
    GitHubState.INACTIVE: "no longer live",
    GitHubState.DESTROYED: "closed",
    GitHubState.IN_PROGRESS: "deploying",
}


def deployment_description(plan: Plan) -> str:
    """What is deployed, for whom or by what, and why if that was said."""
    payload = plan.payload
    who = payload.requester
    asked = called(payload.trigger).unasked
    if who:
        asked = asked_by(payload.trigger, who, plan.pull_request)
    why = f": {payload.reason}" if payload.reason else ""
    return shorten(f"{_named(plan)}, {asked}{why}")


def _named(plan: Plan) -> str:
    if plan.ref_kind is RefKind.SHA:
        return plan.sha[:SHORT_SHA]
    return plan.ref.removeprefix("refs/").removeprefix("heads/").removeprefix("tags/")


def state_word(state: str) -> str:
    """A GitHub state in our words; whatever has not begun waits."""
    return _WORDS[GitHubState(state)] if state in _WORDS else "waiting"
