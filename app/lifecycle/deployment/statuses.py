"""What a build's state is on GitHub (pure); the table is in design, section 4."""

from app.model.build import Build, BuildState, PostedStatus
from app.model.github_states import POSTED
from app.texts.cards.outcomes import status_description


def status_of(build: Build) -> PostedStatus | None:
    """The status that GitHub should show; None: nothing worth a call.

    A deployment that starts at once is not announced as pending first; one that waits, for a
    gate or for the CI to answer, is.
    """
    waiting = build.state in (BuildState.WAITING, BuildState.TRIGGERING)
    if waiting and not build.waits_for and "ci" not in build.backoff:
        return None
    succeeded = build.state is BuildState.SUCCEEDED
    return PostedStatus(
        state=POSTED[build.state].value,
        description=status_description(build),
        log_url=build.build_url,
        environment_url=build.deploy_url if succeeded else "",
    )
