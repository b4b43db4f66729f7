"""Reading the bodies of requests from unverified senders, in bounded memory and time."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from app.http.requests import LIMIT, RejectedRequest

BUDGET = 64 * 1024 * 1024
"""The most bytes that all bodies together may take before they are verified."""
KEPT = 16 * 1024 * 1024
"""Bytes of the budget that bodies over `LIMIT` cannot take, so that they block no command."""
PATIENCE = 10.0
"""Seconds from a request's headers to the end of its body."""
COME_BACK = 5
"""Seconds: what `Retry-After` says when the budget is used up."""


@dataclass(kw_only=True)
class Bodies:
    """Reads bodies for all entrances, which share one budget of memory.

    A body is refused, in this order, for being too large (413) or compressed (415), for lack of
    room (503), for being late (408), and for what `check` finds (401).
    """

    budget: int = BUDGET
    kept: int = KEPT
    patience: float = PATIENCE
    _held: int = 0
    _held_by_large: int = 0

    async def verified(
        self, request: web.Request, check: Callable[[bytes], None], *, limit: int
    ) -> bytes:
        """The body as it was sent, chunked or not, once `check` has accepted it.

        Its bytes count against the budget until `check` is done. Raises `RejectedRequest`.
        """
        announced = request.content_length or 0
        if announced > limit:
            raise RejectedRequest(413, "body too large")
        if "Content-Encoding" in request.headers:
            _refuse_compressed(request.headers.getall("Content-Encoding"))
        try:
            if request.content.is_eof():  # all of it is here already, as usual
                body = request.content.read_nowait()
                _within(len(body), limit)
                check(body)
                return body
            with self._share(large=announced > LIMIT) as share:
                body = await self._read(request, share, limit)
                check(body)
                return body
        except (web.RequestPayloadError, HttpProcessingError, ConnectionError) as error:
            raise RejectedRequest(400, "broken body") from error

    async def _read(self, request: web.Request, share: "_Share", limit: int) -> bytes:
        """The whole body in one buffer: a list of one-byte chunks would take forty times more."""
        body = bytearray()
        try:
            async with asyncio.timeout(self.patience):
                async for chunk in request.content.iter_any():
                    _within(len(body) + len(chunk), limit)
                    self._take(share, len(chunk))
                    body += chunk
        except TimeoutError as error:
            raise RejectedRequest(408, "body too late", close=True) from error
        return bytes(body)

    @contextmanager
    def _share(self, *, large: bool) -> Iterator["_Share"]:
        share = _Share(large=large)
        try:
            yield share
        finally:
            self._held -= share.size
            self._held_by_large -= share.size if share.large else 0

    def _take(self, share: "_Share", size: int) -> None:
        """Count `size` more bytes; raises `RejectedRequest` (503) if there is no room for them."""
        large = share.large or share.size + size > LIMIT
        for_large = size if share.large else share.size + size
        if self._held + size > self.budget or (
            large and self._held_by_large + for_large > self.budget - self.kept
        ):
            raise RejectedRequest(503, "too many bodies at once", retry_after=COME_BACK)
        self._held += size
        self._held_by_large += for_large if large else 0
        share.size, share.large = share.size + size, large


@dataclass(kw_only=True)
class _Share:
    """What one body takes of the budget; `large`: it is, or is announced as, over `LIMIT`."""

    large: bool
    size: int = 0


def _refuse_compressed(encodings: Iterable[str]) -> None:
    if any(value.strip().lower() not in {"", "identity"} for value in encodings):
        raise RejectedRequest(415, "compressed body")


def _within(size: int, limit: int) -> None:
    if size > limit:
        raise RejectedRequest(413, "body too large")
