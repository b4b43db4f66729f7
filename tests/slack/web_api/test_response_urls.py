"""Answers through `response_url`."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import TraceRequestStartParams
from yarl import URL

from app.errors import RateLimited, Refused, Unavailable
from app.model.chat.card import Answer
from app.model.chat.reply import SlackAddress
from app.observe import Metrics
from app.slack.web_api.chat import SlackChat
from app.slack.web_api.response_urls import ResponseUrls
from sandbox.slack.standin import SlackStandIn

ANSWER = Answer(text="Deployment 812 is on its way.", lines=("More.",))


def request(response_url: str) -> SlackAddress:
    """A command that is answered there."""
    return SlackAddress(channel_id="C1", user_id="U1", response_url=response_url)


@dataclass
class Offline:
    """A client whose calls are noted and go nowhere."""

    answers: ResponseUrls
    called: list[URL]


@pytest.fixture
async def offline() -> AsyncIterator[Offline]:
    """A client of the API at `https://slack.example`."""
    called: list[URL] = []

    async def stop(_session: object, _context: object, call: TraceRequestStartParams) -> None:
        called.append(call.url)
        raise aiohttp.ClientConnectionError("this test calls nobody")

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(stop)
    async with aiohttp.ClientSession(trace_configs=[trace]) as session:
        answers = ResponseUrls(
            session=session,
            api_url="https://slack.example/api/",
            timeout=0.5,
            metrics=Metrics(),
        )
        yield Offline(answers=answers, called=called)


@pytest.fixture
def response_url(slack: SlackStandIn) -> str:
    """A fresh address for a command of Dana's in a channel that the bot is not in."""
    return slack.response_urls.new(slack.workspace.channel("elsewhere").id, slack.dana.id)


async def test_ephemeral(slack: SlackStandIn, chat: SlackChat, response_url: str) -> None:
    """An answer is for the person alone, also where the bot is no member."""
    await chat.answer(request(response_url), ANSWER)
    [message] = slack.ephemerals("dana")
    assert message.text == "Deployment 812 is on its way.\nMore."
    assert slack.messages("elsewhere") == []


async def test_in_channel(slack: SlackStandIn, chat: SlackChat, response_url: str) -> None:
    """What concerns the team is for everyone."""
    await chat.answer(request(response_url), Answer(text="Bound.", in_channel=True))
    assert slack.channel_texts("elsewhere") == ["Bound."]


async def test_replace(slack: SlackStandIn, chat: SlackChat) -> None:
    """An answer to a button may stand in place of the message with the button."""
    channel = slack.workspace.channel("shop").id
    ts = await chat.say(channel, Answer(text="Who are you?"))
    original = slack.last_message("shop")
    url = slack.response_urls.new(channel, slack.dana.id, original)
    await chat.answer(request(url), Answer(text="You are octocat.", replace_original=True))
    assert [(one.ts, one.text) for one in slack.messages("shop")] == [(ts, "You are octocat.")]


async def test_used_up(chat: SlackChat, response_url: str) -> None:
    """Five answers; the sixth is refused by name, so that another way is taken."""
    for _ in range(5):
        await chat.answer(request(response_url), ANSWER)
    with pytest.raises(Refused, match="used_url") as caught:
        await chat.answer(request(response_url), ANSWER)
    assert caught.value.name == "slack_refused"


async def test_no_address(chat: SlackChat) -> None:
    """A request without an address is answered another way."""
    with pytest.raises(Refused) as caught:
        await chat.answer(request(""), ANSWER)
    assert caught.value.name == "slack_refused"


async def test_expired(slack: SlackStandIn, chat: SlackChat, response_url: str) -> None:
    """After thirty minutes the address is of no use."""
    slack.advance(1801)
    with pytest.raises(Refused, match="expired_url") as caught:
        await chat.answer(request(response_url), ANSWER)
    assert caught.value.name == "slack_refused"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://hooks.slack.com/commands/T/1/a",
        "https://hooks.slack.com.evil.example/commands",
        "https://evilslack.com/commands",
        "http://slack.example/commands/1",
        "https://slack.com@evil.example/commands",
        "https://hooks.slack.com@evil.example/",
        "https://evil.example\\.slack.com/",
        "https://evil.example#.slack.com/",
        "https://hooks.slack.com:8443/commands",
        "https://hooks.slack.com:port/commands",
        "https://127.0.0.1/commands",
        "http://localhost/commands",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "//hooks.slack.com/x",
    ],
)
async def test_not_slack(offline: Offline, url: str) -> None:
    """No address but Slack's own is ever called."""
    with pytest.raises(Refused) as caught:
        await offline.answers.answer(url, ANSWER)
    assert caught.value.name == "slack_refused"
    assert offline.called == []


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/commands/T0ACME/1/abc",
        "https://acme.slack.com/commands/1",
        "https://hooks.slack.com:443/x",
        "https://slack.example/commands/1",
    ],
)
async def test_slack(offline: Offline, url: str) -> None:
    """Slack's own hosts are, and the host of the API."""
    with pytest.raises(Unavailable):
        await offline.answers.answer(url, ANSWER)
    assert offline.called == [URL(url)]


async def test_redirect(slack: SlackStandIn, chat: SlackChat, response_url: str) -> None:
    """A redirect is not followed."""
    slack.faults.add("/commands/", status=302, headers={"Location": f"{slack.url}/api/auth.test"})
    with pytest.raises(Refused):
        await chat.answer(request(response_url), ANSWER)
    assert slack.faults.made("auth.test") == []


@pytest.mark.parametrize(
    ("fault", "kind", "ambiguous"),
    [
        ({"status": 429, "headers": {"Retry-After": "7"}}, RateLimited, False),
        ({"status": 503}, Unavailable, True),
        ({"drop": "after"}, Unavailable, True),
        ({"hold": 1.2}, Unavailable, True),
    ],
)
async def test_failures(
    slack: SlackStandIn,
    chat: SlackChat,
    response_url: str,
    fault: dict[str, object],
    kind: type[Unavailable],
    ambiguous: bool,
) -> None:
    """One attempt; a passing failure is told as such."""
    slack.faults.add("/commands/", **fault)
    with pytest.raises(kind) as caught:
        await chat.answer(request(response_url), ANSWER)
    assert caught.value.ambiguous is ambiguous
    assert len(slack.faults.made("/commands/")) == 1


async def test_body_is_json(slack: SlackStandIn, chat: SlackChat, response_url: str) -> None:
    """What is sent says where it goes and that it replaces nothing."""
    await chat.answer(request(response_url), ANSWER)
    [call] = slack.faults.made("/commands/")
    sent = json.loads(call.body)
    assert (sent["response_type"], sent["replace_original"]) == ("ephemeral", False)
