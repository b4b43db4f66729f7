"""Slack's stand-in is as strict as Slack: edits, guests, Enterprise Grid, limits, clocks."""

import email.utils
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web

from sandbox.core.server import Server
from sandbox.slack import SlackStandIn

BUTTON = {
    "type": "actions",
    "elements": [
        {
            "type": "button",
            "text": {"type": "plain_text", "text": "Retry"},
            "action_id": "retry",
            "value": "812",
        }
    ],
}
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Deploy"},
    "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "Hello"}}],
}


@pytest.fixture
def got() -> list[tuple[dict[str, str], str]]:
    """What reached the bot: headers and body."""
    return []


@pytest.fixture
async def slack(got: list[tuple[dict[str, str], str]]) -> AsyncIterator[SlackStandIn]:
    """A workspace whose bot is in #deploys and answers 200 to everything."""

    async def take(request: web.Request) -> web.Response:
        got.append((dict(request.headers), await request.text()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/slack/{kind}", take)
    server = Server(app)
    await server.start()
    standin = SlackStandIn(bot_url=lambda: server.url)
    standin.add_channel("deploys", bot=True)
    await standin.start()
    yield standin
    await standin.stop()
    await server.stop()


async def call(slack: SlackStandIn, method: str, **arguments: Any) -> tuple[Any, dict[str, Any]]:
    """Call a method; the answer's headers and body."""
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {slack.token}"}) as session,
        session.post(f"{slack.api_url}{method}", json=arguments) as response,
    ):
        return response.headers, await response.json()


async def posted(slack: SlackStandIn) -> dict[str, str]:
    """A message of ours, as `chat.update` names it."""
    _, body = await call(slack, "chat.postMessage", channel="deploys", text="Hi", blocks=[BUTTON])
    return {"channel": body["channel"], "ts": body["ts"]}


async def update(slack: SlackStandIn, message: dict[str, str]) -> str:
    """Change a message; the error, or nothing."""
    return (await call(slack, "chat.update", **message, text="Changed"))[1].get("error", "")


async def test_what_cannot_be_edited(slack: SlackStandIn) -> None:
    """One that is locked, one that is too old, one in an archived channel."""
    message, other = await posted(slack), await posted(slack)
    slack.last_message("deploys").locked = True
    assert [await update(slack, one) for one in (message, other)] == ["", "cant_update_message"]
    slack.workspace.edit_window = 60
    assert await update(slack, message) == ""
    slack.advance(61)
    assert await update(slack, message) == "edit_window_closed"
    slack.archive("deploys")
    assert await update(slack, message) == "is_inactive"


async def test_guests_and_strangers_are_told_apart(slack: SlackStandIn) -> None:
    """By `users.info`; a member has `is_stranger` not at all."""
    people = [
        slack.add_user("guest", "G", is_restricted=True),
        slack.add_user("single", "S", is_restricted=True, is_ultra_restricted=True),
        slack.add_user("other", "O", is_stranger=True),
        slack.dana,
    ]
    told = [(await call(slack, "users.info", user=one.id))[1]["user"] for one in people]
    assert [
        (one["is_restricted"], one["is_ultra_restricted"], one.get("is_stranger")) for one in told
    ] == [(True, False, None), (True, True, None), (False, False, True), (False, False, None)]


async def test_an_enterprise_grid_names_no_team(
    slack: SlackStandIn, got: list[tuple[dict[str, str], str]]
) -> None:
    """A press has `team: null` and the organization, an event's authorization likewise."""
    slack.workspace.enterprise_id = "E0ACME"
    assert (await call(slack, "auth.test"))[1]["enterprise_id"] == "E0ACME"
    message = await posted(slack)
    await slack.press("deploys", "dana", message["ts"], "retry")
    payload = json.loads(parse_qs(got[-1][1])["payload"][0])
    assert (payload["team"], payload["enterprise"]["id"]) == (None, "E0ACME")
    assert payload["user"]["team_id"] == slack.workspace.team_id
    await slack.type_command("deploys", "dana", "help")
    form = parse_qs(got[-1][1])
    assert (form["enterprise_id"], form["is_enterprise_install"]) == (["E0ACME"], ["true"])
    slack.open_home("dana")
    await slack.settle()
    event = json.loads(got[-1][1])
    assert event["enterprise_id"] == "E0ACME"
    assert event["authorizations"][0]["team_id"] is None


async def test_a_method_has_a_limit_in_the_whole_workspace(slack: SlackStandIn) -> None:
    """With the switch: `chat.update` 50 times a minute, whatever the channel; others go on."""
    message = await posted(slack)
    assert [await update(slack, message) for _ in range(51)] == [""] * 51
    slack.limits.on = True
    assert [await update(slack, message) for _ in range(50)] == [""] * 50
    headers, body = await call(slack, "chat.update", **message, text="Once more")
    assert (body["error"], 50 < int(headers["Retry-After"]) <= 61) == ("ratelimited", True)
    assert (await call(slack, "users.info", user=slack.dana.id))[1]["ok"] is True


async def test_a_command_can_open_a_form(
    slack: SlackStandIn, got: list[tuple[dict[str, str], str]]
) -> None:
    """Its `trigger_id` is good for one form, within three seconds."""
    await slack.type_command("deploys", "dana", "deploy")
    trigger = parse_qs(got[-1][1])["trigger_id"][0]
    assert (await call(slack, "views.open", trigger_id=trigger, view=MODAL))[1]["ok"] is True
    again = await call(slack, "views.open", trigger_id=trigger, view=MODAL)
    assert again[1]["error"] == "exchanged_trigger_id"
    await slack.type_command("deploys", "dana", "deploy")
    slack.advance(4)
    late = parse_qs(got[-1][1])["trigger_id"][0]
    answer = await call(slack, "views.open", trigger_id=late, view=MODAL)
    assert answer[1]["error"] == "expired_trigger_id"


async def test_a_command_can_get_lost(
    slack: SlackStandIn, got: list[tuple[dict[str, str], str]]
) -> None:
    """Nobody sends it again: the person sees that nothing answered in time."""
    slack.interactions.patience = 0.05
    slack.deliverer.lose = 1
    answered = await slack.type_command("deploys", "dana", "deploy production")
    assert (answered.error, got) == ("operation_timeout", [])
    assert "operation_timeout" in slack.ephemerals("dana")[-1].text
    (sent,) = slack.deliverer.log
    assert (sent.event, sent.lost) == ("/cimon deploy production", True)
    await slack.type_command("deploys", "dana", "deploy production")
    assert len(got) == 1


async def test_the_clock_may_be_wrong(
    slack: SlackStandIn, got: list[tuple[dict[str, str], str]]
) -> None:
    """The `Date` header, messages' ts and the signature's time are Slack's own."""
    slack.clock.ahead = 7200
    headers, body = await call(slack, "chat.postMessage", channel="deploys", text="Hi")
    date = email.utils.parsedate_to_datetime(headers["Date"]).timestamp()
    await slack.type_command("deploys", "dana", "help")
    signed = int(got[-1][0]["X-Slack-Request-Timestamp"])
    for told in (date, float(body["ts"]), signed):
        assert told - time.time() == pytest.approx(7200, abs=5)
