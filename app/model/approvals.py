"""Approvals of a deployment, and who may give one."""

from msgspec import Struct

from app.model.plan import Person


class Approval(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody approved a deployment, or a job that the CI holds; `at` is epoch seconds."""

    by: Person
    at: float


class Approvers(Struct, frozen=True, kw_only=True):
    """Who may approve: the Slack ids to mention, and whether there are `more` people than those."""

    people: tuple[str, ...] = ()
    more: bool = False
