"""What every command has in common."""

from typing import ClassVar, Protocol

from msgspec import Struct

from app.commands.parsing.grammar import Typed
from app.errors import UserMistake
from app.lifecycle.planning.user_errors import mistake
from app.lifecycle.requests.decision import Decision
from app.model.ask import Ask, ChatRequest
from app.model.plan import Person
from app.model.project import Project
from app.ports import Bindings


class Usage(Struct, frozen=True):
    """How a command is typed, after the slash command, and what it does (plain)."""

    typed: str
    does: str


class Command(Protocol):
    """One command: its name, its usage for `help`, and what it decides."""

    name: ClassVar[str]
    usage: ClassVar[Usage]

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Decide; raises `UserMistake`, `ProviderError` and `StoreError`."""
        ...


class Links(Struct, frozen=True, kw_only=True):
    """Addresses that answers show: GitHub's pages, and our entrance for CircleCI's webhook."""

    html: str
    circleci_webhook: str


async def project_here(bindings: Bindings, chat: ChatRequest) -> Project:
    """The channel's project; raises `UserMistake` without one, or while GitHub is closed to it."""
    project = await bindings.project_of_channel(chat.channel_id)
    if project is None:
        raise mistake("channel_not_bound")
    if project.problem:
        raise closed(project)
    return project


def closed(project: Project) -> UserMistake:
    """Why GitHub is closed to us for this project."""
    return mistake(
        project.problem,
        repository=project.repository,
        owner=project.repository.partition("/")[0],
    )


async def person_of(bindings: Bindings, chat: ChatRequest) -> Person:
    """Who typed or pressed, with their GitHub login where they are linked."""
    user = await bindings.user_of_slack(chat.user_id)
    return Person(
        name=chat.user_name or (user.slack_username if user else ""),
        slack_userid=chat.user_id,
        login=user.github_username if user else None,
    )


def chat_of(ask: Ask) -> ChatRequest:
    """The request behind a command or button; only asks of a chat are run as commands."""
    assert ask.chat is not None
    return ask.chat
