"""Comments on pull requests that deploy: `/deploy` as their first line."""

import re
from dataclasses import dataclass
from datetime import datetime

from gidgethub.routing import Router
from gidgethub.sansio import Event
from msgspec import Struct

from app.github_app.api.shapes.rest import (
    Account,
    Anything,
    AppObject,
    EventPayload,
    epoch,
)
from app.lifecycle.requests.inbox import Inbox
from app.model.ask import Ask, AskKind, Said
from app.model.chat.reply import CommentAddress
from app.model.plan import Person
from app.ports import Clock

LONGEST = 1000
"""The most characters of a comment in which a command is looked for."""

_COMMAND = re.compile(r"/(deploy(?:[ \t][^\r\n]*)?)(?:\r?\n|$)")


class IssueFacts(Struct, frozen=True, gc=False):
    """An issue, or a pull request seen as one, which then has links in `pull_request`."""

    number: int
    pull_request: Anything | None = None


class CommentFacts(Struct, frozen=True, gc=False):
    """A comment."""

    id: int
    body: str | None = None
    user: Account | None = None
    created_at: datetime | None = None
    performed_via_github_app: AppObject | None = None


class CommentEvent(EventPayload, frozen=True, gc=False):
    """`issue_comment`.

    https://docs.github.com/en/webhooks/webhook-events-and-payloads#issue_comment
    """

    action: str
    issue: IssueFacts
    comment: CommentFacts


@dataclass(frozen=True)
class CommentEvents:
    """`issue_comment`."""

    inbox: Inbox
    clock: Clock

    def router(self) -> Router:
        """A router with the callbacks."""
        router = Router()
        router.add(self.commented, "issue_comment")
        return router

    async def commented(self, event: Event) -> None:
        """Record an ask for a person's new comment that has a command; others are ignored."""
        ask = comment_ask(event.data, at=self.clock.wall())
        if ask is not None:
            await self.inbox.add(ask)


def comment_ask(data: CommentEvent, *, at: float) -> Ask | None:
    """The ask for a comment that came `at` (epoch seconds); None if it has no command.

    Its id is made of the comment's, so that a redelivery is the same ask.
    """
    made = data.comment
    by, typed = made.user, _COMMAND.match((made.body or "")[:LONGEST])
    if data.action != "created" or data.issue.pull_request is None or typed is None:
        return None
    if by is None or by.type != "User" or made.performed_via_github_app is not None:
        return None
    repository = data.repository_ref
    request = f"comment:{data.issue.number}:{made.id}"
    return Ask(
        ask_id=request,
        kind=AskKind.COMMENT,
        asked_at=at,
        repository_id=repository.id,
        said=Said(by=Person(name=by.login, login=by.login, github_id=by.id), text=typed[1].strip()),
        reply_to=CommentAddress(
            repository=repository,
            number=data.issue.number,
            comment_id=made.id,
            at=epoch(made.created_at) or at,
            key=request,
        ),
    )
