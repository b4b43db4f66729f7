"""Slack's refusals, the store's, and what a restart of ours leaves behind."""

from typing import TypeVar

from msgspec import structs

from app.model.reasons.base import BaseReason

R = TypeVar("R", bound=BaseReason)


class _InChannel(BaseReason, frozen=True, kw_only=True):
    """A channel (its id) is closed to us; `deployment_id` says for which deployment that counts."""

    channel: str = ""
    deployment_id: int | None = None
    environment: str = ""


class SlackNotInChannel(_InChannel, frozen=True, kw_only=True):
    """We are no member of the channel."""


class SlackArchived(_InChannel, frozen=True, kw_only=True):
    """The channel is archived."""


def in_channel(
    reason: R, *, deployment_id: int, environment: str = "", channel: str = ""
) -> R | SlackNotInChannel | SlackArchived:
    """The reason with the deployment that it counts for, and its channel."""
    if isinstance(reason, SlackNotInChannel | SlackArchived):
        return structs.replace(
            reason, deployment_id=deployment_id, environment=environment, channel=channel
        )
    return reason


class SlackMessageGone(BaseReason, frozen=True, kw_only=True):
    """Somebody deleted the message."""


class SlackMessageFixed(BaseReason, frozen=True, kw_only=True):
    """Slack does not let us change the message any more."""


class SlackMissingScope(BaseReason, frozen=True, kw_only=True):
    """The Slack app lacks a scope."""

    scope: str = ""


class SlackTokenRevoked(BaseReason, frozen=True, kw_only=True):
    """Slack does not accept our token."""


class SlackRefused(BaseReason, frozen=True, kw_only=True):
    """Slack refuses in words that are not told apart."""

    message: str = ""


def closes_channel(reason: BaseReason) -> bool:
    """Whether nothing can be said in the channel; any other refusal is of one method alone."""
    return isinstance(reason, SlackNotInChannel | SlackArchived | SlackTokenRevoked)


class SlackDown(BaseReason, frozen=True, kw_only=True):
    """Slack does not answer."""

    message: str = ""


class LocksLost(BaseReason, frozen=True, kw_only=True):
    """The store was lost, and with it the repository's locks and who wanted to be told of them.

    `on_hold`: environments that a rollback holds; that somebody resumed them was lost as well.
    """

    repository: str
    on_hold: tuple[str, ...] = ()


class StoreDown(BaseReason, frozen=True, kw_only=True):
    """The store cannot be written; nothing was done."""


class StoreUnsure(BaseReason, frozen=True, kw_only=True):
    """The store did not answer in time; it may have been written."""


class Kept(BaseReason, frozen=True, kw_only=True):
    """What was `typed` (empty: a button was pressed) waits for a provider that does not answer.

    `provider` is `github` or `ci`, `message` its last words; with `retry_at` it asked us to wait
    until then. It is tried until `until`; times are epoch seconds. `droppable`: `cancel` drops it.
    """

    typed: str = ""
    provider: str = "github"
    message: str = ""
    retry_at: float | None = None
    until: float | None = None
    droppable: bool = False


class BrokenHere(BaseReason, frozen=True, kw_only=True):
    """A defect of ours stopped it; `id` is what to look for in the log.

    `too_large`: it holds more than the store takes. `deploying`: what was stopped is a
    deployment, whose pipeline may be running.
    """

    id: str
    too_large: bool = False
    deploying: bool = False


class Restarted(BaseReason, frozen=True, kw_only=True):
    """We were restarted in the middle of something.

    `deployment_id`: it was created, and goes on. Otherwise nothing was done of what was `typed`
    after the slash command (`is_command`), or of the button `action` that was pressed.
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
    | StoreUnsure
    | Kept
    | BrokenHere
    | Restarted
)
