"""What every gate is asked about one deployment, and what it answers."""

from typing import Literal

from msgspec import Struct

from app.lifecycle.configuration.model import EnvironmentConfig
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.targets.environments import Environment
from app.model.build import Build
from app.model.github.commit import Check
from app.model.github.refs import SHORT_SHA, shown_ref
from app.model.plan import Person
from app.model.reasons import Reason
from app.model.slot import EVERYWHERE, Hold, Slot
from app.model.triggers import PINNING, TAKING_FORCE


class OwnPipeline(Struct, frozen=True, kw_only=True):
    """A pipeline that we started on the commit: its checks' names, its start (epoch seconds)."""

    checks: frozenset[str]
    started_at: float


class Asker(Struct, frozen=True, kw_only=True):
    """The requester, as far as it is proven who that is, and what the environment's lists say.

    `login` is empty if nothing proves who it is; then `provable` says whether that can be proven.
    `means` are the list entries that include this person, `revoked` those that would if the person
    could still push to the repository. `nobody` are entries for which GitHub shows us no account,
    `withheld` teams whose members we aren't allowed to see.
    """

    login: str = ""
    provable: bool = True
    means: frozenset[str] = frozenset()
    revoked: frozenset[str] = frozenset()
    nobody: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()


class Consent(Struct, frozen=True, kw_only=True):
    """Somebody's approval, with who they are now; with their GitHub account if it is linked.

    `key` is the approval's key on the build; `asker` is read only if the rules list who may
    approve. `lacks` is what it takes to tell the approver from a requester on GitHub: a `link` to a
    login or, if links can be verified, a `proof`; empty if nothing is missing.
    """

    key: str
    by: Person
    asker: Asker = Asker()
    lacks: Literal["", "link", "proof"] = ""


class RequiredEnvironment(Struct, frozen=True, kw_only=True):
    """An `environment` in which the commit must have succeeded, and how it stands there.

    It must have succeeded there at least `soak` seconds ago. `succeeded_at` is its last success
    there (epoch seconds; None: never), `rolled_back` whether it was rolled back since, and
    `running` whether a deployment of it there is still open. `live` is the ref or short SHA that is
    live there now.
    """

    environment: str
    soak: float = 0.0
    succeeded_at: float | None = None
    rolled_back: bool = False
    running: bool = False
    live: str = ""


class Question(Struct, frozen=True, kw_only=True):
    """May this commit be deployed to this environment now? Times are epoch seconds.

    `request` is who asks for what, and `asker` who that is on GitHub, read only if the rules list
    people. `consents` are the approvals, oldest first; `provable` is whether people can prove who
    they are. `slot` is the environment's, with its lock; `everywhere` the slot with the lock of all
    environments; `hold` what a rollback has placed there; `build` the deployment, if it exists.
    `now` is by our own clock, `date` by GitHub's, as ours may be hours off.
    `settle` is how long (seconds after the request) an automatic deployment waits for the first
    check. `checks_need` is the permission without which the checks can't be read, `own` are the
    pipelines that we started on the commit, and `required` is how it stands in the required
    environments.
    """

    request: DeployRequest
    environment: Environment
    sha: str
    slot: Slot
    everywhere: Slot = Slot(repository_id=0, name=EVERYWHERE)
    hold: Hold | None = None
    build: Build | None = None
    asker: Asker = Asker()
    consents: tuple[Consent, ...] = ()
    provable: bool = True
    checks: tuple[Check, ...] = ()
    checks_need: str = ""
    own: tuple[OwnPipeline, ...] = ()
    required: tuple[RequiredEnvironment, ...] = ()
    now: float = 0.0
    date: float = 0.0
    settle: float = 30.0

    @property
    def skips(self) -> bool:
        """Whether checks, requirements, windows and freezes are skipped: forced, or a rollback."""
        return self.request.force or self.request.rolls_back

    @property
    def forcing(self) -> tuple[str, ...]:
        """What to type after `deploy --force` to get the same, if the request can't take `--force`.

        The environment and the ref; or the commit, if the ref may point to another one.
        """
        asked, short = self.request, self.sha[:SHORT_SHA]
        if asked.trigger in TAKING_FORCE:
            return ()
        named = shown_ref(asked.event.name if asked.event is not None else asked.ref or "")
        pinned = asked.trigger in PINNING or not named or named.startswith("#")
        return (self.environment.name, short if pinned else named)

    @property
    def rules(self) -> EnvironmentConfig:
        """The environment's section of the configuration."""
        return self.environment.rules


class Verdict(Struct, frozen=True, kw_only=True):
    """`refusals` stop the deployment, `waits` delay it; with neither, the gates are open.

    `approved` are the keys of the build's approvals that count, in order.
    """

    refusals: tuple[Reason, ...] = ()
    waits: tuple[Reason, ...] = ()
    approved: tuple[str, ...] = ()

    def __add__(self, other: "Verdict") -> "Verdict":
        return Verdict(
            refusals=self.refusals + other.refusals,
            waits=self.waits + other.waits,
            approved=self.approved + other.approved,
        )

    @property
    def open(self) -> bool:
        """Whether nothing stops or delays the deployment."""
        return not self.refusals and not self.waits
