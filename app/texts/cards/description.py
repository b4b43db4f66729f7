"""A deployment's description on GitHub, and our words for GitHub's states."""

from app.model.github.refs import SHORT_SHA
from app.model.github.states import GitHubState
from app.model.plan import Plan, RefKind
from app.texts.failures.catalogue import shorten
from app.texts.triggers import asked_by, trigger_words

_WORDS = {
    GitHubState.SUCCESS: "deployed",
    GitHubState.FAILURE: "failed",
    GitHubState.ERROR: "ended with an error",
    GitHubState.INACTIVE: "no longer live",
    GitHubState.DESTROYED: "closed",
    GitHubState.IN_PROGRESS: "deploying",
}


def deployment_description(plan: Plan) -> str:
    """What is deployed, from whom or by what trigger, and the reason if one was given."""
    payload = plan.payload
    who = payload.requester
    asked = trigger_words(payload.trigger).unattended
    if who:
        asked = asked_by(payload.trigger, who, plan.pull_request)
    why = f": {payload.reason}" if payload.reason else ""
    return shorten(f"{_named(plan)}, {asked}{why}")


def _named(plan: Plan) -> str:
    if plan.ref_kind is RefKind.SHA:
        return plan.sha[:SHORT_SHA]
    return plan.ref.removeprefix("refs/").removeprefix("heads/").removeprefix("tags/")


def state_word(state: str) -> str:
    """A GitHub deployment state in our words; `waiting` for one that hasn't begun."""
    return _WORDS[GitHubState(state)] if state in _WORDS else "waiting"
