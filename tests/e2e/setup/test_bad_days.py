"""Days on which things go wrong between people: the file, the teams, the names, the timing."""

import pytest
from inline_snapshot import snapshot

from sandbox.slack.state import Message
from sandbox.world import World
from tests.e2e.conftest import ENVIRON
from tests.e2e.people.proving import prove
from tests.e2e.running import Bot, until
from tests.e2e.shop import CHANNEL, REPOSITORY, Shop

FILE = ".github/deploybot.yml"
HEAD = "version: 1\ncircleci: {workflow: deploy}\n"
BROKEN = "version: 1\nenviroments: {}\n"
BOUNDS = {**ENVIRON, "WATCH_INTERVAL": "60", "PEOPLE_AFTER": "7200"}
SECRET = {**BOUNDS, "GITHUB_CLIENT_SECRET": "the-sandbox's-client-secret"}
WAITING = (
    HEAD
    + """\
environments:
  preview: {checks: [ci/test], deploy_on: {push: [feature]}}
  test: {approvals: 1, deploy_on: {push: [feature]}}
  staging: {freeze: ["2020-01-01..2098-12-31"], deploy_on: {push: [feature]}}
"""
)
NOBODY = (
    HEAD
    + """\
environments:
  staging: {allow: ["team:acme/nobody"]}
  production: {approvals: {count: 1, from: ["team:acme/nobody"]}}
"""
)
NAMED = HEAD + 'environments: {production: {allow: ["@hubot", "@octocat"]}}\n'
AGREED = HEAD + 'environments: {production: {approvals: {count: 1, from: ["@hubot"]}}}\n'


async def waiting(shop: Shop, text: str = "deploy production", user: str = "dana") -> Message:
    """Type a command whose deployment waits; its live message."""
    live = len(shop.live)
    await shop.world.slack.type_command(CHANNEL, user, text)
    await until(lambda: len(shop.live) > live, what="a live message")
    await shop.quiet()
    return shop.live[-1]


async def configure(shop: Shop, text: str) -> None:
    """Push the file: what waits hears of it at once."""
    shop.world.github.push(REPOSITORY, message="Configure", files={FILE: text})
    await shop.quiet()


@pytest.mark.parametrize(("config", "environ"), [(WAITING, BOUNDS)])
async def test_the_file_breaks_while_deployments_wait(shop: Shop) -> None:
    """They say why they wait, start nothing, and go on as they were once it is mended."""
    sha = shop.world.github.push(REPOSITORY, "feature", message="Sell more hats")
    shop.world.github.commit_status(REPOSITORY, sha, "ci/test", "pending")
    await until(lambda: len(shop.live) == 3, what="three cards")
    await shop.quiet()
    await configure(shop, BROKEN)
    assert [shop.states(number)[-1] for number in range(3)] == snapshot(
        [
            "pending: .github/deploybot.yml, line 2: enviroments: unknown key.",
            "pending: .github/deploybot.yml, line 2: enviroments: unknown key.",
            "pending: .github/deploybot.yml, line 2: enviroments: unknown key.",
        ]
    )
    [preview] = [one for one in shop.live if " to preview" in one.text]
    assert shop.eyes.message(preview) == snapshot("""\
“On hold: feature to preview, pushed by dana.”
*preview* · On hold · pushed by dana
| `<https://github.test/acme/shop/tree/feature|feature>` · `<https://github.test/acme/shop/commit/c005…|c005>` Sell more hats — by dana
| `.github/deploybot.yml`, line 2: `enviroments`: unknown key. Did you mean `environments`? Deployments are blocked until this is fixed on the default branch. Nothing was deployed.
| [Details]  [Cancel]\
""")
    shop.world.github.commit_status(REPOSITORY, sha, "ci/test", "success")
    await shop.later(61)
    assert not shop.world.circleci.pipelines
    await configure(shop, WAITING.replace("2098-12-31", "2020-01-02"))
    for card in shop.live:
        if "Waiting for approval" in card.text:
            await shop.press(card, "Approve", "sam")
    await until(lambda: len(shop.world.circleci.pipelines) == 3, what="all three")


@pytest.mark.parametrize(("config", "environ"), [(NOBODY, SECRET)])
async def test_a_team_that_does_not_exist(world: World, bot: Bot) -> None:
    """Nobody is let in for it, and whoever is turned away reads that it is missing."""
    shop = Shop(world, bot)
    await prove(shop, "dana", "octocat")
    await prove(shop, "sam", "hubot")
    await shop.bound()
    assert await shop.type("deploy staging") == snapshot(
        "Only the GitHub team `acme/nobody` can deploy to *staging*, not `octocat`. I can't find `team:acme/nobody` on GitHub: check `.github/deploybot.yml`. Nothing was deployed."
    )
    live = await waiting(shop)
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ `team:acme/nobody`: `main` to *production*, requested by dana, needs approval. Press *Approve* or *Reject* above. Nobody else on that list has verified their GitHub login here yet: `/cimon verify`. (also sent to the channel)"
    )
    assert await shop.press(live, "Approve", "sam") == snapshot(
        "Only the GitHub team `acme/nobody` can approve deployments to *production*, not `hubot`. I can't find `team:acme/nobody` on GitHub: check `.github/deploybot.yml`. Nothing was changed."
    )
    assert not world.circleci.pipelines
    world.github.set_team("acme/nobody", "hubot")
    await shop.press(live, "Approve", "sam")
    await until(lambda: world.circleci.pipelines, what="a pipeline")


@pytest.mark.parametrize(("config", "environ"), [(NAMED, SECRET)])
async def test_a_person_takes_another_login(world: World, bot: Bot) -> None:
    """Their link stays theirs; the file's old name means them no more, nor its next owner them."""
    shop = Shop(world, bot)
    await prove(shop, "dana", "octocat")
    await prove(shop, "sam", "hubot")
    await shop.bound()
    world.github.rename_person("hubot", "robot")
    await shop.later(301)
    assert await shop.type("deploy production", "sam") == snapshot(
        "Only `hubot` and `octocat` can deploy to *production*, not `hubot`. I can't find `@hubot` on GitHub: check `.github/deploybot.yml`. Nothing was deployed."
    )
    world.github.set_collaborator(REPOSITORY, "hubot", "write")  # a stranger takes the old one
    await shop.later(301)
    assert await shop.type("deploy production", "sam") == snapshot(
        "Only `hubot` and `octocat` can deploy to *production*, not `hubot`. Nothing was deployed."
    )
    await configure(shop, NAMED.replace("@hubot", "@robot"))
    await shop.deploy("deploy production", "sam")


@pytest.mark.parametrize(("config", "environ"), [(AGREED, SECRET)])
async def test_somebody_who_was_just_removed_agrees(world: World, bot: Bot) -> None:
    """They are told so, and nothing starts."""
    shop = Shop(world, bot)
    for user, login in (("dana", "octocat"), ("sam", "hubot")):
        await prove(shop, user, login)
    await shop.bound()
    live = await waiting(shop)
    world.github.set_collaborator(REPOSITORY, "hubot", None)
    await shop.later(301)
    assert await shop.press(live, "Approve", "sam") == snapshot(
        "Only `hubot` can approve deployments to *production*, not `hubot`. `hubot` is on that list but can't push to the repository anymore. Nothing was changed."
    )
    assert not world.circleci.pipelines


async def test_the_end_of_a_lock_is_told_once(shop: Shop) -> None:
    """Slack took what was said, and its answer was lost; the process ends, too."""
    await shop.type("lock production --for 1h hotfix", user="sam")
    await shop.type("deploy production", user="dana")
    await shop.press(shop.world.slack.ephemerals("dana")[-1], "Tell me", user="dana")
    shop.world.slack.faults.add("chat.postMessage", drop="after")
    shop.world.slack.clock.ahead += 3601
    await shop.later(3601)
    await shop.bot.stop()
    await shop.bot.start()
    for _ in range(3):
        await shop.later(60)
    told = [one for one in shop.eyes.channel().split("\n") if "has ended" in one]
    assert told == snapshot(
        [
            "<@sam> <@dana> The lock on *production* (hotfix) has ended. If your deployment was refused, type it again."
        ]
    )


async def test_the_end_of_a_lock_is_told_although_slack_was_down(shop: Shop) -> None:
    """Later; who may deploy meanwhile does."""
    await shop.type("lock production --for 1h hotfix", user="sam")
    away = shop.world.slack.faults.add("chat.postMessage", status=503, times=None)
    await shop.later(3601)
    shop.world.slack.faults.rules.remove(away)
    for _ in range(3):
        await shop.later(60)
    told = [one for one in shop.eyes.channel().split("\n") if "has ended" in one]
    assert told == snapshot(["<@sam> The lock on *production* (hotfix) has ended."])
