"""How GitHub's deployment states and our build states correspond.

https://docs.github.com/en/rest/deployments/statuses
"""

from enum import StrEnum

from app.model.build import BuildState
from app.model.build_parts import PostedStatus
from app.model.github.deployment import StatusSummary


class GitHubState(StrEnum):
    """A state of a deployment, spelled as in the REST API."""

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
"""The states of a deployment that is no longer live."""

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
"""The state that we post for each state of a build; nothing for `EXTERNAL`."""


def state_of(status: PostedStatus | StatusSummary | None) -> str:
    """The state in a deployment's last status; without a status, a deployment is pending."""
    return status.state if status is not None else GitHubState.PENDING


def as_build_state(state: str) -> BuildState:
    """The build state for one of GitHub's; `WAITING` for a state that we do not know."""
    return _MEANS[GitHubState(state)] if state in _MEANS else BuildState.WAITING


def is_open(status: PostedStatus | StatusSummary | None) -> bool:
    """Whether a deployment with this last status is still in progress or waiting."""
    return not as_build_state(state_of(status)).ended
