"""Answers through a `response_url`: for 30 minutes, 5 times, also where the bot is not a member.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
import msgspec

from app.errors import Refused
from app.http.attempt import attempt, passing_failure
from app.model.chat.card import Answer
from app.model.reasons.ours import SlackRefused
from app.observe import Metrics
from app.slack.card import render_answer


@dataclass(frozen=True, kw_only=True)
class ResponseUrls:
    """Posts to Slack's own hosts, or that of `api_url`; one attempt, with `timeout` in seconds."""

    session: aiohttp.ClientSession
    api_url: str
    timeout: float
    metrics: Metrics

    async def answer(self, response_url: str, answer: Answer) -> None:
        """Post the answer; raises `Refused` if the address is not Slack's or no longer works.

        Raises `Unavailable` or `RateLimited` for failures that pass.
        """
        if not self._allowed(response_url):
            raise _useless("not an address of Slack's")
        body = {
            "response_type": "in_channel" if answer.in_channel else "ephemeral",
            "replace_original": answer.replace_original,
            **render_answer(answer),
        }
        with self.metrics.provider_call("slack", "response_url"):
            posted = await attempt(
                self.session,
                "POST",
                response_url,
                provider="slack",
                seconds=self.timeout,
                ambiguous=True,
                headers={"Content-Type": "application/json"},
                data=msgspec.json.encode(body),
            )
            said = posted.body[:300].decode("utf-8", "replace") or f"HTTP {posted.status}"
            failed = passing_failure("slack", posted.status, posted.headers, said, ambiguous=True)
            if failed is not None:
                raise failed
            if posted.status != 200:
                raise _useless(said, status=posted.status)

    def _allowed(self, url: str) -> bool:
        """Whether the address is Slack's: it came in a request, and must not lead elsewhere."""
        try:
            target, api = urlsplit(url), urlsplit(self.api_url)
            port = target.port
        except ValueError:
            return False
        host = target.hostname or ""
        if not host or target.username is not None or "\\" in url:
            return False
        slack = host.endswith(".slack.com") and port in {None, 443}
        if slack and target.scheme == "https":
            return True
        return host == api.hostname and target.scheme == api.scheme


def _useless(message: str, *, status: int | None = None) -> Refused:
    return Refused("slack", SlackRefused(message=message), message, status=status)
