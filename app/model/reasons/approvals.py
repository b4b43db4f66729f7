"""Approvals: a deployment waits for them, somebody may not give one, or somebody rejected it."""

from typing import ClassVar

from app.model.reasons.base import BaseReason
from app.model.waiting import Wait


class ApprovalNeeded(BaseReason, frozen=True, kw_only=True):
    """`count` people must approve the deployment; `given` are the names of those who have.

    `listed` are the people and teams who may, as the configuration file spells them. If it is
    empty, anybody but the `requester` (a name) may.
    """

    wait: ClassVar[Wait] = Wait.PEOPLE

    count: int = 1
    given: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    requester: str = ""


class ApprovalOwn(BaseReason, frozen=True, kw_only=True):
    """Somebody tried to approve a deployment that they requested themselves."""

    environment: str
    ref: str = ""
    url: str = ""


class ApprovalByUnlinked(BaseReason, frozen=True, kw_only=True):
    """The approver has no linked GitHub account, so might be the requester.

    Only the requester's GitHub `login` is known. `provable`: people can verify their link on this
    installation, so an unverified link does not count.
    """

    login: str
    provable: bool = False


class ApprovalByGuest(BaseReason, frozen=True, kw_only=True):
    """A guest of the Slack workspace tried to approve."""


class NotAwaited(BaseReason, frozen=True, kw_only=True):
    """Nothing is waiting for approval in the `environment`.

    If a deployment was named, `ref` is what it deploys and `stands` its state. `job`: a button was
    pressed for a CI job that no longer waits.
    """

    environment: str = ""
    ref: str = ""
    stands: str = ""
    job: bool = False


class WhichDeployment(BaseReason, frozen=True, kw_only=True):
    """Several deployments wait for approval, so `command` needs to name one.

    `known` has the id of each and a description of what it deploys.
    """

    command: str
    known: tuple[tuple[str, str], ...]


class Rejected(BaseReason, frozen=True, kw_only=True):
    """Somebody (`by`, a name) rejected it, giving `why` as the reason; `at` is epoch seconds."""

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
