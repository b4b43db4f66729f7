"""Pushes, tags and pull requests that deploy by themselves."""

import pytest
from inline_snapshot import snapshot

from sandbox.github.records import CheckRun
from sandbox.slack.requests.typed import controls
from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

CONFIG = """\
version: 1
circleci: {workflow: deploy}
environments:
  production: {deploy_on: {tag: ["v*"]}}
  staging: {deploy_on: {push: ["release*"]}}
  preview: {deploy_on: {push: [main]}}
  docs: {deploy_on: {push: [main]}, checks: [docs]}
  "pr{number}": {deploy_on: {pull_request: true}, transient: true}
"""
pytestmark = pytest.mark.parametrize("config", [CONFIG])


def made(shop: Shop) -> list[tuple[str, str]]:
    """What was deployed: the environment and the ref, oldest first."""
    return [(one.environment, one.ref) for one in sorted(shop.deployments, key=lambda d: d.id)]


def ours(shop: Shop, sha: str) -> list[CheckRun]:
    """Our check runs on a commit."""
    suites = shop.world.github.state.repository(REPOSITORY).suites.get(sha, [])
    mine = shop.world.github.app_record
    return [run for suite in suites if suite.app is mine for run in suite.runs]


async def settled(shop: Shop) -> None:
    """Let the time pass in which a first check may appear."""
    await shop.quiet()
    await shop.later(40)


async def test_a_push_deploys_to_every_environment_that_wants_it(shop: Shop) -> None:
    """By a deployment each; what waits for a named check waits on its own."""
    sha = shop.world.github.push(REPOSITORY, message="Sell more hats")
    await settled(shop)
    assert sorted(made(shop)) == [("docs", "main"), ("preview", "main")]
    assert {one.sha for one in shop.deployments} == {sha}
    states = {one.environment: one.state for one in shop.deployments}
    assert states == {"preview": "in_progress", "docs": "pending"}
    assert len(shop.world.circleci.pipelines) == 1
    [preview] = [one for one in map(shop.eyes.message, shop.live) if "*preview*" in one]
    assert preview == snapshot("""\
“Deploying: main to preview, pushed by dana.”
*preview* · Deploying · pushed by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c005…|c005>` Sell more hats — by dana
| Running since <time>
| [Logs]  [Cancel]\
""")


async def test_a_tag_deploys_once(shop: Shop) -> None:
    """`create` comes beside `push`, and every delivery comes three times."""
    shop.world.github.deliverer.copies = 3
    shop.world.github.tag(REPOSITORY, "v2.0.0", message="Two")
    await settled(shop)
    assert made(shop) == [("production", "v2.0.0")]
    assert len(shop.world.circleci.pipelines) == 1


async def test_a_pull_request_deploys_to_its_own_place(shop: Shop) -> None:
    """Once it is no draft any more, and again with each push to it."""
    pull = shop.world.github.open_pull_request(REPOSITORY, "hats", draft=True)
    await settled(shop)
    assert made(shop) == []
    shop.world.github.ready_for_review(REPOSITORY, pull.number)
    await settled(shop)
    shop.world.github.push(REPOSITORY, "hats", "More")
    await settled(shop)
    place = f"pr{pull.number}"
    assert made(shop) == [(place, "hats"), (place, "hats")]
    assert all(one.transient for one in shop.deployments)


async def test_what_deploys_nothing(shop: Shop) -> None:
    """Other branches and tags, deletions, forks, drafts, and a commit that asks to be skipped."""
    github = shop.world.github
    github.push(REPOSITORY, "idea")
    github.delete_branch(REPOSITORY, "idea")
    github.push(REPOSITORY, "gh-readonly-queue/main/pr-1")
    github.tag(REPOSITORY, "nightly")
    github.open_pull_request(REPOSITORY, "theirs", fork=True)
    github.open_pull_request(REPOSITORY, "half", draft=True)
    github.push(REPOSITORY, message="Fix a comment [skip deploy]")
    await settled(shop)
    assert made(shop) == []


async def test_a_push_that_deploys_nothing_costs_no_call(shop: Shop) -> None:
    """Where the configuration was read lately."""
    await shop.type("list")
    await shop.deploy("deploy preview")
    shop.forget_calls()
    shop.world.github.push(REPOSITORY, "idea")
    await shop.quiet()
    assert shop.calls() == []


async def test_only_the_newest_of_several_pushes_runs_next(shop: Shop) -> None:
    """The one that runs is left alone."""
    shas = [shop.world.github.push(REPOSITORY, "release/1", "Step")]
    await settled(shop)
    for number in range(2):
        shas.append(shop.world.github.push(REPOSITORY, "release/1", f"More {number}"))
        await settled(shop)
    await shop.finish(1)
    await settled(shop)
    ran = [one.sha for one in shop.deployments if one.state in {"success", "in_progress"}]
    assert sorted(ran) == sorted([shas[0], shas[-1]])
    assert len(shop.world.circleci.pipelines) == 2


async def test_a_push_heard_of_late_undoes_nothing(shop: Shop) -> None:
    """Its commit is the head still, and somebody has deployed since."""
    shop.world.github.deliverer.hold = True
    shop.world.github.push(REPOSITORY, "release/1", "Friday")
    shop.world.github.clock.ahead += 3600
    shop.world.github.deliverer.hold = False
    await shop.deploy("deploy staging v1.4.0")
    shop.world.github.deliverer.release()
    await settled(shop)
    assert made(shop) == [("staging", "v1.4.0")]


async def test_a_commit_that_asks_to_be_skipped_retires_nothing(shop: Shop) -> None:
    """The push before it is deployed, though it is heard of after; not one that was taken back."""
    github = shop.world.github
    github.deliverer.hold = True
    skipped = github.push(REPOSITORY, message="Start [skip deploy]")
    sha = github.push(REPOSITORY, "release/1", "Sell hats")
    github.push(REPOSITORY, "release/1", "Fix a comment [skip deploy]")
    github.push(REPOSITORY, message="A mistake")
    github.force_push(REPOSITORY, "main", skipped)
    github.deliverer.release()
    await settled(shop)
    assert [(one.environment, one.sha) for one in shop.deployments] == [("staging", sha)]
    assert shop.world.circleci.pipeline(1).parameters["sha"] == sha


async def test_a_lock_holds_pushes_back_until_it_is_released(shop: Shop) -> None:
    """Only the newest goes on then."""
    await shop.type("lock staging")
    shop.world.github.push(REPOSITORY, "release/1", "One")
    await settled(shop)
    newest = shop.world.github.push(REPOSITORY, "release/1", "Two")
    await settled(shop)
    assert not shop.world.circleci.pipelines
    assert "Deploys automatically once it's unlocked." in shop.eyes.message(shop.live[-1])
    assert [one.state for one in shop.deployments] == ["inactive", "pending"]
    await shop.type("unlock staging")
    await shop.finish(1)
    await shop.quiet()
    live = [one.sha for one in shop.deployments if one.state == "success"]
    assert (live, len(shop.world.circleci.pipelines)) == ([newest], 1)


async def test_a_red_check_is_shown_on_the_commit(shop: Shop) -> None:
    """Nothing is created, and the channel is not bothered."""
    messages = len(shop.world.slack.messages("shop"))
    shop.world.github.deliverer.hold = True
    sha = shop.world.github.push(REPOSITORY, "release/1", "Break")
    shop.world.github.set_check(REPOSITORY, sha, "test", "failure")
    shop.world.github.deliverer.release()
    await settled(shop)
    assert made(shop) == []
    [run] = ours(shop, sha)
    assert (run.name, run.conclusion) == ("deploybot", "neutral")
    assert run.output["title"].startswith(f"test failed on {sha[:7]}.")
    assert messages == len(shop.world.slack.messages("shop"))


async def test_an_older_tag_takes_production_nowhere(shop: Shop) -> None:
    """Nobody is there to be asked, so the channel is; whoever presses first deploys it, once."""
    older = shop.world.github.head(REPOSITORY, "v1.4.0")
    assert older is not None
    await shop.deploy("deploy production main")
    await shop.finish(1)
    shop.world.github.tag(REPOSITORY, "v1.4.1", older)
    await settled(shop)
    assert made(shop) == [("production", "main")]
    [run] = ours(shop, older)
    assert (run.name, run.conclusion) == ("deploybot", "neutral")
    assert "/cimon deploy production v1.4.1" in run.output["summary"]
    offer = shop.world.slack.messages("shop")[-1]
    assert shop.eyes.message(offer) == snapshot("""\
Tag `v1.4.1` (`c003`) wasn't deployed to *production*: it's 1 commit behind `main`, which is live there.
[Deploy anyway]\
""")
    [(_, button, _)] = controls(offer)
    for user in ("sam", "dana"):
        action, value = button["action_id"], button["value"]
        await shop.world.slack.press(offer.channel, user, offer, action, value=value)
        await until(lambda: len(made(shop)) == 2, what="the deployment that sam wants")
    await settled(shop)
    assert shop.eyes.message(offer) == snapshot("Deploying `v1.4.1` to *production*.")
    assert made(shop) == [("production", "main"), ("production", "v1.4.1")]
    assert "requested by sam" in shop.eyes.message(shop.live[-1])
