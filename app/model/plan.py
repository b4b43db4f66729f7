"""A plan: a deployment request that was judged, with all that creating and running it needs."""

from enum import StrEnum

from msgspec import Struct

from app.model.github.live import Comparison, Live

TASK = "deploy"
"""A deployment's `task` on GitHub, unless its creator names another."""

DEFAULT_TIMEOUT = 3600.0
"""Seconds that a pipeline may take, unless the configuration says otherwise."""


InputValue = str | int | bool
"""The value of an input of a deployment, or of a pipeline parameter."""


class RefKind(StrEnum):
    """The kind of a ref."""

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
    """A person on Slack, on GitHub or both; at least one of the ids is known.

    If both are, the Slack user was linked to the GitHub account when the link was last read.
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
    """What the CI is asked to run: either a `branch` or a `tag`, with these parameters.

    `project` and `definition` (which of its pipelines) are the CI's own names. `workflow` is the
    only one whose outcome counts; None: all do.
    """

    project: str
    definition: str | None = None
    workflow: str | None = None
    branch: str | None = None
    tag: str | None = None
    parameters: dict[str, InputValue] = {}


class Left(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a rollback replaced: its ref, and who had requested it (name and Slack id, if known)."""

    ref: str
    by: str = ""
    user: str | None = None


class Payload(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`payload.deploybot` of the deployments that we create (version 1).

    `request` identifies the request: it is unique for a command, and derived from the event for a
    trigger. `requester` is the name to show, `user` and `channel` are Slack ids. `chosen` are the
    names of the `inputs` that somebody set instead of leaving them at their defaults.

    `retry_of` is the deployment that is retried. A rollback replaces the deployment `rollback_of`
    (`left` has more about it) and restores `target`. A promotion comes from the environment
    `promoted_from`. `shown_on` is the number of the pull request that gets a comment with the
    environment's link.
    """

    request: str
    trigger: str
    version: int = 1
    requester: str = ""
    user: str | None = None
    login: str | None = None
    channel: str | None = None
    inputs: dict[str, InputValue] = {}
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
    """A deployment that was judged and may be created, with everything that running it needs.

    `sha` is the commit that the gates were judged on. `judged`: every gate was open then;
    otherwise they are judged again once the deployment exists. With `ref_kind` SHA, the commit is
    deployed whatever `ref` is. `pinned`: exactly this commit was requested, so no other one is
    deployed if `ref` moves. `run.parameters` lacks the deployment's id until there is one.
    `timeout` is in seconds.

    `confirm`: a person must confirm it before it is created. `approvals` is how many people must
    approve it before it starts. `approvers` are the people and teams who may approve a job that the
    CI holds, as spelled in the configuration file (empty: anybody).

    About the environment when the plan was made: `live` is what was live, `compared` how the commit
    compares to that, `active` the ids of our deployments that GitHub showed as active. `neighbour`
    is another app that deploys there too. `cancels` is a running deployment that is canceled for
    this one, as somebody has agreed.
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
        """Whether it would put older code into production without being a rollback."""
        older = self.compared is not None and self.compared.older
        return older and self.production and self.payload.rollback_of is None
