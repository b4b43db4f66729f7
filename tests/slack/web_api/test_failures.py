"""Slack failing, in every way it does."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest

from app.errors import ProviderError, RateLimited, Refused, Unavailable
from app.model.chat.card import Answer, Card
from app.model.reasons import Reason
from app.model.reasons.ours import SlackMissingScope
from app.service.serve import keep_identified
from app.slack.web_api.chat import SlackChat
from sandbox.slack.standin import SlackStandIn
from tests.elsewhere import elsewhere
from tests.slack.conftest import Client

CARD = Card(
    repository="acme/shop", deployment_id=812, state="pending", text="Waiting.", lines=("Waiting",)
)
JSON = {"Content-Type": "application/json"}
POST = "POST /api/chat.postMessage"


@pytest.fixture
def post(slack: SlackStandIn, chat: SlackChat) -> Callable[[], Awaitable[ProviderError]]:
    """Posts a card and gives the failure."""

    async def attempt() -> ProviderError:
        with pytest.raises(ProviderError) as caught:
            await chat.post_card(slack.workspace.channel("shop").id, CARD)
        return caught.value

    return attempt


Post = Callable[[], Awaitable[ProviderError]]


@pytest.mark.parametrize("status", [302, 307, 308])
async def test_a_redirect_is_not_followed(slack: SlackStandIn, post: Post, status: int) -> None:
    """No other host is sent our token, or what the message says."""
    async with elsewhere() as other:
        location = {"Location": f"{other.url}/api/chat.postMessage"}
        slack.faults.add(POST, status=status, headers=location)
        assert isinstance(await post(), Unavailable)
    assert other.heard == []


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("not_in_channel", "slack_not_in_channel"),
        ("channel_not_found", "slack_not_in_channel"),
        ("is_archived", "slack_archived"),
        ("missing_scope", "slack_missing_scope"),
        ("token_revoked", "slack_token_revoked"),
        ("token_expired", "slack_token_revoked"),
        ("invalid_auth", "slack_token_revoked"),
        ("account_inactive", "slack_token_revoked"),
        ("not_authed", "slack_token_revoked"),
        ("message_not_found", "slack_message_gone"),
        ("thread_not_found", "slack_message_gone"),
        ("restricted_action", "slack_refused"),
        ("invalid_blocks", "slack_refused"),
    ],
)
async def test_refused(
    slack: SlackStandIn, client: Client, post: Post, code: str, name: str
) -> None:
    """A lasting refusal has the name of the sentence that explains it."""
    slack.refuse("chat.postMessage", code)
    failure = await post()
    assert isinstance(failure, Refused)
    assert (failure.name, failure.message) == (name, code)
    assert client.problems == ({name} if name == "slack_token_revoked" else set())


@pytest.mark.parametrize("status", [200, 429])
async def test_rate_limited(slack: SlackStandIn, post: Post, status: int) -> None:
    """Too many messages: nothing was posted, and Slack says for how long to wait."""
    body = json.dumps({"ok": False, "error": "ratelimited"})
    slack.faults.add(POST, status=status, body=body, headers=JSON | {"Retry-After": "30"})
    failure = await post()
    assert isinstance(failure, RateLimited)
    assert (failure.retry_after, failure.ambiguous) == (30, False)
    assert len(slack.faults.made("chat.postMessage")) == 1


async def test_a_method_s_limit_is_found_out_once(slack: SlackStandIn, chat: SlackChat) -> None:
    """Of many who change messages one is refused; other methods are not touched."""
    channel = slack.workspace.channel("shop").id
    slack.limits.on = True
    slack.limits.a_minute["chat.update"] = 5
    card = Card(
        repository="acme/shop", deployment_id=812, state="success", text="Done.", lines=("Done",)
    )
    ts = await chat.post_card(channel, card)
    limited = 0
    for _ in range(30):
        try:
            await chat.update_card(channel, ts, card)
        except RateLimited:
            limited += 1
    assert limited == 25
    assert len(slack.faults.made("chat.update")) == 6
    await chat.reply(channel, ts, "Deployed.", outcome="success", broadcast=False)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503, "body": "<html>down</html>", "headers": {"Content-Type": "text/html"}},
        {"status": 500, "body": "", "headers": JSON},
        {"status_after": 502},
        {"status": 200, "body": "<html>hm</html>", "headers": {"Content-Type": "text/html"}},
        {"status": 200, "body": "not json", "headers": JSON},
        {"status": 200, "body": "[]", "headers": JSON},
        {"status": 200, "body": '["a"]', "headers": JSON},
        {"status": 200, "body": '"text"', "headers": JSON},
        {"status": 200, "body": "text", "headers": {"Content-Type": "text/plain"}},
        {"status": 200, "body": "zip", "headers": {"Content-Type": "application/gzip"}},
        {"status": 200, "body": '{"ok": true}', "headers": JSON},
        {"status": 200, "body": '{"ok": false}', "headers": JSON},
        {"status": 200, "body": '{"ok": false, "error": "fatal_error"}', "headers": JSON},
        {"status": 200, "body": '{"ok": false, "error": "internal_error"}', "headers": JSON},
        {"drop": "before"},
        {"drop": "after"},
        {"delay": 1.2},
        {"hold": 1.2},
    ],
)
async def test_unclear(
    slack: SlackStandIn, client: Client, post: Post, fault: dict[str, object]
) -> None:
    """Without a clear answer the message may be there; it is sent once all the same."""
    slack.faults.add(POST, **fault)
    failure = await post()
    assert isinstance(failure, Unavailable)
    assert not isinstance(failure, RateLimited)
    assert failure.ambiguous
    assert len(slack.faults.made("chat.postMessage")) == 1
    counted = client.metrics.registry.get_sample_value(
        "deploybot_provider_calls_total", {"provider": "slack", "call": "chat.postMessage"}
    )
    assert counted == 1


async def test_not_reached(slack: SlackStandIn, post: Post) -> None:
    """Where nobody listens nothing can have been posted."""
    await slack.server.stop()
    failure = await post()
    assert isinstance(failure, Unavailable)
    assert not failure.ambiguous


async def test_real_refusals(slack: SlackStandIn, chat: SlackChat, client: Client) -> None:
    """Slack's own reasons: a private channel, an archived one, a lost scope, a revoked token."""

    async def name(channel: str) -> tuple[str, Reason]:
        with pytest.raises(Refused) as caught:
            await chat.post_card(slack.workspace.channel(channel).id, CARD)
        return caught.value.name, caught.value.reason

    assert (await name("secret"))[0] == "slack_not_in_channel"
    slack.workspace.channel("elsewhere").is_archived = True
    assert (await name("elsewhere"))[0] == "slack_archived"
    slack.remove_scope("chat:write")
    assert await name("shop") == (
        "slack_missing_scope",
        SlackMissingScope(scope="chat:write"),
    )
    slack.revoke_token(told=False)
    assert (await name("shop"))[0] == "slack_token_revoked"
    assert client.problems == {"slack_token_revoked"}


async def test_a_token_that_is_taken_again(slack: SlackStandIn, client: Client, post: Post) -> None:
    """A refusal that did not last is no problem any more."""
    slack.refuse("chat.postMessage", "invalid_auth")
    await post()
    assert client.problems == {"slack_token_revoked"}
    await client.chat.post_card(slack.workspace.channel("shop").id, CARD)
    assert client.problems == set()


async def test_a_refused_token_is_asked_about_until_it_is_taken(
    slack: SlackStandIn, chat: SlackChat, client: Client, post: Post
) -> None:
    """A process that is not ready may get nothing to do that would show it."""
    slack.refuse("chat.postMessage", "invalid_auth")
    await post()
    assert client.problems == {"slack_token_revoked"}
    asking = asyncio.ensure_future(keep_identified(chat, client.problems, every=0.01))
    async with asyncio.timeout(10):
        while client.problems:
            await asyncio.sleep(0.01)
    asked = len(slack.faults.made("auth.test"))
    await asyncio.sleep(0.05)
    assert len(slack.faults.made("auth.test")) == asked  # all is well: nobody is asked
    asking.cancel()


async def test_gone(slack: SlackStandIn, chat: SlackChat) -> None:
    """A message that somebody deleted cannot be updated."""
    with pytest.raises(Refused) as caught:
        await chat.update_card(slack.workspace.channel("shop").id, "1700000000.000001", CARD)
    assert caught.value.name == "slack_message_gone"


async def test_not_deleted(slack: SlackStandIn, chat: SlackChat) -> None:
    """A message that may not be deleted is told; one that is gone is not."""
    channel = slack.workspace.channel("shop").id
    somebodys = slack.say("shop", "dana", "hello")
    with pytest.raises(Refused, match="cant_delete_message"):
        await chat.delete(channel, somebodys.ts)


async def test_thread_gone(slack: SlackStandIn, chat: SlackChat) -> None:
    """A thread that somebody deleted takes no reply."""
    channel = slack.workspace.channel("shop").id
    with pytest.raises(Refused) as caught:
        await chat.reply(channel, "1700000000.000001", "Done.", outcome="success", broadcast=False)
    assert caught.value.name == "slack_message_gone"


async def test_long_thread(slack: SlackStandIn, chat: SlackChat) -> None:
    """Each of many slow pages has a call's time for itself."""
    channel = slack.workspace.channel("shop").id
    card = Card(
        repository="acme/shop", deployment_id=812, state="success", text="Done.", lines=("Done",)
    )
    ts = await chat.post_card(channel, card)
    for number in range(900):
        slack.say("shop", "dana", f"message {number}", thread_ts=ts)
    await chat.reply(channel, ts, "It is live.", outcome="success", broadcast=False)
    slack.faults.add("conversations.replies", times=None, hold=0.22)
    assert await chat.replied(channel, ts, outcome="success")
    assert not await chat.replied(channel, ts, outcome="failure")


async def test_whisper_to_a_stranger(slack: SlackStandIn, chat: SlackChat) -> None:
    """Somebody who is not in the channel cannot be whispered to."""
    stranger = slack.add_user("eve", "Eve")
    with pytest.raises(Refused) as caught:
        await chat.whisper(slack.workspace.channel("shop").id, stranger.id, Answer(text="Hi"))
    assert caught.value.name == "slack_refused"
