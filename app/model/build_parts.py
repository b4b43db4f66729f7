"""Parts of a build's record: what was posted, seen, found and ordered."""

from msgspec import Struct

from app.model.plan import Person
from app.model.reasons.approvals import Rejected
from app.model.reasons.gates import Canceled


class PostedStatus(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The deployment status that we last posted to GitHub (description ≤ 140 characters)."""

    state: str
    description: str = ""
    log_url: str = ""
    environment_url: str = ""
    at: float = 0.0
    id: int = 0


class SeenStatus(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The latest status of a deployment by one creator (a login), as an event of GitHub told it.

    Ids grow: of two statuses the one with the greater id came later, whatever clocks say.
    """

    id: int
    state: str
    creator: str
    description: str = ""
    log_url: str = ""
    environment_url: str = ""


class Stray(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A pipeline of this deployment that its webhook named and no search had found."""

    id: str
    number: int = 0
    url: str = ""


class Commented(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a comment of ours shows (`digest`). `id` is the comment's; None: not to be changed."""

    digest: str
    id: int | None = None


class CancelRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person asked to cancel this deployment, or `rejected` it; `at` is epoch seconds.

    `why` is what they said about it.
    """

    by: Person
    at: float
    rejected: bool = False
    why: str = ""

    @property
    def reason(self) -> Canceled | Rejected:
        """Why the deployment ends."""
        by = self.by.name or self.by.login or ""
        if self.rejected:
            return Rejected(by=by, at=self.at, why=self.why)
        return Canceled(by=by, at=self.at)


class JobProgress(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Jobs of the pipeline, as last read; `stopped` is the one at work when it was canceled.

    `approval` is the job that waits for somebody's, with its id, in the workflow `held_in`.
    """

    done: int = 0
    total: int = 0
    current: str = ""
    failed: str = ""
    failed_url: str = ""
    stopped: str = ""
    approval: str = ""
    approval_id: str = ""
    held_in: str = ""
