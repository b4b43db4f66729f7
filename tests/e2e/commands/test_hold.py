"""After a rollback nothing comes back by itself."""

import pytest
from inline_snapshot import snapshot

from tests.e2e.recovery.test_resync_lost import edits, lose_the_store
from tests.e2e.running import until
from tests.e2e.shop import CHANNEL, REPOSITORY, Shop

CONFIG = """\
version: 1
circleci: {workflow: deploy}
environments: {preview: {checks: [], deploy_on: {push: [main]}}}
"""
pytestmark = pytest.mark.parametrize("config", [CONFIG])


async def rolled_back(shop: Shop) -> None:
    """Twice deployed, once rolled back."""
    for number, ref in enumerate(("v1.4.0", "main"), 1):
        await shop.deploy(f"deploy preview {ref}")
        shop.world.github.clock.ahead += 60
        await shop.finish(number)
    await shop.type("rollback preview")
    await shop.press(shop.world.slack.ephemerals("dana")[-1], "Roll back")
    await until(lambda: len(shop.world.circleci.pipelines) == 3, what="a pipeline")
    shop.world.github.clock.ahead += 60
    await shop.finish(3)


async def pushed(shop: Shop) -> None:
    """A push to what deploys by itself."""
    shop.world.github.push(REPOSITORY, message="Sell more hats")
    await shop.quiet()
    await shop.later(40)


async def test_a_push_waits_until_resume(shop: Shop) -> None:
    """Its card and `list` say so; the newest starts within seconds of *Resume*.

    When the store is lost, so is that it was resumed, which is said; what is over stays as it is.
    """
    await rolled_back(shop)
    await pushed(shop)
    await pushed(shop)
    await until(lambda: len(shop.live) == 5, what="its card")
    assert 3 == len(shop.world.circleci.pipelines)
    assert shop.eyes.message(shop.live[-1]) == snapshot("""\
“On hold: main to preview, pushed by dana.”
*preview* · On hold · pushed by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c006…|c006>` Sell more hats — by dana · <https://github.test/acme/shop/compare/c003…...c006…|changes since the last success>
| Automatic deployments have been on hold since dana rolled *preview* back (<time>). `/cimon resume preview` resumes them.
| [Details]  [Resume]  [Cancel]\
""")
    assert [one.state for one in shop.deployments[-2:]] == ["inactive", "pending"]
    [state] = shop.states()
    assert "dana rolled preview back (" in state
    assert (await shop.type("list preview")).splitlines()[1] == snapshot(
        "*preview* · `v1.4.0` (`<https://github.test/acme/shop/commit/c003…|c003>`) since <time> · by dana · automatic deployments on hold since dana rolled back · waiting: `main` (`<https://github.test/acme/shop/commit/c006…|c006>`) since <time>"
    )
    await shop.press(shop.live[-1], "Resume")
    await until(lambda: len(shop.world.circleci.pipelines) == 4, what="a pipeline")
    await shop.quiet()
    assert "dana resumed automatic deployments to *preview*." in shop.eyes.channel()
    assert await shop.type("resume preview") == snapshot(
        "Automatic deployments aren't on hold in *preview*."
    )
    await shop.finish(4)
    before = edits(shop.live), [one.state for one in shop.deployments]
    await lose_the_store(shop)
    assert shop.eyes.message(shop.world.slack.last_message(CHANNEL)) == snapshot(
        "I lost my database, and the locks on `acme/shop` with it. Deployments and messages are back. Lock again whatever you still need locked. If you pressed *Tell me*, I can't tell you anymore. Automatic deployments are back on hold after a rollback, even if somebody had resumed them. To resume them, type `/cimon resume preview`."
    )
    assert before == (edits(shop.live), [one.state for one in shop.deployments])
    await pushed(shop)
    assert "On hold" in shop.live[-1].text
    assert len(shop.world.circleci.pipelines) == 4


async def test_only_what_a_person_asked_for_ends_it(shop: Shop) -> None:
    """A job of GitHub Actions does not, though its creator is a person; nor does a lost store.

    Once a person's deployment of another commit has succeeded, pushes deploy again.
    """
    await rolled_back(shop)
    github = shop.world.github
    github.push(REPOSITORY, message="Mend", branch="mend")
    made = github.actions_deploys(REPOSITORY, "preview", "mend")
    github.clock.ahead += 60
    github.post_status_as(made, "success", "github-actions[bot]")
    await shop.quiet()
    await pushed(shop)
    assert held(shop)
    await lose_the_store(shop)
    await pushed(shop)
    assert held(shop)
    assert 3 == len(shop.world.circleci.pipelines)
    github.push(REPOSITORY, message="Mend more", branch="mend")
    await shop.deploy("deploy preview mend")
    github.clock.ahead += 60
    await shop.finish(4)
    await pushed(shop)
    await until(lambda: len(shop.world.circleci.pipelines) == 5, what="a pipeline")


def held(shop: Shop) -> bool:
    """Whether the newest deployment waits for the end of the hold."""
    newest = shop.states()[-1]
    return newest.startswith("pending: ") and "rolled preview back" in newest
