"""`cancel` and `retry`, typed and pressed."""

from inline_snapshot import snapshot

from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop


async def test_cancel_what_runs(shop: Shop) -> None:
    """The pipeline is canceled; GitHub says `error`, and by whom."""
    live = await shop.deploy("deploy production v1.4.0")
    assert await shop.type("cancel production", "sam") == snapshot(
        "Canceling `v1.4.0` to *production*. Its message will say when it has stopped."
    )
    await until(lambda: shop.deployments[0].state == "error", what="the cancel")
    await shop.quiet()
    assert "canceled" == shop.world.circleci.pipeline(1).workflows[0].status
    assert shop.eyes.message(live) == snapshot("""\
“Canceled by sam: v1.4.0 to production, requested by dana.”
*production* · Canceled by sam · requested by dana
| `<https://github.test/acme/shop/tree/v1.4.0|v1.4.0>` · `<https://github.test/acme/shop/commit/c003…|c003>` Count the hats (#1) — by hubot · <https://github.test/acme/shop/issues/1|#1>
| Canceled by sam at <time>.
| [Retry]  [Logs]\
""")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `v1.4.0` (by hubot) to *production* was canceled by sam."
    )
    assert shop.states() == snapshot(
        ["in_progress: Pipeline 1 is running on CircleCI.", "error: Canceled by sam."]
    )


async def test_somebody_elses_is_canceled_only_once_that_is_agreed_to(shop: Shop) -> None:
    """One's own comes first, though the other is newer; then whose it is, with a button.

    What runs is found behind what others deployed, however many, and in whatever environment.
    """
    await shop.deploy("deploy staging v1.4.0", "sam")
    await shop.deploy("deploy production v1.4.0")
    with shop.world.github.unsubscribed():
        for _ in range(60):
            shop.world.github.actions_deploys(REPOSITORY, "preview")
    assert "*staging*" in await shop.type("cancel", "sam")
    await until(lambda: shop.deployments[0].state == "error", what="the cancel")
    await shop.quiet()
    assert await shop.type("cancel", "sam") == snapshot("""\
You don't have anything running. dana's `v1.4.0` to *production*: Deploying. Cancel it?
[Cancel it]\
""")
    assert "in_progress" == shop.deployments[1].state
    question = shop.world.slack.ephemerals("sam")[-1]
    await shop.press(question, "Cancel it", "sam")
    assert shop.eyes.message(question) == snapshot(
        "Canceling `v1.4.0` to *production*. Its message will say when it has stopped."
    )
    await until(lambda: shop.deployments[1].state == "error", what="the cancel")
    assert "error: Canceled by sam." == shop.states(1)[-1]


async def test_what_runs_is_canceled_before_what_waits(shop: Shop) -> None:
    """Typed again, the one that moved up is canceled too."""
    await shop.deploy("deploy production v1.4.0")
    await shop.type("deploy production main")
    assert await shop.type("cancel production") == snapshot(
        "Canceling `v1.4.0` to *production*. Its message will say when it has stopped."
    )
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="the next in line")
    await shop.quiet()
    assert "canceled" == shop.world.circleci.pipeline(1).workflows[0].status
    assert await shop.type("cancel") == snapshot(
        "Canceling `main` to *production*. Its message will say when it has stopped."
    )
    await until(lambda: shop.deployments[1].state == "error", what="the cancel")


async def test_a_deployment_that_took_too_long_can_be_canceled(shop: Shop) -> None:
    """Its pipeline may go on, and it has the environment until that has stopped."""
    config = "version: 1\ncircleci: {workflow: deploy}\ndefaults: {timeout: 5m}\n"
    shop.world.github.push(REPOSITORY, files={".github/deploybot.yml": config})
    live = await shop.deploy()
    await shop.later(301)
    await shop.press(live, "Retry")
    assert 1 == len(shop.world.circleci.pipelines)
    assert "" == await shop.press(live, "Cancel", "sam")
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="the one that waited")
    await shop.quiet()
    assert "canceled" == shop.world.circleci.pipeline(1).workflows[0].status
    assert shop.eyes.message(live) == snapshot("""\
“Canceled by sam: main to production, requested by dana.”
*production* · Canceled by sam · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c005…|c005>` Change something — by dana
| Canceled by sam at <time>.
| [Retry]  [Logs]\
""")
    assert shop.eyes.thread(live) == snapshot("""\
  ↳ <@dana> `main` to *production* timed out. No outcome after 5 m, so I stopped waiting. The message above says what to do. (also sent to the channel)
  ↳ <@dana> `main` to *production* was canceled by sam.\
""")
    assert shop.states(0) == snapshot(
        [
            "in_progress: Pipeline 1 is running on CircleCI.",
            "error: No outcome after 5 m, so I stopped waiting. The pipeline may still be running; if it finishes, I'll update this.",
            "error: Canceled by sam.",
        ]
    )


async def test_a_newer_one_cancels_what_took_too_long(shop: Shop) -> None:
    """With `concurrency: cancel`."""
    config = (
        "version: 1\ncircleci: {workflow: deploy}\ndefaults: {timeout: 5m, concurrency: cancel}\n"
    )
    shop.world.github.push(REPOSITORY, files={".github/deploybot.yml": config})
    await shop.deploy()
    await shop.later(301)
    shop.world.github.push(REPOSITORY, message="Mend")
    await shop.type("deploy production")
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="the newer one")
    assert "canceled" == shop.world.circleci.pipeline(1).workflows[0].status


async def test_the_cancel_button(shop: Shop) -> None:
    """The card says what happens; nobody else is told. The first one who cancels counts."""
    live = await shop.deploy("deploy production v1.4.0")
    assert "" == await shop.press(live, "Cancel", "sam")
    assert "already" in await shop.type(f"cancel {shop.deployments[0].id}", "dana")
    await until(lambda: shop.deployments[0].state == "error", what="the cancel")
    await shop.quiet()
    assert "Canceled by sam" in shop.eyes.message(live)
    assert ["error: Canceled by sam."] == shop.states()[1:]
    assert 1 == len(shop.world.slack.replies("shop", live.ts))


async def test_cancel_what_waits_for_a_check(shop: Shop) -> None:
    """No pipeline is ever started."""
    sha = shop.world.github.head(REPOSITORY, "main") or ""
    shop.world.github.set_check(REPOSITORY, sha, "test", "pending")
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await until(lambda: shop.live, what="a card")
    await shop.quiet()
    await shop.type("cancel production")
    await until(lambda: shop.deployments[0].state == "error", what="the cancel")
    shop.world.github.set_check(REPOSITORY, sha, "test", "success")
    await shop.quiet()
    assert not shop.world.circleci.pipelines
    assert shop.states() == snapshot(
        [
            "pending: Waiting for test (0 of 1 checks passed). Deploys automatically once it passes.",
            "error: Canceled by dana.",
        ]
    )


async def test_a_foreign_deployment_is_not_ours_to_cancel(shop: Shop) -> None:
    """Nor to repeat: where it can be done."""
    deployment = shop.world.github.actions_deploys(REPOSITORY, "production")
    await until(lambda: shop.live, what="a card")
    await shop.quiet()
    assert await shop.type(f"cancel {deployment.id}") == snapshot(
        "`main` to *production* is run by github-actions, not by me, so I can't cancel it. Do that there instead."
    )
    assert await shop.type(f"retry {deployment.id}") == snapshot(
        "`main` to *production* is run by github-actions, not by me, so I can't repeat it. Do that there instead."
    )
    assert await shop.type("cancel production") == snapshot(
        "`main` to *production* is run by github-actions, not by me, so I can't cancel it. Do that there instead."
    )


async def test_cancel_when_circleci_had_finished(shop: Shop) -> None:
    """The outcome is what happened, not what was wished."""
    live = await shop.deploy("deploy production v1.4.0")
    shop.world.circleci.deliverer.lose = 10
    shop.world.circleci.finish(1)
    await shop.press(live, "Cancel")
    await until(lambda: shop.deployments[0].state == "success", what="the outcome")
    await shop.quiet()
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `v1.4.0` (by hubot) is live in *production*."
    )


async def test_retry_deploys_the_same_commit(shop: Shop) -> None:
    """A new deployment of the SHA that failed, also when the branch has moved."""
    live = await shop.deploy("deploy production main")
    await shop.finish(1, "failed")
    shop.world.github.push(REPOSITORY, message="Too late")
    await shop.press(live, "Retry", "sam")
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="a second pipeline")
    await shop.quiet()
    first, second = shop.deployments
    assert first.sha == second.sha == shop.world.circleci.pipelines[1].parameters["sha"]
    assert first.id == second.payload["deploybot"]["retry_of"]
    assert shop.eyes.message(shop.live[1]) == snapshot("""\
“Deploying: c004 to production, requested by sam.”
*production* · Deploying · requested by sam
| `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| Running since <time>
| [Logs]  [Cancel]\
""")
    await shop.finish(2)
    assert shop.eyes.thread(shop.live[1]) == snapshot(
        "  ↳ <@sam> <@dana> `c004` is live in *production*."
    )


async def test_a_task_is_told_to_the_pipeline_and_repeated(shop: Shop) -> None:
    """What GitHub calls `task` decides what a configuration does; a person's deployment is repeated."""
    shop.world.github.person_deploys(REPOSITORY, task="deploy:migrations")
    await until(lambda: shop.live and shop.world.circleci.pipelines, what="it runs")
    await shop.finish(1, "failed")
    await shop.press(shop.live[0], "Retry")
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="a second pipeline")
    await shop.quiet()
    assert ["deploy:migrations"] * 2 == [one.task for one in shop.deployments]
    assert "deploybot[bot]" == shop.deployments[1].creator.login
    assert ["deploy:migrations"] * 2 == [
        one.parameters["task"] for one in shop.world.circleci.pipelines
    ]


async def test_a_success_is_repeated_only_once_that_is_agreed_to(shop: Shop) -> None:
    """One's own; and without any of one's own, the last one of somebody else."""
    await shop.deploy("deploy production v1.4.0")
    await shop.finish()
    assert await shop.type("retry") == snapshot("""\
Your last deployment went live: `v1.4.0` to *production*. Deploy it again?
[Deploy it again]\
""")
    assert await shop.type("retry", "sam") == snapshot("""\
You haven't deployed anything here yet. The last one, dana's `v1.4.0` to *production*, went live. Deploy it again?
[Deploy it again]\
""")
    assert 1 == len(shop.deployments)
    question = shop.world.slack.ephemerals("sam")[-1]
    assert "" == await shop.press(question, "Deploy it again", "sam")
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="a second pipeline")
    assert "sam" == shop.deployments[1].payload["deploybot"]["requester"]
    await shop.finish(2, "failed")
    await shop.type("retry", "sam")
    await until(lambda: len(shop.world.circleci.pipelines) == 3, what="a third pipeline")


async def test_reset_asks_first_where_something_runs(shop: Shop) -> None:
    """And says what; where nothing runs, or once that is agreed to, it is done."""
    await shop.deploy("deploy production v1.4.0")
    assert await shop.type("reset", "sam") == snapshot("""\
Disconnect this channel from `acme/shop`? These aren't finished and will keep going:
• dana's `v1.4.0` to *production*: Deploying
[Disconnect]  [Keep]\
""")
    assert "acme/shop" in await shop.type("help")
    question = shop.world.slack.ephemerals("sam")[-1]
    await shop.press(question, "Disconnect", "sam")
    assert await shop.type("help") == snapshot("""\
`/cimon setup owner/repo` connects this channel to a GitHub repository. Start here.
`/cimon deploy` then deploys it from this channel.
`/cimon goodbye` unlinks you from your GitHub login; `/cimon help` shows this.\
""")


async def test_a_reset_agreed_to_late_releases_no_newer_binding(shop: Shop) -> None:
    """Somebody has connected the channel to another repository since the question was asked."""
    await shop.deploy("deploy production v1.4.0")
    for user in ("sam", "dana"):
        await shop.type("reset", user)
    questions = {user: shop.world.slack.ephemerals(user)[-1] for user in ("sam", "dana")}
    await shop.press(questions["dana"], "Disconnect", "dana")
    shop.world.github.add_repository("acme/store", {}, {"octocat": "admin"})
    await shop.type("setup acme/store")
    await shop.press(questions["sam"], "Disconnect", "sam")
    answer = shop.world.slack.ephemerals("sam")[-1]
    assert shop.eyes.message(answer) == snapshot(
        "This channel was connected to `acme/store` after you typed that, so I left it connected. To disconnect it, type `/cimon reset`."
    )
    assert "This channel already deploys" in await shop.type("setup acme/store")
