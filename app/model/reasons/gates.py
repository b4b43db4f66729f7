"""Why a deployment is barred or waits, and what ended one that had begun to wait."""

from typing import ClassVar

from app.model.configuration.inputs import Value
from app.model.reasons.base import BaseReason, Linked, OpensAt
from app.model.waiting import Wait


class ChecksFailed(BaseReason, frozen=True, kw_only=True):
    """Checks are red on the commit; `force` are those who may deploy all the same.

    `forcing` is what they deploy so: an environment and a ref; empty where `--force` is added to
    what was typed. `automatic`: it is deployed once they pass, unless its ref has moved by then.
    """

    wait: ClassVar[Wait] = Wait.CHECKS

    checks: tuple[Linked, ...]
    sha: str = ""
    force: tuple[str, ...] = ()
    forcing: tuple[str, ...] = ()
    automatic: bool = False


class ChecksWithheld(BaseReason, frozen=True, kw_only=True):
    """GitHub does not show us the commit's checks: our App lacks `permission` (`Checks: read`).

    `force` are those who may deploy all the same, `forcing` as of `ChecksFailed`.
    """

    wait: ClassVar[Wait] = Wait.CHECKS

    permission: str
    sha: str = ""
    force: tuple[str, ...] = ()
    forcing: tuple[str, ...] = ()


class ChecksPending(OpensAt, frozen=True, kw_only=True):
    """Checks still run or were not reported yet: `green` of `total` are green.

    `until`, in epoch seconds: none was reported, and the deployment starts then without one.
    """

    wait: ClassVar[Wait] = Wait.CHECKS

    checks: tuple[Linked, ...] = ()
    missing: tuple[str, ...] = ()
    green: int = 0
    total: int = 0


class OutsideWindow(BaseReason, frozen=True, kw_only=True):
    """No deploy window is open; `windows` as the file has them.

    `opens`, in epoch seconds, is when deploying is allowed again, None: never. `force` are those
    who may deploy all the same; empty: whoever may deploy. `forcing` as of `ChecksFailed`.
    """

    environment: str
    windows: tuple[str, ...]
    opens: float | None = None
    force: tuple[str, ...] = ()
    forcing: tuple[str, ...] = ()


class WindowClosed(OpensAt, frozen=True, kw_only=True):
    """An automatic deployment waits for a deploy window, until then (epoch seconds)."""

    holds_all: ClassVar[bool] = True

    until: float
    windows: tuple[str, ...]


class Frozen(BaseReason, frozen=True, kw_only=True):
    """Deployments are frozen on these `days`, as the file has them; the rest as `OutsideWindow`."""

    environment: str
    days: str
    opens: float | None = None
    force: tuple[str, ...] = ()
    forcing: tuple[str, ...] = ()


class FrozenUntil(OpensAt, frozen=True, kw_only=True):
    """An automatic deployment waits for the end of a freeze, until then (epoch seconds)."""

    holds_all: ClassVar[bool] = True

    until: float
    days: str


class RequiresNotMet(BaseReason, frozen=True, kw_only=True):
    """The commit must have succeeded in `required` first, `soak` seconds ago.

    `until`, in epoch seconds: it did, and may go on then. `running`: it is on its way there,
    `rolled_back`: it was rolled back from there. `live` is what runs there now; `force` are those
    who may deploy all the same; empty: whoever may deploy. `forcing` as of `ChecksFailed`.
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
    """An automatic deployment waits for what is required; the fields are `RequiresNotMet`'s."""

    required: str
    sha: str
    soak: float = 0.0


class HeldAfterRollback(BaseReason, frozen=True, kw_only=True):
    """Automatic deployments wait since a rollback, by somebody, at `since` (epoch seconds)."""

    holds_all: ClassVar[bool] = True

    environment: str
    by: str
    since: float


class NotHeld(BaseReason, frozen=True, kw_only=True):
    """Nothing holds automatic deployments there."""

    environment: str


class Busy(BaseReason, frozen=True, kw_only=True):
    """Another deployment, `running` (of `ref`, asked for `by` somebody), has the environment.

    `position` counts from 1, the next in line.
    """

    wait: ClassVar[Wait] = Wait.LINE

    environment: str
    running: int
    ref: str = ""
    by: str = ""
    position: int = 1
    url: str = ""


class WaitedTooLong(BaseReason, frozen=True, kw_only=True):
    """It waited for `seconds`, and is given up; `what` is a `Wait`: checks or people, say."""

    what: str
    seconds: float
    environment: str = ""
    checks: tuple[Linked, ...] = ()


class Superseded(BaseReason, frozen=True, kw_only=True):
    """A newer deployment took its place: `by` where it is known, with the page of both.

    That one is of `ref` and `sha`, `requester` asked for it; each is empty where we do not know.
    `workflow`: the CI itself canceled that workflow in favour of a newer pipeline.
    """

    by: int | None = None
    ref: str = ""
    sha: str = ""
    requester: str = ""
    url: str = ""
    workflow: str = ""


class Canceled(BaseReason, frozen=True, kw_only=True):
    """A person canceled it; `at` is epoch seconds."""

    by: str = ""
    at: float | None = None


class OlderThanLive(BaseReason, frozen=True, kw_only=True):
    """The commit is `behind` commits behind what is live (`live`, a ref); `typed` deploys it.

    With `inputs` behind it. `typed` is empty where the person is asked instead of refused.
    """

    environment: str
    ref: str
    live: str
    behind: int
    typed: str = ""
    inputs: dict[str, Value] = {}


class ConfigurationInvalid(BaseReason, frozen=True, kw_only=True):
    """One thing that is wrong with the configuration's file; `line` counts from 1.

    `key` is such as `environments.production.url`, `problem` the name of a sentence in
    `app/texts/failures/config_problems.py`, which shows `value` and `expected`; `closest` is
    what was probably meant.
    """

    line: int
    key: str
    problem: str
    value: str = ""
    expected: str = ""
    closest: str = ""


TWICE = ConfigurationInvalid(line=1, key="", problem="twice")
"""Both spellings of the file are there: nobody knows which one counts."""


class ConfigurationUnreadable(BaseReason, frozen=True, kw_only=True):
    """GitHub does not hand out the configuration's file; `message` says why."""

    message: str = ""


class RefGone(BaseReason, frozen=True, kw_only=True):
    """The branch or tag was deleted while its deployment waited."""

    ref: str = ""


class RefMoved(BaseReason, frozen=True, kw_only=True):
    """A commit was asked for; when its deployment was created, its ref meant another one."""

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
