"""Events of the workspace: recorded once, then acknowledged."""

import json
from typing import Any

import pytest

from app.errors import StoreUnavailable, StoreUnsure
from app.model.ask import EVENT_ORIGIN, AskKind
from app.slack.manifest import EVENTS
from tests.slack.conftest import TEAM, Entrances


async def test_url_verification(entrances: Entrances) -> None:
    """Slack's challenge is echoed."""
    body = json.dumps({"type": "url_verification", "challenge": "c-1", "token": "x"}).encode()
    status, text = await entrances.post("/slack/event", body)
    assert (status, json.loads(text)) == (200, {"challenge": "c-1"})


@pytest.mark.parametrize("kind", sorted(EVENTS))
async def test_recorded_once(entrances: Entrances, kind: str) -> None:
    """Each event that we ask for becomes one ask, however often Slack sends it."""
    event = {"type": kind, "channel": {"id": "C1", "name": "new"}}
    for _ in range(3):
        assert await entrances.event(event) == (200, "")
    [ask] = entrances.ledger.asks
    told = {**event, EVENT_ORIGIN: {"teams": [TEAM], "enterprise": ""}}
    assert (ask.ask_id, ask.kind, ask.body) == ("slack:Ev1", AskKind.SLACK_EVENT, told)
    assert entrances.woken == ["slack:Ev1"]


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ({"type": "app_uninstalled"}, ["token"]),
        ({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U1"]}}, ["token"]),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}, []),
        ({"type": "tokens_revoked"}, []),
        ({"type": "channel_rename"}, []),
    ],
)
async def test_revoked(entrances: Entrances, event: dict[str, Any], told: list[str]) -> None:
    """Only the end of our own token is told."""
    await entrances.event(event)
    assert entrances.revoked == told


@pytest.mark.parametrize(
    ("event", "envelope"),
    [
        ({"type": "message", "text": "hi"}, {}),
        ({"type": "channel_rename"}, {"team_id": "T0OTHER"}),
        ({"type": "member_joined_channel", "team": "T0OTHER"}, {}),
        ({"type": "app_uninstalled"}, {"team_id": "T0OTHER"}),
        ({"type": "channel_rename"}, {"type": "app_rate_limited"}),
    ],
)
async def test_let_go(
    entrances: Entrances, event: dict[str, Any], envelope: dict[str, Any]
) -> None:
    """Unknown events and other workspaces are acknowledged, so that Slack does not repeat."""
    assert await entrances.event(event, **envelope) == (200, "")
    assert (entrances.ledger.asks, entrances.revoked) == ([], [])


@pytest.mark.parametrize("failure", [StoreUnavailable("full"), StoreUnsure("lost")])
async def test_store_fails(entrances: Entrances, failure: Exception) -> None:
    """What was not written down is not acknowledged: Slack sends it again."""
    entrances.ledger.failure = failure
    status, _ = await entrances.event({"type": "channel_rename"})
    assert (status, entrances.woken) == (503, [])
