"""What somebody wants deployed, before anything is known about it."""

from msgspec import Struct

from app.lifecycle.planning.parameters import Value
from app.model.plan import TASK, Person

AUTOMATIC = frozenset({"push", "tag", "pull_request"})
"""Triggers that nobody waits for."""


class DeployRequest(Struct, frozen=True, kw_only=True):
    """A deployment that somebody asks for, by the ask `ask_id`. `asked_at` is epoch seconds.

    `ref` None is the default of the environment. `sha` pins the commit (retry, rollback);
    with both, `ref` is used while it still means that commit. `new` lets the environment be
    unknown, `again` the same commit be on its way already. `inputs` are checked values. `task` is
    GitHub's word for what a deployment does.
    """

    environment: str
    request_id: str
    ask_id: str = ""
    trigger: str
    ref: str | None = None
    sha: str | None = None
    force: bool = False
    again: bool = False
    new: bool = False
    reason: str | None = None
    inputs: dict[str, Value] = {}
    task: str = TASK
    automatic: bool = False
    requester: Person | None = None
    channel: str | None = None
    retry_of: int | None = None
    rollback_of: int | None = None
    asked_at: float = 0.0
