"""Events of a repository's source that may start deployments: pushes, tags, pull requests."""

from msgspec import Struct

from app.model.plan import Person
from app.model.triggers import SourceKind


class SourceEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event. `at` is when it happened by GitHub's clock (epoch seconds).

    `name` is the branch, the tag, or `pull/<number>/head`; `sha` is its commit at that time, None
    if the event does not tell it. `stamp` differs between two pushes of the same commit, but not
    between two deliveries of the same event.
    """

    kind: SourceKind
    name: str
    default_branch: str
    sha: str | None = None
    at: float = 0.0
    stamp: str = ""
    by: Person = Person()
    number: int | None = None
    from_fork: bool = False
    draft: bool = False


class Closed(Struct, frozen=True, kw_only=True):
    """A pull request was closed, at `at` by GitHub's clock (epoch seconds)."""

    number: int
    at: float
    merged: bool = False
