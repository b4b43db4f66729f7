"""slack-sdk's client, which never sends our token to another address."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient


class WebClient(AsyncWebClient):
    """Follows no redirects: requests hold our token and people's words, which are for Slack alone.

    A redirect then counts as an answer that is not JSON, a failure like any other.
    """

    async def _request(
        self, *, http_verb: str, api_url: str, req_args: dict[str, Any]
    ) -> dict[str, Any]:
        sent = {**req_args, "allow_redirects": False}
        return await super()._request(http_verb=http_verb, api_url=api_url, req_args=sent)
