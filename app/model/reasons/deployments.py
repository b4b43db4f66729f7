"""What a person asked of a deployment that cannot be done: there is none, or it is over."""

from app.model.reasons.base import BaseReason


class SameCommitRunning(BaseReason, frozen=True, kw_only=True):
    """The same commit is on its way to the same environment, as `ref`.

    `state` is our word for where it stands, or GitHub's. `deployment_id` is what a button carries.
    """

    deployment_id: int = 0
    environment: str
    ref: str
    state: str
    url: str = ""


class DeploymentUnknown(BaseReason, frozen=True, kw_only=True):
    """The repository has no deployment of the number that was typed."""

    typed: str
    repository: str


class EnvironmentUnseen(BaseReason, frozen=True, kw_only=True):
    """Nothing was deployed to an environment of that name."""

    environment: str
    closest: str = ""


class NothingRunning(BaseReason, frozen=True, kw_only=True):
    """There is nothing to cancel; `ref` was deployed last, `outcome` what became of it."""

    environment: str
    ref: str
    outcome: str


class DeploymentDeleted(BaseReason, frozen=True, kw_only=True):
    """The deployment was deleted on GitHub before it started."""


class PullRequestClosed(BaseReason, frozen=True, kw_only=True):
    """Its environment was there for a pull request, which was closed; `url` is its page."""

    number: int
    url: str = ""
    merged: bool = False


class Replaced(BaseReason, frozen=True, kw_only=True):
    """Another deployment of ours, `by`, went live in its environment; `url` shows both.

    `ref` and `sha` are that one's. `rolled_back_by`: it is the rollback from this one, by somebody.
    """

    by: int
    ref: str = ""
    sha: str = ""
    url: str = ""
    rolled_back_by: str = ""


class AlreadyFinished(BaseReason, frozen=True, kw_only=True):
    """The deployment has ended; `outcome` says how, empty where that is not known."""

    ref: str
    environment: str
    outcome: str = ""


class NotOurs(BaseReason, frozen=True, kw_only=True):
    """Another app, `by`, runs the deployment, so that it cannot be `verb`ed from here."""

    ref: str
    environment: str
    by: str
    verb: str


class NothingToRetry(BaseReason, frozen=True, kw_only=True):
    """The repository has no deployment."""


class NothingToRollBackTo(BaseReason, frozen=True, kw_only=True):
    """There is no earlier success of another commit; `live` is the ref that is live, if any is."""

    environment: str
    live: str = ""


class NothingToPromote(BaseReason, frozen=True, kw_only=True):
    """Nothing is live in the environment that was to be promoted from."""

    environment: str


class NeverSucceededThere(BaseReason, frozen=True, kw_only=True):
    """What was typed never went live there; `succeeded` are refs that did, the latest first."""

    environment: str
    typed: str
    succeeded: tuple[str, ...] = ()


class LiveAlready(BaseReason, frozen=True, kw_only=True):
    """What was typed is what is live there."""

    environment: str
    ref: str


class Dropped(BaseReason, frozen=True, kw_only=True):
    """`by` canceled it before a deployment was created; `typed` is the command, if it was one."""

    by: str = ""
    typed: str = ""


class ConfirmationExpired(BaseReason, frozen=True, kw_only=True):
    """A question was answered too late; `typed` is the command that asked it, if one did."""

    typed: str = ""


DeploymentReason = (
    SameCommitRunning
    | DeploymentUnknown
    | EnvironmentUnseen
    | NothingRunning
    | DeploymentDeleted
    | PullRequestClosed
    | Replaced
    | AlreadyFinished
    | NotOurs
    | NothingToRetry
    | NothingToRollBackTo
    | NothingToPromote
    | NeverSucceededThere
    | LiveAlready
    | Dropped
    | ConfirmationExpired
)
