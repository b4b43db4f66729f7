"""What a person can do on the page reaches the providers and the bot."""

from typing import Any

import pytest

from sandbox.slack.state import Message
from sandbox.world import World
from tests.sandbox.page.visitor import Listener, Visitor, of

BUTTON = {
    "type": "button",
    "action_id": "cancel",
    "value": "812",
    "text": {"type": "plain_text", "text": "Cancel"},
}
SELECT = {
    "type": "static_select",
    "action_id": "claim",
    "placeholder": {"type": "plain_text", "text": "Your GitHub login"},
    "options": [
        {"text": {"type": "plain_text", "text": "hubot"}, "value": "8 hubot"},
        {"text": {"type": "plain_text", "text": "octocat"}, "value": "7%20octocat"},
    ],
}

PLAN = {"fail": False, "hold": False, "tests_fail": False, "tests_stall": False}
"""Nothing out of the ordinary."""


def posted(world: World, *elements: dict[str, Any]) -> Message:
    """A message of the bot with controls."""
    workspace = world.slack.workspace
    return workspace.post(
        Message(
            ts=workspace.next_ts(),
            channel=world.channel.id,
            user=workspace.bot.id,
            by_bot=True,
            text="Choose.",
            blocks=[{"type": "actions", "elements": list(elements)}],
        )
    )


async def test_a_command_reaches_the_bot(visitor: Visitor, listener: Listener) -> None:
    """What is typed arrives at the bot, and the page shows that it was typed."""
    assert 200 == (await visitor.do("type", text="/cimon deploy production v1.4.0"))[0]
    assert ["deploy production v1.4.0"] == listener.commands()
    (typed,) = of(await visitor.state(), "typed")
    assert ("/cimon deploy production v1.4.0", "sent") == (typed["text"], typed["state"])


async def test_the_buttons_of_a_lock_type_it(visitor: Visitor, listener: Listener) -> None:
    """So that whoever presses them learns the command, too."""
    await visitor.do("lock", user="sam")
    await visitor.do("lock", release=True)
    assert ["lock production", "unlock production"] == listener.commands()
    typed = of(await visitor.state(), "typed")
    assert ["/cimon lock production", "/cimon unlock production"] == [one["text"] for one in typed]


async def test_a_command_that_nobody_hears_is_shown_as_failed(
    visitor: Visitor, listener: Listener, world: World
) -> None:
    """With the bot away the person is told, as Slack does."""
    await listener.server.stop()
    await visitor.do("type", text="/cimon list")
    (typed,) = of(await visitor.state(), "typed")
    assert "failed" == typed["state"]
    assert 'failed with the error "dispatch_failed"' in world.slack.ephemerals("dana")[0].text


async def test_anything_else_is_said_in_the_channel(visitor: Visitor, world: World) -> None:
    """Plain words become a message of the person, escaped as Slack escapes them."""
    await visitor.do("type", user="sam", text="a < b & <!channel>")
    message = world.slack.last_message("shop")
    assert "a &lt; b &amp; &lt;!channel&gt;" == message.text
    assert world.slack.sam.id == message.user


@pytest.mark.parametrize("text", ["", "   ", "/giphy hats", "/cimonade"])
async def test_nothing_and_foreign_commands_are_refused(
    visitor: Visitor, listener: Listener, world: World, text: str
) -> None:
    """The person is told, and nobody else."""
    status, answer = await visitor.do("type", text=text)
    assert 400 == status
    assert answer["error"]
    assert [] == listener.commands() + world.slack.messages("shop")


async def test_a_button_is_pressed(visitor: Visitor, listener: Listener, world: World) -> None:
    """The bot hears who pressed which button."""
    message = posted(world, BUTTON)
    await visitor.do("press", user="sam", ts=message.ts, action_id="cancel", value="812")
    (press,) = listener.presses()
    assert ("sam", "cancel", "812") == (press["user"], press["action_id"], press["value"])


async def test_an_option_is_chosen(visitor: Visitor, listener: Listener, world: World) -> None:
    """The bot hears which option of a select was chosen."""
    message = posted(world, SELECT)
    await visitor.do("press", ts=message.ts, action_id="claim", value="8 hubot")
    (press,) = listener.presses()
    assert "8 hubot" == press["selected_option"]["value"]


async def test_a_button_that_is_gone_says_so(visitor: Visitor, world: World) -> None:
    """A press on a message or button that is not there any more is refused."""
    message = posted(world, BUTTON)
    for ts, action_id in ((message.ts, "retry"), ("1.000001", "cancel")):
        status, answer = await visitor.do("press", ts=ts, action_id=action_id)
        assert (400, "That button is not there any more.") == (status, answer["error"])


async def test_the_next_build_fails_once(visitor: Visitor, world: World) -> None:
    """The plan is for one build of a deployment; a push's tests do not use it up."""
    await visitor.do("plan", fail=True)
    await visitor.do("push")
    await world.circleci.settle()
    assert PLAN | {"fail": True} == (await visitor.state())["plan"]
    builds = []
    for _ in range(2):
        builds.append(world.circleci.push(world.slug, "main"))
        await world.circleci.settle()
    assert ["failed", "success"] == [one.workflows[0].status for one in builds if one]
    assert PLAN == (await visitor.state())["plan"]


async def test_a_plan_can_be_taken_back(visitor: Visitor, world: World) -> None:
    """Planned to fail and to wait, then not to fail: it waits, and is approved on the page."""
    await visitor.do("plan", fail=True, hold=True)
    await visitor.do("plan", fail=False)
    assert PLAN | {"hold": True} == (await visitor.state())["plan"]
    pipeline = world.circleci.push(world.slug, "main")
    assert pipeline is not None
    await visitor.shown(lambda _: pipeline.workflows and pipeline.workflows[0].status == "on_hold")
    await visitor.do("pipeline", user="sam", do="approve", id=pipeline.id)
    await world.circleci.settle()
    assert "success" == pipeline.workflows[0].status


async def test_a_pipeline_is_canceled_and_rerun(visitor: Visitor, world: World) -> None:
    """What is canceled on CircleCI's page ends, and a rerun is a new workflow of it."""
    world.circleci.job_seconds = 60
    pipeline = world.circleci.push(world.slug, "main")
    assert pipeline is not None
    world.circleci.begin(pipeline.id)
    await visitor.do("pipeline", do="cancel", id=pipeline.id)
    assert "canceled" == pipeline.workflows[0].status
    await visitor.do("pipeline", do="rerun", id=pipeline.id)
    assert 2 == len(pipeline.workflows)
    assert 400 == (await visitor.do("pipeline", do="burn", id=pipeline.id))[0]
    assert 400 == (await visitor.do("pipeline", do="rerun", id="none"))[0]


async def test_the_bot_is_killed_and_restarted(visitor: Visitor, orders: list[str]) -> None:
    """The page passes the order on; anything else is refused."""
    await visitor.do("bot", do="kill")
    await visitor.do("bot", do="restart")
    assert 400 == (await visitor.do("bot", do="praise"))[0]
    assert ["kill", "restart"] == orders
