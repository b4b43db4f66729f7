"""What is live in an environment, and how another commit stands to it."""

from msgspec import Struct


class Live(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went live last in an environment, by GitHub: `since` then (epoch seconds).

    `ref` and `sha` are its deployment's.
    """

    deployment_id: int
    ref: str
    sha: str
    since: float


class WentLive(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deployment that we ran and that went live, at `at` by the CI's clock (epoch seconds).

    Of two the later one is live, whichever GitHub was told of first. `status` is the id of its
    success there. `left` is the deployment that it, a rollback by `by`, left.
    """

    deployment_id: int
    ref: str
    sha: str
    environment: str
    at: float
    status: int = 0
    left: int | None = None
    by: str = ""


class Comparison(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many commits one commit has that another lacks (`ahead`), and lacks (`behind`)."""

    ahead: int = 0
    behind: int = 0

    @property
    def older(self) -> bool:
        """Whether the other one has all that this one has, and more."""
        return self.behind > 0 and not self.ahead
