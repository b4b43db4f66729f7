"""slack-sdk's client as we use it, and its errors as our own errors and reasons.

https://docs.slack.dev/reference/methods/chat.postMessage#errors
"""

from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from app.errors import ProviderError, RateLimited, Refused, Unavailable
from app.http.attempt import no_answer, passing_failure, retry_after
from app.model.reasons import Reason
from app.model.reasons.ours import (
    SlackArchived,
    SlackMessageFixed,
    SlackMessageGone,
    SlackMissingScope,
    SlackNotInChannel,
    SlackRefused,
    SlackTokenRevoked,
)

FAILURES = (SlackClientError, aiohttp.ClientError, OSError)
"""What slack-sdk raises if a call fails; a timeout is an `OSError`."""

REVOKED = "slack_token_revoked"
"""The name that `/readyz` reports for a token that Slack does not accept."""

_REFUSED: dict[str, Reason] = {
    **dict.fromkeys(
        (
            "not_in_channel",
            "channel_not_found",
            "method_not_supported_for_channel_type",
            "restricted_action_non_threadable_channel",
        ),
        SlackNotInChannel(),
    ),
    **dict.fromkeys(("is_archived", "is_inactive"), SlackArchived()),
    **dict.fromkeys(
        ("token_revoked", "token_expired", "invalid_auth", "account_inactive", "not_authed"),
        SlackTokenRevoked(),
    ),
    **dict.fromkeys(("message_not_found", "thread_not_found"), SlackMessageGone()),
    **dict.fromkeys(("edit_window_closed", "cant_update_message"), SlackMessageFixed()),
}
_PASSING = frozenset({"service_unavailable", "request_timeout", "internal_error", "fatal_error"})
"""Errors that pass; Slack's documentation says that part of the call may have succeeded."""
_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})


class WebClient(AsyncWebClient):
    """Follows no redirects: requests hold our token and people's words, which are for Slack alone.

    A redirect then counts as an answer that is not JSON, a failure like any other.
    """

    async def _request(
        self, *, http_verb: str, api_url: str, req_args: dict[str, Any]
    ) -> dict[str, Any]:
        sent = {**req_args, "allow_redirects": False}
        return await super()._request(http_verb=http_verb, api_url=api_url, req_args=sent)


def failure(error: Exception) -> ProviderError:
    """The error of ours for one that slack-sdk raised."""
    if isinstance(error, SlackApiError):
        return _answered(error)
    if isinstance(error, aiohttp.ClientError | OSError):
        return no_answer("slack", error, ambiguous=True)
    return Unavailable("slack", "an answer that is not a JSON object", ambiguous=True)


def _answered(error: SlackApiError) -> ProviderError:
    response: Any = error.response
    status = int(getattr(response, "status_code", getattr(response, "status", 0)))
    headers = getattr(response, "headers", {})
    failed = passing_failure("slack", status, headers, f"HTTP {status}", ambiguous=True)
    if failed is not None:
        return failed
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    if not isinstance(code, str):
        return Unavailable("slack", "an answer that is not JSON", status=status, ambiguous=True)
    if code in _LIMITED:
        wait = retry_after(headers.get("Retry-After"))
        return RateLimited("slack", code, status=status, retry_after=wait)
    if code in _PASSING:
        return Unavailable("slack", code, status=status, ambiguous=True)
    needed = data.get("needed") if isinstance(data, dict) else None
    return Refused("slack", _reason(code, needed), code, status=status)


def _reason(code: str, needed: object) -> Reason:
    if code == "missing_scope":
        return SlackMissingScope(scope=str(needed or ""))
    return _REFUSED.get(code) or SlackRefused(message=code)
