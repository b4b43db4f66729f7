"""Why something was refused, waits or ended: one type for each entry of the catalogue.

Code below `app/texts` passes reasons on and decides by them; it never makes a sentence of one.
A new reason is a class in one of these files, its name in `Reason`, and its sentence in the file
of the same name in `app/texts/failures`.
"""

from app.model.reasons import binding, ci, deployments, gates, github, ours, pipeline, typed
from app.model.reasons.base import BaseReason


class RefusedOnGitHub(BaseReason, frozen=True, kw_only=True):
    """A deployment that exists on GitHub was refused, for all of `reasons`.

    `creator` is the person who created it there; empty where it is ours.
    """

    creator: str = ""
    reasons: "tuple[Reason, ...]" = ()


Reason = (
    binding.ChannelNotBound
    | binding.ChannelAlreadyBound
    | binding.RepositoryAlreadyBound
    | binding.RepositoryNotFound
    | binding.AppNotInstalled
    | binding.AppSuspended
    | binding.AppUninstalled
    | binding.RepositoryArchived
    | binding.RepositoryNameMalformed
    | binding.DirectMessage
    | binding.WrongWorkspace
    | binding.LoginTaken
    | binding.NobodyToClaim
    | binding.NotLinked
    | typed.UnknownCommand
    | typed.UnknownOption
    | typed.OptionEmpty
    | typed.OptionTooLong
    | typed.EnvironmentMissing
    | typed.EnvironmentUnknown
    | typed.EnvironmentAmbiguous
    | typed.RefUnknown
    | typed.RefAmbiguous
    | typed.ShaTooShort
    | typed.ShaUnknown
    | typed.PullRequestFromFork
    | deployments.SameCommitRunning
    | deployments.DeploymentUnknown
    | deployments.EnvironmentUnseen
    | deployments.NothingRunning
    | deployments.AlreadyFinished
    | deployments.NotOurs
    | deployments.NothingToRetry
    | gates.ChecksFailed
    | gates.ChecksPending
    | gates.Busy
    | gates.Superseded
    | gates.Canceled
    | gates.ConfigurationInvalid
    | gates.ConfigurationUnreadable
    | gates.RefGone
    | github.GitHubDown
    | github.GitHubRateLimited
    | github.GitHubRefused
    | ci.CIProjectUnknown
    | ci.CIParameterUndeclared
    | ci.CITokenRefused
    | ci.CIPlanLimit
    | ci.CIStartedNothing
    | ci.CIParameterInvalid
    | ci.CIParameterLimit
    | ci.CIRefused
    | ci.CIDown
    | ci.CIRateLimited
    | pipeline.CIConfigError
    | pipeline.CINoWorkflow
    | pipeline.PipelineUndecided
    | pipeline.PipelineDoubled
    | pipeline.RunsBeside
    | pipeline.PipelineCanceledElsewhere
    | pipeline.ApprovalJobWaiting
    | pipeline.JobFailed
    | pipeline.WorkflowFailed
    | pipeline.TimedOut
    | pipeline.WebhookLost
    | ours.SlackNotInChannel
    | ours.SlackArchived
    | ours.SlackMessageGone
    | ours.SlackMissingScope
    | ours.SlackTokenRevoked
    | ours.SlackRefused
    | ours.SlackDown
    | ours.LocksLost
    | ours.StoreDown
    | ours.StoreUnsure
    | ours.Restarted
    | RefusedOnGitHub
)
"""Any reason. msgspec tells them apart by their names, so that this type can be decoded."""

ABOUT_CI = (
    ci.CIProjectUnknown
    | ci.CIParameterUndeclared
    | ci.CITokenRefused
    | ci.CIPlanLimit
    | ci.CIStartedNothing
    | ci.CIParameterInvalid
    | ci.CIParameterLimit
    | ci.CIRefused
    | ci.CIDown
    | ci.CIRateLimited
    | pipeline.CIConfigError
    | pipeline.CINoWorkflow
)
"""What the CI said of a pipeline that was asked of it, or that it said nothing."""
