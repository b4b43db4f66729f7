"""Checks of the tokens that an operator has set, for `doctor`."""

from app.observe import quiet_logger
from app.slack.web_api.client import FAILURES, WebClient, failure


async def granted_scopes(token: str, api_url: str) -> frozenset[str]:
    """The scopes of a token; empty if Slack does not name them. Raises `ProviderError`.

    Slack names them in a header of each answer:
    https://docs.slack.dev/authentication/installing-with-oauth
    """
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


async def try_socket(app_token: str, api_url: str) -> None:
    """Check the app token by asking Slack for a socket's address; raises `ProviderError`."""
    client = WebClient(base_url=api_url, retry_handlers=[], logger=quiet_logger("slack.socket"))
    try:
        await client.apps_connections_open(app_token=app_token)
    except FAILURES as error:
        raise failure(error) from error
