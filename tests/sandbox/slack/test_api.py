"""The Web API of Slack's stand-in."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.slack import SlackStandIn


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    """A running workspace: the bot is in #deploys only."""
    standin = SlackStandIn()
    standin.add_channel("deploys", bot=True)
    standin.add_channel("general")
    standin.add_channel("secret", private=True)
    await standin.start()
    yield standin
    await standin.stop()


async def call(slack: SlackStandIn, method: str, **arguments: Any) -> dict[str, Any]:
    """Call a method with a JSON body."""
    headers = {"Authorization": f"Bearer {arguments.pop('token', slack.token)}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{slack.api_url}{method}", json=arguments) as response,
    ):
        assert response.status in {200, 429}
        return await response.json() | {"retry": response.headers.get("Retry-After")}


def channel(slack: SlackStandIn, name: str = "deploys") -> str:
    """A channel's id."""
    return slack.workspace.channel(name).id


async def test_auth_test_and_its_refusals(slack: SlackStandIn) -> None:
    """The team and the bot; a wrong, absent or revoked token is an error in a 200."""
    body = await call(slack, "auth.test")
    assert (body["team_id"], body["bot_id"]) == (slack.workspace.team_id, slack.workspace.bot_id)
    assert (await call(slack, "auth.test", token="xoxb-wrong"))["error"] == "invalid_auth"
    assert (await call(slack, "auth.test", token=""))["error"] == "not_authed"
    slack.revoke_token(told=False)
    assert (await call(slack, "auth.test"))["error"] == "token_revoked"
    assert (await call(slack, "no.such"))["error"] == "unknown_method"


async def test_a_missing_scope_is_named(slack: SlackStandIn) -> None:
    """What is needed, and what there is."""
    slack.remove_scope("chat:write")
    body = await call(slack, "chat.postMessage", channel=channel(slack), text="Hi")
    assert (body["error"], body["needed"]) == ("missing_scope", "chat:write")
    assert "commands" in body["provided"]


async def test_forms_are_understood_like_json(slack: SlackStandIn) -> None:
    """Blocks and metadata as strings, the token as a field."""
    metadata = {"event_type": "deploybot_deployment", "event_payload": {"deployment_id": 1}}
    form = {
        "token": slack.token,
        "channel": "#deploys",
        "blocks": json.dumps([{"type": "divider"}]),
        "metadata": json.dumps(metadata),
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.api_url}chat.postMessage", data=form) as response,
    ):
        body = await response.json()
    assert body["ok"] is True
    assert slack.last_message("deploys").metadata == metadata


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"blocks": "[{"}, "invalid_blocks_format"),
        ({"attachments": [{"blocks": [{"type": "nope"}]}]}, "invalid_attachments"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        ({"text": "x", "thread_ts": "1700000000.000001"}, "thread_not_found"),
        ({"text": "x", "thread_ts": "yesterday"}, "invalid_thread_ts"),
        ({"text": "x", "channel": "C0NONE"}, "channel_not_found"),
        ({"text": "x", "channel": "secret"}, "channel_not_found"),
        ({"text": "x", "channel": ""}, "invalid_arguments"),
    ],
)
async def test_a_message_is_refused(slack: SlackStandIn, arguments: dict, error: str) -> None:
    """Each with Slack's word, and nothing posted."""
    body = await call(slack, "chat.postMessage", **{"channel": channel(slack), **arguments})
    assert body["error"] == error
    assert slack.messages("deploys") == []


async def test_bad_blocks_say_what_is_wrong(slack: SlackStandIn) -> None:
    """The messages are in `response_metadata`."""
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}]
    body = await call(slack, "chat.postMessage", channel=channel(slack), blocks=blocks)
    assert body["response_metadata"]["messages"] == [
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]"
    ]


async def test_where_the_bot_may_write(slack: SlackStandIn) -> None:
    """A public channel without joining by scope; an archived one never."""
    outside = channel(slack, "general")
    assert (await call(slack, "chat.postMessage", channel=outside, text="Hi"))["ok"] is True
    slack.remove_scope("chat:write.public")
    body = await call(slack, "chat.postMessage", channel=outside, text="Hi")
    assert body["error"] == "not_in_channel"
    assert (await call(slack, "conversations.join", channel=outside))["ok"] is True
    assert (await call(slack, "chat.postMessage", channel=outside, text="Hi"))["ok"] is True
    slack.workspace.channel("general").is_archived = True
    body = await call(slack, "chat.postMessage", channel=outside, text="Hi")
    assert body["error"] == "is_archived"


async def test_an_update_keeps_metadata_and_notifies_nobody(slack: SlackStandIn) -> None:
    """Only a new message's mentions notify."""
    metadata = {"event_type": "deploybot_deployment", "event_payload": {"state": "pending"}}
    text, where = f"<@{slack.dana.id}> asked", channel(slack)
    posted = await call(slack, "chat.postMessage", channel=where, text=text, metadata=metadata)
    both = f"<@{slack.dana.id}> and <@{slack.sam.id}>"
    await call(slack, "chat.update", channel=where, ts=posted["ts"], text=both)
    message = slack.last_message("deploys")
    assert (message.text, message.metadata) == (both, metadata)
    assert message.edits[0]["text"] == text
    assert slack.notified("dana") == [posted["ts"]]
    assert slack.notified("sam") == []


async def test_an_update_is_refused(slack: SlackStandIn) -> None:
    """No such message, somebody else's, a channel by name."""
    theirs = slack.say("deploys", "sam", "Hello").ts
    update = {"ts": theirs, "text": "x"}
    where = channel(slack)
    assert (await call(slack, "chat.update", channel=where, **update))["error"] == (
        "cant_update_message"
    )
    assert (await call(slack, "chat.update", channel="deploys", **update))["error"] == (
        "channel_not_found"
    )
    gone = await call(slack, "chat.update", channel=where, ts="1700000000.000001", text="x")
    assert gone["error"] == "message_not_found"


async def test_a_deleted_message_is_gone(slack: SlackStandIn) -> None:
    """A second deletion finds nothing; somebody else's cannot be deleted."""
    where = channel(slack)
    posted = await call(slack, "chat.postMessage", channel=where, text="Hi")
    assert (await call(slack, "chat.delete", channel=where, ts=posted["ts"]))["ok"] is True
    again = await call(slack, "chat.delete", channel=where, ts=posted["ts"])
    assert again["error"] == "message_not_found"


async def test_ephemerals_reach_members_only(slack: SlackStandIn) -> None:
    """Only in channels where both are."""
    arguments = {"user": slack.dana.id, "text": "Only you"}
    body = await call(slack, "chat.postEphemeral", channel=channel(slack), **arguments)
    assert body["message_ts"] == slack.ephemerals("dana")[0].ts
    outside = await call(
        slack, "chat.postEphemeral", channel=channel(slack, "general"), **arguments
    )
    assert outside["error"] == "not_in_channel"
    slack.workspace.channel("deploys").members.remove(slack.dana.id)
    absent = await call(slack, "chat.postEphemeral", channel=channel(slack), **arguments)
    assert absent["error"] == "user_not_in_channel"


async def test_history_tells_metadata_only_when_asked(slack: SlackStandIn) -> None:
    """Without `include_all_metadata` only the event type comes."""
    metadata = {"event_type": "deploybot_deployment", "event_payload": {"deployment_id": 1}}
    where = channel(slack)
    await call(slack, "chat.postMessage", channel=where, text="Card", metadata=metadata)
    plain = await call(slack, "conversations.history", channel=where)
    assert plain["messages"][0]["metadata"] == {"event_type": "deploybot_deployment"}
    full = await call(slack, "conversations.history", channel=where, include_all_metadata=True)
    assert full["messages"][0]["metadata"] == metadata
    assert full["messages"][0]["bot_id"] == slack.workspace.bot_id


async def test_history_is_paged_and_bounded(slack: SlackStandIn) -> None:
    """Newest first, after `oldest`; on it only with `inclusive`; replies stay in the thread."""
    sent = [slack.say("deploys", "sam", str(n)) for n in range(5)]
    slack.say("deploys", "sam", "in the thread", thread_ts=sent[0].ts)
    where, texts = channel(slack), []
    cursor = ""
    while True:
        body = await call(slack, "conversations.history", channel=where, limit=2, cursor=cursor)
        texts += [one["text"] for one in body["messages"]]
        if not body["has_more"]:
            break
        cursor = body["response_metadata"]["next_cursor"]
    assert texts == ["4", "3", "2", "1", "0"]
    after = {"channel": where, "oldest": sent[3].ts}
    body = await call(slack, "conversations.history", **after)
    assert [one["text"] for one in body["messages"]] == ["4"]
    body = await call(slack, "conversations.history", **after, inclusive=True)
    assert [one["text"] for one in body["messages"]] == ["4", "3"]
    thread = await call(slack, "conversations.replies", channel=where, ts=sent[0].ts)
    assert [one["text"] for one in thread["messages"]] == ["0", "in the thread"]
    assert thread["messages"][0]["reply_count"] == 1
    outside = await call(slack, "conversations.history", channel=channel(slack, "general"))
    assert outside["error"] == "not_in_channel"


async def test_a_broadcast_reply_is_in_both_places(slack: SlackStandIn) -> None:
    """In the thread, and in the channel's history."""
    where = channel(slack)
    card = await call(slack, "chat.postMessage", channel=where, text="Card")
    reply = {"channel": where, "thread_ts": card["ts"], "text": "Failed"}
    await call(slack, "chat.postMessage", **reply, reply_broadcast=True)
    body = await call(slack, "conversations.history", channel=where)
    assert [one["text"] for one in body["messages"]] == ["Failed", "Card"]
    assert body["messages"][0]["subtype"] == "thread_broadcast"


async def test_channels_are_described_and_joined(slack: SlackStandIn) -> None:
    """Private ones are neither seen nor joined from outside; once inside they cannot be joined."""
    info = await call(slack, "conversations.info", channel=channel(slack, "general"))
    assert (info["channel"]["name"], info["channel"]["is_member"]) == ("general", False)
    hidden = channel(slack, "secret")
    for method in ("conversations.info", "conversations.join", "conversations.members"):
        assert (await call(slack, method, channel=hidden))["error"] == "channel_not_found"
    slack.workspace.channel("secret").members.append(slack.workspace.bot.id)
    body = await call(slack, "conversations.join", channel=hidden)
    assert body["error"] == "method_not_supported_for_channel_type"
    assert (await call(slack, "conversations.members", channel=hidden))["members"]
    slack.remove_scope("groups:read")
    assert (await call(slack, "conversations.info", channel=hidden))["needed"] == "groups:read"


async def test_people_direct_messages_and_links(slack: SlackStandIn) -> None:
    """Users by id and in a list; a direct message notifies; a message has an address."""
    body = await call(slack, "users.info", user=slack.dana.id)
    assert body["user"]["real_name"] == slack.dana.real_name
    assert (await call(slack, "users.info", user="U0NONE"))["error"] == "user_not_found"
    names = [one["name"] for one in (await call(slack, "users.list"))["members"]]
    assert {"dana", "sam", "deploybot"} <= set(names)
    opened = await call(slack, "conversations.open", users=slack.sam.id)
    direct = opened["channel"]["id"]
    assert direct.startswith("D")
    posted = await call(slack, "chat.postMessage", channel=direct, text="Hi")
    assert slack.notified("sam") == [posted["ts"]]
    link = await call(slack, "chat.getPermalink", channel=direct, message_ts=posted["ts"])
    assert link["permalink"].endswith(f"/p{posted['ts'].replace('.', '')}")


async def test_the_rate_is_limited_when_switched_on(slack: SlackStandIn) -> None:
    """One message a second a channel, else 429 with `Retry-After`."""
    slack.strict_rate = True
    arguments = {"channel": channel(slack), "text": "Hi"}
    assert (await call(slack, "chat.postMessage", **arguments))["ok"] is True
    body = await call(slack, "chat.postMessage", **arguments)
    assert (body["error"], body["retry"]) == ("ratelimited", "1")


async def test_a_method_can_be_made_to_refuse(slack: SlackStandIn) -> None:
    """The next call gets the error; the one after works again."""
    slack.refuse("chat.postMessage", "fatal_error")
    arguments = {"channel": channel(slack), "text": "Hi"}
    assert (await call(slack, "chat.postMessage", **arguments))["error"] == "fatal_error"
    assert (await call(slack, "chat.postMessage", **arguments))["ok"] is True


async def test_changes_are_announced(slack: SlackStandIn) -> None:
    """Post, update and deletion, for the page."""
    kinds: list[str] = []
    slack.on_change.append(lambda kind, _: kinds.append(kind))
    where = channel(slack)
    posted = await call(slack, "chat.postMessage", channel=where, text="Hi")
    await call(slack, "chat.update", channel=where, ts=posted["ts"], text="Ho")
    await call(slack, "chat.delete", channel=where, ts=posted["ts"])
    assert kinds == ["slack.message", "slack.update", "slack.delete"]
    assert slack.overview()["channels"][0]["name"] == "deploys"
