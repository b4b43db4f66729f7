"""The survey: one read of GitHub with all that judging a deployment needs."""

from msgspec import Struct

from app.model.configuration.file import CONFIG_FILE
from app.model.github.commit import Check, Commit, PullRequest, ResolvedRef
from app.model.github.deployment import Deployment
from app.model.github.repository import Repository


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
