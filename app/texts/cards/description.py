"""How a deployment describes itself on GitHub's pages, and what its state there is called."""

from app.model.github_states import GitHubState
from app.texts.failures.catalogue import shorten

_TRIGGERS = {
    "push": "by a push",
    "tag": "by a tag",
    "pull_request": "by its pull request",
}

_WORDS = {
    GitHubState.SUCCESS: "deployed",
    GitHubState.FAILURE: "failed",
    GitHubState.ERROR: "ended with an error",
    GitHubState.INACTIVE: "no longer live",
    GitHubState.DESTROYED: "destroyed",
    GitHubState.IN_PROGRESS: "deploying",
}


def deployment_description(ref: str, *, by: str, trigger: str, reason: str) -> str:
    """What is deployed, for whom or by what, and why: plain, at most 140 characters."""
    who = f"asked by {by}" if by else _TRIGGERS.get(trigger, "by deploybot")
    why = f": {reason}" if reason else ""
    return shorten(f"{ref}, {who}{why}")


def state_word(state: str) -> str:
    """A GitHub state in our words; whatever has not begun waits."""
    return _WORDS[GitHubState(state)] if state in _WORDS else "waiting"
