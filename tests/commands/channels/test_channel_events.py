"""Slack's events: who joins, and channels that change or go."""

from inline_snapshot import snapshot
from msgspec import structs

from sandbox.slack.state import Message
from tests.commands.conftest import Desk


def told(desk: Desk) -> list[Message]:
    """What the bot said in the channel."""
    return [message for message in desk.world.channel.messages if message.by_bot]


async def member_joins(desk: Desk, user: str) -> None:
    """Somebody joins #shop."""
    await desk.happens(type="member_joined_channel", channel=desk.world.channel.id, user=user)


async def test_the_bot_is_quiet_where_setup_made_it_join(desk: Desk) -> None:
    """`setup` has just said everything."""
    await desk.bound()

    await member_joins(desk, desk.world.slack.workspace.bot.id)

    assert told(desk) == []


async def test_the_bot_invited_to_its_private_channel(desk: Desk) -> None:
    """That it can post now is worth a sentence."""
    secret = desk.world.slack.add_channel("secret", private=True)
    await desk.type("setup acme/shop", channel="secret")
    desk.world.slack.invite_bot("secret")
    bot = desk.world.slack.workspace.bot.id

    await desk.happens(type="member_joined_channel", channel=secret.id, user=bot)

    said = [message.text for message in secret.messages if message.by_bot]
    assert said == snapshot(
        ["I post deployments of `acme/shop` here. `/cimon help` lists what you can type."]
    )


async def test_a_person_without_a_link_is_asked(desk: Desk) -> None:
    """Seen by that person alone."""
    await desk.bound()

    desk.world.channel.members.extend([desk.world.slack.sam.id])
    await member_joins(desk, desk.world.slack.sam.id)

    (asked,) = desk.world.slack.workspace.ephemerals
    assert asked.only_for == desk.world.slack.sam.id
    assert asked.text == snapshot(
        "This channel deploys `acme/shop`. Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out. Not listed? Just ignore this."
    )


async def test_a_linked_person_is_not_asked(desk: Desk) -> None:
    """Who is known already is left alone."""
    await desk.bound()
    await desk.press("claim", f"{desk.world.github.state.user('hubot').id} hubot", "sam")

    await member_joins(desk, desk.world.slack.sam.id)

    assert desk.world.slack.workspace.ephemerals == []


async def test_nobody_is_asked_when_everyone_is_claimed(desk: Desk) -> None:
    """There is no login left to claim."""
    await desk.bound()
    user = desk.world.slack.add_user("kim", "Kim")
    for name, login in (("sam", "hubot"), ("dana", "octocat")):
        claimed = f"{desk.world.github.state.user(login).id} {login}"
        await desk.press("claim", claimed, name)

    await member_joins(desk, user.id)

    assert desk.world.slack.workspace.ephemerals == []


async def test_nobody_is_asked_where_nothing_is_bound(desk: Desk) -> None:
    """Joining any other channel is none of our business."""
    await member_joins(desk, desk.world.slack.sam.id)

    assert desk.world.slack.workspace.ephemerals == []


async def test_the_name_follows_a_rename(desk: Desk) -> None:
    """The binding stays, its name changes."""
    await desk.bound()
    channel = desk.world.channel.id

    await desk.happens(type="channel_rename", channel={"id": channel, "name": "store"})

    project = await desk.outside.store.project_of_channel(channel)
    assert project is not None
    assert project.slack_channel == "store"


async def test_the_binding_follows_a_new_id(desk: Desk) -> None:
    """A private channel that becomes shared gets another id."""
    await desk.bound()
    before = await desk.outside.store.project_of_channel(desk.world.channel.id)
    assert before is not None

    await desk.happens(
        type="channel_id_changed",
        old_channel_id=desk.world.channel.id,
        new_channel_id="C0NEW",
    )

    after = await desk.outside.store.project_of_channel("C0NEW")
    assert after is not None
    assert await desk.outside.store.project_of_channel(desk.world.channel.id) is None
    moved = structs.replace(before, slack_channelid="C0NEW", version=after.version)
    assert after == moved


async def test_a_new_id_that_is_bound_already(desk: Desk) -> None:
    """The event came late, somebody was faster: the repository is free, its channel is gone."""
    await desk.bound()
    store = desk.outside.store
    before = await store.project_of_channel(desk.world.channel.id)
    assert before is not None
    other = structs.replace(before, slack_channelid="C0NEW", repository_id=before.repository_id + 1)
    await store.bind(other)

    await desk.happens(
        type="channel_id_changed",
        old_channel_id=desk.world.channel.id,
        new_channel_id="C0NEW",
    )

    assert await store.projects() == [other]


async def test_events_that_are_not_ours_do_nothing(desk: Desk) -> None:
    """Malformed ones too."""
    for event in (
        {"type": "app_home_opened", "user": "U1"},
        {"type": "member_joined_channel"},
        {"type": "channel_rename", "channel": "C1"},
        {"type": "channel_rename", "channel": {"id": "C1", "name": "x"}},
        {"type": "channel_archive", "channel": "C1"},
        {"type": "channel_id_changed", "old_channel_id": "C1", "new_channel_id": "C2"},
        {},
    ):
        await desk.happens(**event)

    assert await desk.outside.store.projects() == []


async def test_a_channel_that_we_may_not_post_in(desk: Desk) -> None:
    """A greeting that cannot be posted is let go, not tried for ever."""
    secret = desk.world.slack.add_channel("secret", private=True)
    bot = desk.world.slack.workspace.bot.id

    await desk.happens(type="member_joined_channel", channel=secret.id, user=bot)

    assert [message for message in secret.messages if message.by_bot] == []


async def test_a_question_that_cannot_be_asked(desk: Desk) -> None:
    """A person who has left again is not asked for ever."""
    await desk.bound()

    await member_joins(desk, desk.world.slack.add_user("gone", "Gone").id)

    assert desk.world.slack.workspace.ephemerals == []
