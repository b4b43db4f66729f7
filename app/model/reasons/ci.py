"""CircleCI does not start a pipeline: it refuses, is down, or asks us to wait."""

from app.model.reasons.base import BaseReason


class CircleCIProjectUnknown(BaseReason, frozen=True, kw_only=True):
    """CircleCI has no project of this slug."""

    slug: str = ""
    message: str = ""


class CircleCIParameterUndeclared(BaseReason, frozen=True, kw_only=True):
    """Parameters were sent that the project's configuration does not declare."""

    parameters: tuple[str, ...] = ()
    message: str = ""


class CircleCITokenRefused(BaseReason, frozen=True, kw_only=True):
    """CircleCI does not accept our token."""

    message: str = ""


class CircleCIPlanLimit(BaseReason, frozen=True, kw_only=True):
    """The plan that is paid for is used up."""

    message: str = ""


class CircleCIStartedNothing(BaseReason, frozen=True, kw_only=True):
    """CircleCI took the request and started nothing."""

    message: str = ""


class CircleCIParameterInvalid(BaseReason, frozen=True, kw_only=True):
    """A parameter has another type in the project's configuration."""

    parameters: tuple[str, ...] = ()
    message: str = ""


class CircleCIParameterLimit(BaseReason, frozen=True, kw_only=True):
    """There are `found` parameters, or so many characters of one, and at most `limit` are taken."""

    found: int
    limit: int
    parameter: str = ""


class CircleCIRefused(BaseReason, frozen=True, kw_only=True):
    """CircleCI refuses in words that are not told apart."""

    message: str = ""


class CircleCIDown(BaseReason, frozen=True, kw_only=True):
    """CircleCI has not answered since `since` (epoch seconds).

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


class CircleCIRateLimited(BaseReason, frozen=True, kw_only=True):
    """CircleCI asks us to wait until `retry_at`; times are epoch seconds."""

    since: float | None = None
    until: float | None = None
    retry_at: float | None = None
    gave_up: bool = False
