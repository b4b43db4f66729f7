"""Why a command about a deployment cannot be carried out: there is none, or it has ended."""

from app.model.reasons.base import BaseReason


class SameCommitRunning(BaseReason, frozen=True, kw_only=True):
    """The same commit is already being deployed to the same environment, as `ref`.

    `state` is a `BuildState`, or GitHub's state if we have no record of that deployment.
    """

    deployment_id: int = 0
    environment: str
    ref: str
    state: str
    url: str = ""


class DeploymentUnknown(BaseReason, frozen=True, kw_only=True):
    """The repository has no deployment with the id that was typed."""

    typed: str
    repository: str


class EnvironmentUnseen(BaseReason, frozen=True, kw_only=True):
    """Nothing was ever deployed to that environment; `closest` is a similar name, if any."""

    environment: str
    closest: str = ""


class NothingRunning(BaseReason, frozen=True, kw_only=True):
    """There is nothing to cancel; `ref` was deployed last and ended with `outcome`."""

    environment: str
    ref: str
    outcome: str


class DeploymentDeleted(BaseReason, frozen=True, kw_only=True):
    """The deployment was deleted on GitHub before it started."""


class PullRequestClosed(BaseReason, frozen=True, kw_only=True):
    """The pull request that the environment belonged to was closed; `url` is its page."""

    number: int
    url: str = ""
    merged: bool = False


class Replaced(BaseReason, frozen=True, kw_only=True):
    """A later deployment of ours went live in the same environment.

    `by` is that deployment's id, `ref` and `sha` are what it deployed, and `url` is a page that
    shows both. If it was a rollback of this deployment, `rolled_back_by` is who asked for it.
    """

    by: int
    ref: str = ""
    sha: str = ""
    url: str = ""
    rolled_back_by: str = ""


class AlreadyFinished(BaseReason, frozen=True, kw_only=True):
    """The deployment has already ended, with `outcome` (empty if that is not known)."""

    ref: str
    environment: str
    outcome: str = ""


class NotOurs(BaseReason, frozen=True, kw_only=True):
    """Another app, `by`, runs the deployment, so we cannot do what `verb` says (`cancel`, say)."""

    ref: str
    environment: str
    by: str
    verb: str


class NothingToRetry(BaseReason, frozen=True, kw_only=True):
    """The repository has no deployments."""


class NothingToRollBackTo(BaseReason, frozen=True, kw_only=True):
    """No other commit was deployed successfully before; `live` is the ref that is live, if any."""

    environment: str
    live: str = ""


class NothingToPromote(BaseReason, frozen=True, kw_only=True):
    """Nothing is live in the environment to promote from."""

    environment: str


class NeverSucceededThere(BaseReason, frozen=True, kw_only=True):
    """What was typed never went live there; `succeeded` are refs that did, latest first."""

    environment: str
    typed: str
    succeeded: tuple[str, ...] = ()


class LiveAlready(BaseReason, frozen=True, kw_only=True):
    """What was typed is live there already."""

    environment: str
    ref: str


class Dropped(BaseReason, frozen=True, kw_only=True):
    """`by` canceled the request before its deployment was created.

    `typed` is the command that was dropped; empty if the request was not a command.
    """

    by: str = ""
    typed: str = ""


class ConfirmationExpired(BaseReason, frozen=True, kw_only=True):
    """A confirmation came too late; `typed` is the command that needed it, if it was a command."""

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
