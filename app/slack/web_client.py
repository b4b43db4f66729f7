"""slack-sdk's client, kept to Slack's own address."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient


class WebClient(AsyncWebClient):
    """Follows no redirect: what is sent holds our token or people's words, and is for Slack alone.

    An answer that redirects is then one that is not JSON, which is a failure like any other.
    """

    async def _request(
        self, *, http_verb: str, api_url: str, req_args: dict[str, Any]
    ) -> dict[str, Any]:
        sent = {**req_args, "allow_redirects": False}
        return await super()._request(http_verb=http_verb, api_url=api_url, req_args=sent)
