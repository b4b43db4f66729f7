"""`/deploy` in a comment on a pull request, run for the comment's author on GitHub."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from msgspec import structs

from app.commands.command import said_of
from app.commands.parsing.grammar import Grammar, Typed
from app.errors import Refused, UserError
from app.lifecycle.planning.people.who_may import WhoMay
from app.lifecycle.planning.targets.refs import pasted
from app.lifecycle.requests.decision import Confirm, Create, Decision, Later, Nothing, Reply
from app.model.ask import Ask
from app.model.chat.reply import CommentAddress
from app.model.plan import Plan
from app.ports import Bindings, GitHub
from app.texts.replies.comments import (
    as_typed_here,
    ask_in_slack,
    name_the_commit,
    only_writers,
    too_late,
)
from app.texts.replies.refusals import refusal

LATE = 1800.0
"""Seconds after which a comment is too old to deploy from; both times are by GitHub's clock."""

SEEN = "seen"
"""Key of an ask's body: we have reacted to the comment, so that its author knows we saw it."""


@dataclass(frozen=True, kw_only=True)
class CommentCommands:
    """Decides asks that come from comments. A comment has no buttons: questions go to Slack."""

    bindings: Bindings
    github: GitHub
    who_may: WhoMay
    grammar: Grammar
    deploy: Callable[[Ask, Typed], Awaitable[Decision]]

    async def decide(self, ask: Ask) -> Decision:
        """Decide what to do about a comment; raises `Unavailable` and `StoreError`."""
        place = ask.reply_to
        assert isinstance(place, CommentAddress)
        project = await self.bindings.project_of_repository(place.repository.id)
        if project is None or project.problem:
            return Nothing()
        try:
            if not ask.body.get(SEEN):
                return await self._seen(ask, place)
            return await self._decided(ask, place)
        except Refused as error:
            return Reply(answer=refusal(error.reason))
        except UserError as error:
            return Reply(answer=as_typed_here(refusal(*error.reasons, of=error.of)))

    async def _seen(self, ask: Ask, place: CommentAddress) -> Decision:
        """React to the comment, and note that on the ask; people who may not push are refused."""
        if not await self.who_may.may_push(place.repository, said_of(ask).by):
            return Reply(answer=only_writers(place.repository.full_name))
        seen_at: float | None = None
        try:
            seen_at = await self.github.react(place.repository, place.comment_id)
        except Refused as error:
            if error.status != HTTPStatus.NOT_FOUND:  # a deleted comment is still run
                raise
        if (seen_at or place.at) - place.at > LATE:
            return Reply(answer=too_late())
        return Later(seconds=0.0, body={**ask.body, SEEN: True})

    async def _decided(self, ask: Ask, place: CommentAddress) -> Decision:
        typed = self.grammar.parse(said_of(ask).text)
        if len(typed.args) == 1:
            head = f"pull/{place.number}/head"
            typed = structs.replace(typed, args=(*typed.args, head))
        decision = await self.deploy(ask, typed)
        match decision:
            case Create(plan=plan) if _of_a_fork(plan) and not _named(typed, plan):
                return Reply(answer=name_the_commit(plan.environment, plan.sha))
            case Confirm(question=question, plan=Plan() as plan):
                return Reply(answer=ask_in_slack(question, plan))
            case _:
                return decision


def _named(typed: Typed, plan: Plan) -> bool:
    """Whether a commit SHA was typed, rather than a name that may point elsewhere by now."""
    ref = pasted((*typed.args, "", "")[1], plan.repository.full_name)
    return bool(ref) and plan.sha.startswith(ref.lower())


def _of_a_fork(plan: Plan) -> bool:
    """Whether the pull request comes from a fork, which is deployed by commit, not by branch."""
    return plan.ref == plan.sha
