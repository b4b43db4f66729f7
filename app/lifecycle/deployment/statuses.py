"""What a build's state is on GitHub (pure); the table is in `docs/architecture.md`."""

from msgspec import structs

from app.model.build import Build, BuildState
from app.model.build_parts import PostedStatus, SeenStatus
from app.model.github.states import POSTED, GitHubState
from app.texts.cards.outcomes import status_description

FINAL = frozenset({GitHubState.SUCCESS, GitHubState.FAILURE, GitHubState.ERROR})
"""States that say how a deployment ended."""


def status_of(build: Build) -> PostedStatus | None:
    """The status that GitHub should show; None while there is nothing worth a call.

    A deployment that starts at once isn't announced as pending first. One that waits for a gate or
    for the CI to answer is, and so is each approval.
    """
    waiting = build.state in (BuildState.WAITING, BuildState.TRIGGERING)
    silent = not build.waits_for and not build.approval_untold
    if waiting and silent and "ci" not in build.backoff:
        return None
    succeeded = build.state is BuildState.SUCCEEDED
    return PostedStatus(
        state=POSTED[build.state].value,
        description=status_description(build),
        log_url=build.build_url,
        environment_url=build.deploy_url if succeeded else "",
    )


def shows(there: PostedStatus | None, wanted: PostedStatus) -> bool:
    """Whether a posted status says all that is wanted; it may carry others' addresses as well."""
    if there is None:
        return False
    same = (there.state, there.description) == (wanted.state, wanted.description)
    log, live = wanted.log_url, wanted.environment_url
    return same and log in ("", there.log_url) and live in ("", there.environment_url)


def carrying(wanted: PostedStatus, others: SeenStatus | None) -> PostedStatus:
    """The status with the addresses of somebody else's, if we have none of our own.

    GitHub shows only those of the latest status.
    """
    if others is None or wanted.state not in (GitHubState.SUCCESS, GitHubState.IN_PROGRESS):
        return wanted
    return structs.replace(
        wanted,
        log_url=wanted.log_url or others.log_url,
        environment_url=wanted.environment_url or others.environment_url,
    )
