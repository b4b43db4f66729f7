"""Socket Mode of Slack's stand-in, with Slack's own client."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SlackStandIn


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    """A running workspace with a channel."""
    standin = SlackStandIn()
    standin.add_channel("deploys", bot=True)
    await standin.start()
    yield standin
    await standin.stop()


async def test_commands_and_events_come_over_the_socket(slack: SlackStandIn) -> None:
    """A command is answered in the acknowledgement; an event is acknowledged."""
    got: list[tuple[str, dict[str, Any]]] = []
    arrived = asyncio.Event()

    async def take(client: SocketModeClient, request: SocketModeRequest) -> None:
        got.append((request.type, request.payload))
        answer = {"text": "Hello"} if request.type == "slash_commands" else None
        response = SocketModeResponse(envelope_id=request.envelope_id, payload=answer)
        await client.send_socket_mode_response(response)
        if request.type == "events_api":
            arrived.set()

    web_client = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
    client = SocketModeClient(app_token=slack.access.app_token, web_client=web_client)
    client.socket_mode_request_listeners.append(take)
    await client.connect()
    answered = await slack.type_command("deploys", "dana", "help")
    slack.join("deploys", "sam")
    await asyncio.wait_for(arrived.wait(), 60)
    await slack.settle()
    await client.close()
    assert answered.shown is not None
    assert answered.shown.text == "Hello"
    assert [kind for kind, _ in got] == ["slash_commands", "events_api"]
    assert got[1][1]["event"]["type"] == "member_joined_channel"


async def test_only_the_app_token_connects(slack: SlackStandIn) -> None:
    """The bot's token is refused, and an invented ticket too."""
    client = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await client.apps_connections_open(app_token=slack.token)
    assert slack.sockets.connected is False
