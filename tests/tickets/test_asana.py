"""Asana's task names, over HTTP; whatever goes wrong, the ticket stays."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientSession, web

from app.model.build import Ticket
from app.tickets.asana import LONGEST_TITLE, Asana, Untitled
from sandbox.core.faults import Faults
from sandbox.core.server import Server

TASK = Ticket(system="asana", key="1200458", url="https://app.asana.com/0/1/1200458")
ISSUE = Ticket(system="github", key="12", url="https://github.com/acme/shop/issues/12")


@dataclass
class AsanaServer:
    """Asana's one endpoint that is used; `names` by task id."""

    names: dict[str, object]
    faults: Faults = field(default_factory=lambda: Faults("asana"))

    def build(self) -> web.Application:
        """The application."""
        app = web.Application(middlewares=[self.faults.middleware])
        app.router.add_get("/api/1.0/tasks/{gid}", self.task)
        return app

    async def task(self, request: web.Request) -> web.Response:
        """`GET /tasks/{gid}`."""
        if request.headers.get("Authorization") != "Bearer token":
            return web.json_response({"errors": [{"message": "Not Authorized"}]}, status=401)
        gid = request.match_info["gid"]
        if gid not in self.names:
            return web.json_response({"errors": [{"message": "Not Found"}]}, status=404)
        return web.json_response({"data": {"gid": gid, "name": self.names[gid]}})


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
        yield Asana(session=session, base_url=url, token="token", timeout=0.5)
    await server.stop()


async def test_a_task_gets_its_name(asana: Asana, names: AsanaServer) -> None:
    """The name on one line; other systems' tickets are left alone; asked once."""
    for _ in range(2):
        named, issue = await asana.titled([TASK, ISSUE])
        assert named.title == "Refund rounding"
        assert issue == ISSUE
    (call,) = names.faults.made("GET ")
    assert call.query == "opt_fields=name,permalink_url,completed"


async def test_a_long_name_is_cut(asana: Asana, names: AsanaServer) -> None:
    """A title has a length that fits a card."""
    names.names[TASK.key] = "x" * 1000
    (named,) = await asana.titled([TASK])
    assert len(named.title) == LONGEST_TITLE


@pytest.mark.parametrize("status", [400, 401, 403, 404])
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
        {"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}},
        {"delay": 0.8},
        {"drop": "before"},
        {"status": 200, "body": "not JSON"},
        {"status": 200, "body": '{"data": {"name": null}}'},
    ],
    ids=["429", "500", "redirect", "slow", "dropped", "not JSON", "no name"],
)
async def test_a_passing_failure_is_not_remembered(
    asana: Asana, names: AsanaServer, fault: dict[str, object]
) -> None:
    """Down, slow or talking nonsense: no title now, one the next time."""
    names.faults.add("GET", times=None, **fault)
    assert await asana.titled([TASK, ISSUE]) == (TASK, ISSUE)
    names.faults.clear()
    assert (await asana.titled([TASK]))[0].title == "Refund rounding"


async def test_nobody_listens(asana: Asana) -> None:
    """A refused connection is no failure of ours either."""
    gone = Asana(session=asana.session, base_url="http://127.0.0.1:9", token="t", timeout=0.5)
    assert await gone.titled([TASK]) == (TASK,)


async def test_a_wrong_token_leaves_tickets_as_they_are(asana: Asana) -> None:
    """The server itself refuses."""
    wrong = Asana(session=asana.session, base_url=asana.base_url, token="old", timeout=0.5)
    assert await wrong.titled([TASK]) == (TASK,)


async def test_without_a_ticket_system() -> None:
    """Tickets are linked by their ids."""
    assert await Untitled().titled([TASK, ISSUE]) == (TASK, ISSUE)
