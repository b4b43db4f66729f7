"""Why a deployment waits for people to agree, who may not, and that somebody rejected it."""

from typing import ClassVar

from app.model.reasons.base import BaseReason
from app.model.waiting import Wait


class ApprovalNeeded(BaseReason, frozen=True, kw_only=True):
    """`count` people must agree; those that have are `given`, by their names.

    `listed` are those who may, as the file has them; empty: anybody but the `requester` (a name).
    """

    wait: ClassVar[Wait] = Wait.PEOPLE

    count: int = 1
    given: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    requester: str = ""


class ApprovalOwn(BaseReason, frozen=True, kw_only=True):
    """Somebody approves what they asked for themselves."""

    environment: str
    ref: str = ""
    url: str = ""


class ApprovalByUnlinked(BaseReason, frozen=True, kw_only=True):
    """Who asked is known by their GitHub `login` alone, and who approves has no link to compare.

    `provable`: links can be verified here, so that a claim is not enough.
    """

    login: str
    provable: bool = False


class ApprovalByGuest(BaseReason, frozen=True, kw_only=True):
    """A guest of the workspace approves."""


class NotAwaited(BaseReason, frozen=True, kw_only=True):
    """Nothing waits for approval: in an `environment`, or of that `ref`, which is as `stands`.

    `job`: the job that a button was about is not the one that waits now.
    """

    environment: str = ""
    ref: str = ""
    stands: str = ""
    job: bool = False


class WhichDeployment(BaseReason, frozen=True, kw_only=True):
    """Several deployments wait for approval: their numbers, each with what it deploys."""

    command: str
    known: tuple[tuple[str, str], ...]


class Rejected(BaseReason, frozen=True, kw_only=True):
    """A person rejected it, for the reason `why`; `at` is epoch seconds."""

    by: str = ""
    at: float | None = None
    why: str = ""


ApprovalReason = (
    ApprovalNeeded
    | ApprovalOwn
    | ApprovalByUnlinked
    | ApprovalByGuest
    | NotAwaited
    | WhichDeployment
    | Rejected
)
