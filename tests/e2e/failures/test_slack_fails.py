"""Slack fails: no deployment stops, and somebody can see what is wrong."""

import pytest
from inline_snapshot import snapshot

from tests.e2e.running import Bot, until
from tests.e2e.shop import Shop

POST = "/api/chat.postMessage$"
UPDATE = "/api/chat.update$"


async def deployed(shop: Shop) -> None:
    """Type a deploy, and let its pipeline succeed, whatever Slack does."""
    await shop.world.slack.type_command("shop", "dana", "deploy production v1.4.0")
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")
    await shop.quiet()
    await shop.finish()
    assert "success" == shop.deployments[-1].state


@pytest.mark.by_setup
async def test_not_a_member_of_the_channel(shop: Shop, bot: Bot) -> None:
    """The command's own answer says that it is on its way, and what to type.

    Once it is invited the message follows, in its final state only, with its mention.
    """
    shop.world.slack.kick_bot("shop")
    shop.world.slack.remove_scope("chat:write.public")
    await deployed(shop)
    assert shop.eyes.whispers("dana")[1:] == snapshot(
        [
            "Deployment <d1> to *production* is on its way, but I'm not a member of this channel, so I can't post its progress. Invite me: `/invite @deploybot`."
        ]
    )
    assert shop.states() == snapshot(
        [
            "in_progress: Pipeline 1 is running on CircleCI.",
            "in_progress: Pipeline 1 is running on CircleCI. I'm not a member of this channel. Invite me: /invite @deploybot.",
            "success: Deployed in <n s>. I'm not a member of this channel. Invite me: /invite @deploybot.",
        ]
    )
    assert not shop.live
    shop.world.slack.invite_bot("shop")
    await bot.later(300)
    await until(lambda: shop.live, what="the message")
    await shop.quiet()
    [live] = shop.live
    assert not live.edits
    assert shop.eyes.message(live).startswith("“Deployed")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `v1.4.0` (by hubot) is live in *production*."
    )


@pytest.mark.by_setup
@pytest.mark.parametrize("error", ["is_archived", "token_revoked", "missing_scope", "fatal_error"])
async def test_posting_is_refused(shop: Shop, error: str) -> None:
    """The deployment goes through; its requester is told by the command's answer."""
    shop.world.slack.refuse("chat.postMessage", error, times=None)
    await deployed(shop)
    told = shop.eyes.whispers("dana")[1:]
    assert {error: [told, shop.states()]} == {error: REFUSED[error]}


REFUSED = snapshot(
    {
        "is_archived": [
            [
                "Deployment <d1> to *production* is on its way, but this channel is archived, so I can't post its progress; check GitHub. Type `/cimon setup owner/repo` in another channel."
            ],
            [
                "in_progress: Pipeline 1 is running on CircleCI.",
                "in_progress: Pipeline 1 is running on CircleCI. This channel is archived, so I can't post there. Type /cimon setup owner/repo in another channel.",
                "success: Deployed in <n s>. This channel is archived, so I can't post there. Type /cimon setup owner/repo in another channel.",
            ],
        ],
        "token_revoked": [
            [
                "Slack rejected my token. Ask whoever runs deploybot to renew `SLACK_BOT_TOKEN`. Deployments still work; GitHub shows how they end."
            ],
            [
                "in_progress: Pipeline 1 is running on CircleCI.",
                "in_progress: Pipeline 1 is running on CircleCI. Slack rejected my token. Ask whoever runs deploybot to renew SLACK_BOT_TOKEN.",
                "success: Deployed in <n s>. Slack rejected my token. Ask whoever runs deploybot to renew SLACK_BOT_TOKEN.",
            ],
        ],
        "missing_scope": [
            [
                "Slack won't let me do this: the scope for it is missing. Ask whoever runs deploybot to reinstall the Slack app. Deployments still work."
            ],
            [
                "in_progress: Pipeline 1 is running on CircleCI.",
                "in_progress: Pipeline 1 is running on CircleCI. Slack won't let me do this: the scope for it is missing.",
                "success: Deployed in <n s>. Slack won't let me do this: the scope for it is missing. Ask whoever runs deploybot to reinstall the Slack app.",
            ],
        ],
        "fatal_error": [
            [],
            ["in_progress: Pipeline 1 is running on CircleCI.", "success: Deployed in <n s>."],
        ],
    }
)


async def test_a_scope_is_missing(shop: Shop) -> None:
    """Slack names the scope, and so does what people read."""
    shop.world.slack.remove_scope("chat:write")
    await deployed(shop)
    assert "the scope `chat:write` is missing" in shop.eyes.whispers("dana")[-1]
    assert "the scope chat:write is missing" in shop.states()[-1]


@pytest.mark.parametrize("how", ["edit window", "locked", "unknown"])
async def test_one_message_cannot_be_edited(shop: Shop, how: str) -> None:
    """What Slack refuses of one message stops its edits, not the reply that tells the outcome."""
    live = await shop.deploy("deploy production v1.4.0")
    if how == "edit window":
        shop.world.slack.workspace.edit_window = 0.0
    elif how == "locked":
        live.locked = True
    else:
        shop.world.slack.refuse("chat.update", "restricted_action", times=None)
    await shop.finish()
    assert "Deploying" in live.text
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `v1.4.0` (by hubot) is live in *production*. (also sent to the channel)"
    )
    assert shop.states() == snapshot(
        ["in_progress: Pipeline 1 is running on CircleCI.", "success: Deployed in <n s>."]
    )
    assert not shop.eyes.whispers("dana")[1:]
    await shop.later(600)
    assert len(shop.world.slack.replies("shop", live.ts)) == 1


@pytest.mark.by_setup
async def test_the_channel_is_archived_while_it_runs(shop: Shop) -> None:
    """`chat.update` says `is_inactive` there: GitHub says the outcome, once, and the person hears why."""
    await shop.deploy("deploy production v1.4.0")
    shop.world.slack.workspace.channel("shop").is_archived = True
    await shop.finish()
    assert shop.states() == snapshot(
        ["in_progress: Pipeline 1 is running on CircleCI.", "success: Deployed in <n s>."]
    )
    assert shop.eyes.whispers("dana")[1:] == snapshot(
        [
            "Deployment <d1> to *production* is on its way, but this channel is archived, so I can't post its progress; check GitHub. Type `/cimon setup owner/repo` in another channel."
        ]
    )


async def test_a_reply_is_refused(shop: Shop) -> None:
    """The card goes on showing what happens, also when the deployment is run again."""
    live = await shop.deploy("deploy production v1.4.0")
    shop.world.slack.refuse("chat.postMessage", "restricted_action_thread_locked", times=None)
    shop.world.circleci.fail(1, "migrate")
    await shop.quiet()
    assert "Failed" in live.text
    shop.world.circleci.rerun(1)
    await shop.later(61)
    assert "Deploying" in live.text


async def test_rate_limited(shop: Shop, bot: Bot) -> None:
    """The message is posted when Slack says, once."""
    shop.world.slack.faults.add(POST, status=429, headers={"Retry-After": "30"})
    await deployed(shop)
    await bot.later(20)
    await shop.quiet()
    assert not shop.live
    await bot.later(11)
    await until(lambda: shop.live, what="the message")
    await shop.quiet()
    [live] = shop.live
    assert not live.edits
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `v1.4.0` (by hubot) is live in *production*."
    )


async def test_down_while_posting(shop: Shop, bot: Bot) -> None:
    """A 503 may have posted it: it is looked for before it is posted again."""
    shop.world.slack.faults.add(POST, status=503)
    await deployed(shop)
    await bot.later(30)
    await until(lambda: shop.live, what="the message")
    await shop.quiet()
    assert 1 == len(shop.live)
    assert shop.world.slack.faults.made("/api/conversations.history$")


async def test_posted_but_the_answer_was_lost(shop: Shop, bot: Bot) -> None:
    """It is found by its metadata and goes on being updated; there is no second one."""
    shop.world.slack.faults.add(POST, drop="after")
    await deployed(shop)
    await bot.later(30)
    await shop.quiet()
    [live] = shop.live
    await until(lambda: "Deployed" in live.text, what="the update")
    await shop.quiet()
    assert 1 == len(shop.eyes.thread(live).split("\n"))


async def test_down_at_the_outcome(shop: Shop, bot: Bot) -> None:
    """The card and the mention come when Slack is back."""
    live = await shop.deploy("deploy production v1.4.0")
    shop.world.slack.faults.add("/api/chat", status=503, times=None)
    await shop.finish()
    assert "success" == shop.deployments[0].state
    assert "Deploying" in live.text
    shop.world.slack.faults.clear()
    await bot.later(60)
    await until(lambda: "Deployed" in live.text, what="the update")
    await shop.quiet()
    assert 1 == len(shop.eyes.thread(live).split("\n"))


async def test_somebody_deleted_the_message(shop: Shop) -> None:
    """It is posted again, and the outcome is told below the new one."""
    live = await shop.deploy("deploy production v1.4.0")
    shop.world.slack.workspace.remove(live)
    await shop.finish()
    [again] = shop.live
    assert shop.eyes.message(again).startswith("“Deployed")
    assert shop.eyes.thread(again) == snapshot(
        "  ↳ <@dana> `v1.4.0` (by hubot) is live in *production*."
    )


@pytest.mark.parametrize("status", [503, 429], ids=["may have been sent", "was not sent"])
async def test_somebody_deleted_the_message_before_the_reply(shop: Shop, status: int) -> None:
    """It is posted again, so that people are mentioned below it."""
    live = await shop.deploy("deploy production v1.4.0")
    shop.world.slack.faults.add(POST, status=status)
    await shop.finish()
    assert "Deployed" in live.text
    shop.world.slack.workspace.remove(live)
    await shop.later(60)
    [again] = shop.live
    assert shop.eyes.message(again).startswith("“Deployed")
    assert shop.eyes.thread(again) == snapshot(
        "  ↳ <@dana> `v1.4.0` (by hubot) is live in *production*."
    )


async def test_response_urls_are_called_on_slacks_host_only(shop: Shop) -> None:
    """An address that leads elsewhere is not followed; the answer comes as an ephemeral."""
    slack = shop.world.slack
    real = slack.response_urls.new

    def elsewhere(*args: object) -> str:
        return real(*args).replace("127.0.0.1", "localhost")  # type: ignore[arg-type]

    slack.response_urls.new = elsewhere  # type: ignore[method-assign, assignment]
    answer = await shop.type("list")
    assert answer.startswith("Nothing has been deployed")
    assert slack.faults.made("/api/chat.postEphemeral$")
    assert not slack.faults.made("/commands/.*")[1:]


async def test_a_limit_of_slack_s_is_found_out_once(shop: Shop) -> None:
    """Three deployments end, one message may be changed: one of the others asks in vain."""
    slack = shop.world.slack
    for environment in ("production", "staging", "test"):
        await shop.deploy(f"deploy {environment}")
    slack.limits.on = True
    slack.limits.a_minute["chat.update"] = 1
    shop.forget_calls()
    for number in (1, 2, 3):
        await shop.finish(number)
    assert len(slack.faults.made("chat.update")) == 2
    slack.limits.on = False
    await shop.later(75)
    assert all("Deployed" in live.text for live in shop.live)
    assert [len(slack.replies("shop", live.ts)) for live in shop.live] == [1, 1, 1]
