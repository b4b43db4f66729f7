"""Asana's task names, over HTTP."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from app.errors import Unavailable
from app.model.plan import Ticket
from app.tickets.asana import LONGEST_TITLE, Asana, Untitled
from sandbox.core.server import Server
from tests.tickets.asana_server import AsanaServer

TASK = Ticket(system="asana", key="1200458", url="https://app.asana.com/0/1/1200458")
ISSUE = Ticket(system="github", key="12", url="https://github.com/acme/shop/issues/12")


@pytest.fixture
def names() -> AsanaServer:
    """The tasks that exist."""
    return AsanaServer({TASK.key: "Refund\n  rounding"})


@pytest.fixture
async def asana(names: AsanaServer) -> AsyncIterator[Asana]:
    """Our Asana, talking to a real server."""
    server = Server(names.build())
    await server.start()
    async with ClientSession() as session:
        url = f"{server.url}/api/1.0"
        yield Asana(session=session, base_url=url, token="asana-token", timeout=0.5)
    await server.stop()


async def test_a_task_gets_its_name(asana: Asana, names: AsanaServer) -> None:
    """The name on one line; other systems' tickets are left alone; asked once."""
    for _ in range(2):
        named, issue = await asana.titled([TASK, ISSUE])
        assert named.title == "Refund rounding"
        assert issue == ISSUE
    (call,) = names.faults.made("GET ")
    assert call.query == "opt_fields=name"


async def test_a_long_name_is_cut(asana: Asana, names: AsanaServer) -> None:
    """A title has a length that fits a card."""
    names.names[TASK.key] = "x" * 1000
    (named,) = await asana.titled([TASK])
    assert len(named.title) == LONGEST_TITLE


@pytest.mark.parametrize("status", [302, 400, 401, 402, 403, 404])
async def test_a_refusal_is_remembered(asana: Asana, names: AsanaServer, status: int) -> None:
    """A task that cannot be read stays without a title, and is not asked for again."""
    names.faults.add("GET", status=status)
    assert await asana.titled([TASK]) == (TASK,)
    assert await asana.titled([TASK]) == (TASK,)
    assert len(names.faults.made("GET")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "headers": {"Retry-After": "60"}},
        {"status": 500},
        {"delay": 0.8},
        {"drop": "before"},
        {"status": 200, "body": "not JSON"},
        {"status": 200, "body": '{"data": {"name": null}}'},
    ],
    ids=["429", "500", "slow", "dropped", "not JSON", "no name"],
)
async def test_a_passing_failure_is_not_remembered(
    asana: Asana, names: AsanaServer, fault: dict[str, object]
) -> None:
    """If Asana is down, slow or unreadable, there is no title now, but one the next time."""
    names.faults.add("GET", times=None, **fault)
    with pytest.raises(Unavailable) as caught:
        await asana.titled([TASK, ISSUE])
    assert not caught.value.ambiguous
    assert caught.value.retry_after == (60.0 if fault.get("status") == 429 else None)
    names.faults.clear()
    assert (await asana.titled([TASK]))[0].title == "Refund rounding"


async def test_what_was_told_is_not_asked_for_again(asana: Asana, names: AsanaServer) -> None:
    """If one of several fails, only that one is asked for again."""
    names.names["7"] = "Receipts"
    other = Ticket(system="asana", key="7", url="https://app.asana.com/0/1/7")
    names.faults.add(f"GET .*{TASK.key}", status=503)
    with pytest.raises(Unavailable):
        await asana.titled([TASK, other])
    both = await asana.titled([TASK, other])
    assert [one.title for one in both] == ["Refund rounding", "Receipts"]
    assert len(names.faults.made("GET .*/7")) == 1


async def test_nobody_listens(asana: Asana) -> None:
    """A refused connection passes too."""
    gone = Asana(session=asana.session, base_url="http://127.0.0.1:9", token="t", timeout=0.5)
    with pytest.raises(Unavailable):
        await gone.titled([TASK])


async def test_a_wrong_token_leaves_tickets_as_they_are(asana: Asana) -> None:
    """The server itself refuses."""
    wrong = Asana(session=asana.session, base_url=asana.base_url, token="old", timeout=0.5)
    assert await wrong.titled([TASK]) == (TASK,)


async def test_without_a_ticket_system() -> None:
    """Tickets are linked by their ids."""
    assert await Untitled().titled([TASK, ISSUE]) == (TASK, ISSUE)
