"""Questions before something is done that may be somebody else's."""

from collections.abc import Sequence

from app.model.ask import Ask
from app.model.build import Build
from app.model.chat.card import Answer
from app.model.project import Project
from app.model.ref_names import shown_ref
from app.texts.cards.headlines import headline
from app.texts.links import name_of
from app.texts.markup import bold, code
from app.texts.replies.kept import kept_lines

MOST = 5
"""Deployments that a question names."""


def cancel_whose(build: Build) -> Answer:
    """Only others' deployments can be canceled: whose."""
    return Answer(text=f"Nothing of yours is running. {_stands(build)}. Cancel it?")


def retry_whose(build: Build, *, own: bool, live: bool) -> Answer:
    """The last one is somebody else's, or went live."""
    if own:
        return Answer(text=f"Your last deployment went live: {_what(build)}. Deploy it again?")
    last = f"{_whose(build)} {_what(build)}"
    told = f"The last one, {last}, went live." if live else f"The last one was {last}."
    return Answer(text=f"You haven't deployed anything here yet. {told} Deploy it again?")


def reset_while(project: Project, builds: Sequence[Build], kept: Sequence[Ask]) -> Answer:
    """Something runs or waits in the channel that is to be disconnected."""
    lines = "\n".join(f"• {_stands(build)}" for build in builds[:MOST])
    return Answer(
        text=f"Disconnect this channel from {code(project.repository)}? "
        "These aren't finished and will keep going:",
        lines=(*([lines] if lines else []), *kept_lines(kept)),
    )


def reset_unseen(project: Project) -> Answer:
    """Nobody can tell now whether something runs or waits there."""
    return Answer(
        text=f"Disconnect this channel from {code(project.repository)}? GitHub won't tell me right "
        "now whether anything is still deploying."
    )


def _stands(build: Build) -> str:
    return f"{_whose(build)} {_what(build)}: {headline(build)}"


def _whose(build: Build) -> str:
    return f"{name_of(build.requester)}'s"


def _what(build: Build) -> str:
    return f"{code(shown_ref(build.ref))} to {bold(build.environment)}"
