"""What the gates are asked: one deployment, as it stands now."""

from typing import Literal

from msgspec import Struct

from app.lifecycle.configuration.model import EnvironmentConfig
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.targets.environments import Environment
from app.model.build import Build
from app.model.github.commit import Check
from app.model.plan import Person
from app.model.ref_names import SHORT_SHA, shown_ref
from app.model.slot import EVERYWHERE, Hold, Slot
from app.model.triggers import PINNING, TAKING_FORCE


class OwnPipeline(Struct, frozen=True, kw_only=True):
    """A pipeline that we started on the commit: names of the checks it posts, its start."""

    checks: frozenset[str]
    started_at: float


class Asker(Struct, frozen=True, kw_only=True):
    """Who asks, as far as it is proven, and what the environment's lists say of them.

    `login` is empty where nothing proves who it is; then `provable` says whether it can be proven.
    `means` are the entries that mean this person, `revoked` those that name them while they cannot
    push to the repository. `nobody` are entries that GitHub shows us nobody for, `withheld` teams
    whose members we may not see.
    """

    login: str = ""
    provable: bool = True
    means: frozenset[str] = frozenset()
    revoked: frozenset[str] = frozenset()
    nobody: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()


class Consent(Struct, frozen=True, kw_only=True):
    """Somebody agreed to a deployment: who that is now, on GitHub too where they are linked.

    `key` is the approval's among those of the build; `asker` as of `Asker`, read where the rules
    name who may. `lacks` is what it takes to tell them from somebody who asked on GitHub: a `link`
    to a login, or, where links can be verified, a `proof`; empty where they are told apart.
    """

    key: str
    by: Person
    asker: Asker = Asker()
    lacks: Literal["", "link", "proof"] = ""


class Standing(Struct, frozen=True, kw_only=True):
    """How the commit stands in an `environment` that is required.

    It must have succeeded there at least `soak` seconds ago; `succeeded_at` (epoch seconds; None:
    never) is when it did last, `rolled_back` whether it was rolled back since, `running` whether a
    deployment of it has not ended there. `live` is what runs there now.
    """

    environment: str
    soak: float = 0.0
    succeeded_at: float | None = None
    rolled_back: bool = False
    running: bool = False
    live: str = ""


class Question(Struct, frozen=True, kw_only=True):
    """May this commit be deployed to this environment now? Times are epoch seconds.

    `request` is who asked for what, `asker` who that is on GitHub, read where the rules name
    people; `consents` are its approvals, in order, `provable` whether people can prove who they
    are; `slot` what runs and waits in the environment, with its lock; `everywhere` the slot with
    the lock of all environments; `held` what a rollback holds; `build` the deployment once it
    exists.
    `now` is by our own clock, `date` by GitHub's: ours may be hours off.
    `settle` is how long (seconds from when it was asked for) an automatic deployment waits for the
    first check to appear; `checks_need` the permission without which the checks are not known;
    `own` the pipelines that we started on the commit; `required` how it stands
    in the environments that are required.
    """

    request: DeployRequest
    environment: Environment
    sha: str
    slot: Slot
    everywhere: Slot = Slot(repository_id=0, name=EVERYWHERE)
    held: Hold | None = None
    build: Build | None = None
    asker: Asker = Asker()
    consents: tuple[Consent, ...] = ()
    provable: bool = True
    checks: tuple[Check, ...] = ()
    checks_need: str = ""
    own: tuple[OwnPipeline, ...] = ()
    required: tuple[Standing, ...] = ()
    now: float = 0.0
    date: float = 0.0
    settle: float = 30.0

    @property
    def skips(self) -> bool:
        """Whether checks, windows and freezes do not count: it is forced, or a rollback."""
        return self.request.force or self.request.rolls_back

    @property
    def forcing(self) -> tuple[str, ...]:
        """What is deployed with `--force` instead, where nothing was typed that takes it.

        The environment, and the ref; the commit itself where another is its ref's head.
        """
        asked, short = self.request, self.sha[:SHORT_SHA]
        if asked.trigger in TAKING_FORCE:
            return ()
        named = shown_ref(asked.event.name if asked.event is not None else asked.ref or "")
        pinned = asked.trigger in PINNING or not named or named.startswith("#")
        return (self.environment.name, short if pinned else named)

    @property
    def rules(self) -> EnvironmentConfig:
        """What the configuration says of the environment."""
        return self.environment.rules
