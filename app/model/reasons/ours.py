"""Why we cannot use Slack or our store, and what a restart or a bug of ours interrupted."""

from typing import TypeVar

from msgspec import structs

from app.model.reasons.base import BaseReason

R = TypeVar("R", bound=BaseReason)


class _InChannel(BaseReason, frozen=True, kw_only=True):
    """We cannot post in `channel` (an id), a message about `deployment_id` if that is set."""

    channel: str = ""
    deployment_id: int | None = None
    environment: str = ""


class SlackNotInChannel(_InChannel, frozen=True, kw_only=True):
    """The bot is not a member of the channel."""


class SlackArchived(_InChannel, frozen=True, kw_only=True):
    """The channel is archived."""


def in_channel(
    reason: R, *, deployment_id: int, environment: str = "", channel: str = ""
) -> R | SlackNotInChannel | SlackArchived:
    """The reason with its deployment and channel filled in, if it is about a channel."""
    if isinstance(reason, SlackNotInChannel | SlackArchived):
        return structs.replace(
            reason, deployment_id=deployment_id, environment=environment, channel=channel
        )
    return reason


class SlackMessageGone(BaseReason, frozen=True, kw_only=True):
    """The message was deleted."""


class SlackMessageFixed(BaseReason, frozen=True, kw_only=True):
    """Slack no longer lets us edit the message.

    https://api.slack.com/methods/chat.update
    """


class SlackMissingScope(BaseReason, frozen=True, kw_only=True):
    """The Slack app lacks the OAuth scope `scope`."""

    scope: str = ""


class SlackTokenRevoked(BaseReason, frozen=True, kw_only=True):
    """Slack does not accept our token."""


class SlackRefused(BaseReason, frozen=True, kw_only=True):
    """Slack refuses with an error code, `message`, that we do not recognize."""

    message: str = ""


def closes_channel(reason: BaseReason) -> bool:
    """Whether nothing can be posted in the channel; other refusals concern one method only."""
    return isinstance(reason, SlackNotInChannel | SlackArchived | SlackTokenRevoked)


class SlackDown(BaseReason, frozen=True, kw_only=True):
    """Slack does not answer."""

    message: str = ""


class LocksLost(BaseReason, frozen=True, kw_only=True):
    """The store was lost, and with it the repository's locks and who wanted to hear of their end.

    `on_hold` are environments whose automatic deployments are paused after a rollback. Whether
    somebody had resumed them was lost as well.
    """

    repository: str
    on_hold: tuple[str, ...] = ()


class StoreDown(BaseReason, frozen=True, kw_only=True):
    """The store could not be written to, so nothing was done."""


class StoreTimeout(BaseReason, frozen=True, kw_only=True):
    """The store did not answer in time, so the request may or may not have been recorded."""


class Kept(BaseReason, frozen=True, kw_only=True):
    """A request is kept until a provider answers again; `typed` is empty if it was a button.

    `provider` is `github` or `ci`, `message` its last error. `retry_at` is set if it asked us to
    wait until then. We try until `until`; times are epoch seconds. `droppable`: the `cancel`
    command drops the request.
    """

    typed: str = ""
    provider: str = "github"
    message: str = ""
    retry_at: float | None = None
    until: float | None = None
    droppable: bool = False


class BrokenHere(BaseReason, frozen=True, kw_only=True):
    """A bug of ours stopped it; `id` is what to search for in the log.

    `too_large`: its record is larger than the store accepts. `deploying`: it is a deployment, whose
    pipeline may still be running.
    """

    id: str
    too_large: bool = False
    deploying: bool = False


class Restarted(BaseReason, frozen=True, kw_only=True):
    """We were restarted while working on a request.

    If `deployment_id` is set, the deployment was created and continues. Otherwise nothing was done
    for the slash command (`is_command`; `typed` is what followed it) or for the button `action`.
    """

    deployment_id: int | None = None
    is_command: bool = False
    typed: str = ""
    action: str = ""


OurReason = (
    SlackNotInChannel
    | SlackArchived
    | SlackMessageGone
    | SlackMessageFixed
    | SlackMissingScope
    | SlackTokenRevoked
    | SlackRefused
    | SlackDown
    | LocksLost
    | StoreDown
    | StoreTimeout
    | Kept
    | BrokenHere
    | Restarted
)
