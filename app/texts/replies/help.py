"""`help`: what can be typed here, now."""

from collections.abc import Iterable

from app.model.chat.card import Answer
from app.texts.markup import code, esc
from app.texts.speech import typed


def help_unbound() -> Answer:
    """The three lines that matter where no repository is bound."""
    begin, deploy = typed("setup owner/repo"), typed("deploy")
    goodbye, again = typed("goodbye"), typed("help")
    lines = (
        f"{begin} connects this channel to a GitHub repository. Start here.",
        f"{deploy} then deploys it from this channel.",
        f"{goodbye} unlinks you from your GitHub login; {again} shows this.",
    )
    return Answer(text="\n".join(lines))


def help_bound(repository: str, usages: Iterable[tuple[str, str]]) -> Answer:
    """Every command, a line each: how it is typed, what it does."""
    lines = "\n".join(f"{typed(usage)} {esc(does)}" for usage, does in usages)
    return Answer(text=f"This channel deploys {code(repository)}.", lines=(lines,))
