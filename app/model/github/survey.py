"""The survey: everything about a repository that judging a deployment needs, in one read."""

from msgspec import Struct

from app.model.configuration.file import CONFIG_FILE
from app.model.github.commit import Check, Commit, PullRequest
from app.model.github.deployment import Deployment
from app.model.github.refs import ResolvedRef
from app.model.github.repository import Repository


class Survey(Struct, frozen=True, kw_only=True):
    """The result of one GraphQL read.

    `refs` are all refs that the typed one could mean: none if it does not exist, two if a branch
    and a tag have the same name. `checks_need` is the permission that we lack to see the commit's
    checks (`Checks: read`); empty if we see all. `config` is the text of `config_path` on the
    default branch, None if there is no such file. `deployments` are the latest of the requested
    environment (or of all), `on_commit` the ids of those of the commit, and `recent` the ids and
    commits of the latest in any environment. The newest comes first.
    """

    repository: Repository
    refs: tuple[ResolvedRef, ...] = ()
    commit: Commit | None = None
    pull_request: PullRequest | None = None
    checks: tuple[Check, ...] = ()
    checks_need: str = ""
    config: str | None = None
    config_path: str = CONFIG_FILE
    environments: tuple[str, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    on_commit: tuple[int, ...] = ()
    recent: tuple[tuple[int, str], ...] = ()
