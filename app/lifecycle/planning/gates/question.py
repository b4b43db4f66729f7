"""What the gates are asked: one deployment, as it stands now."""

from msgspec import Struct

from app.lifecycle.configuration.model import EnvironmentConfig
from app.model.github import Check


class OwnPipeline(Struct, frozen=True, kw_only=True):
    """A pipeline that we started on the commit: names of the checks it posts, its start."""

    checks: frozenset[str]
    started_at: float


class Question(Struct, frozen=True, kw_only=True):
    """May this commit be deployed to this environment now? Times are epoch seconds.

    `settle` is how long (seconds from `asked_at`) an automatic deployment waits for the
    first check to appear; `own` the pipelines that we started on the commit.
    """

    rules: EnvironmentConfig
    sha: str
    checks: tuple[Check, ...] = ()
    own: tuple[OwnPipeline, ...] = ()
    automatic: bool = False
    force: bool = False
    asked_at: float = 0.0
    now: float = 0.0
    settle: float = 30.0
