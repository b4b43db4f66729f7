"""Answers about people and their GitHub logins: `hello`, claims, `verify`, `goodbye`."""

import re
from collections.abc import Sequence

from app.model.chat.card import Answer, Button, Option, Select
from app.model.github.repository import Collaborator
from app.model.project import Project, User
from app.texts.markup import code, link, mention, words
from app.texts.phrases import codes
from app.texts.speech import typed

MOST_BUTTONS = 5
"""So many collaborators get a button each; if there are more, a searchable menu."""


CLAIM = "claim"
"""The action of the buttons, and of the menu, that claim a login."""


_GITHUB_ID = re.compile(r"[0-9]{1,18}")
"""An ID that every store can hold."""


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


def claim_question(unlinked: Sequence[Collaborator]) -> str:
    """Ask people who they are on GitHub."""
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
        lines=(claim_question(unlinked),),
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


def who_are_you(project: Project, unlinked: Sequence[Collaborator]) -> Answer:
    """Ask a person without a link who joined the channel; once, and seen by them only."""
    buttons, select = claim_controls(unlinked)
    return Answer(
        text=f"This channel deploys {code(project.repository)}. {claim_question(unlinked)} "
        "Not listed? Just ignore this.",
        buttons=buttons,
        select=select,
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


def people_named(keys: Sequence[str], *, provable: bool) -> str:
    """Say how the people that the file names under these keys verify who they are."""
    names = "names" if len(keys) == 1 else "name"
    if provable:
        return f"{codes(keys)} {names} people: they prove who they are with {typed('verify')}."
    return (
        f"{codes(keys)} {names} people, but I can't verify GitHub logins yet: whoever runs me has "
        f"to set {code('GITHUB_CLIENT_SECRET')}."
    )


def people_unknown(repository: str, message: str) -> str:
    """GitHub didn't say who works on a repository."""
    return (
        f"GitHub didn't tell me who works on {code(repository)} ({code(message)}). Deployments "
        f"still work; {typed('hello')} links people to their logins later."
    )
