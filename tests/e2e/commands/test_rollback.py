"""Going back: what comes back is shown first, then goes before everything that waits."""

import pytest
import pytest_asyncio
from inline_snapshot import snapshot

from sandbox.slack.state import Message
from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

GUARDED = """\
version: 1
circleci: {workflow: deploy}
environments:
  production: {checks: [ci/test], freeze: ["2020-01-01..2099-01-01"]}
"""


@pytest_asyncio.fixture(autouse=True)
async def old_tag(shop: Shop) -> None:
    """An older release beside those that the world has."""
    repository = shop.world.github.state.repository(REPOSITORY)
    shop.world.github.tag(REPOSITORY, "v1.3.9", ref=next(iter(repository.commits)))
    await shop.quiet()


async def succeeded(shop: Shop, text: str, number: int) -> Message:
    """Deploy, and let it succeed a while later; its card."""
    card = await shop.deploy(text)
    shop.world.github.clock.ahead += 60
    await shop.finish(number)
    return card


def question(shop: Shop, user: str = "dana") -> Message:
    """What somebody was asked last."""
    return shop.world.slack.ephemerals(user)[-1]


async def agree(shop: Shop, label: str, pipelines: int) -> Message:
    """Press it, and wait for the pipeline; the live message."""
    await shop.press(question(shop), label)
    await until(lambda: len(shop.world.circleci.pipelines) == pipelines, what="a pipeline")
    await shop.quiet()
    return shop.live[-1]


async def test_going_back_and_once_more(shop: Shop) -> None:
    """Nothing is created before the button; a second rollback goes on from what came back."""
    await succeeded(shop, "deploy production v1.3.9", 1)
    await succeeded(shop, "deploy production v1.4.0", 2)
    card = await succeeded(shop, "deploy production main", 3)
    assert shop.eyes.message(card).splitlines()[-1] == snapshot("| [Roll back]")
    assert await shop.press(card, "Roll back") == snapshot("""\
*production* runs `main` (`c004`), live since <time>. Roll back to `v1.4.0` (`c003`), 1 commit back?
It skips checks, windows and approvals. Automatic deployments there are then on hold until `/cimon resume production`.
[Roll back]\
""")
    assert 3 == len(shop.deployments)
    asked = question(shop)
    back = await agree(shop, "Roll back", 4)
    assert shop.eyes.message(asked) == snapshot("Rolling *production* back to `v1.4.0`.")
    shop.world.github.clock.ahead += 60
    await shop.finish(4)
    assert shop.eyes.message(back) == snapshot("""\
“Rolled back in <n s>: v1.4.0 to production, requested by dana.”
*production* · Rolled back in <n s> · requested by dana
| `<https://github.test/acme/shop/tree/v1.4.0|v1.4.0>` · `<https://github.test/acme/shop/commit/c003…|c003>` Count the hats (#1) — by hubot · <https://github.test/acme/shop/compare/c003…...c004…|1 commit behind main, which was live> · <https://github.test/acme/shop/issues/1|#1>
| <https://circleci.test/pipelines/gh/acme/shop/4|logs>
| [Roll back]\
""")
    payload = shop.deployments[3].payload["deploybot"]
    assert ("rollback", shop.deployments[2].id, shop.deployments[1].id) == (
        payload["trigger"],
        payload["rollback_of"],
        payload["target"],
    )
    assert shop.deployments[3].sha == shop.deployments[1].sha
    assert await shop.type("rollback production") == snapshot("""\
*production* runs `v1.4.0` (`c003`), live since <time>. Roll back to `v1.3.9` (`c001`), 2 commits back?
It skips checks, windows and approvals. Automatic deployments there are then on hold until `/cimon resume production`.
[Roll back]\
""")
    await agree(shop, "Roll back", 5)
    shop.world.github.clock.ahead += 60
    await shop.finish(5)
    assert shop.deployments[4].sha == shop.deployments[0].sha
    assert await shop.type("rollback production") == snapshot(
        "There's nothing to roll back to: nothing was live in *production* before `v1.3.9`. Nothing was deployed."
    )


async def test_what_runs_is_canceled_for_it(shop: Shop) -> None:
    """The rollback does not wait behind what waits already, however long its creation takes."""
    await succeeded(shop, "deploy production v1.3.9", 1)
    await succeeded(shop, "deploy production v1.4.0", 2)
    await shop.deploy("deploy production main", user="sam")
    shop.world.github.push(REPOSITORY, message="Next")
    await shop.type("deploy production main")
    assert await shop.type("rollback production") == snapshot("""\
*production* runs `v1.4.0` (`c003`), live since <time>. Roll back to `v1.3.9` (`c001`), 2 commits back? sam's `main` (`c004`) is deploying there now and will be canceled.
It skips checks, windows and approvals. Automatic deployments there are then on hold until `/cimon resume production`.
[Cancel it and roll back]\
""")
    shop.world.github.faults.add("POST /repos/acme/shop/deployments$", delay=0.7)
    await agree(shop, "Cancel it and roll back", 4)
    assert shop.deployments[-1].sha == shop.deployments[0].sha
    assert [one.state for one in shop.deployments] == snapshot(
        ["inactive", "success", "error", "pending", "in_progress"]
    )
    shop.world.github.clock.ahead += 60
    await shop.finish(4)
    assert [one.state for one in shop.deployments] == snapshot(
        ["inactive", "inactive", "error", "inactive", "success"]
    )


async def test_back_from_what_failed(shop: Shop) -> None:
    """Its card brings back what was live before it."""
    await succeeded(shop, "deploy production v1.4.0", 1)
    failed = await shop.deploy("deploy production main")
    shop.world.circleci.fail(2, "migrate")
    await shop.quiet()
    assert shop.eyes.message(failed).splitlines()[-1] == snapshot("| [Retry]  [Roll back]  [Logs]")
    assert await shop.press(failed, "Roll back") == snapshot("""\
`main` (`c004`) failed in *production*. Roll back to `v1.4.0` (`c003`), live there since <time>?
It skips checks, windows and approvals. Automatic deployments there are then on hold until `/cimon resume production`.
[Roll back]\
""")
    await agree(shop, "Roll back", 3)
    assert shop.deployments[2].sha == shop.deployments[0].sha


@pytest.mark.parametrize("config", [None])
async def test_it_passes_gates_but_no_lock(shop: Shop) -> None:
    """Red checks, a freeze: its commit went live there before."""
    await succeeded(shop, "deploy production v1.4.0", 1)
    await succeeded(shop, "deploy production main", 2)
    shop.world.github.push(REPOSITORY, files={".github/deploybot.yml": GUARDED})
    await shop.quiet()
    await shop.type("lock production", user="sam")
    assert "has been locked by sam" in await shop.type("rollback production")
    await shop.type("unlock production", user="sam")
    await shop.type("rollback production")
    await agree(shop, "Roll back", 3)
