"""What makes deployments: a person's command, or an event of a repository's source."""

from enum import StrEnum


class SourceKind(StrEnum):
    """Events that deploy by themselves, by the keys of `deploy_on` in the configuration."""

    PUSH = "push"
    TAG = "tag"
    PULL_REQUEST = "pull_request"


class Trigger(StrEnum):
    """What somebody did, by its name in `payload.deploybot`; `API`: a deployment not of ours."""

    COMMAND = "command"
    COMMENT = "comment"
    PROMOTE = "promote"
    RETRY = "retry"
    ROLLBACK = "rollback"
    API = "api"


AUTOMATIC = frozenset(str(kind) for kind in SourceKind)
"""Nobody waits for these."""

TAKING_FORCE: frozenset[str] = frozenset({Trigger.COMMAND, Trigger.COMMENT})
"""Somebody typed these, with or without `--force`."""

PINNING: frozenset[str] = frozenset({Trigger.PROMOTE, Trigger.RETRY})
"""These deploy a commit that need not be its ref's head."""
