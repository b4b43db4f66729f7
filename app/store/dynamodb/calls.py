"""Calls DynamoDB: bounds each call's time, waits while it throttles, gives each failure a type.

A write whose answer was lost may have been carried out, even if botocore's second attempt then
fails to connect. Such a failure is `StoreUnsure`, never `StoreUnavailable`.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from aiobotocore.config import AioConfig  # type: ignore[import-untyped] # ships no types
from aiobotocore.session import get_session  # type: ignore[import-untyped] # ships no types
from botocore.exceptions import (  # type: ignore[import-untyped] # ships no types
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ParamValidationError,
    ProxyConnectionError,
)

from app.errors import Conflict, ItemTooLarge, StoreError, StoreUnavailable, StoreUnsure
from app.store.codec import Attributes
from app.store.dynamodb.values import from_item

Client = Any
"""aiobotocore's client for DynamoDB; untyped, because its methods are made at run time."""

Response = dict[str, Any]

_THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_THROTTLED_REASONS = frozenset(
    {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
)
_NOT_SENT = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError)


class ConditionFailed(Conflict):
    """A write's condition did not hold.

    `old` has an entry for each operation: the stored item ({} if there is none) if that
    operation's condition failed, else None.
    """

    def __init__(self, old: list[Attributes | None]) -> None:
        super().__init__("another process came first")
        self.old = old


class PathMissing(StoreError):
    """An update sets an entry of a map that the item does not have; nothing was written."""


@dataclass
class _Attempts:
    """What is known about the attempts at one call.

    `sending`: a request has been sent and not answered yet. `unsure`: an earlier one may have
    been carried out although it failed.
    """

    sending: bool = False
    unsure: bool = False


_attempts: ContextVar[_Attempts | None] = ContextVar("dynamodb_attempts", default=None)


def connect(region: str, lease_seconds: float | None) -> AbstractAsyncContextManager[Client]:
    """Make a client, configured by the AWS SDK's usual variables; the first call connects.

    The timeouts are chosen so that both attempts at a call take at most a quarter of a lease.
    Without `lease_seconds` (for calls that no lease depends on, such as creating tables) each
    attempt may take 40 seconds.
    """
    share = 20.0 if lease_seconds is None else min(1.0, lease_seconds / 20)
    config = AioConfig(
        connect_timeout=0.5 * share,
        read_timeout=1.5 * share,
        retries={"mode": "standard", "total_max_attempts": 2},
        max_pool_connections=64,
    )
    client: AbstractAsyncContextManager[Client] = get_session().create_client(
        "dynamodb", region_name=region, config=config
    )
    return client


@dataclass
class Patience:
    """Growing pauses between attempts, with jitter: from 25 ms to `longest` seconds.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
    `last` is the time on the event loop's clock after which no attempt begins; it is early
    enough that the last attempt has time to end.
    """

    last: float
    longest: float
    jitter: random.Random
    next: float = 0.025

    async def pause(self, why: str) -> None:
        """Wait, or raise `StoreUnavailable(why)` if no time is left."""
        wait = self.next * self.jitter.uniform(0.5, 1.0)
        if asyncio.get_running_loop().time() + wait > self.last:
            raise StoreUnavailable(why)
        await asyncio.sleep(wait)
        self.next = min(self.next * 2, self.longest)


@dataclass(frozen=True)
class Calls:
    """Calls through one client, on the tables whose names begin with `prefix`.

    `budget` is the most seconds that a call may take with all its attempts.
    """

    client: Client
    prefix: str
    budget: float
    jitter: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self.client.meta.events.register("before-send.dynamodb", _before_attempt)
        self.client.meta.events.register("needs-retry.dynamodb", _after_attempt)

    def table(self, word: str) -> str:
        """A table's full name, with the prefix."""
        return f"{self.prefix}{word}"

    async def read(self, operation: str, **request: Any) -> Response:
        """Make a call that writes nothing; raises `StoreUnavailable`."""
        return await self._call(operation, request, _Attempts())

    async def pages(self, operation: str, **request: Any) -> AsyncIterator[Response]:
        """The pages of a query or scan, one after the other; raises `StoreUnavailable`."""
        while True:
            page = await self.read(operation, **request)
            yield page
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    async def write(self, operation: str, **request: Any) -> Response:
        """Make a call that writes; raises `ConditionFailed` and every other `StoreError`."""
        return await self._write(operation, request, _Attempts())

    async def intake(self, operation: str, **request: Any) -> Response:
        """Like `write`, but if the caller is cancelled, raise a `StoreError` instead.

        `StoreUnavailable`: nothing was written. `StoreUnsure`: it may have been written.
        """
        attempts = _Attempts()
        try:
            return await self._write(operation, request, attempts)
        except asyncio.CancelledError:
            if attempts.unsure or attempts.sending:
                raise StoreUnsure("the deadline passed before the answer") from None
            raise StoreUnavailable("the deadline passed while DynamoDB throttled") from None

    async def _write(
        self, operation: str, request: dict[str, Any], attempts: _Attempts
    ) -> Response:
        try:
            return await self._call(operation, request, attempts)
        except StoreUnavailable as error:
            if attempts.unsure:
                raise StoreUnsure(str(error)) from error
            raise

    async def _call(self, operation: str, request: dict[str, Any], attempts: _Attempts) -> Response:
        token = _attempts.set(attempts)
        try:
            async with asyncio.timeout(self.budget):
                return await self._until_admitted(operation, request)
        except TimeoutError as error:
            attempts.unsure |= attempts.sending
            raise StoreUnavailable(f"{operation}: no answer in {self.budget:g} s") from error
        except ParamValidationError:
            raise
        except BotoCoreError as error:
            raise StoreUnavailable(f"{operation}: {type(error).__name__}") from error
        finally:
            _attempts.reset(token)

    def patience(self) -> "Patience":
        """The pauses between attempts at a call that begins now."""
        last = asyncio.get_running_loop().time() + self.budget * 0.6
        return Patience(last=last, longest=self.budget / 4, jitter=self.jitter)

    async def _until_admitted(self, operation: str, request: dict[str, Any]) -> Response:
        """Call again while DynamoDB throttles."""
        patience = self.patience()
        while True:
            try:
                return await getattr(self.client, operation)(**request)  # type: ignore[no-any-return] # untyped client
            except ClientError as error:
                if not _throttled(error):
                    raise _store_error(operation, error) from error
                throttled = error
            await patience.pause(f"{operation}: throttled: {throttled}")


def _before_attempt(**_: Any) -> None:
    """Note that a request is being sent; botocore calls this before each attempt."""
    attempts = _attempts.get()
    if attempts is not None:
        attempts.sending = True


def _after_attempt(
    response: tuple[Any, Any] | None, caught_exception: Exception | None, **_: Any
) -> None:
    """Note whether an attempt that failed may have been carried out; botocore calls this."""
    attempts = _attempts.get()
    if attempts is None:
        return
    attempts.sending = False
    if caught_exception is not None:
        attempts.unsure |= not isinstance(caught_exception, _NOT_SENT)
    elif response is not None:
        attempts.unsure |= response[0].status_code >= 500


def _throttled(error: ClientError) -> bool:
    code = error.response["Error"]["Code"]
    if code != "TransactionCanceledException":
        return code in _THROTTLED
    codes = {reason.get("Code") for reason in _reasons(error)} - {"None"}
    return bool(codes) and codes <= _THROTTLED_REASONS


def _store_error(operation: str, error: ClientError) -> StoreError:
    code = error.response["Error"]["Code"]
    message = error.response["Error"].get("Message", "")
    if code == "ConditionalCheckFailedException":
        item = error.response.get("Item")
        return ConditionFailed([from_item(item) if item else {}])
    reasons = _reasons(error) if code == "TransactionCanceledException" else []
    if any(reason.get("Code") == "ConditionalCheckFailed" for reason in reasons):
        return ConditionFailed([_old(reason) for reason in reasons])
    text = " ".join((message, *(reason.get("Message") or "" for reason in reasons)))
    if "exceeded the maximum allowed size" in text:
        return ItemTooLarge(text)
    if code == "ResourceNotFoundException":
        text += " (`deploybot create-tables` creates the tables)"
    if "document path" in text:
        return PathMissing(text)
    return StoreUnavailable(f"{operation}: {code}: {text}")


def _reasons(error: ClientError) -> list[dict[str, Any]]:
    return list(error.response.get("CancellationReasons", []))


def _old(reason: dict[str, Any]) -> Attributes | None:
    if reason.get("Code") != "ConditionalCheckFailed":
        return None
    item = reason.get("Item")
    return from_item(item) if item else {}
