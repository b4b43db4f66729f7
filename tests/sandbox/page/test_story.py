"""The story: its steps do what they say, and are ticked off by what happened."""

from sandbox.slack.state import Message
from sandbox.world import World
from tests.sandbox.page.test_actions import BUTTON, SELECT, posted
from tests.sandbox.page.visitor import Listener, Visitor

SHOP = "acme/shop"


async def done(visitor: Visitor) -> list[str]:
    """The steps that are ticked off."""
    parts = (await visitor.state())["story"]
    return [step["name"] for part in parts for step in part["steps"] if step["done"]]


async def opened(visitor: Visitor) -> list[bool]:
    """Which parts can be read."""
    return [part["open"] for part in (await visitor.state())["story"]]


async def offers(visitor: Visitor, name: str) -> str:
    """What a step's button says; empty where there is none."""
    parts = (await visitor.state())["story"]
    return next(step["does"] for part in parts for step in part["steps"] if step["name"] == name)


def card(world: World, deployment_id: int, state: str) -> Message:
    """The bot's live message of a deployment."""
    message = posted(world, BUTTON)
    payload = {"repository": SHOP, "deployment_id": deployment_id, "state": state}
    message.metadata = {"event_type": "deploybot_deployment", "event_payload": payload}
    return message


async def test_steps_with_a_command_type_it(visitor: Visitor, listener: Listener) -> None:
    """They are typed as the person, and the build that breaks is planned."""
    for step in ("bind", "deploy", "break", "promote", "rollback"):
        assert 200 == (await visitor.do("story", step=step))[0]
    assert [
        "setup acme/shop",
        "deploy production v1.4.0",
        "deploy staging",
        "promote preview production",
        "rollback production",
    ] == listener.commands()
    assert (await visitor.state())["plan"]["fail"] is True


async def test_the_claim_is_pressed_where_it_is_offered(
    visitor: Visitor, listener: Listener, world: World
) -> None:
    """Each person's own login is pressed, on a button or in a select."""
    assert 400 == (await visitor.do("story", step="claim"))[0]
    hubot = {**BUTTON, "action_id": "claim", "value": "8 hubot"}
    posted(world, SELECT)
    await visitor.do("story", step="claim")
    posted(world, {**BUTTON, "action_id": "claim#2", "value": "7 octocat"}, hubot)
    await visitor.do("story", user="sam", step="claim")
    chosen, pressed = listener.presses()
    assert ("dana", "7%20octocat") == (chosen["user"], chosen["selected_option"]["value"])
    assert ("sam", "claim", "8 hubot") == (pressed["user"], pressed["action_id"], pressed["value"])


async def test_steps_are_ticked_off_by_what_happened(visitor: Visitor, world: World) -> None:
    """Each step is done when the providers show it, and stays done."""
    assert [] == await done(visitor)
    posted(world, BUTTON)
    assert [] == await done(visitor)
    binding = posted(world, BUTTON)
    binding.text = "`acme/shop` This channel now deploys."
    assert ["bind"] == await done(visitor)
    bot = world.slack.workspace.bot.id
    linked = "You're linked to `octocat`."
    world.slack.workspace.show(
        Message(
            ts="1.000001",
            channel=world.channel.id,
            user=bot,
            by_bot=True,
            text=linked,
            only_for=world.slack.dana.id,
        )
    )
    deployment = world.github.person_deploys(SHOP, "production", "v1.4.0")
    assert ["bind", "claim", "deploy"] == await done(visitor)
    world.github.post_status_as(deployment, "success")
    assert "watch" not in await done(visitor)
    card(world, deployment.id, "success")
    assert "watch" in await done(visitor)
    card(world, deployment.id + 1, "failure")
    world.slack.workspace.remove(binding)
    assert ["bind", "claim", "deploy", "watch", "break"] == await done(visitor)


async def test_the_second_part_goes_there_and_back(visitor: Visitor, world: World) -> None:
    """It opens once something is live; each of its steps is done when the providers show it."""
    first = world.github.person_deploys(SHOP, "production", "v1.4.0")
    assert [True, False] == await opened(visitor)
    card(world, first.id, "success")
    assert [True, True] == await opened(visitor)
    before = world.github.head(SHOP, "main")
    await visitor.do("story", step="push")
    assert before != world.github.head(SHOP, "main")
    preview = world.github.person_deploys(SHOP, "preview", "main")
    assert ["deploy", "watch", "push"] == await done(visitor)
    card(world, preview.id, "success")
    assert "Type it for me" == await offers(visitor, "promote")
    promoted = world.github.person_deploys(SHOP, "production", "main")
    assert ["deploy", "watch", "push", "preview"] == await done(visitor)
    assert "" == await offers(visitor, "promote")
    world.github.post_status_as(promoted, "success")
    card(world, promoted.id, "success")
    assert "promote" in await done(visitor)
    payload = {"deploybot": {"trigger": "rollback", "rollback_of": promoted.id}}
    back = world.github.person_deploys(SHOP, "production", "v1.4.0", payload=payload)
    assert "rollback" in await done(visitor)
    assert "back" not in await done(visitor)
    card(world, back.id, "success")
    assert "back" in await done(visitor)


async def test_the_rollback_is_pressed_where_the_person_was_asked(
    visitor: Visitor, listener: Listener, world: World
) -> None:
    """The button for the person alone is pressed, never a card's of that name."""
    said = {"type": "plain_text", "text": "Roll back"}
    posted(world, {**BUTTON, "action_id": "rollback", "value": "812", "text": said})
    assert 400 == (await visitor.do("story", step="back"))[0]
    secret = Message(
        ts=world.slack.workspace.next_ts(),
        channel=world.channel.id,
        user=world.slack.workspace.bot.id,
        by_bot=True,
        text="*production* runs `main`. Roll back to `v1.4.0`?",
        blocks=[{"type": "actions", "elements": [{**BUTTON, "action_id": "again", "text": said}]}],
        only_for=world.slack.dana.id,
    )
    world.slack.workspace.show(secret)
    assert ["rollback"] == await done(visitor)
    await visitor.do("story", step="back")
    (pressed,) = listener.presses()
    assert ("dana", "again") == (pressed["user"], pressed["action_id"])


async def test_there_is_no_other_step(visitor: Visitor) -> None:
    """A step that the story does not have is refused."""
    assert 400 == (await visitor.do("story", step="give up"))[0]
