"""Buttons and selects: recorded, then acknowledged."""

from typing import Any

import pytest

from app.errors import StoreUnavailable
from app.model.ask import AskKind, Said
from app.model.chat.reply import SlackAddress
from app.model.plan import Person
from tests.slack.conftest import TEAM, Entrances

DANA = Person(name="dana", slack_userid="U1")


def interaction(*actions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What Slack sends when something is pressed."""
    return {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "acme"},
        "user": {"id": "U1", "username": "dana", "name": "dana", "team_id": TEAM},
        "channel": {"id": "C1", "name": "shop"},
        "container": {"type": "message", "message_ts": "1.5", "channel_id": "C1"},
        "response_url": "https://hooks.slack.com/actions/T0ACME/1/abc",
        "actions": list(actions),
    } | changes


def button(action_id: str, value: str = "812") -> dict[str, Any]:
    """A pressed button."""
    return {"type": "button", "action_id": action_id, "block_id": "b", "value": value}


async def test_button(entrances: Entrances) -> None:
    """A press becomes one ask with all that answering takes."""
    assert await entrances.press(**interaction(button("cancel"))) == (200, "")
    [ask] = entrances.ledger.asks
    assert ask.kind is AskKind.ACTION
    assert ask.said == Said(by=DANA, action="cancel", value="812")
    assert ask.reply_to == SlackAddress(
        channel_id="C1",
        user_id="U1",
        team_id=TEAM,
        person_team_id=TEAM,
        channel_name="shop",
        response_url="https://hooks.slack.com/actions/T0ACME/1/abc",
        message_ts="1.5",
    )
    assert entrances.woken == entrances.awaited == [ask.ask_id]


async def test_several_at_once(entrances: Entrances) -> None:
    """Each action of one request is an ask of its own; the request sent again is none."""
    pressed = interaction(button("cancel", "812"), button("cancel", "813"))
    for _ in range(2):
        await entrances.press(**pressed)
    asks = entrances.ledger.asks
    assert [ask.said.value for ask in asks if ask.said] == ["812", "813"]
    assert len({ask.ask_id for ask in asks}) == len(entrances.woken) == 2


async def test_select(entrances: Entrances) -> None:
    """An option chosen carries its value, as it was."""
    chosen = {
        "type": "static_select",
        "action_id": "claim#2",
        "selected_option": {"text": {"type": "plain_text", "text": "R&amp;D"}, "value": "a%26b"},
    }
    await entrances.press(**interaction(chosen))
    [ask] = entrances.ledger.asks
    assert ask.said is not None
    assert (ask.said.action, ask.said.value) == ("claim", "a&b")


async def test_channel_of_container(entrances: Entrances) -> None:
    """An ephemeral message names its channel in its container only."""
    await entrances.press(**interaction(button("claim"), channel=None))
    assert [ask.reply_to.channel_id for ask in entrances.ledger.asks if ask.reply_to] == ["C1"]


@pytest.mark.parametrize(
    "changes",
    [
        {"actions": [button("link")]},
        {"actions": [button("drop_tables")]},
        {"actions": []},
        {"type": "view_submission", "view": {"id": "V1"}},
        {"type": "shortcut"},
        {"team": {"id": "T0OTHER"}},
        {"user": {"id": "U1", "team_id": "T0OTHER"}},
    ],
)
async def test_let_go(entrances: Entrances, changes: dict[str, Any]) -> None:
    """Links, unknown actions, other kinds and other workspaces are acknowledged only."""
    assert await entrances.press(**interaction(button("cancel")) | changes) == (200, "")
    assert entrances.ledger.asks == []


async def test_store_fails(entrances: Entrances) -> None:
    """A press that was not written down is not acknowledged: Slack shows it at the button."""
    entrances.ledger.failure = StoreUnavailable("disk full")
    status, _ = await entrances.press(**interaction(button("cancel")))
    assert (status, entrances.woken) == (503, [])
