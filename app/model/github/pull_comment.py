"""A comment of ours on a pull request, which is edited in place."""

from msgspec import Struct


class PullComment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the comment should show (`body`, Markdown), and how to find it again.

    `key` (without spaces) tells it from our other comments on the pull request `number`. It was
    written at `since` (epoch seconds) or later. A comment that shows a higher `order` is left as it
    is, unless this is the `last` update. `comment_id` is the comment's id, if known. If it is not,
    the comment is searched for, unless `searched` is false: then there is certainly none yet.
    """

    number: int
    key: str
    body: str
    since: float = 0.0
    order: int = 0
    last: bool = False
    comment_id: int | None = None
    searched: bool = True
