"""What starts a deployment: a person's command, or an event of a repository's source."""

from enum import StrEnum


class SourceKind(StrEnum):
    """Events that start deployments automatically, named as the keys of `deploy_on`."""

    PUSH = "push"
    TAG = "tag"
    PULL_REQUEST = "pull_request"


class Trigger(StrEnum):
    """What a person did, as written in `payload.deploybot`; `API`: they used GitHub's API."""

    COMMAND = "command"
    COMMENT = "comment"
    PROMOTE = "promote"
    RETRY = "retry"
    ROLLBACK = "rollback"
    API = "api"


DEPLOYING = ("deploy", Trigger.PROMOTE, Trigger.RETRY, Trigger.ROLLBACK)
"""Commands that create a deployment; all but `deploy` have the name of their trigger."""

AUTOMATIC = frozenset(str(kind) for kind in SourceKind)
"""Triggers of automatic deployments: nobody waits for them."""

TAKING_FORCE: frozenset[str] = frozenset({Trigger.COMMAND, Trigger.COMMENT})
"""Triggers that a person types, so that they can add `--force`."""

PINNING: frozenset[str] = frozenset({Trigger.PROMOTE, Trigger.RETRY})
"""Triggers that deploy a certain commit, which need not be the head of its ref."""
