"""One at a time for each environment: who waits, in which order, and what they are told."""

import pytest
from inline_snapshot import snapshot

from sandbox.slack.state import Message
from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

CANCEL = "version: 1\ncircleci: {workflow: deploy}\ndefaults: {concurrency: cancel}\n"
ALIASED = """\
version: 1
circleci: {workflow: deploy}
environments: {production: {aliases: [prod]}}
"""
ALLOW = "version: 1\ncircleci: {workflow: deploy}\ndefaults: {concurrency: allow}\n"


async def waiting(shop: Shop, text: str, user: str = "dana") -> Message:
    """Type a deploy that has to wait; its live message."""
    live = len(shop.live)
    await shop.world.slack.type_command("shop", user, text)
    await until(lambda: len(shop.live) > live, what="a card")
    await shop.quiet()
    return shop.live[-1]


async def test_the_second_waits_and_then_starts_by_itself(shop: Shop) -> None:
    """Its card and GitHub say which deployment it waits for; another environment is free."""
    await shop.deploy("deploy production v1.4.0")
    second = await waiting(shop, "deploy production main", "sam")
    assert shop.eyes.message(second) == snapshot("""\
“Queued: main to production, requested by sam.”
*production* · Queued · requested by sam
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| Next after dana's `<https://github.test/acme/shop/deployments/production|v1.4.0>`, which is still deploying to *production*. Starts automatically.
| [Details]  [Cancel]\
""")
    assert shop.states() == snapshot(
        [
            "pending: Next after dana's v1.4.0, which is still deploying to production. Starts automatically."
        ]
    )
    assert 1 == len(shop.world.circleci.pipelines)
    await shop.deploy("deploy staging")
    await shop.finish(1, "failed")
    await until(lambda: len(shop.world.circleci.pipelines) == 3, what="the second's pipeline")
    await shop.finish(3)
    assert shop.eyes.message(second).split("\n")[1] == snapshot(
        "*production* · Deployed in <n s> · requested by sam"
    )
    assert ["failure", "success", "in_progress"] == [one.state for one in shop.deployments]


async def test_in_the_order_of_asking(shop: Shop) -> None:
    """Two wait; each is told how far it has got, and they run one after the other."""
    await shop.deploy("deploy production v1.4.0")
    lives = []
    for number in range(2):
        shop.world.github.push(REPOSITORY, f"hat-{number}", f"Hat {number}")
        lives.append(await waiting(shop, f"deploy production hat-{number}"))
    assert [shop.eyes.message(live).split("\n")[3] for live in lives] == snapshot(
        [
            "| Next after dana's `<https://github.test/acme/shop/deployments/production|v1.4.0>`, which is still deploying to *production*. Starts automatically.",
            "| Number 2 in the queue behind dana's `<https://github.test/acme/shop/deployments/production|v1.4.0>`, which is still deploying to *production*. Starts automatically.",
        ]
    )
    for number in range(1, 4):
        await until(lambda: len(shop.world.circleci.pipelines) == number, what="its turn")  # noqa: B023
        await shop.finish(number)
    ran = [pipeline.branch or pipeline.tag for pipeline in shop.world.circleci.pipelines]
    assert ["v1.4.0", "hat-0", "hat-1"] == ran


async def test_one_that_never_started_lets_the_next_one_go(shop: Shop) -> None:
    """CircleCI refuses the first while the second waits in line."""
    shop.world.circleci.faults.add(
        "POST .*/pipeline$", status=400, body='{"message": "Branch not found"}', hold=0.3
    )
    await shop.world.slack.type_command("shop", "dana", "deploy production v1.4.0")
    await shop.world.slack.type_command("shop", "dana", "deploy production main")
    await until(lambda: len(shop.deployments) == 2, what="both")
    await until(lambda: shop.world.circleci.pipelines, what="the second's pipeline")
    await shop.quiet()
    assert {"error", "in_progress"} == {one.state for one in shop.deployments}


@pytest.mark.parametrize("config", [ALIASED])
async def test_another_spelling_waits_in_the_same_line(shop: Shop) -> None:
    """A deployment that a person created elsewhere, and one that is typed after it."""
    await shop.deploy("deploy production v1.4.0")
    shop.world.github.person_deploys(REPOSITORY, "prod", "main")
    await until(lambda: len(shop.live) == 2, what="its card")
    await shop.quiet()
    assert 1 == len(shop.world.circleci.pipelines)
    assert "Queued" in shop.live[1].text
    assert "is already on its way" in await shop.type("deploy production main")
    await shop.finish(1)
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="the second's pipeline")
    assert "production" == shop.world.circleci.pipeline(2).parameters["environment"]
    await shop.quiet()
    shop.world.github.push(REPOSITORY, message="Mend")
    assert "Queued" in await shop.type("deploy prod")
    await shop.finish(2)
    await until(lambda: len(shop.world.circleci.pipelines) == 3, what="the third's pipeline")
    await shop.quiet()
    assert ["inactive", "success", "in_progress"] == [one.state for one in shop.deployments]


async def test_canceling_what_waits(shop: Shop) -> None:
    """It leaves the line without a pipeline; what runs goes on."""
    await shop.deploy("deploy production v1.4.0")
    second = await waiting(shop, "deploy production main")
    await shop.press(second, "Cancel", "sam")
    assert shop.eyes.message(second) == snapshot("""\
“Canceled by sam: main to production, requested by dana.”
*production* · Canceled by sam · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| Canceled by sam at <time>.
| [Retry]\
""")
    assert shop.eyes.thread(second) == snapshot(
        "  ↳ <@dana> `main` to *production* was canceled by sam."
    )
    assert shop.states() == snapshot(
        [
            "pending: Next after dana's v1.4.0, which is still deploying to production. Starts automatically.",
            "error: Canceled by sam.",
        ]
    )
    await shop.finish(1)
    assert 1 == len(shop.world.circleci.pipelines)


@pytest.mark.parametrize("config", [CANCEL])
async def test_concurrency_cancel(shop: Shop) -> None:
    """The newer one cancels what runs, and starts when that has stopped."""
    first = await shop.deploy("deploy production v1.4.0")
    await shop.deploy("deploy production main")
    await shop.quiet()
    assert "canceled" == shop.world.circleci.pipeline(1).workflows[0].status
    assert shop.eyes.message(first) == snapshot("""\
“Canceled by deployment <d2>: v1.4.0 to production, requested by dana.”
*production* · Canceled by deployment <d2> · requested by dana
| `<https://github.test/acme/shop/tree/v1.4.0|v1.4.0>` · `<https://github.test/acme/shop/commit/c003…|c003>` Count the hats (#1) — by hubot · <https://github.test/acme/shop/issues/1|#1>
| Canceled by deployment <d2> at <time>.
| [Retry]  [Logs]\
""")
    assert shop.states(0) == snapshot(
        ["in_progress: Pipeline 1 is running on CircleCI.", "error: Canceled by deployment <d2>."]
    )
    await shop.finish(2)
    assert ["error", "success"] == [one.state for one in shop.deployments]


@pytest.mark.parametrize("config", [ALLOW])
async def test_concurrency_allow(shop: Shop) -> None:
    """Both run at the same time."""
    await shop.deploy("deploy production v1.4.0")
    await shop.deploy("deploy production main")
    assert 2 == len(shop.world.circleci.pipelines)


async def test_many_at_once_run_one_at_a_time(shop: Shop) -> None:
    """Six people type at the same instant: never two pipelines are open.

    One that comes into the line when a newer one has succeeded already is superseded. GitHub is
    not told each place in the queue (the last would have eight statuses): queued, next, running,
    over, replaced, and once more when what it waits for changes. It is asked about each once before
    its creation, and once before its start.
    """
    names = [f"hat-{number}" for number in range(6)]
    for name in names:
        shop.world.github.push(REPOSITORY, name, f"Make {name}")
    await shop.quiet()
    shop.forget_calls()
    for name in names:
        await shop.world.slack.type_command("shop", "dana", f"deploy production {name}")
    circleci = shop.world.circleci
    await until(lambda: len(shop.deployments) == 6, what="all six")
    over = {"success", "inactive"}
    while {one.state for one in shop.deployments} - over:
        found = await until(
            lambda: (
                [one for one in circleci.pipelines if one.open]
                or not {one.state for one in shop.deployments} - over
            ),
            what="the next one's pipeline",
        )
        if isinstance(found, list):
            assert 1 == len(found)
            circleci.finish(found[0].number)
    await shop.quiet()
    ran = [one for one in shop.deployments if "success" in [said.state for said in one.statuses]]
    assert sorted(one.ref for one in ran) == sorted(str(one.branch) for one in circleci.pipelines)
    assert "success" == shop.deployments[-1].state
    assert 6 >= max(len(one.statuses) for one in shop.deployments)
    assert 17 >= shop.counted()["github: POST /graphql"]


async def test_one_that_is_deleted_on_github_while_it_waits(shop: Shop) -> None:
    """It starts nothing, ends without a word to anybody, and lets the next one through."""
    await shop.deploy("deploy production v1.4.0")
    second = await waiting(shop, "deploy production main")
    del shop.world.github.state.repository(REPOSITORY).deployments[shop.deployments[-1].id]
    await shop.later(120)
    await shop.finish(1)
    await shop.later(1)
    assert 1 == len(shop.world.circleci.pipelines)
    assert "Deleted on GitHub" in second.text
    assert not shop.eyes.thread(second)
