"""Answers about channels and people: setup, reset, hello, goodbye, claims, joining."""

import re
from collections.abc import Sequence

from app.model.build import Build
from app.model.card import Answer, Button, Option, Select
from app.model.github import Collaborator
from app.model.project import Project, User
from app.model.reasons.deployments import SameCommitRunning
from app.model.ref_names import shown_ref
from app.texts.failures.catalogue import explain
from app.texts.markup import bold, code, link, mention, words
from app.texts.speech import typed

MOST_BUTTONS = 5
"""Collaborators that get a button each; more of them get a searchable select."""

CLAIM = "claim"
"""The action of the claim buttons and the select."""

_GITHUB_ID = re.compile(r"[0-9]{1,18}")
"""An id that every store takes."""


def bound(
    project: Project,
    unlinked: Sequence[Collaborator],
    hints: Sequence[str],
    *,
    again: bool,
) -> Answer:
    """A channel is bound: who is who, and what is still missing (`hints`, markup)."""
    repository = code(project.repository)
    begun = (
        f"This channel is bound to {repository} already."
        if again
        else (f"{repository} is bound to this channel now: its deployments appear here.")
    )
    start = f"Type {typed('deploy')} to see what can be deployed."
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
    """A button a collaborator, or a searchable select when there are more than five."""
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
    """What a claim button carries: the login's id, which no rename changes, and the login."""
    return f"{person.id} {person.login}"


def read_claim(value: str) -> tuple[int, str] | None:
    """The login's id and the login that a claim button carried; None if it is none of ours."""
    number, _, login = value.partition(" ")
    return (int(number), login) if _GITHUB_ID.fullmatch(number) and login else None


def _label(person: Collaborator) -> str:
    named = person.name and person.name != person.login
    return f"{person.login} ({person.name})" if named else person.login


def _who_are_you(unlinked: Sequence[Collaborator]) -> str:
    how = "Press" if len(unlinked) <= MOST_BUTTONS else "Choose"
    return (
        f"Who are you on GitHub? {how} your own login and you are mentioned when "
        "what you asked for or committed is deployed."
    )


def hello(project: Project, unlinked: Sequence[Collaborator], *, again: bool = False) -> Answer:
    """Collaborators without a Slack user are asked to claim their login.

    `again`: the channel was asked about them already, so that only who typed it is.
    """
    buttons, select = claim_controls(unlinked)
    count = len(unlinked)
    people = "person who works" if count == 1 else "people who work"
    verb = "is" if count == 1 else "are"
    return Answer(
        text=f"{count} {people} on {code(project.repository)} {verb} not linked to Slack yet."
        f"{' The channel was already asked.' if again else ''}",
        lines=(_who_are_you(unlinked),),
        buttons=buttons,
        select=select,
        in_channel=not again,
    )


def nobody_visible(project: Project) -> Answer:
    """GitHub lists no collaborator to us."""
    return Answer(
        text=f"GitHub shows me nobody who works on {code(project.repository)}. "
        f"Grant the App the permission to read members, then type {typed('hello')}."
    )


def linked(user: User, *, before: str | None) -> Answer:
    """A person claimed a login; `before` is the login they had."""
    moved = f", no longer {code(before)}" if before else ""
    return Answer(
        text=f"You are {code(user.github_username)} on GitHub now{moved}. "
        "You are mentioned when what you asked for or committed is deployed. "
        f"Not you? {typed('goodbye')} undoes it."
    )


def linked_already(user: User) -> Answer:
    """A person claimed the login that they have."""
    return Answer(
        text=f"You are {code(user.github_username)} on GitHub already. There is nothing to do."
    )


def unlinked(user: User) -> Answer:
    """A person's link is gone."""
    return Answer(
        text=f"You are not {code(user.github_username)} any more: deployments of your "
        f"commits mention you no longer. {typed('hello')} in a channel with a "
        "repository links you again."
    )


def released(project: Project, *, by: str) -> Answer:
    """A channel's binding is gone; links of people stay."""
    return Answer(
        text=f"{_person(by)} released {code(project.repository)} from this channel. "
        "Deployments on GitHub stay as they are, and so do the links of people. "
        f"Type {typed('setup owner/repo')} to bind a repository again.",
        in_channel=True,
    )


def _person(slack_userid: str) -> str:
    return mention(slack_userid) if slack_userid else "Somebody"


def how_to_begin() -> Answer:
    """The bot was added to a channel without a repository."""
    return Answer(
        text="I deploy from this channel once it has a repository. "
        f"Type {typed('setup owner/repo')} to bind one.",
        in_channel=True,
    )


def here_again(project: Project) -> Answer:
    """The bot was added to a channel that has a repository."""
    return Answer(
        text=f"I post the deployments of {code(project.repository)} here. "
        f"{typed('help')} lists what can be typed.",
        in_channel=True,
    )


def who_are_you(project: Project, unlinked: Sequence[Collaborator]) -> Answer:
    """A person without a link joined; asked once, seen by nobody else."""
    buttons, select = claim_controls(unlinked)
    return Answer(
        text=f"This channel deploys {code(project.repository)}. {_who_are_you(unlinked)} "
        "If you are not among them, there is nothing to do.",
        buttons=buttons,
        select=select,
    )


def invite_hint(*, private: bool) -> str:
    """The bot is no member of the channel it was set up in."""
    kind = "private channel" if private else "channel"
    return (
        f"I am not a member of this {kind} and cannot post here yet. "
        "Invite me: `/invite @deploybot`."
    )


def webhook_in_place() -> str:
    """CircleCI tells us when a pipeline ends."""
    return "CircleCI tells me when a pipeline ends: the webhook is in place."


def webhook_steps(hinder: str, url: str, *, settings: str) -> str:
    """CircleCI's outbound webhook is missing, and we may not create it: the steps."""
    return (
        f"CircleCI does not tell me yet when a pipeline ends ({words(hinder.rstrip('.'))}), so "
        "outcomes come a little late. To mend it, open "
        f"{link(settings, 'Project Settings → Webhooks')} on CircleCI, add {code(url)} with the "
        f"event *Workflow Completed* and the secret that deploybot has as "
        f"{code('CIRCLECI_WEBHOOK_SECRET')}."
    )


def project_not_followed(slug: str, repository: str) -> str:
    """CircleCI has no such project."""
    return (
        f"CircleCI does not know the project {code(slug)} yet. Follow it on CircleCI, or set "
        f"{code('circleci.project')} in `.github/deploybot.yml`; then type "
        f"{typed(f'setup {repository}')} again to check."
    )


def webhook_unknown(message: str) -> str:
    """CircleCI did not answer when asked about its webhook."""
    return (
        f"I could not ask CircleCI whether its webhook is in place ({code(message)}). "
        "Deployments work without it, outcomes come a little late."
    )


def people_unknown(repository: str, message: str) -> str:
    """GitHub did not tell who works on a repository."""
    return (
        f"GitHub did not tell me who works on {code(repository)} ({code(message)}). Deployments "
        f"work all the same; {typed('hello')} links people to their logins later."
    )


def open_again(project: Project) -> Answer:
    """GitHub takes deployments of the repository again."""
    return Answer(text=f"GitHub is open to me again for {code(project.repository)}: it deploys.")


def canceling(build: Build) -> Answer:
    """A deployment is being canceled."""
    what = f"deployment {build.deployment_id} of {code(shown_ref(build.ref))}"
    return Answer(
        text=f"Canceling {what} to {bold(build.environment)}. Its message says when it has "
        "stopped. There is nothing to do."
    )


def running_already(reason: SameCommitRunning, *, action: str, value: str) -> Answer:
    """The same commit is on its way; the button has it deployed a second time."""
    button = Button(label="Deploy again", action=action, value=value)
    second = "Press *Deploy again* only if you want a second one in the queue."
    return Answer(text=f"{explain(reason)} {second}", buttons=(button,))
