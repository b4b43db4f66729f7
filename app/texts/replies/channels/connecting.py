"""Answers about a channel and its repository: `setup`, `reset`, joining, and `help`."""

from collections.abc import Iterable, Sequence

from app.model.chat.card import Answer
from app.model.github.repository import Collaborator
from app.model.project import Project
from app.texts.markup import code, esc, link, mention, words
from app.texts.replies.channels.people import claim_controls, claim_question
from app.texts.speech import typed


def bound(
    project: Project,
    unlinked: Sequence[Collaborator],
    hints: Sequence[str],
    *,
    again: bool,
) -> Answer:
    """A channel was connected: who is who, and what is still missing (`hints`, markup)."""
    repository = code(project.repository)
    begun = (
        f"This channel already deploys {repository}."
        if again
        else f"This channel now deploys {repository}."
    )
    start = f"Type {typed('deploy')} to pick an environment."
    buttons, select = claim_controls(unlinked)
    who = (claim_question(unlinked),) if unlinked else ()
    return Answer(
        text=f"{begun} {start}",
        lines=(*hints, *who),
        buttons=buttons,
        select=select,
        in_channel=not again,
    )


def released(repository: str, *, by: str) -> Answer:
    """A channel was disconnected; people stay linked."""
    return Answer(
        text=f"{mention(by)} disconnected this channel from {code(repository)}. "
        "People stay linked, and deployments on GitHub stay as they are. "
        f"To connect a repository again, type {typed('setup owner/repo')}.",
        in_channel=True,
    )


def connected_since(project: Project) -> Answer:
    """A `reset` was meant for an earlier connection than the one the channel has now."""
    return Answer(
        text=f"This channel was connected to {code(project.repository)} after you typed that, so I "
        f"left it connected. To disconnect it, type {typed('reset')}."
    )


def how_to_begin() -> Answer:
    """The bot joined a channel without a repository."""
    return Answer(
        text="I can deploy from this channel once it has a repository. "
        f"Connect one: {typed('setup owner/repo')}.",
        in_channel=True,
    )


def here_again(project: Project) -> Answer:
    """The bot joined a channel with a repository."""
    return Answer(
        text=f"I post deployments of {code(project.repository)} here. "
        f"{typed('help')} lists what you can type.",
        in_channel=True,
    )


def invite_hint(*, private: bool) -> str:
    """The bot isn't a member of the channel that was set up."""
    kind = "private channel" if private else "channel"
    return (
        f"I'm not a member of this {kind}, so I can't post here yet. "
        "Invite me: `/invite @deploybot`."
    )


def webhook_in_place() -> str:
    """CircleCI's webhook is set up."""
    return "CircleCI's webhook is set up, so I'll know when a pipeline ends."


def webhook_steps(hinder: str, url: str, *, settings: str) -> str:
    """Say how to create CircleCI's webhook by hand, and why it couldn't be created (`hinder`)."""
    return (
        f"CircleCI doesn't tell me yet when a pipeline ends ({words(hinder.rstrip('.'))}), so "
        "outcomes show up a bit late. To fix it, open "
        f"{link(settings, 'Project Settings → Webhooks')} on CircleCI, add {code(url)} with the "
        f"event *Workflow Completed* and the secret from "
        f"{code('CIRCLECI_WEBHOOK_SECRET')}."
    )


def project_not_followed(slug: str, repository: str) -> str:
    """CircleCI has no such project."""
    return (
        f"CircleCI doesn't know the project {code(slug)} yet. Follow it on CircleCI or set "
        f"{code('circleci.project')} in `.github/deploybot.yml`, then type "
        f"{typed(f'setup {repository}')} again to check."
    )


def webhook_unknown(message: str) -> str:
    """CircleCI didn't answer when asked for its webhooks."""
    return (
        f"I couldn't check CircleCI's webhook ({code(message)}). "
        "Deployments work without it, but outcomes show up a bit late."
    )


def open_again(project: Project) -> Answer:
    """GitHub accepts the repository's deployments again."""
    return Answer(text=f"GitHub lets me in again, so {code(project.repository)} can deploy.")


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
