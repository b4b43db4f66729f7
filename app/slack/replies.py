"""Answers through a command's `response_url`: no membership needed, 30 minutes, 5 times.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from app.errors import Refused
from app.model.card import Answer
from app.observe import Metrics
from app.slack.card import render_answer
from app.slack.refusals import failure, http_failure

EXPIRED = "slack_response_expired"


@dataclass(frozen=True, kw_only=True)
class ResponseUrls:
    """Answers to Slack's own hosts, or the host of `api_url`; one attempt in `timeout` seconds."""

    session: aiohttp.ClientSession
    api_url: str
    timeout: float
    metrics: Metrics

    async def answer(self, response_url: str, answer: Answer) -> None:
        """Post the answer; `Refused`: `slack_response_expired` when the address is of no use."""
        if not self._allowed(response_url):
            raise Refused("slack", EXPIRED, "not an address of Slack's")
        body = {
            "response_type": "in_channel" if answer.in_channel else "ephemeral",
            "replace_original": answer.replace_original,
            **render_answer(answer),
        }
        with self.metrics.provider_call("slack", "response_url"):
            status, text = await self._post(response_url, body)
            if status != 200:
                raise Refused("slack", EXPIRED, text or f"HTTP {status}", status=status)

    async def _post(self, url: str, body: dict[str, object]) -> tuple[int, str]:
        try:
            async with (
                asyncio.timeout(self.timeout),
                self.session.post(url, json=body, allow_redirects=False) as response,
            ):
                text = (await response.read())[:300].decode("utf-8", "replace")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise failure(error) from error
        failed = http_failure(response.status, response.headers)
        if failed is not None:
            raise failed
        return response.status, text

    def _allowed(self, url: str) -> bool:
        """Whether it is Slack's: the address arrived in a request and must not lead elsewhere."""
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
