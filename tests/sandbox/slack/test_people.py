"""What Slack's stand-in sends to the bot, and what becomes of the answers."""

import asyncio
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
from sandbox.slack.requests.signing import signature


class Bot:
    """A bot that records requests and answers what it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.answer: Any = ""
        self.status = 200
        self.wait = 0.0
        app = web.Application()
        app.router.add_post("/slack/{kind}", self._take)
        self.server = Server(app)

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.got.append((request.match_info["kind"], dict(request.headers), body))
        await asyncio.sleep(self.wait)
        if isinstance(self.answer, str):
            return web.Response(text=self.answer, status=self.status)
        return web.json_response(self.answer, status=self.status)

    def form(self) -> dict[str, str]:
        """The fields of the last request."""
        return {name: value[0] for name, value in parse_qs(self.got[-1][2].decode()).items()}

    def payload(self) -> dict[str, Any]:
        """The payload of the last interaction."""
        return json.loads(self.form()["payload"])


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    """A running bot."""
    started = Bot()
    await started.server.start()
    yield started
    await started.server.stop()


@pytest.fixture
async def slack(bot: Bot) -> AsyncIterator[SlackStandIn]:
    """A running workspace whose app is that bot."""
    standin = SlackStandIn(bot_url=lambda: bot.server.url)
    standin.add_channel("deploys", bot=True)
    standin.add_channel("secret", private=True)
    await standin.start()
    yield standin
    await standin.stop()


async def post(url: str, **body: Any) -> tuple[int, str]:
    """Use a response_url."""
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return response.status, await response.text()


async def card(slack: SlackStandIn, **more: Any) -> None:
    """Post a message with a button and a select."""
    label = {"type": "plain_text", "text": "Retry"}
    option = {"text": {"type": "plain_text", "text": "octocat"}, "value": "1"}
    elements = [
        {"type": "button", "text": label, "action_id": "retry", "value": "812"},
        {"type": "static_select", "action_id": "claim", "options": [option]},
    ]
    blocks = [{"type": "actions", "elements": elements}]
    arguments = {"channel": "deploys", "text": "Card", "blocks": blocks} | more
    headers = {"Authorization": f"Bearer {slack.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{slack.api_url}chat.postMessage", json=arguments) as response,
    ):
        assert (await response.json())["ok"] is True


def test_the_signature_is_slack_s() -> None:
    """The example in Slack's documentation."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    secret, at = "8f742231b10e8888abcd99yyyzzz85a5", "1531420618"
    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert signature(secret, at, body) == expected


async def test_a_command_arrives_signed(slack: SlackStandIn, bot: Bot) -> None:
    """All fields, the signature over the raw body, a fresh timestamp; text as Slack escapes it."""
    answered = await slack.type_command("deploys", "dana", "/cimon deploy prod <x> & @sam")
    kind, headers, body = bot.got[0]
    form, at = bot.form(), headers["X-Slack-Request-Timestamp"]
    assert (kind, answered.status, answered.shown) == ("command", 200, None)
    assert headers["X-Slack-Signature"] == signature(slack.signing_secret, at, body)
    assert abs(time.time() - int(at)) < 5
    assert form["command"] == "/cimon"
    assert form["text"] == f"deploy prod &lt;x&gt; &amp; <@{slack.sam.id}|sam>"
    assert (form["channel_name"], form["user_id"]) == ("deploys", slack.dana.id)
    await slack.type_command("secret", "dana", 'lock prod "x"', smart_quotes=True)
    assert (bot.form()["channel_name"], bot.form()["text"]) == ("privategroup", "lock prod “x”")


async def test_the_answer_is_shown_to_the_person(slack: SlackStandIn, bot: Bot) -> None:
    """A JSON answer is ephemeral unless `in_channel`; a plain one too."""
    bot.answer = {"response_type": "ephemeral", "text": "Only you"}
    await slack.type_command("deploys", "dana", "help")
    bot.answer = "Plain"
    await slack.type_command("deploys", "dana", "help")
    bot.answer = {"response_type": "in_channel", "text": "Everyone"}
    await slack.type_command("deploys", "dana", "help")
    assert [one.text for one in slack.ephemerals("dana")] == ["Only you", "Plain"]
    assert slack.channel_texts("deploys") == ["Everyone"]


async def test_a_slow_or_failing_bot_is_shown_as_an_error(slack: SlackStandIn, bot: Bot) -> None:
    """Slackbot says `operation_timeout` or `dispatch_failed`; bad blocks are told as well."""
    slack.interactions.patience, bot.wait = 0.05, 0.2
    await slack.type_command("deploys", "dana", "help")
    slack.interactions.patience, bot.wait, bot.status = 3.0, 0.0, 500
    await slack.type_command("deploys", "dana", "help")
    bot.status, bot.answer = 200, {"blocks": [{"type": "nope"}]}
    await slack.type_command("deploys", "dana", "help")
    assert [one.text for one in slack.ephemerals("dana")] == [
        '/cimon failed with the error "operation_timeout"',
        '/cimon failed with the error "dispatch_failed"',
        '/cimon failed with the error "invalid_blocks"',
    ]


async def test_a_response_url_works_five_times(slack: SlackStandIn, bot: Bot) -> None:
    """Also where the bot is not; then it is used up."""
    await slack.type_command("secret", "sam", "list")
    url = bot.form()["response_url"]
    assert await post(url, text="One") == (200, "ok")
    assert await post(url, text="Two", response_type="in_channel") == (200, "ok")
    assert (await post(url, blocks=[{"type": "nope"}]))[0] == 400
    for _ in range(2):
        await post(url, text="More")
    status, body = await post(url, text="Six")
    assert (status, json.loads(body)) == (404, {"ok": False, "error": "used_url"})
    assert [one.text for one in slack.ephemerals("sam")] == ["One", "More", "More"]
    assert slack.channel_texts("secret") == ["Two"]


async def test_a_response_url_expires(slack: SlackStandIn, bot: Bot) -> None:
    """After thirty minutes; an invented one never worked."""
    await slack.type_command("deploys", "sam", "list")
    url = bot.form()["response_url"]
    slack.advance(30 * 60 + 1)
    assert json.loads((await post(url, text="Late"))[1])["error"] == "expired_url"
    assert (await post(f"{slack.url}/commands/T/1/x", text="x"))[0] == 404


async def test_a_button_is_pressed(slack: SlackStandIn, bot: Bot) -> None:
    """The payload is Slack's; its response_url can replace and delete the message."""
    await card(slack)
    message = slack.last_message("deploys")
    await slack.press("deploys", "sam", message, "retry")
    payload = bot.payload()
    (action,) = payload["actions"]
    assert payload["type"] == "block_actions"
    assert (action["action_id"], action["value"], action["type"]) == ("retry", "812", "button")
    assert payload["user"]["id"] == slack.sam.id
    assert payload["team"]["id"] == slack.workspace.team_id
    assert payload["message"]["ts"] == payload["container"]["message_ts"] == message.ts
    await post(payload["response_url"], text="Replaced", replace_original=True)
    assert slack.channel_texts("deploys") == ["Replaced"]
    await post(payload["response_url"], delete_original=True)
    assert slack.messages("deploys") == []


async def test_an_option_is_chosen(slack: SlackStandIn, bot: Bot) -> None:
    """From a select, named by its value; one that is not there cannot be chosen."""
    await card(slack)
    ts = slack.last_message("deploys").ts
    await slack.choose("deploys", "sam", ts, "claim", "1")
    assert bot.payload()["actions"][0]["selected_option"]["value"] == "1"
    with pytest.raises(LookupError):
        await slack.choose("deploys", "sam", ts, "claim", "2")
    with pytest.raises(LookupError):
        await slack.press("deploys", "sam", ts, "cancel")


async def test_a_button_in_an_ephemeral_or_an_attachment(slack: SlackStandIn, bot: Bot) -> None:
    """An ephemeral message is not in the payload; an attachment is named in the container."""
    await card(slack)
    blocks = slack.last_message("deploys").blocks
    bot.answer = {"text": "Who are you?", "blocks": blocks}
    shown = (await slack.type_command("deploys", "dana", "hello")).shown
    assert shown is not None
    await slack.press("deploys", "dana", shown, "retry")
    payload = bot.payload()
    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload
    await post(payload["response_url"], text="Done", replace_original=True)
    assert [one.text for one in slack.ephemerals("dana")] == ["Done"]
    await card(slack, blocks=None, attachments=[{"color": "#2eb67d", "blocks": blocks}])
    await slack.press("deploys", "dana", slack.last_message("deploys"), "retry")
    container = bot.payload()["container"]
    assert (container["type"], container["attachment_id"]) == ("message_attachment", 1)


async def test_a_form_opens_within_three_seconds_and_is_sent(slack: SlackStandIn, bot: Bot) -> None:
    """A trigger id is good once, for three seconds."""
    headers = {"Authorization": f"Bearer {slack.token}"}
    title = {"type": "plain_text", "text": "Deploy"}
    view = {"type": "modal", "title": title, "blocks": [{"type": "divider"}]}

    async def open_view(trigger: str) -> dict[str, Any]:
        body = {"trigger_id": trigger, "view": view}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(f"{slack.api_url}views.open", json=body) as response,
        ):
            return await response.json()

    await slack.type_command("deploys", "dana", "deploy")
    trigger = bot.form()["trigger_id"]
    opened = await open_view(trigger)
    assert opened["ok"] is True
    assert (await open_view(trigger))["error"] == "exchanged_trigger_id"
    await slack.submit_view("dana", opened["view"]["id"], {"env": {"pick": {"value": "x"}}})
    assert bot.payload()["view"]["state"]["values"] == {"env": {"pick": {"value": "x"}}}
    assert slack.workspace.views == {}
    await slack.type_command("deploys", "dana", "deploy")
    slack.advance(4)
    assert (await open_view(bot.form()["trigger_id"]))["error"] == "expired_trigger_id"


async def test_events_tell_what_happens(slack: SlackStandIn, bot: Bot) -> None:
    """Each event's name, in an envelope that names the team."""
    slack.deliverer.hold = True
    slack.invite_bot("secret")
    slack.rename("deploys", "ship-it")
    slack.rename("secret", "very-secret")
    slack.archive("very-secret")
    slack.archive("ship-it")
    slack.change_id("very-secret")
    slack.open_home("dana")
    slack.uninstall()
    slack.deliverer.release()
    await slack.settle()
    bodies = [json.loads(body) for _, _, body in bot.got]
    assert sorted(one["event"]["type"] for one in bodies) == [
        "app_home_opened",
        "app_uninstalled",
        "channel_archive",
        "channel_id_changed",
        "channel_rename",
        "group_archive",
        "group_rename",
        "member_joined_channel",
        "tokens_revoked",
    ]
    assert {one["team_id"] for one in bodies} == {slack.workspace.team_id}
    assert {one["type"] for one in bodies} == {"event_callback"}


async def test_an_event_comes_three_more_times(slack: SlackStandIn, bot: Bot) -> None:
    """With the number and the reason of the retry, the same event id, a fresh signature."""
    slack.events.retry_delays = (0.0, 0.0, 0.0)
    bot.status = 503
    slack.join("deploys", "sam")
    await slack.settle()
    retries = [headers.get("X-Slack-Retry-Num") for _, headers, _ in bot.got]
    assert retries == [None, "1", "2", "3"]
    assert bot.got[-1][1]["X-Slack-Retry-Reason"] == "http_error"
    assert len({json.loads(body)["event_id"] for _, _, body in bot.got}) == 1


async def test_the_address_is_verified_by_a_challenge(slack: SlackStandIn, bot: Bot) -> None:
    """The bot gets a challenge to echo."""
    slack.events.verify_url()
    await slack.settle()
    body = json.loads(bot.got[0][2])
    assert body["type"] == "url_verification"
    assert body["challenge"]
