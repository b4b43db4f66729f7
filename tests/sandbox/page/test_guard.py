"""The page is for this machine's browser: other sites and malformed requests are refused."""

import re

import pytest

from sandbox.page.server import LONGEST, STATIC
from sandbox.world import World
from tests.sandbox.page.visitor import Visitor

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({**JSON, "Origin": "https://evil.example"}, b'{"user": "dana"}', 403),
        ({**JSON, "Origin": "null"}, b'{"user": "dana"}', 403),
        ({**JSON, "Host": "rebound.example:8000"}, b'{"user": "dana"}', 403),
        ({"Content-Type": "text/plain"}, b'{"user": "dana"}', 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"user=dana", 415),
        (JSON, b"{", 400),
        (JSON, b'\xff{"user": "dana"}', 400),
        (JSON, b'["dana"]', 400),
        (JSON, b"{}", 400),
        (JSON, b'{"user": "mallory"}', 400),
        (JSON, b" " * (LONGEST + 1), 413),
    ],
)
async def test_bad_requests_are_refused(
    visitor: Visitor, world: World, headers: dict[str, str], body: bytes, status: int
) -> None:
    """Each gets its status, and nothing is pushed."""
    before = world.github.head("acme/shop", "main")
    async with visitor.session.post(
        f"{visitor.url}/do/push", data=body, headers=headers
    ) as response:
        assert status == response.status
    assert before == world.github.head("acme/shop", "main")


@pytest.mark.parametrize("path", ["/", "/state", "/events", "/static/main.js"])
async def test_other_names_for_this_machine_are_refused(visitor: Visitor, path: str) -> None:
    """A name made to point here (DNS rebinding) reads nothing."""
    headers = {"Host": "rebound.example"}
    async with visitor.session.get(f"{visitor.url}{path}", headers=headers) as response:
        assert 403 == response.status


async def test_its_own_page_may(visitor: Visitor) -> None:
    """The page's own origin is let in, by either name."""
    port = visitor.url.rpartition(":")[2]
    for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
        headers = {"Origin": f"http://{host}", "Host": host}
        async with visitor.session.post(
            f"{visitor.url}/do/push", json={"user": "dana"}, headers=headers
        ) as response:
            assert 200 == response.status


async def test_an_unknown_action_is_not_found(visitor: Visitor) -> None:
    """There is nothing else to do than what there is."""
    assert 404 == (await visitor.do("format_disk"))[0]


async def test_every_answer_forbids_foreign_content(visitor: Visitor) -> None:
    """Page, files and data carry a policy that loads nothing from elsewhere."""
    for path in ("/", "/static/main.js", "/state", "/static/none.js"):
        async with visitor.session.get(f"{visitor.url}{path}") as response:
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert "nosniff" == response.headers["X-Content-Type-Options"]


async def test_only_the_pages_files_are_served(visitor: Visitor) -> None:
    """No way leads out of the folder of static files."""
    for path in ("/static/../server.py", "/static/%2e%2e/server.py", "/static//etc/passwd"):
        async with visitor.session.get(f"{visitor.url}{path}") as response:
            assert response.status in {403, 404}


def test_no_script_makes_markup_of_text() -> None:
    """The page builds elements; nothing parses strings as HTML or code."""
    risky = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(")
    for path in STATIC.glob("*.js"):
        assert not risky.search(path.read_text(encoding="utf-8")), path.name


def test_nothing_is_loaded_from_elsewhere() -> None:
    """Every file that the page names is its own."""
    for path in STATIC.glob("*.*"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?:src|href|from|import|url\()\s*=?\s*[\"'(]?https?:", text), (
            path.name
        )
