"""Why the CI does not start or show a pipeline: it refuses, is down, or limits our requests."""

from msgspec import Struct

from app.model.reasons.base import BaseReason


class CIParameter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A pipeline parameter; `type` is that of the value sent: `string`, `boolean` or `integer`."""

    name: str
    type: str = "string"


class CIProjectUnknown(BaseReason, frozen=True, kw_only=True):
    """The CI knows no project with this slug; `message` is its answer."""

    slug: str = ""
    message: str = ""


class CIParameterUndeclared(BaseReason, frozen=True, kw_only=True):
    """The project's CI configuration does not declare these parameters."""

    parameters: tuple[CIParameter, ...] = ()
    message: str = ""


class CITokenRefused(BaseReason, frozen=True, kw_only=True):
    """The CI does not accept our token."""

    message: str = ""


class CIPlanLimit(BaseReason, frozen=True, kw_only=True):
    """The CI account's plan is used up: it has no credits left, for example."""

    message: str = ""


class CIStartedNothing(BaseReason, frozen=True, kw_only=True):
    """The CI accepted the request, but started no pipeline."""

    message: str = ""


class CISkipped(BaseReason, frozen=True, kw_only=True):
    """The CI does not run the workflow, because the commit's message says so (`[skip ci]`)."""

    workflow: str = ""
    url: str = ""


class CIParameterInvalid(BaseReason, frozen=True, kw_only=True):
    """The project's CI configuration declares these parameters with another type."""

    parameters: tuple[CIParameter, ...] = ()
    message: str = ""


class CIParameterLimit(BaseReason, frozen=True, kw_only=True):
    """The CI accepts at most `limit` parameters, and there are `found`.

    If `parameter` is set, `limit` and `found` are the characters of that one's value.
    """

    found: int
    limit: int
    parameter: str = ""


class CIRefused(BaseReason, frozen=True, kw_only=True):
    """The CI refuses with a `message` that we do not recognize."""

    message: str = ""


class ProjectOfAnother(BaseReason, frozen=True, kw_only=True):
    """The configuration of `repository` (`owner/name`) names a CI project of another repository."""

    repository: str
    project: str


class CIDown(BaseReason, frozen=True, kw_only=True):
    """The CI has not answered since `since`, in `attempts` attempts.

    `since` is epoch seconds, `status` the HTTP status of its last answer. `unsure`: it may have
    started the pipeline. `gave_up`: we have stopped trying.
    """

    since: float | None = None
    attempts: int = 0
    status: int | None = None
    message: str = ""
    unsure: bool = False
    gave_up: bool = False


class CIRateLimited(BaseReason, frozen=True, kw_only=True):
    """The CI's rate limit is reached; `gave_up`: we have stopped trying."""

    gave_up: bool = False


class CIUnseen(BaseReason, frozen=True, kw_only=True):
    """The CI does not show us our own pipeline, which may still be running.

    `status` is the HTTP status it has answered with since `since` (epoch seconds), None if it has
    not answered. `canceling`: it shows the pipeline, but does not let us cancel it. `gave_up`: we
    stopped asking.
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
