"""Trouble at a provider: slow, down, a lost webhook, a lost answer; and back to normal."""

import time
from urllib.parse import parse_qs

import aiohttp
import pytest

from sandbox.page import trouble
from sandbox.world import World
from tests.sandbox.page.visitor import Listener, Visitor

SHOP = "acme/shop"


async def called(visitor: Visitor, world: World) -> int:
    """The status of a call to GitHub."""
    async with visitor.session.get(f"{world.github.url}/app") as response:
        return response.status


async def test_a_provider_goes_down_and_comes_back(visitor: Visitor, world: World) -> None:
    """Down, every call is answered 503; normal again, as before."""
    before = await called(visitor, world)
    await visitor.do("trouble", provider="github", mode="down")
    assert 503 == await called(visitor, world)
    assert "down" == (await visitor.state())["provider:github"]["mode"]
    await visitor.do("trouble", provider="github", mode="normal")
    assert before == await called(visitor, world)


async def test_a_slow_provider_takes_its_time(
    visitor: Visitor, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slow, calls and webhooks take longer."""
    monkeypatch.setattr(trouble, "SLOW", 0.2)
    await visitor.do("trouble", provider="github", mode="slow")
    began = time.monotonic()
    await called(visitor, world)
    assert time.monotonic() - began >= 0.2
    assert 0.2 == world.github.deliverer.delay


async def test_the_next_webhook_is_lost(visitor: Visitor, world: World) -> None:
    """One delivery gets lost, the next arrives; the wish can be taken back."""
    await visitor.do("trouble", provider="github", lose_webhook=True)
    assert (await visitor.state())["provider:github"]["lose_webhook"] is True
    world.github.tag(SHOP, "v2.0.0")
    await world.settle()
    assert 1 == sum(sent.lost for sent in world.github.deliverer.log)
    assert (await visitor.state())["provider:github"]["lose_webhook"] is False
    await visitor.do("trouble", provider="github", lose_webhook=True)
    await visitor.do("trouble", provider="github", lose_webhook=False)
    world.github.tag(SHOP, "v2.0.1")
    await world.settle()
    assert 1 == sum(sent.lost for sent in world.github.deliverer.log)


async def test_slack_loses_a_command(visitor: Visitor, listener: Listener, world: World) -> None:
    """The command is named in the traffic, and so is what the bot posts to its address."""
    world.slack.interactions.patience = 0.05
    await visitor.do("trouble", provider="slack", lose_webhook=True)
    await visitor.do("type", text="/cimon deploy production")
    assert [] == listener.commands()
    world.slack.interactions.patience = 3.0
    await visitor.do("type", text="/cimon list")
    form = parse_qs(listener.requests[-1][1].decode())
    async with visitor.session.post(form["response_url"][0], json={"text": "Nothing."}) as response:
        assert 200 == response.status
    shown = (await visitor.state())["provider:slack"]
    assert shown["lose_webhook"] is False
    assert [
        ("/cimon deploy production", "lost"),
        ("/cimon list", "200"),
        ("POST response_url", "200"),
    ] == [(line["text"], line["status"]) for line in shown["traffic"]]


async def test_the_next_answer_is_lost(visitor: Visitor, world: World) -> None:
    """The next call that makes something is carried out, but its answer never arrives."""
    await visitor.do("trouble", provider="circleci", lose_answer=True)
    url = f"{world.circleci.api_url}/project/{world.slug}/pipeline"
    headers = {"Circle-Token": world.circleci.token}
    with pytest.raises(aiohttp.ClientError):
        await visitor.session.post(url, json={"branch": "main"}, headers=headers)
    assert 1 == len(world.circleci.pipelines)
    shown = (await visitor.state())["provider:circleci"]
    assert shown["lose_answer"] is False
    assert "answer lost" == shown["traffic"][-1]["status"]
    async with visitor.session.post(url, json={"branch": "main"}, headers=headers) as response:
        assert 201 == response.status


async def test_a_lost_answer_is_taken_back(visitor: Visitor, world: World) -> None:
    """Not after all: the next call is answered."""
    await visitor.do("trouble", provider="circleci", lose_answer=True)
    await visitor.do("trouble", provider="circleci", lose_answer=False)
    assert [] == world.circleci.faults.rules


@pytest.mark.parametrize(
    "body",
    [
        {"provider": "gitlab", "mode": "down"},
        {"provider": "github", "mode": "sideways"},
        {"provider": "github", "lose_answer": "yes"},
    ],
)
async def test_other_trouble_is_refused(visitor: Visitor, body: dict[str, str]) -> None:
    """There are three providers, three modes, and two things to lose."""
    assert 400 == (await visitor.do("trouble", **body))[0]
