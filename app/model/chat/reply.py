"""Where an answer goes: who asked, and by which way they can be told."""

from typing import ClassVar, Literal

from msgspec import Struct

from app.model.plan import RepositoryRef


class SlackAddress(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="slack"):
    """A place in Slack, and the person there; without `user_id`, everybody in the channel.

    `response_url` and `trigger_id` come with a command or a button and live for 30 minutes and
    3 seconds; `message_ts` is the message on which a button was pressed. `channel_name` is
    `directmessage` or `privategroup` outside public channels. `team_id` is the request's workspace,
    `person_team_id` the person's own, which may be another's in a shared channel.
    https://docs.slack.dev/interactivity/handling-user-interaction
    """

    provider: ClassVar[Literal["slack"]] = "slack"

    channel_id: str
    user_id: str = ""
    team_id: str = ""
    person_team_id: str = ""
    enterprise_id: str = ""
    channel_name: str = ""
    response_url: str = ""
    trigger_id: str = ""
    message_ts: str = ""


class CommitAddress(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="commit"):
    """A commit, where nobody is waiting in a chat: what is said stands on it as a check run."""

    provider: ClassVar[Literal["github"]] = "github"

    repository: RepositoryRef
    sha: str


class CommentAddress(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="comment"):
    """A pull request where somebody commented; what is said is one comment, edited in place.

    `comment_id` is theirs, from `at` (epoch seconds); `key` names ours (see `PullComment`).
    """

    provider: ClassVar[Literal["github"]] = "github"

    repository: RepositoryRef
    number: int
    comment_id: int
    at: float
    key: str


ReplyAddress = SlackAddress | CommitAddress | CommentAddress
"""Every kind of address; a record without one has nobody to be told."""
