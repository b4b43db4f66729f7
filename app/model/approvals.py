"""Who agreed to a deployment, and who is asked to."""

from msgspec import Struct

from app.model.plan import Person


class Approval(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody agreed to a deployment, or to a job that the CI holds; `at` is epoch seconds."""

    by: Person
    at: float


class Approvers(Struct, frozen=True, kw_only=True):
    """Who may agree, of a list: their Slack ids, and whether there are `more` than are named."""

    people: tuple[str, ...] = ()
    more: bool = False
