"""Slash commands: recorded, then acknowledged."""

import json
import time
from urllib.parse import urlencode

import pytest

from app.errors import ItemTooLarge, StoreUnavailable, StoreUnsure
from app.model.ask import AskKind, Said
from app.model.chat.reply import SlackAddress
from app.model.plan import Person
from tests.slack.conftest import TEAM, Entrances

DANA = Person(name="dana", slack_userid="U1")


async def test_recorded(entrances: Entrances) -> None:
    """A command becomes one ask with all that answering takes; the body is empty."""
    before = time.time()
    assert await entrances.command("deploy  production “<https://x.example|x.example>”") == (
        200,
        "",
    )
    [ask] = entrances.ledger.asks
    assert ask.kind is AskKind.COMMAND
    assert ask.said == Said(by=DANA, text="deploy production “x.example”")
    assert ask.reply_to == SlackAddress(
        channel_id="C1",
        user_id="U1",
        team_id=TEAM,
        channel_name="shop",
        response_url="https://hooks.slack.com/commands/T0ACME/1/abc",
        trigger_id="1.2.3",
    )
    assert before <= ask.asked_at <= time.time()
    assert ask.due_at == 0
    assert entrances.woken == entrances.awaited == [ask.ask_id]


async def test_typed_twice(entrances: Entrances) -> None:
    """The same command typed again is another ask."""
    await entrances.command("list", trigger_id="1.2.3")
    await entrances.command("list", trigger_id="1.2.4")
    assert len({ask.ask_id for ask in entrances.ledger.asks}) == 2


@pytest.mark.parametrize("text", ["", "help", "  help "])
async def test_answered_at_once(entrances: Entrances, text: str) -> None:
    """Help is in the body, for that person alone; nothing is recorded."""
    status, body = await entrances.command(text)
    assert status == 200
    answer = json.loads(body)
    assert (answer["response_type"], answer["text"]) == ("ephemeral", "Help for C1.")
    assert answer["blocks"][0]["text"]["text"] == "Help for C1."
    assert entrances.ledger.asks == []


async def test_other_workspace(entrances: Entrances) -> None:
    """Another workspace is told so, and nothing is recorded."""
    status, body = await entrances.command("deploy production", team_id="T0OTHER")
    assert (status, json.loads(body)["text"]) == (200, "wrong workspace")
    assert entrances.ledger.asks == []


async def test_workspace_not_known_yet(entrances: Entrances) -> None:
    """Until we know our workspace, the signature is what counts."""
    entrances.team = None
    assert await entrances.command("deploy production") == (200, "")
    assert len(entrances.ledger.asks) == 1


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (StoreUnavailable("disk full"), "store down"),
        (ItemTooLarge("400 KB"), "store down"),
        (StoreUnsure("connection lost"), "store unsure"),
    ],
)
async def test_store_fails(entrances: Entrances, failure: Exception, said: str) -> None:
    """The person reads whether it was written down."""
    entrances.ledger.failure = failure
    status, body = await entrances.command("deploy production")
    assert (status, json.loads(body)["text"]) == (200, said)
    assert entrances.woken == []


async def test_store_hangs(entrances: Entrances) -> None:
    """A store that does not answer is given up on before Slack gives up."""
    entrances.ledger.delay = 10
    started = time.monotonic()
    status, body = await entrances.command("deploy production")
    assert (status, json.loads(body)["text"]) == (200, "store unsure")
    assert time.monotonic() - started < 2


async def test_certificate_check(entrances: Entrances) -> None:
    """Slack's own probe is answered."""
    body = urlencode({"ssl_check": "1", "token": "x"}).encode()
    assert await entrances.post("/slack/command", body) == (200, "")
    assert entrances.ledger.asks == []
