"""`help`: what people can type in this channel."""

from collections.abc import Iterable

from app.model.chat.card import Answer
from app.texts.markup import code, esc
from app.texts.speech import typed


def help_unbound() -> Answer:
    """The three lines that matter in a channel without a repository."""
    begin, deploy = typed("setup owner/repo"), typed("deploy")
    goodbye, again = typed("goodbye"), typed("help")
    lines = (
        f"{begin} connects this channel to a GitHub repository. Start here.",
        f"{deploy} then deploys it from this channel.",
        f"{goodbye} unlinks you from your GitHub login; {again} shows this.",
    )
    return Answer(text="\n".join(lines))


def help_bound(repository: str, usages: Iterable[tuple[str, str]]) -> Answer:
    """Every command: how it is typed and what it does, one per line."""
    lines = "\n".join(f"{typed(usage)} {esc(does)}" for usage, does in usages)
    return Answer(text=f"This channel deploys {code(repository)}.", lines=(lines,))
