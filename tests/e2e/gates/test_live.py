"""What is live, and what is older than that: never guessed, never put there unasked."""

import pytest
from inline_snapshot import snapshot

from sandbox.slack.requests.typed import controls
from sandbox.slack.state import Message
from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

CONFIRMED = (
    "version: 1\ncircleci: {workflow: deploy}\nenvironments: {production: {confirm: true}}\n"
)


async def succeeded(shop: Shop, text: str, number: int) -> None:
    """Deploy, and let it succeed a while later."""
    await shop.deploy(text)
    shop.world.github.clock.ahead += 60
    await shop.finish(number)


async def test_a_rerun_that_fails_says_what_was_live_before(shop: Shop) -> None:
    """That is what went live since, and not what was live when it was planned.

    Once one succeeds, that is live, although something newer was created.
    """
    failed = await shop.deploy("deploy production main")
    shop.world.circleci.fail(1, "migrate")
    await shop.quiet()
    await succeeded(shop, "deploy production v1.4.0", 2)
    shop.world.circleci.rerun(1)
    await shop.later(61)
    shop.world.circleci.fail(1, "migrate")
    await shop.quiet()
    assert shop.eyes.message(failed).splitlines()[3:] == snapshot(
        [
            "| `migrate` failed. <https://circleci.test/jobs/gh/acme/shop/7|Its log> says why. Deploy a fix, or press *Retry*.",
            "| Before this, `v1.4.0` was live (since <time>); `migrate` may have changed something.",
            "| [Retry]  [Roll back]  [Logs]",
        ]
    )
    assert shop.eyes.thread(failed).splitlines()[-1] == snapshot(
        "  ↳ <@dana> `main` failed in *production* at `migrate`; `v1.4.0` was live before. Press *Retry* above or deploy a fix. (also sent to the channel)"
    )
    assert "`v1.4.0`" in (await shop.type("list production")).splitlines()[1]
    shop.world.circleci.rerun(1)
    await shop.later(61)
    shop.world.github.clock.ahead += 60
    await shop.finish(1)
    assert "success" == shop.deployments[0].state
    assert "`main`" in (await shop.type("list production")).splitlines()[1]


async def twice(shop: Shop, question: Message, label: str) -> None:
    """Press a button twice, before the question can be replaced."""
    slack = shop.world.slack
    buttons = {element["text"]["text"]: element for _, element, _ in controls(question)}
    action, value = buttons[label]["action_id"], buttons[label]["value"]
    for _ in range(2):
        await slack.press(question.channel, "dana", question, action, value=value)


async def test_older_code_is_asked_about_first(shop: Shop) -> None:
    """Nothing is created before the button is pressed, and one deployment however often it is.

    So is a retry, if newer code went live meanwhile: nothing goes back at one press.
    """
    old = await shop.deploy("deploy production v1.4.0")
    await shop.finish(1, "failed")
    await succeeded(shop, "deploy production main", 2)
    assert "Deploy it anyway?" in await shop.press(old, "Retry")
    question = shop.world.slack.ephemerals("dana")[-1]
    assert await shop.press(question, "Don't deploy") == snapshot("")
    assert await shop.type("deploy production v1.4.0") == snapshot("""\
`v1.4.0` (`c003`) is 1 commit behind `main`, which is live in *production*. Deploy it anyway?
[Deploy anyway]  [Don't deploy]\
""")
    assert 2 == len(shop.deployments)
    question = shop.world.slack.ephemerals("dana")[-1]
    [carried] = {element["value"] for _, element, _ in controls(question)}
    await twice(shop, question, "Deploy anyway")
    await until(lambda: len(shop.world.circleci.pipelines) == 3, what="a pipeline")
    await shop.quiet()
    assert shop.eyes.message(question) == snapshot("Deploying `v1.4.0` to *production*.")
    assert 3 == len(shop.deployments)
    assert carried == shop.deployments[2].payload["deploybot"]["request"]
    assert shop.eyes.message(shop.live[2]) == snapshot("""\
“Deploying: v1.4.0 to production, requested by dana.”
*production* · Deploying · requested by dana
| `<https://github.test/acme/shop/tree/v1.4.0|v1.4.0>` · `<https://github.test/acme/shop/commit/c003…|c003>` Count the hats (#1) — by hubot · <https://github.test/acme/shop/compare/c003…...c004…|1 commit behind main, which is live> · <https://github.test/acme/shop/issues/1|#1>
| Running since <time>
| [Logs]  [Cancel]\
""")


@pytest.mark.parametrize("config", [CONFIRMED])
async def test_where_deployments_are_confirmed(shop: Shop) -> None:
    """With what it changes; by hand only, and a second press deploys nothing more."""
    assert await shop.type("deploy production v1.4.0") == snapshot("""\
Deploy `v1.4.0` (`c003`) to *production*? Nothing is live there yet. All checks passed.
[Deploy]  [Don't deploy]\
""")
    assert not shop.deployments
    question = shop.world.slack.ephemerals("dana")[-1]
    await twice(shop, question, "Deploy")
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")
    shop.world.github.clock.ahead += 60
    await shop.finish(1)
    assert 1 == len(shop.deployments)
    assert await shop.type("deploy production main") == snapshot("""\
Deploy `main` (`c004`) to *production*? It's 1 commit ahead of `v1.4.0`, which is live. All checks passed.
[Deploy]  [Don't deploy]\
""")
    shop.world.github.person_deploys(REPOSITORY, "production", "main")
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="a person's own runs")


async def test_older_code_by_github_is_refused(shop: Shop) -> None:
    """Nobody can be asked there: the reason and the command are told."""
    await succeeded(shop, "deploy production main", 1)
    shop.world.github.person_deploys(REPOSITORY, ref="v1.4.0")
    await until(lambda: shop.deployments[-1].state == "error", what="the refusal")
    await shop.quiet()
    assert 1 == len(shop.world.circleci.pipelines)
    assert shop.states() == snapshot(
        [
            "error: v1.4.0 is 1 commit behind main, which is live in production. To go back anyway, type /cimon deploy production v1.4.0. Nothing was deployed."
        ]
    )
    assert "type `/cimon deploy production v1.4.0`" in shop.eyes.message(shop.live[-1])


async def test_nothing_is_live_in_an_environment(shop: Shop) -> None:
    """That says nothing of the others; who canceled is told, and who asked."""
    await shop.deploy("deploy production v1.4.0")
    await shop.finish()
    assert await shop.type("list staging") == snapshot(
        "Nothing has been deployed to *staging* yet."
    )
    await shop.deploy("deploy staging main")
    await shop.type("cancel staging", "sam")
    await until(lambda: shop.deployments[-1].state == "error", what="the cancel")
    await shop.quiet()
    assert await shop.type("list staging") == snapshot("""\
`acme/shop` isn't live in *staging*.
*staging* · nothing live
Latest:
<d2> · `main` (`<https://github.test/acme/shop/commit/c004…|c004>`) to *staging* · canceled by sam <time> · requested by dana · <https://circleci.test/pipelines/gh/acme/shop/2|logs>\
""")


async def test_what_went_live_while_one_was_queued(shop: Shop) -> None:
    """It is compared with that, and a failure says that this was live, not what was before."""
    await succeeded(shop, "deploy production v1.4.0", 1)
    await shop.deploy("deploy production main")
    shop.world.github.push(REPOSITORY, message="Add sizes to the hats", author="hubot")
    await shop.type("deploy production", "sam")
    shop.world.github.clock.ahead += 60
    shop.world.github.faults.add("POST .*/statuses$", delay=0.5)
    await shop.finish(2)
    await until(lambda: len(shop.world.circleci.pipelines) == 3, what="the next one")
    await shop.quiet()
    shop.world.circleci.fail(3, "migrate")
    await shop.quiet()
    assert shop.eyes.message(shop.live[-1]) == snapshot("""\
“Failed at migrate after <n s>: main to production, requested by sam.”
*production* · Failed at `migrate` after <n s> · requested by sam
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c005…|c005>` Add sizes to the hats — by hubot · <https://github.test/acme/shop/compare/c004…...c005…|changes since the last success>
| `migrate` failed. <https://circleci.test/jobs/gh/acme/shop/8|Its log> says why. Deploy a fix, or press *Retry*.
| Before this, `main` (`c004`) was live (since <time>); `migrate` may have changed something.
| [Retry]  [Roll back]  [Logs]\
""")
