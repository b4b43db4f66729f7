"""Reads which scopes the bot's token has: each of Slack's answers names them in a header.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from app.observe import quiet_logger
from app.slack.refusals import FAILURES, failure
from app.slack.web_client import WebClient


async def granted_scopes(token: str, api_url: str) -> frozenset[str]:
    """The scopes of a token; empty if Slack does not name them. Raises `ProviderError`."""
    client = WebClient(
        token=token, base_url=api_url, retry_handlers=[], logger=quiet_logger("slack.scopes")
    )
    try:
        response = await client.auth_test()
    except FAILURES as error:
        raise failure(error) from error
    headers = {name.lower(): value for name, value in dict(response.headers).items()}
    named = str(headers.get("x-oauth-scopes", "")).split(",")
    return frozenset(scope.strip() for scope in named if scope.strip())
