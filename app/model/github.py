"""What GitHub tells us, in the shape that decisions need. Times are epoch seconds."""

from enum import StrEnum

from msgspec import Struct

from app.model.config_file import CONFIG_FILE
from app.model.plan import TASK, RefKind, RepositoryRef


class AppIdentity(Struct, frozen=True, kw_only=True):
    """Our own App, from `GET /app`."""

    id: int
    slug: str
    client_id: str = ""
    html_url: str = ""


class Repository(Struct, frozen=True, kw_only=True):
    """A repository on which the App is installed."""

    id: int
    full_name: str
    installation_id: int
    default_branch: str = "main"
    archived: bool = False
    private: bool = False
    html_url: str = ""

    @property
    def ref(self) -> RepositoryRef:
        """As calls need it."""
        return RepositoryRef(
            id=self.id, full_name=self.full_name, installation_id=self.installation_id
        )


class CheckState(StrEnum):
    """A check, judged: `neutral` and `skipped` are green."""

    GREEN = "green"
    PENDING = "pending"
    RED = "red"


class Check(Struct, frozen=True, kw_only=True):
    """A commit status or check run on a commit, the latest of its name, app and workflow.

    `first_seen`: when the latest report of it came, 0 for unknown; GitHub's history
    (`app.ports.GitHub.first_seen`) knows when the first did. `ours`: our own App posted it.
    """

    name: str
    state: CheckState
    url: str = ""
    app_slug: str = ""
    first_seen: float = 0.0
    ours: bool = False


class ResolvedRef(Struct, frozen=True, kw_only=True):
    """A ref that exists: `name` is the branch, the tag, `pull/<n>/head` or the full SHA.

    `sha` is the commit that a deployment of it gets (a tag is peeled). `from_fork`: it is the head
    of a fork's pull request; `held`: a pull request from the repository itself holds the commit.
    """

    kind: RefKind
    name: str
    sha: str
    pull_request: int | None = None
    from_fork: bool = False
    held: bool = False


class Reach(Struct, frozen=True, kw_only=True):
    """What of a repository speaks for a commit: a branch or tag that reaches it (`by_ref`).

    `succeeded_in` are environments where it was deployed; looked for only where no ref is found.
    """

    by_ref: bool = False
    succeeded_in: tuple[str, ...] = ()


class Commit(Struct, frozen=True, kw_only=True):
    """A commit; `author_login` and `author_id` only where GitHub knows the author."""

    sha: str
    message: str = ""
    author_name: str = ""
    author_login: str | None = None
    author_id: int | None = None
    url: str = ""

    @property
    def subject(self) -> str:
        """The first line of its message."""
        return self.message.partition("\n")[0]


class PullRequest(Struct, frozen=True, kw_only=True):
    """The pull request that a commit belongs to."""

    number: int
    title: str = ""
    body: str = ""
    url: str = ""
    branch: str = ""
    is_open: bool = True


class Change(Struct, frozen=True, kw_only=True):
    """A commit that one history has and another lacks, with the pull request that brought it."""

    commit: Commit
    pull_request: PullRequest | None = None


class StatusSummary(Struct, frozen=True, kw_only=True):
    """A deployment's latest status; `state` is lower case, as REST spells it."""

    state: str
    description: str = ""
    log_url: str = ""
    environment_url: str = ""
    creator: str = ""
    created_at: float = 0.0
    id: int = 0


class Deployment(Struct, frozen=True, kw_only=True):
    """A deployment as GitHub records it; `payload` is JSON text.

    `history` are the states of its latest statuses with when each was posted (epoch seconds),
    oldest first; empty where that was not read.
    """

    id: int
    sha: str
    ref: str
    environment: str
    task: str = TASK
    created_at: float = 0.0
    creator: str = ""
    creator_id: int | None = None
    creator_type: str = ""
    app_slug: str | None = None
    payload: str = ""
    transient: bool = False
    production: bool = False
    status: StatusSummary | None = None
    history: tuple[tuple[str, float], ...] = ()


class Survey(Struct, frozen=True, kw_only=True):
    """One GraphQL read: all that judging a deployment needs.

    `refs` holds each way the typed ref can be read (none: it does not exist; several: a
    branch and a tag of that name); `config` is the text of `config_path` on the default
    branch; `deployments` the latest ones of the environment asked for (or of all),
    newest first; `checks_need` the permission without which GitHub keeps the checks from us
    (`Checks: read`), empty where all are known; `on_commit` the ids of deployments of that
    commit; `recent` ids and commits of
    the latest deployments, of whatever environment, newest first.
    """

    repository: Repository
    refs: tuple[ResolvedRef, ...] = ()
    commit: Commit | None = None
    pull_request: PullRequest | None = None
    checks: tuple[Check, ...] = ()
    checks_need: str = ""
    config: str | None = None
    config_path: str = CONFIG_FILE
    config_oid: str = ""
    environments: tuple[str, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    on_commit: tuple[int, ...] = ()
    recent: tuple[tuple[int, str], ...] = ()


class CheckRunReport(Struct, frozen=True, kw_only=True):
    """A check run of ours on a commit, completed; `annotations` are `(line, message)`.

    `conclusion` is GitHub's word; `path` is the file that the annotations are about.
    """

    sha: str
    name: str
    conclusion: str
    title: str
    summary: str
    annotations: tuple[tuple[int, str], ...] = ()
    path: str = ".github/deploybot.yml"


class Collaborator(Struct, frozen=True, kw_only=True):
    """A person with access to a repository; `permission` is lower case."""

    id: int
    login: str
    name: str = ""
    permission: str = ""


class DeploymentPage(Struct, frozen=True, kw_only=True):
    """Some deployments, newest first; `older` is the cursor of the next page, None on the last."""

    deployments: tuple[Deployment, ...]
    older: str | None = None


class RepositoryPage(Struct, frozen=True, kw_only=True):
    """Some repositories; `older` is the cursor of the next page, None on the last."""

    repositories: tuple[Repository, ...]
    older: str | None = None


class SweptDeployments(Struct, frozen=True, kw_only=True):
    """The latest deployments by repository id.

    Of the repositories in `unread` some or all are missing: GitHub did not let us read them now.
    """

    found: dict[int, list[Deployment]]
    unread: tuple[int, ...] = ()


class AppRegistration(Struct, frozen=True, kw_only=True):
    """How our App is registered: permissions, events, the webhook's address."""

    permissions: dict[str, str]
    events: tuple[str, ...]
    webhook_url: str


class DeliveryPage(Struct, frozen=True, kw_only=True):
    """Some deliveries of events that act, newest first.

    `older` is the cursor of the next page, None on the last; `reaches` when the oldest of the
    page was delivered (epoch seconds), whatever its event.
    """

    deliveries: tuple["Delivery", ...]
    older: str | None
    reaches: float


class Delivery(Struct, frozen=True, kw_only=True):
    """A recorded webhook delivery of the App; `code` is our HTTP answer, 0 for none."""

    id: int
    guid: str
    delivered_at: float
    redelivery: bool
    status: str
    event: str
    code: int = 0
    action: str = ""
    installation_id: int | None = None
    repository_id: int | None = None
