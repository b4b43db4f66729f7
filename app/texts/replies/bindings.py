"""Answers about channels and people: `setup`, `reset`, `hello`, `verify`, `goodbye` and joining."""

import re
from collections.abc import Sequence

from app.model.build import Build
from app.model.chat.card import Answer, Button, Option, Select
from app.model.github.refs import ref_or_sha
from app.model.github.repository import Collaborator
from app.model.project import Project, User
from app.model.reasons.deployments import SameCommitRunning
from app.texts.failures.catalogue import explain
from app.texts.markup import bold, code, link, mention, words
from app.texts.phrases import codes
from app.texts.speech import typed

MOST_BUTTONS = 5
"""So many collaborators get a button each; if there are more, a searchable menu."""

CLAIM = "claim"
"""The action of the buttons, and of the menu, that claim a login."""

_GITHUB_ID = re.compile(r"[0-9]{1,18}")
"""An ID that every store can hold."""


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
    start = f"Type {typed('deploy')} to see where."
    buttons, select = claim_controls(unlinked)
    who = (_who_are_you(unlinked),) if unlinked else ()
    return Answer(
        text=f"{begun} {start}",
        lines=(*hints, *who),
        buttons=buttons,
        select=select,
        in_channel=not again,
    )


def claim_controls(
    unlinked: Sequence[Collaborator],
) -> tuple[tuple[Button, ...], Select | None]:
    """A button for each collaborator, or a searchable menu if there are too many."""
    if len(unlinked) <= MOST_BUTTONS:
        buttons = (
            Button(label=person.login, action=CLAIM, value=claim_value(person))
            for person in unlinked
        )
        return tuple(buttons), None
    options = (Option(label=_label(person), value=claim_value(person)) for person in unlinked)
    select = Select(action=CLAIM, placeholder="Your GitHub login", options=tuple(options))
    return (), select


def claim_value(person: Collaborator) -> str:
    """What a claim button carries: the login's ID, which survives a rename, and the login."""
    return f"{person.id} {person.login}"


def read_claim(value: str) -> tuple[int, str] | None:
    """The ID and the login that a claim button carries; None if it isn't one of ours."""
    number, _, login = value.partition(" ")
    return (int(number), login) if _GITHUB_ID.fullmatch(number) and login else None


def _label(person: Collaborator) -> str:
    named = person.name and person.name != person.login
    return f"{person.login} ({person.name})" if named else person.login


def _who_are_you(unlinked: Sequence[Collaborator]) -> str:
    how = "Press" if len(unlinked) <= MOST_BUTTONS else "Choose"
    return (
        f"Who are you on GitHub? {how} your login and I'll mention you when "
        "your deployments or commits go out."
    )


def hello(project: Project, unlinked: Sequence[Collaborator], *, again: bool = False) -> Answer:
    """Ask the collaborators without a linked Slack user to claim their login.

    `again`: the channel was asked about all of them before, so only the person who typed it is.
    """
    buttons, select = claim_controls(unlinked)
    count = len(unlinked)
    people = "person who works" if count == 1 else "people who work"
    verb = "isn't" if count == 1 else "aren't"
    return Answer(
        text=f"{count} {people} on {code(project.repository)} {verb} linked to Slack yet."
        f"{' I already asked the channel.' if again else ''}",
        lines=(_who_are_you(unlinked),),
        buttons=buttons,
        select=select,
        in_channel=not again,
    )


def nobody_visible(project: Project) -> Answer:
    """GitHub shows us no collaborators."""
    return Answer(
        text=f"GitHub won't show me who works on {code(project.repository)}. "
        f"Give the App permission to read members, then type {typed('hello')}."
    )


def verify_link(url: str) -> Answer:
    """Where a person signs in to verify their login; only they see the link."""
    return Answer(
        text=f"{link(url, 'Sign in with GitHub')} to show me which login is yours. The page then "
        "gives you a code to type here. The link works once, for 10 minutes, and only for you."
    )


def verified(user: User) -> Answer:
    """A person verified their login."""
    return Answer(text=f"Verified: you're {code(user.github_username)} on GitHub.")


def claim_evicted(lost: User, *, by: User) -> Answer:
    """Tell the person who had claimed a login that somebody else verified it."""
    login = code(by.github_username)
    return Answer(
        text=f"{mention(lost.slack_userid)} you're no longer linked to {login}: "
        f"{words(by.slack_username) or 'somebody else'} verified that it's theirs. "
        f"{typed('verify')} links your own login."
    )


def linked(user: User, *, before: str | None) -> Answer:
    """A person claimed a login; `before` is the login that they had."""
    moved = f" instead of {code(before)}" if before else ""
    return Answer(
        text=f"You're linked to {code(user.github_username)}{moved}. "
        "I'll mention you when your deployments or commits go out. "
        f"Not you? {typed('goodbye')} undoes it."
    )


def linked_already(user: User) -> Answer:
    """A person claimed the login that they already have."""
    return Answer(text=f"You're already linked to {code(user.github_username)}.")


def unlinked(login: str) -> Answer:
    """A person's link was removed."""
    return Answer(
        text=f"You're no longer linked to {code(login)}, so I won't mention you "
        f"anymore. To link again, type {typed('hello')} in a channel with a repository."
    )


def linked_since(user: User) -> Answer:
    """A `goodbye` was meant for an earlier link than the one the person has now."""
    return Answer(
        text=f"You've linked yourself to {code(user.github_username)} since you typed that, so I "
        f"left it alone. {typed('goodbye')} undoes that link, too."
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


def who_are_you(project: Project, unlinked: Sequence[Collaborator]) -> Answer:
    """Ask a person without a link who joined the channel; once, and seen by them only."""
    buttons, select = claim_controls(unlinked)
    return Answer(
        text=f"This channel deploys {code(project.repository)}. {_who_are_you(unlinked)} "
        "Not listed? Just ignore this.",
        buttons=buttons,
        select=select,
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


def people_unknown(repository: str, message: str) -> str:
    """GitHub didn't say who works on a repository."""
    return (
        f"GitHub didn't tell me who works on {code(repository)} ({code(message)}). Deployments "
        f"still work; {typed('hello')} links people to their logins later."
    )


def people_named(keys: Sequence[str], *, provable: bool) -> str:
    """Say how the people that the file names under these keys verify who they are."""
    names = "names" if len(keys) == 1 else "name"
    if provable:
        return f"{codes(keys)} {names} people: they show who they are with {typed('verify')}."
    return (
        f"{codes(keys)} {names} people, but I can't verify GitHub logins yet: whoever runs me has "
        f"to set {code('GITHUB_CLIENT_SECRET')}."
    )


def open_again(project: Project) -> Answer:
    """GitHub accepts the repository's deployments again."""
    return Answer(text=f"GitHub lets me in again, so {code(project.repository)} can deploy.")


def canceling(build: Build) -> Answer:
    """A deployment is being canceled."""
    what = code(ref_or_sha(build.ref, build.sha))
    return Answer(
        text=f"Canceling {what} to {bold(build.environment)}. Its message will say when it has "
        "stopped."
    )


def running_already(reason: SameCommitRunning, *, action: str, value: str) -> Answer:
    """The same commit is being deployed already; the button deploys it again afterwards."""
    button = Button(label="Deploy again", action=action, value=value)
    return Answer(text=f"{explain(reason)} Deploy it again afterwards?", buttons=(button,))
