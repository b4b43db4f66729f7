"""GitHub's states of a deployment: which state of a build each is, and which one we post.

https://docs.github.com/en/rest/deployments/statuses
"""

from enum import StrEnum

from app.model.build import BuildState
from app.model.build_parts import PostedStatus
from app.model.github.deployment import StatusSummary


class GitHubState(StrEnum):
    """A state of a deployment, as REST spells it."""

    PENDING = "pending"
    QUEUED = "queued"
    WAITING = "waiting"
    IN_PROGRESS = "in_progress"
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"
    INACTIVE = "inactive"
    DESTROYED = "destroyed"


GONE = (GitHubState.INACTIVE, GitHubState.DESTROYED)
"""What was live, and is not any more."""

_MEANS = {
    GitHubState.PENDING: BuildState.WAITING,
    GitHubState.QUEUED: BuildState.WAITING,
    GitHubState.WAITING: BuildState.WAITING,
    GitHubState.IN_PROGRESS: BuildState.RUNNING,
    GitHubState.SUCCESS: BuildState.SUCCEEDED,
    GitHubState.FAILURE: BuildState.FAILED,
    GitHubState.ERROR: BuildState.ERRORED,
    GitHubState.INACTIVE: BuildState.INACTIVE,
    GitHubState.DESTROYED: BuildState.INACTIVE,
}

POSTED = {
    BuildState.WAITING: GitHubState.PENDING,
    BuildState.TRIGGERING: GitHubState.PENDING,
    BuildState.RUNNING: GitHubState.IN_PROGRESS,
    BuildState.ON_HOLD: GitHubState.IN_PROGRESS,
    BuildState.SUCCEEDED: GitHubState.SUCCESS,
    BuildState.FAILED: GitHubState.FAILURE,
    BuildState.ERRORED: GitHubState.ERROR,
    BuildState.CANCELED: GitHubState.ERROR,
    BuildState.INACTIVE: GitHubState.INACTIVE,
}
"""What we post for each state of a build; for what others run we post nothing."""


def state_of(status: PostedStatus | StatusSummary | None) -> str:
    """The state that a deployment's last status gives it; GitHub calls it pending without one."""
    return status.state if status is not None else GitHubState.PENDING


def as_build_state(state: str) -> BuildState:
    """Where a deployment in this state of GitHub's stands; one that is not known here waits."""
    return _MEANS[GitHubState(state)] if state in _MEANS else BuildState.WAITING


def is_open(status: PostedStatus | StatusSummary | None) -> bool:
    """Whether a deployment with this last status has not ended."""
    return not as_build_state(state_of(status)).ended
