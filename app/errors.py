"""The errors that deploybot raises on purpose.

The cause is the user (`UserError`), a provider (`ProviderError`) or the store (`StoreError`).
Any other exception is a defect in deploybot.
"""

from typing import Literal

from app.model.reasons import Reason

Provider = Literal["github", "ci", "slack", "asana"]


class DeploybotError(Exception):
    """Base class of every error that deploybot raises on purpose."""


class UserError(DeploybotError):
    """A person asked for something that cannot be done; `reasons` says why, all at once.

    `of` is the name of the command, if the answer should say what was not done.
    """

    def __init__(self, *reasons: Reason, of: str = "") -> None:
        super().__init__(", ".join(reason.name for reason in reasons))
        self.reasons = reasons
        self.of = of


class ProviderError(DeploybotError):
    """A provider did not do what deploybot asked of it.

    `message` has the provider's own words (not escaped, at most 300 characters, no secrets),
    `status` the HTTP status of its answer, if there was one.
    """

    def __init__(self, provider: Provider, message: str, *, status: int | None = None) -> None:
        super().__init__(f"{provider}: {message}")
        self.provider = provider
        self.message = message[:300]
        self.status = status


class Unavailable(ProviderError):
    """A temporary failure (down, slow, 5xx or rate limited): trying again later may work.

    `retry_after` is how many seconds the provider asked us to wait, if it did. `ambiguous` means
    that the request may have been carried out: it timed out, the connection was lost after it
    was sent, or the answer was a 5xx.
    """

    def __init__(
        self,
        provider: Provider,
        message: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        ambiguous: bool = False,
    ) -> None:
        super().__init__(provider, message, status=status)
        self.retry_after = retry_after
        self.ambiguous = ambiguous


class RateLimited(Unavailable):
    """The provider asked us to wait; nothing was done."""


class Refused(ProviderError):
    """A permanent refusal: the same call would get the same answer again.

    `app/texts` explains `reason` to people.
    """

    def __init__(
        self,
        provider: Provider,
        reason: Reason,
        message: str,
        *,
        status: int | None = None,
    ) -> None:
        super().__init__(provider, message, status=status)
        self.reason = reason

    @property
    def name(self) -> str:
        """The name of the reason, for the log."""
        return self.reason.name


class StoreError(DeploybotError):
    """The store did not do what deploybot asked of it."""


class StoreUnavailable(StoreError):
    """The store is down, full, locked, read-only or throttled; certainly nothing was written."""


class StoreUnsure(StoreError):
    """The store did not answer in time: the write may or may not have been carried out."""


class Conflict(StoreError):
    """The record has changed since it was read (holder, version or owner); nothing was written."""


class ItemTooLarge(StoreError):
    """The record would be larger than 400 KB; nothing was written, and trying again is useless."""


class StoreInUse(StoreError):
    """Another process has the embedded store open; `pid` is that process, if it is known."""

    def __init__(self, pid: int | None) -> None:
        super().__init__(f"the store is in use by process {pid}")
        self.pid = pid
