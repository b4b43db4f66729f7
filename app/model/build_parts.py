"""Parts of a build's record, and who may approve it."""

from msgspec import Struct

from app.model.plan import Person
from app.model.reasons.approvals import Rejected
from app.model.reasons.gates import Canceled


class PostedStatus(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The status that we posted to GitHub last; its description has 140 characters at most."""

    state: str
    description: str = ""
    log_url: str = ""
    environment_url: str = ""
    at: float = 0.0
    id: int = 0


class SeenStatus(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The latest status of a deployment by one creator (a login), from an event of GitHub.

    Of two statuses, the one with the greater id is the later one, whatever clocks say.
    """

    id: int
    state: str
    creator: str
    description: str = ""
    log_url: str = ""
    environment_url: str = ""


class Stray(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A pipeline of this deployment that a webhook named before any search found it."""

    id: str
    number: int = 0
    url: str = ""


class Commented(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A comment of ours: its id (None: it isn't to be changed), and a digest of what it shows."""

    digest: str
    id: int | None = None


class CancelRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person canceled this deployment, or `rejected` it; `at` is epoch seconds.

    `why` is the reason that they gave.
    """

    by: Person
    at: float
    rejected: bool = False
    why: str = ""

    @property
    def reason(self) -> Canceled | Rejected:
        """Why the deployment ends."""
        if self.rejected:
            return Rejected(by=self.by.display_name, at=self.at, why=self.why)
        return Canceled(by=self.by.display_name, at=self.at)


class Approval(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody approved a deployment, or a job that the CI holds; `at` is epoch seconds."""

    by: Person
    at: float


class Approvers(Struct, frozen=True, kw_only=True):
    """Who may approve: the Slack ids to mention, and whether there are `more` people than those."""

    people: tuple[str, ...] = ()
    more: bool = False


class JobProgress(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Jobs of the pipeline, as last read; `stopped` is the one that was running when canceled.

    `approval` is the name of the job that waits for an approval, `approval_id` its id, and
    `approval_workflow` the id of its workflow.
    """

    done: int = 0
    total: int = 0
    current: str = ""
    failed: str = ""
    failed_url: str = ""
    stopped: str = ""
    approval: str = ""
    approval_id: str = ""
    approval_workflow: str = ""
