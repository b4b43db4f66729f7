"""`SlackChat` against Slack: what arrives in the channel."""

import time
from typing import Any

import pytest

from app.errors import Refused
from app.model.chat.card import Answer, Button, Card, CardSearch
from app.model.chat.workspace import Workspace
from app.ports import Chat
from app.slack.web_api.chat import MOST_PAGES, SlackChat
from sandbox.slack.standin import SlackStandIn

CARD = Card(
    repository="acme/shop",
    deployment_id=812,
    state="in_progress",
    text="Deploying v1.4.0 to production, requested by Dana.",
    lines=("*production* · Deploying · requested by Dana", "`v1.4.0` · `3f9c2d1`"),
    color="running",
    buttons=(Button(label="Cancel", action="cancel", value="812"),),
)
DONE = Card(
    repository="acme/shop",
    deployment_id=812,
    state="success",
    text="Deployed.",
    lines=("*production* · Deployed",),
    color="good",
)


def metadata(deployment_id: int, state: str, repository: str = "acme/shop") -> dict[str, Any]:
    """What a live message carries, as the design has it."""
    return {
        "event_type": "deploybot_deployment",
        "event_payload": {
            "repository": repository,
            "deployment_id": deployment_id,
            "state": state,
        },
    }


@pytest.fixture
def channel(slack: SlackStandIn) -> str:
    """The id of the channel that the bot is in."""
    return slack.workspace.channel("shop").id


def test_is_a_chat(chat: SlackChat) -> None:
    """It has the methods that the lifecycle calls (mypy compares their types)."""
    as_port: Chat = chat
    assert as_port is chat


async def test_workspace(slack: SlackStandIn, chat: SlackChat) -> None:
    """Our workspace is asked for once."""
    assert chat.workspace is None
    ours = Workspace(team_id=slack.workspace.team_id)
    assert [await chat.our_workspace(), await chat.our_workspace(), chat.workspace] == [ours] * 3
    assert await chat.bot_user() == slack.workspace.bot.id
    assert len(slack.faults.made("auth.test")) == 1


async def test_card(slack: SlackStandIn, chat: SlackChat, channel: str) -> None:
    """The live message is one message, changed in place, with true metadata."""
    ts = await chat.post_card(channel, CARD)
    [message] = slack.messages("shop")
    assert (message.ts, message.text) == (ts, CARD.text)
    assert message.metadata == metadata(812, "in_progress")
    assert message.attachments[0]["color"] == "#1D9BD1"

    await chat.update_card(channel, ts, DONE)
    [message] = slack.messages("shop")
    assert (message.ts, message.text) == (ts, "Deployed.")
    assert message.metadata == metadata(812, "success")
    assert message.attachments == []


async def test_card_outside(slack: SlackStandIn, chat: SlackChat) -> None:
    """A public channel takes messages without membership."""
    await chat.post_card(slack.workspace.channel("elsewhere").id, CARD)
    assert slack.channel_texts("elsewhere") == [CARD.text]


class TestFindCard:
    """Finding our own message again."""

    async def found(self, chat: SlackChat, channel: str, since: float = 0) -> list[str]:
        """Messages of deployment 812, all pages."""
        search = CardSearch()
        while search.older is not None:
            search = await chat.find_card(channel, "acme/shop", 812, search, since=since)
        return list(search.found)

    async def test_ours(self, slack: SlackStandIn, chat: SlackChat, channel: str) -> None:
        """All of ours for that deployment, oldest first, and nobody else's."""
        slack.say("shop", "dana", "hello")
        first = await chat.post_card(channel, CARD)
        other = await chat.post_card(channel, Card(**{**_fields(CARD), "deployment_id": 813}))
        second = await chat.post_card(channel, DONE)
        forged = slack.say("shop", "dana", "Deployed.")
        forged.metadata = metadata(812, "success")
        renamed = await chat.post_card(channel, Card(**{**_fields(CARD), "repository": "a/b"}))
        assert await self.found(chat, channel) == [first, second]
        assert len({first, other, second, forged.ts, renamed}) == 5

    async def test_since(self, chat: SlackChat, channel: str) -> None:
        """Only messages since the deployment's creation."""
        await chat.post_card(channel, CARD)
        assert await self.found(chat, channel, time.time() + 60) == []

    async def test_pages(self, slack: SlackStandIn, chat: SlackChat, channel: str) -> None:
        """However much was said since."""
        first = await chat.post_card(channel, CARD)
        for number in range(450):
            slack.say("shop", "dana", f"message {number}")
        assert await self.found(chat, channel) == [first]
        assert len(slack.faults.made("conversations.history")) == 3

    async def test_slow_pages(self, slack: SlackStandIn, chat: SlackChat, channel: str) -> None:
        """Each page has one call's time, however long all of them take."""
        first = await chat.post_card(channel, CARD)
        for number in range(5 * 200):
            slack.say("shop", "dana", f"message {number}")
        slack.faults.add("conversations.history", times=None, hold=0.2)  # 6 pages: over a second
        assert await self.found(chat, channel) == [first]

    async def test_an_end(self, slack: SlackStandIn, chat: SlackChat, channel: str) -> None:
        """What so many messages have followed is not looked for any further."""
        search = CardSearch(older="", pages=MOST_PAGES - 1)
        for number in range(250):
            slack.say("shop", "dana", f"message {number}")
        search = await chat.find_card(channel, "acme/shop", 812, search, since=0)
        assert search == CardSearch(older=None, pages=MOST_PAGES)


def _fields(card: Card) -> dict[str, Any]:
    return {name: getattr(card, name) for name in card.__struct_fields__}


async def test_delete(slack: SlackStandIn, chat: SlackChat, channel: str) -> None:
    """A message of ours goes; deleting it again is fine."""
    ts = await chat.post_card(channel, CARD)
    await chat.delete(channel, ts)
    await chat.delete(channel, ts)
    assert slack.messages("shop") == []


async def test_reply(slack: SlackStandIn, chat: SlackChat, channel: str) -> None:
    """The outcome is in the thread, notifies those mentioned, and can be found again."""
    ts = await chat.post_card(channel, CARD)
    assert not await chat.replied(channel, ts, outcome="success")
    text = f"<@{slack.dana.id}> `v1.4.0` is live."
    reply = await chat.reply(channel, ts, text, outcome="success", broadcast=False)
    [message] = slack.replies("shop", ts)
    assert (message.ts, message.text, message.broadcast) == (reply, text, False)
    assert slack.notified("dana") == [reply]
    assert await chat.replied(channel, ts, outcome="success")
    assert not await chat.replied(channel, ts, outcome="failure")


async def test_broadcast(slack: SlackStandIn, chat: SlackChat, channel: str) -> None:
    """A failure is also sent to the channel."""
    ts = await chat.post_card(channel, CARD)
    await chat.reply(channel, ts, "It failed.", outcome="failure", broadcast=True)
    assert [message.broadcast for message in slack.replies("shop", ts)] == [True]


async def test_reply_of_somebody_else(slack: SlackStandIn, chat: SlackChat, channel: str) -> None:
    """Metadata that somebody else wrote is not ours."""
    ts = await chat.post_card(channel, CARD)
    forged = slack.say("shop", "dana", "done", thread_ts=ts)
    forged.metadata = {"event_type": "deploybot_outcome", "event_payload": {"outcome": "success"}}
    assert not await chat.replied(channel, ts, outcome="success")


async def test_say_and_whisper(slack: SlackStandIn, chat: SlackChat, channel: str) -> None:
    """A message to everyone, and one to one person."""
    ts = await chat.say(channel, Answer(text="Locks are gone."))
    await chat.whisper(channel, slack.dana.id, Answer(text="Who are you?"))
    assert [message.ts for message in slack.messages("shop")] == [ts]
    assert [message.text for message in slack.ephemerals("dana")] == ["Who are you?"]
    assert slack.ephemerals("sam") == []


async def test_join(slack: SlackStandIn, chat: SlackChat) -> None:
    """A public channel is joined, once or twice; a private one takes an invitation."""
    elsewhere = slack.workspace.channel("elsewhere")
    await chat.join(elsewhere.id)
    await chat.join(elsewhere.id)
    assert elsewhere.members.count(slack.workspace.bot.id) == 1
    slack.invite_bot("secret")
    for private in (slack.workspace.channel("secret").id, "C0UNKNOWN"):
        with pytest.raises(Refused) as caught:
            await chat.join(private)
        assert caught.value.name == "slack_not_in_channel"


async def test_channel_name(slack: SlackStandIn, chat: SlackChat, channel: str) -> None:
    """What it is called now, and whether it is private."""
    slack.rename("shop", "store")
    assert await chat.channel_name(channel) == ("store", False)
    slack.invite_bot("secret")
    assert await chat.channel_name(slack.workspace.channel("secret").id) == ("secret", True)


async def test_slack_parses_nothing(slack: SlackStandIn, chat: SlackChat) -> None:
    """Every message asks Slack to leave its text as it is, and every block of markup too."""
    channel = slack.workspace.channel("shop").id
    ts = await chat.post_card(channel, CARD)
    await chat.update_card(channel, ts, CARD)
    await chat.reply(channel, ts, "Done.", outcome="success", broadcast=False)
    await chat.say(channel, Answer(text="Hello."))
    await chat.whisper(channel, slack.dana.id, Answer(text="Hello."))
    calls = slack.faults.made("POST /api/chat")
    assert len(calls) == 5
    for call in calls:
        assert b'"parse":"none"' in call.body.replace(b": ", b":") or b"parse=none" in call.body
        assert call.body.count(b"mrkdwn") == call.body.count(b"verbatim")
