"""Why a gate refuses a deployment or makes it wait, and what can end one that waits."""

from typing import ClassVar

from app.model.plan import InputValue
from app.model.reasons.base import BaseReason, Linked, OpensAt
from app.model.waiting import Wait


class ChecksFailed(BaseReason, frozen=True, kw_only=True):
    """Checks of the commit have failed.

    `force` are the people and teams who may deploy anyway; empty: whoever may deploy. `forcing` is
    the environment and ref of the command that does so; empty if the person only needs to add
    `--force` to what they typed. `automatic`: it is deployed once the checks pass, unless its ref
    has moved by then.
    """

    wait: ClassVar[Wait] = Wait.CHECKS

    checks: tuple[Linked, ...]
    sha: str = ""
    force: tuple[str, ...] = ()
    forcing: tuple[str, ...] = ()
    automatic: bool = False


class ChecksWithheld(BaseReason, frozen=True, kw_only=True):
    """GitHub does not show us the commit's checks: our App lacks `permission` (`Checks: read`).

    `force` and `forcing` are as in `ChecksFailed`.
    """

    wait: ClassVar[Wait] = Wait.CHECKS

    permission: str
    sha: str = ""
    force: tuple[str, ...] = ()
    forcing: tuple[str, ...] = ()


class ChecksPending(OpensAt, frozen=True, kw_only=True):
    """Checks are still running or not reported yet: `green` of `total` have passed.

    `missing` are the names that the configuration requires and nobody has reported. `until` is
    set if there are no checks at all: the deployment starts then (epoch seconds).
    """

    wait: ClassVar[Wait] = Wait.CHECKS

    checks: tuple[Linked, ...] = ()
    missing: tuple[str, ...] = ()
    green: int = 0
    total: int = 0


class OutsideWindow(BaseReason, frozen=True, kw_only=True):
    """No deploy window is open; `windows` are spelled as in the configuration file.

    `opens` is when deploying is allowed again (epoch seconds; None: never). `force` and `forcing`
    are as in `ChecksFailed`.
    """

    environment: str
    windows: tuple[str, ...]
    opens: float | None = None
    force: tuple[str, ...] = ()
    forcing: tuple[str, ...] = ()


class WindowClosed(OpensAt, frozen=True, kw_only=True):
    """An automatic deployment waits until a deploy window opens."""

    holds_all: ClassVar[bool] = True

    until: float
    windows: tuple[str, ...]


class Frozen(BaseReason, frozen=True, kw_only=True):
    """Deployments are frozen on these `days`, spelled as in the configuration file.

    The other fields are as in `OutsideWindow`.
    """

    environment: str
    days: str
    opens: float | None = None
    force: tuple[str, ...] = ()
    forcing: tuple[str, ...] = ()


class FrozenUntil(OpensAt, frozen=True, kw_only=True):
    """An automatic deployment waits until a freeze ends."""

    holds_all: ClassVar[bool] = True

    until: float
    days: str


class RequiresNotMet(BaseReason, frozen=True, kw_only=True):
    """The commit must first succeed in the environment `required`, at least `soak` seconds ago.

    If it succeeded there more recently, `until` is when it may be deployed here (epoch seconds).
    `running`: it is being deployed there now. `rolled_back`: it was rolled back there. `live` is
    what is live there. `force` and `forcing` are as in `ChecksFailed`.
    """

    environment: str
    required: str
    sha: str
    soak: float = 0.0
    until: float | None = None
    running: bool = False
    rolled_back: bool = False
    live: str = ""
    force: tuple[str, ...] = ()
    forcing: tuple[str, ...] = ()


class RequiresPending(OpensAt, frozen=True, kw_only=True):
    """An automatic deployment waits for the same; the fields are as in `RequiresNotMet`."""

    required: str
    sha: str
    soak: float = 0.0


class HeldAfterRollback(BaseReason, frozen=True, kw_only=True):
    """Automatic deployments are paused since a rollback: by whom, and when (epoch seconds)."""

    holds_all: ClassVar[bool] = True

    environment: str
    by: str
    since: float


class NotHeld(BaseReason, frozen=True, kw_only=True):
    """Automatic deployments are not paused there, so there is nothing to resume."""

    environment: str


class Busy(BaseReason, frozen=True, kw_only=True):
    """Another deployment, `running` (its id), occupies the environment, so this one is queued.

    `ref` is what that one deploys, `by` who requested it. `position` is the place in the queue,
    1 for the next to start.
    """

    wait: ClassVar[Wait] = Wait.LINE

    environment: str
    running: int
    ref: str = ""
    by: str = ""
    position: int = 1
    url: str = ""


class WaitedTooLong(BaseReason, frozen=True, kw_only=True):
    """We gave up on the deployment after `seconds` of waiting; `what` is the `Wait` it was for."""

    what: str
    seconds: float
    environment: str = ""
    checks: tuple[Linked, ...] = ()


class Superseded(BaseReason, frozen=True, kw_only=True):
    """A newer deployment took its place; `url` is a page that shows both.

    `by` is that deployment's id, `ref` and `sha` are what it deploys, `requester` is who asked for
    it; each is empty if not known. If the CI canceled this one's workflow because a newer pipeline
    started, `workflow` is its name.
    """

    by: int | None = None
    ref: str = ""
    sha: str = ""
    requester: str = ""
    url: str = ""
    workflow: str = ""


class Canceled(BaseReason, frozen=True, kw_only=True):
    """Somebody (`by`, a name) canceled it; `at` is epoch seconds."""

    by: str = ""
    at: float | None = None


class OlderThanLive(BaseReason, frozen=True, kw_only=True):
    """The commit is `behind` commits behind `live`, the ref that is live in production.

    `typed`, followed by `inputs`, is the command that deploys it anyway; empty if the person is
    asked to confirm instead.
    """

    environment: str
    ref: str
    live: str
    behind: int
    typed: str = ""
    inputs: dict[str, InputValue] = {}


class ConfigurationInvalid(BaseReason, frozen=True, kw_only=True):
    """One problem in the configuration file; `line` counts from 1.

    `key` is a path such as `environments.production.url`. `problem` names a sentence in
    `app/texts/failures/config_problems.py`, which shows `value` and `expected`; `closest` is
    what was probably meant.
    """

    line: int
    key: str
    problem: str
    value: str = ""
    expected: str = ""
    closest: str = ""


BOTH_FILES = ConfigurationInvalid(line=1, key="", problem="twice")
"""The repository has the file under both names (`.yml` and `.yaml`), so neither is used."""


class ConfigurationUnreadable(BaseReason, frozen=True, kw_only=True):
    """GitHub does not let us read the configuration file; `message` says why."""

    message: str = ""


class RefGone(BaseReason, frozen=True, kw_only=True):
    """The branch or tag was deleted while its deployment waited."""

    ref: str = ""


class RefMoved(BaseReason, frozen=True, kw_only=True):
    """The ref moved between the request and GitHub's deployment.

    `sha` is the commit that was requested, `found` the one that GitHub recorded.
    """

    ref: str = ""
    sha: str = ""
    found: str = ""


GateReason = (
    ChecksFailed
    | ChecksWithheld
    | ChecksPending
    | RequiresNotMet
    | RequiresPending
    | OutsideWindow
    | WindowClosed
    | Frozen
    | FrozenUntil
    | HeldAfterRollback
    | NotHeld
    | Busy
    | WaitedTooLong
    | Superseded
    | Canceled
    | OlderThanLive
    | ConfigurationInvalid
    | ConfigurationUnreadable
    | RefGone
    | RefMoved
)
