"""Slack and our entrances together: what a person does arrives as it was meant."""

import pytest

from app.errors import StoreUnavailable
from app.model.ask import Ask
from app.model.chat.card import Answer, Button, Option, Select
from app.slack.web_api.chat import SlackChat
from sandbox.slack.standin import SlackStandIn
from tests.slack.conftest import Entrances


@pytest.fixture
def workspace(slack: SlackStandIn, entrances: Entrances) -> SlackStandIn:
    """Slack, sending to our entrances with their secret."""
    slack.bot_url = lambda: entrances.url
    slack.signing_secret = "new-secret"
    slack.events.retry_delays = (0.0, 0.05, 0.05)
    entrances.team = slack.workspace.team_id
    return slack


def asks(entrances: Entrances) -> list[Ask]:
    """What people asked."""
    return [ask for ask in entrances.ledger.asks if ask.said]


async def test_command(workspace: SlackStandIn, entrances: Entrances, chat: SlackChat) -> None:
    """A command typed on a telephone is understood, and answered by its address."""
    answered = await workspace.type_command(
        "shop", "dana", '/cimon deploy  production --reason "R&D asks @sam"', smart_quotes=True
    )
    assert (answered.status, answered.body) == (200, "")
    [asked] = asks(entrances)
    assert asked.said.text == f"deploy production —reason “R&D asks @{workspace.sam.id}”"
    assert (asked.reply_to.user_id, asked.reply_to.channel_name) == (workspace.dana.id, "shop")
    await chat.answer(asked.reply_to, Answer(text="On its way."))
    assert [message.text for message in workspace.ephemerals("dana")] == ["On its way."]


async def test_link(workspace: SlackStandIn, entrances: Entrances) -> None:
    """A pasted address arrives as it was pasted."""
    await workspace.type_command("shop", "dana", "setup https://github.com/acme/shop")
    assert [asked.said.text for asked in asks(entrances)] == ["setup https://github.com/acme/shop"]


async def test_help(workspace: SlackStandIn, entrances: Entrances) -> None:
    """Help is shown from the answer itself."""
    answered = await workspace.type_command("shop", "dana", "help")
    assert answered.shown is not None
    assert answered.shown.text == f"Help for {workspace.workspace.channel('shop').id}."
    assert answered.shown.only_for == workspace.dana.id
    assert entrances.ledger.asks == []


async def test_other_workspace(workspace: SlackStandIn, entrances: Entrances) -> None:
    """A guest of a shared channel is refused, in words."""
    answered = await workspace.type_command("shop", "dana", "list", team_id="T0OTHER")
    assert answered.shown is not None
    assert answered.shown.text == "wrong workspace"
    assert entrances.ledger.asks == []


async def test_buttons(workspace: SlackStandIn, entrances: Entrances, chat: SlackChat) -> None:
    """Buttons of one action carry each their own value."""
    buttons = tuple(
        Button(label=login, action="claim", value=f"{login}&<%") for login in ("octocat", "mona")
    )
    channel = workspace.workspace.channel("shop").id
    ts = await chat.say(channel, Answer(text="Who are you?", buttons=buttons))
    for action_id in ("claim", "claim#2"):
        assert (await workspace.press("shop", "sam", ts, action_id)).status == 200
    assert [
        (one.said.action, one.said.value, one.reply_to.message_ts) for one in asks(entrances)
    ] == [
        ("claim", "octocat&<%", ts),
        ("claim", "mona&<%", ts),
    ]
    assert [one.reply_to.user_id for one in asks(entrances)] == [workspace.sam.id] * 2


async def test_select(workspace: SlackStandIn, entrances: Entrances, chat: SlackChat) -> None:
    """The option that was chosen arrives; the message with it may be for one person."""
    options = tuple(Option(label=f"login-{n}", value=str(n)) for n in range(150))
    select = Select(action="claim", placeholder="Your login", options=options)
    channel = workspace.workspace.channel("shop").id
    await chat.whisper(channel, workspace.dana.id, Answer(text="Who are you?", select=select))
    [shown] = workspace.ephemerals("dana")
    assert (await workspace.choose("shop", "dana", shown, "claim#2", "123")).status == 200
    assert [(one.said.action, one.said.value) for one in asks(entrances)] == [("claim", "123")]


async def test_link_button(workspace: SlackStandIn, entrances: Entrances, chat: SlackChat) -> None:
    """A link that is followed is acknowledged and asks nothing."""
    channel = workspace.workspace.channel("shop").id
    link = Button(label="Logs", url="https://ci.example/1?a=1&b=2")
    ts = await chat.say(channel, Answer(text="Failed.", buttons=(link,)))
    assert (await workspace.press("shop", "dana", ts, "link")).status == 200
    assert entrances.ledger.asks == []


async def test_press_not_recorded(
    workspace: SlackStandIn, entrances: Entrances, chat: SlackChat
) -> None:
    """A press that was not written down shows an error at the button."""
    entrances.ledger.failure = StoreUnavailable("disk full")
    button = Button(label="Cancel", action="cancel", value="812")
    channel = workspace.workspace.channel("shop").id
    ts = await chat.say(channel, Answer(text="Deploying.", buttons=(button,)))
    answered = await workspace.press("shop", "dana", ts, "cancel")
    assert (answered.status, answered.error) == (503, "dispatch_failed")


async def test_events(workspace: SlackStandIn, entrances: Entrances) -> None:
    """What happens in the workspace arrives once, the challenge is answered."""
    verification = workspace.events.verify_url()
    workspace.rename("shop", "store")
    workspace.join("store", "sam")
    workspace.archive("store")
    workspace.uninstall()
    await workspace.settle()
    assert verification.status == 200
    assert sorted(str(ask.body["type"]) for ask in entrances.ledger.asks) == [
        "app_uninstalled",
        "channel_archive",
        "channel_rename",
        "member_joined_channel",
        "tokens_revoked",
    ]
    assert entrances.revoked == ["token", "token"]


async def test_event_repeated(workspace: SlackStandIn, entrances: Entrances) -> None:
    """An event that could not be written down comes again, and is recorded once."""
    entrances.ledger.failure = StoreUnavailable("disk full")
    workspace.rename("shop", "store")
    await workspace.deliverer.settle()
    entrances.ledger.failure = None
    await workspace.settle()
    assert [ask.body["channel"]["name"] for ask in entrances.ledger.asks] == ["store"]
