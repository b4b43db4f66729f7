"""The CI does not start a pipeline: it refuses, is down, or asks us to wait."""

from msgspec import Struct

from app.model.reasons.base import BaseReason


class CIParameter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A parameter and the type of what is sent as it: `string`, `boolean` or `integer`."""

    name: str
    type: str = "string"


class CIProjectUnknown(BaseReason, frozen=True, kw_only=True):
    """The CI has no project of this slug."""

    slug: str = ""
    message: str = ""


class CIParameterUndeclared(BaseReason, frozen=True, kw_only=True):
    """Parameters were sent that the project's configuration does not declare."""

    parameters: tuple[CIParameter, ...] = ()
    message: str = ""


class CITokenRefused(BaseReason, frozen=True, kw_only=True):
    """The CI does not accept our token."""

    message: str = ""


class CIPlanLimit(BaseReason, frozen=True, kw_only=True):
    """The plan that is paid for is used up."""

    message: str = ""


class CIStartedNothing(BaseReason, frozen=True, kw_only=True):
    """The CI took the request and started nothing."""

    message: str = ""


class CISkipped(BaseReason, frozen=True, kw_only=True):
    """The CI made a workflow and leaves it alone, as the commit's message asks for."""

    workflow: str = ""
    url: str = ""


class CIParameterInvalid(BaseReason, frozen=True, kw_only=True):
    """A parameter has another type in the project's configuration."""

    parameters: tuple[CIParameter, ...] = ()
    message: str = ""


class CIParameterLimit(BaseReason, frozen=True, kw_only=True):
    """There are `found` parameters, or so many characters of one, and at most `limit` are taken."""

    found: int
    limit: int
    parameter: str = ""


class CIRefused(BaseReason, frozen=True, kw_only=True):
    """The CI refuses in words that are not told apart."""

    message: str = ""


class ProjectOfAnother(BaseReason, frozen=True, kw_only=True):
    """The file of `repository` (`owner/name`) names a project that is not its own."""

    repository: str
    project: str


class CIDown(BaseReason, frozen=True, kw_only=True):
    """The CI has not answered since `since` (epoch seconds).

    `unsure`: it was asked to start the pipeline, and may have. `status` is HTTP's.
    """

    since: float | None = None
    until: float | None = None
    retry_at: float | None = None
    attempts: int = 0
    status: int | None = None
    message: str = ""
    unsure: bool = False
    gave_up: bool = False


class CIRateLimited(BaseReason, frozen=True, kw_only=True):
    """The CI asks us to wait until `retry_at`; times are epoch seconds."""

    since: float | None = None
    until: float | None = None
    retry_at: float | None = None
    gave_up: bool = False


class CIUnseen(BaseReason, frozen=True, kw_only=True):
    """The CI shows nothing of a pipeline of ours, which may be running all the same.

    `status` is how it has answered since `since` (epoch seconds); None: not at all. `canceling`: it
    shows the pipeline, and does not let us cancel it. `gave_up`: it is asked no more.
    """

    status: int | None = None
    message: str = ""
    since: float | None = None
    url: str = ""
    canceling: bool = False
    gave_up: bool = False


CIReason = (
    CIProjectUnknown
    | CIUnseen
    | CIParameterUndeclared
    | CITokenRefused
    | CIPlanLimit
    | CIStartedNothing
    | CISkipped
    | CIParameterInvalid
    | CIParameterLimit
    | CIRefused
    | ProjectOfAnother
    | CIDown
    | CIRateLimited
)
