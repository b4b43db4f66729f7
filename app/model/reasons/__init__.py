"""Why something was refused, waits or ended: one type for each entry of the failure catalogue.

Code below `app/texts` passes reasons on and makes decisions with them, but never turns one into a
sentence. To add a reason, write a class in one of these files, add it to the union at the end of
that file, and write its sentence in the file of the same subject in `app/texts/failures`.
"""

from app.model.reasons import (
    approvals,
    binding,
    ci,
    deployments,
    gates,
    github,
    inputs,
    locks,
    ours,
    people,
    pipeline,
    typed,
)
from app.model.reasons.base import BaseReason


class RefusedOnGitHub(BaseReason, frozen=True, kw_only=True):
    """A deployment that already exists on GitHub was refused, for all of `reasons`.

    `creator` is the GitHub login of the person who created it; empty if our own App did.
    """

    creator: str = ""
    reasons: "tuple[Reason, ...]" = ()


Reason = (
    binding.BindingReason
    | typed.TypedReason
    | inputs.InputReason
    | deployments.DeploymentReason
    | gates.GateReason
    | locks.LockReason
    | people.PeopleReason
    | approvals.ApprovalReason
    | github.GitHubReason
    | ci.CIReason
    | pipeline.PipelineReason
    | ours.OurReason
    | RefusedOnGitHub
)
"""Any reason. msgspec can decode this union, because every reason is tagged with its name."""

ABOUT_CI = (
    ci.CIProjectUnknown
    | ci.CIParameterUndeclared
    | ci.CITokenRefused
    | ci.CIPlanLimit
    | ci.CIStartedNothing
    | ci.CISkipped
    | ci.CIParameterInvalid
    | ci.CIParameterLimit
    | ci.CIRefused
    | ci.CIDown
    | ci.CIRateLimited
    | pipeline.CIConfigError
    | pipeline.CINoWorkflow
    | pipeline.CINoTagFilter
    | pipeline.CISetupFailed
)
"""Reasons of the pipeline step: what the CI answered to our request, or that it did not answer."""
