"""Why something was refused, waits or ended: one type for each entry of the catalogue.

Code below `app/texts` passes reasons on and decides by them; it never makes a sentence of one.
A new reason is a class in one of these files, its name at the end of that file, and its sentence in
the file on the same subject in `app/texts/failures`.
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
    """A deployment that exists on GitHub was refused, for all of `reasons`.

    `creator` is the person who created it there; empty where it is ours.
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
"""Any reason. msgspec tells them apart by their names, so that this type can be decoded."""

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
"""What the CI said of a pipeline that was asked of it, or that it said nothing."""
