"""Comments on pull requests, and reactions to them.

https://docs.github.com/en/rest/issues/comments
https://docs.github.com/en/rest/reactions/reactions
"""

import re
from datetime import UTC, datetime
from functools import partial

from msgspec import Struct

from app.github_app.api.access import SKEW, Access, in_time, path_of
from app.github_app.api.shapes.rest import Account, epoch
from app.github_app.client.connection import Connection
from app.model.github.commit import PullComment
from app.model.plan import RepositoryRef

_COMMENTS = "/repos/{owner}/{repo}/issues/{number}/comments"
_PAGE = "/repos/{owner}/{repo}/issues/{number}/comments{?per_page,since}"
_COMMENT = "/repos/{owner}/{repo}/issues/comments/{id}"
_REACTIONS = "/repos/{owner}/{repo}/issues/comments/{id}/reactions"
_MARK = re.compile(r"<!-- deploybot:(\S+) ([0-9]+) -->\s*$")


class CommentObject(Struct, frozen=True):
    """A comment."""

    id: int
    body: str | None = None
    user: Account | None = None


class _Made(Struct, frozen=True):
    """The comment or reaction that was written."""

    id: int
    created_at: datetime | None = None


class Comments(Access):
    """Writes comments, each with a hidden mark by which it is found again."""

    @in_time
    async def react(self, ref: RepositoryRef, comment_id: int) -> float | None:
        """Add the reaction `eyes` to a comment; returns when that was (GitHub's epoch seconds).

        Repeating it changes nothing.
        """

        async def post(connection: Connection, ref: RepositoryRef) -> float | None:
            path = {**path_of(ref.full_name), "id": str(comment_id)}
            made = await connection.write(_REACTIONS, path, {"content": "eyes"}, _Made)
            return epoch(made.created_at)

        return await self.run_on(ref, post)

    @in_time
    async def show_comment(self, ref: RepositoryRef, comment: PullComment) -> int | None:
        """Create or update a comment; returns its id, or None if it shows something newer already.

        Raises `Refused` with status 404 if the comment of `comment_id` has been deleted.
        """
        bot = (await self.identity()).bot
        return await self.run_on(ref, partial(_show, comment, bot))


async def _show(
    comment: PullComment, bot: str, connection: Connection, ref: RepositoryRef
) -> int | None:
    path = path_of(ref.full_name)
    number, order = comment.comment_id, 0
    if number is None and comment.searched:
        number, order = await _found(comment, bot, connection, path)
    if order > comment.order and not comment.last:
        return None
    body = {"body": marked(comment, max(order, comment.order))}
    if number is not None:
        return (await connection.change(_COMMENT, {**path, "id": str(number)}, body, _Made)).id
    to = {**path, "number": str(comment.number)}
    return (await connection.write(_COMMENTS, to, body, _Made)).id


async def _found(
    comment: PullComment, bot: str, connection: Connection, path: dict[str, str]
) -> tuple[int | None, int]:
    """The id of our first comment with that key, and the `order` in its mark."""
    query = {**path, "number": str(comment.number), "per_page": "100"}
    if comment.since:
        since = datetime.fromtimestamp(max(0.0, comment.since - SKEW), UTC)
        query["since"] = since.strftime("%Y-%m-%dT%H:%M:%SZ")
    for one in await connection.pages(_PAGE, query, CommentObject):
        mark = _MARK.search(one.body or "")
        ours = one.user is not None and (one.user.login, one.user.type) == (bot, "Bot")
        if ours and mark is not None and mark[1] == comment.key:
            return one.id, int(mark[2])
    return None, 0


def marked(comment: PullComment, order: int) -> str:
    """The text that is sent: the comment's own, and a mark that GitHub does not show."""
    return f"{comment.body}\n\n<!-- deploybot:{comment.key} {order} -->"
