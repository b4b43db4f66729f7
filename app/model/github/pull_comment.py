"""A comment of ours on a pull request, which is edited in place."""

from msgspec import Struct


class PullComment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What it says now, in Markdown, and how it is found again.

    `key` (no blanks) tells it from our others on the pull request `number`; it is no older than
    `since` (epoch seconds). `order`: one that was written for a greater one is left as it is,
    unless this is the `last` word. `comment_id` is the comment, where that is known; without
    `searched` there is none yet for certain.
    """

    number: int
    key: str
    body: str
    since: float = 0.0
    order: int = 0
    last: bool = False
    comment_id: int | None = None
    searched: bool = True
