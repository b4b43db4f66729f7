"""What happens to a repository's source and may deploy: a push, a tag, a pull request."""

from msgspec import Struct

from app.model.plan import Person
from app.model.triggers import SourceKind


class SourceEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event. `at` is when it happened by GitHub's clock (epoch seconds).

    `name` is the branch, the tag, or `pull/<number>/head`; `sha` its commit then, tags peeled;
    None where the event does not tell it. `stamp` tells two pushes of one commit apart, and is the
    same when the event is delivered again.
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
    """A pull request was closed, merged or not; `at` is GitHub's time of it (epoch seconds)."""

    number: int
    at: float
    merged: bool = False
