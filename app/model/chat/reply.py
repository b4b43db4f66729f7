"""Reply addresses: where the answer to a request is sent."""

from typing import ClassVar, Literal

from msgspec import Struct

from app.model.plan import RepositoryRef


class SlackAddress(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="slack"):
    """A Slack channel and the person in it; without `user_id`, everybody in the channel.

    A command or button comes with a `response_url`, valid for 30 minutes, and a `trigger_id`, valid
    for 3 seconds. `message_ts` is the message whose button was pressed. `channel_name` is
    `directmessage` or `privategroup` unless the channel is public. `team_id` is the workspace of
    the request, `person_team_id` that of the person, which may be another in a shared channel.
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
    """A commit: an event caused the request, so the answer is shown as a check run."""

    provider: ClassVar[Literal["github"]] = "github"

    repository: RepositoryRef
    sha: str


class CommentAddress(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="comment"):
    """A pull request where somebody commented; the answer is one comment, edited in place.

    `comment_id` is their comment, written at `at` (epoch seconds). `key` identifies ours (see
    `PullComment`).
    """

    provider: ClassVar[Literal["github"]] = "github"

    repository: RepositoryRef
    number: int
    comment_id: int
    at: float
    key: str


ReplyAddress = SlackAddress | CommitAddress | CommentAddress
"""Any reply address; a record without one has nobody to answer."""
