"""What all commands share: their protocol, and the project and person that an ask is about."""

from typing import ClassVar, Protocol

from msgspec import Struct, structs

from app.commands.parsing.grammar import Typed, Usage
from app.errors import UserError
from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.configuration.reading import InvalidConfig, parse_config
from app.lifecycle.planning.people.linked_people import with_slack_user
from app.lifecycle.requests.decision import Decision
from app.model.ask import Ask, Said
from app.model.chat.reply import CommentAddress, SlackAddress
from app.model.github.survey import Survey
from app.model.plan import Person
from app.model.project import Project
from app.model.reasons.binding import ChannelNotBound
from app.ports import Bindings


class Command(Protocol):
    """One command: its name, its usage as `help` shows it, and what it does."""

    name: ClassVar[str]
    usage: ClassVar[Usage]

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Decide what to do about the ask.

        Raises `UserError` for what the person must type differently, `ProviderError` and
        `StoreError`. It may run again for the same ask, so whatever it writes is idempotent.
        """
        ...


class Addresses(Struct, frozen=True, kw_only=True):
    """Addresses for the links in answers: GitHub's web pages, and our URL for the CI's webhook."""

    html: str
    ci_webhook: str


async def project_here(bindings: Bindings, ask: Ask) -> Project:
    """The project of the channel that the ask came from or, for a comment, of its repository.

    Raises `UserError` if there is none, or if GitHub denies us access to its repository.
    """
    if isinstance(ask.reply_to, CommentAddress):
        project = await bindings.project_of_repository(ask.reply_to.repository.id)
    else:
        project = await bindings.project_of_channel(slack_of(ask).channel_id)
    if project is None:
        raise UserError(ChannelNotBound())
    if project.problem:
        raise UserError(project.problem)
    return project


def config_of(survey: Survey) -> RepoConfig:
    """The repository's configuration. If it is invalid, `UserError` lists everything wrong."""
    try:
        return parse_config(survey.config)
    except InvalidConfig as error:
        raise UserError(*error.reasons) from error


async def person_of(bindings: Bindings, ask: Ask) -> Person:
    """Who typed or pressed it: with their GitHub login and Slack user if the two are linked."""
    by = said_of(ask).by
    if by.github_id is not None:
        return await with_slack_user(bindings, by)
    user = await bindings.user_of_slack(by.slack_userid) if by.slack_userid else None
    if user is None:
        return by
    return structs.replace(by, name=by.name or user.slack_username, login=user.github_username)


def said_of(ask: Ask) -> Said:
    """What was typed or pressed. Only asks from people run as commands, so there always is one."""
    assert ask.said is not None
    return ask.said


def slack_of(ask: Ask) -> SlackAddress:
    """The channel and person in Slack, for commands that can only be used there."""
    assert isinstance(ask.reply_to, SlackAddress)
    return ask.reply_to
