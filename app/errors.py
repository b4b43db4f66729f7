"""The ways a call can fail, as the rest of deploybot tells them apart.

A failure is the user's mistake (`UserError`), a provider's (`ProviderError`)
or the store's (`StoreError`). Anything else that is raised is a defect of ours.
"""

from typing import Literal

from app.model.reasons import Reason

Provider = Literal["github", "ci", "slack", "asana"]


class DeploybotError(Exception):
    """Base of everything deploybot raises on purpose."""


class UserError(DeploybotError):
    """A person asked for something that cannot be done; `reasons` are all there are.

    `of` is the command that they stopped, where what it did not do is to be said.
    """

    def __init__(self, *reasons: Reason, of: str = "") -> None:
        super().__init__(", ".join(reason.name for reason in reasons))
        self.reasons = reasons
        self.of = of


class ProviderError(DeploybotError):
    """A provider did not do what it was asked.

    `message` is the provider's own words (not escaped, at most 300 characters, no secrets);
    `status` its HTTP status, where there was one.
    """

    def __init__(self, provider: Provider, message: str, *, status: int | None = None) -> None:
        super().__init__(f"{provider}: {message}")
        self.provider = provider
        self.message = message[:300]
        self.status = status


class Unavailable(ProviderError):
    """A passing failure: down, slow, 5xx or rate limited. Look again later.

    `retry_after` is in seconds, where the provider said so. `ambiguous` is true when the
    request may have been carried out: the connection was lost after it was sent, it timed
    out, or the answer was a 5xx.
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
    """A lasting refusal: repeating the same call gives the same answer.

    `reason` is what `app/texts` explains to a person, `name` its name.
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
    """The store did not do what it was asked."""


class StoreUnavailable(StoreError):
    """Nothing was written, for certain: down, full, locked, read-only or throttled."""


class StoreUnsure(StoreError):
    """No answer in time: the write may or may not have happened."""


class Conflict(StoreError):
    """A condition failed: another holder, version or owner came first. Nothing was written."""


class ItemTooLarge(StoreError):
    """The record would be larger than 400 KB; nothing was written, and no repetition mends it."""


class StoreInUse(StoreError):
    """Another process has the embedded store; `pid` is the process, where known."""

    def __init__(self, pid: int | None) -> None:
        super().__init__(f"the store is in use by process {pid}")
        self.pid = pid
