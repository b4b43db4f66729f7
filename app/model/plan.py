"""A plan: a deployment request that was judged, with all that creating and running it needs."""

from enum import StrEnum

from msgspec import Struct

from app.model.github.live import Comparison, Live

TASK = "deploy"
"""What GitHub calls what a deployment does, unless its creator says otherwise."""

DEFAULT_TIMEOUT = 3600.0
"""Seconds that a pipeline may take, unless the configuration says otherwise."""


class RefKind(StrEnum):
    """What a ref turned out to be."""

    BRANCH = "branch"
    TAG = "tag"
    PULL_REQUEST = "pull_request"
    SHA = "sha"


class Concurrency(StrEnum):
    """What happens to a deployment while another runs in the same environment."""

    QUEUE = "queue"
    CANCEL = "cancel"
    ALLOW = "allow"


class Person(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who asked or is told; at least one of the ids is known.

    With `github_id` the Slack user is the one linked to it, as last read.
    """

    name: str = ""
    slack_userid: str | None = None
    login: str | None = None
    github_id: int | None = None

    @property
    def display_name(self) -> str:
        """Their name, else their GitHub login; empty if neither is known."""
        return self.name or self.login or ""


def same_person(one: Person | None, other: Person | None) -> bool:
    """Whether both are known to be one person: by their Slack user, else their GitHub account."""
    if one is None or other is None:
        return False
    if one.slack_userid and other.slack_userid:
        return one.slack_userid == other.slack_userid
    if one.github_id is not None and other.github_id is not None:
        return one.github_id == other.github_id
    return bool(one.login) and (one.login or "").casefold() == (other.login or "").casefold()


class Ticket(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reference to a ticket: `system` is `github` or `asana`, `key` its id there."""

    system: str
    key: str
    url: str
    title: str = ""


class RepositoryRef(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A repository as a call needs it; `full_name` is `owner/name`."""

    id: int
    full_name: str
    installation_id: int | None = None


class Run(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the CI is asked to run: one of `branch` and `tag`, and the parameters sent.

    `project` and `definition` (which of its pipelines) are as the CI names them; `workflow` is
    the one that alone counts, None: all do.
    """

    project: str
    definition: str | None = None
    workflow: str | None = None
    branch: str | None = None
    tag: str | None = None
    parameters: dict[str, str | int | bool] = {}


class Left(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a rollback left: its ref, and who it was from, by name and Slack id where known."""

    ref: str
    by: str = ""
    user: str | None = None


class Payload(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`payload.deploybot` of the deployments that we create (version 1).

    `channel` and `user` are Slack ids, `requester` the name shown; `request` is unique for
    a command and derived for an event. `rollback_of` is the deployment that a rollback left,
    `target` the one that it restored. `shown_on` is the pull request that has a comment with the
    link of the environment. `chosen` are the names of the `inputs` that were not at their defaults.
    `left` is more about `rollback_of`, `promoted_from` the environment whose content it is.
    """

    request: str
    trigger: str
    version: int = 1
    requester: str = ""
    user: str | None = None
    login: str | None = None
    channel: str | None = None
    inputs: dict[str, str | int | bool] = {}
    chosen: tuple[str, ...] = ()
    force: bool = False
    retry_of: int | None = None
    rollback_of: int | None = None
    target: int | None = None
    url: str | None = None
    reason: str | None = None
    shown_on: int | None = None
    left: Left | None = None
    promoted_from: str | None = None


class Plan(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deployment that was judged and may be created, with all that running it needs.

    `sha` is the commit the gates were judged on; `judged` says that every gate was open
    then; otherwise they are judged again once it exists.
    `run.parameters` lacks the deployment's id until it has one. `timeout` is in seconds.
    With `ref_kind` SHA the commit itself is deployed, whatever `ref` says. `pinned`: that very
    commit was asked for, and no other one is deployed although `ref` moves.
    `live` is what its environment ran then, `compared` how the commit stands to that. `confirm`: a
    person agrees to it before it is created. `active` are the deployments that we ran and GitHub
    showed as active there, `cancels` the one that runs and gives way, as somebody has agreed.
    `neighbour` is who else deploys there, outside.
    `approvals` is how many people must agree before it starts; `approvers` are those who may
    approve a job that the CI holds, as the file has them (empty: anybody).
    """

    repository: RepositoryRef
    environment: str
    ref: str
    ref_kind: RefKind
    sha: str
    payload: Payload
    run: Run
    task: str = TASK
    transient: bool = False
    production: bool = False
    concurrency: Concurrency = Concurrency.QUEUE
    timeout: float = DEFAULT_TIMEOUT
    judged: bool = True
    pinned: bool = False
    requester: Person | None = None
    committer: Person | None = None
    subject: str = ""
    pull_request: int | None = None
    tickets: tuple[Ticket, ...] = ()
    deploy_url: str = ""
    neighbour: str = ""
    confirm: bool = False
    approvals: int = 0
    approvers: tuple[str, ...] = ()
    live: Live | None = None
    active: tuple[int, ...] = ()
    cancels: int | None = None
    compared: Comparison | None = None

    @property
    def goes_back(self) -> bool:
        """Whether it takes a production environment back to older code, and is no rollback."""
        older = self.compared is not None and self.compared.older
        return older and self.production and self.payload.rollback_of is None
