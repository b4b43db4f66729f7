"""Questions before a command affects somebody else's deployment."""

from collections.abc import Sequence

from app.model.ask import Ask
from app.model.build import Build
from app.model.chat.card import Answer
from app.model.project import Project
from app.texts.cards.headlines import headline
from app.texts.links import name_of, what_where
from app.texts.markup import code
from app.texts.replies.deployments.kept import kept_lines

MOST = 5
"""A question names at most so many deployments."""


def cancel_whose(build: Build) -> Answer:
    """Ask whether to cancel somebody else's deployment."""
    return Answer(text=f"You don't have anything running. {_stands(build)}. Cancel it?")


def retry_whose(build: Build, *, own: bool, live: bool) -> Answer:
    """Ask whether to repeat the last deployment, which is somebody else's or went live."""
    if own:
        return Answer(text=f"Your last deployment went live: {what_where(build)}. Deploy it again?")
    last = f"{_whose(build)} {what_where(build)}"
    told = f"The last one, {last}, went live." if live else f"The last one was {last}."
    return Answer(text=f"You haven't deployed anything here yet. {told} Deploy it again?")


def reset_while(project: Project, builds: Sequence[Build], kept: Sequence[Ask]) -> Answer:
    """Ask whether to disconnect a channel while deployments run or wait there."""
    lines = "\n".join(f"• {_stands(build)}" for build in builds[:MOST])
    return Answer(
        text=f"Disconnect this channel from {code(project.repository)}? "
        "These aren't finished and will keep going:",
        lines=(*([lines] if lines else []), *kept_lines(kept)),
    )


def reset_unseen(project: Project) -> Answer:
    """The same while GitHub can't say whether any do."""
    return Answer(
        text=f"Disconnect this channel from {code(project.repository)}? GitHub won't tell me right "
        "now whether anything is still deploying."
    )


def _stands(build: Build) -> str:
    return f"{_whose(build)} {what_where(build)}: {headline(build)}"


def _whose(build: Build) -> str:
    return f"{name_of(build.requester)}'s"
