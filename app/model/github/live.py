"""What is live in an environment, and how another commit compares to it."""

from msgspec import Struct


class Live(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The deployment that is live in an environment according to GitHub.

    `since` is when it succeeded (epoch seconds).
    """

    deployment_id: int
    ref: str
    sha: str
    since: float


class WentLive(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deployment of ours that went live, at `at` by the CI's clock (epoch seconds).

    Of two, the one with the later `at` is live, in whatever order GitHub heard of them. `status` is
    the id of its `success` status on GitHub. For a rollback, `left` is the deployment that it
    replaced and `by` is who asked for it.
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
    """How one commit compares to another: it has `ahead` more commits, and lacks `behind`."""

    ahead: int = 0
    behind: int = 0

    @property
    def older(self) -> bool:
        """Whether the other commit has everything that this one has, and more."""
        return self.behind > 0 and not self.ahead
