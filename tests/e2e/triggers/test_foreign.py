"""Deployments that nobody typed: a person's are run, other apps' are shown, and so on."""

import pytest
from inline_snapshot import snapshot

from sandbox.github.records import Deployment
from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

RUNS_ACTIONS = "version: 1\ncircleci: {workflow: deploy}\nrun_deployments_by: [github-actions]\n"


async def shown(shop: Shop, deployment: Deployment) -> str:
    """The card of a deployment that others run, once it is there."""
    await until(lambda: shop.live, what="a card")
    await shop.quiet()
    [live] = shop.live
    assert deployment.id == (live.metadata or {})["event_payload"]["deployment_id"]
    return shop.eyes.message(live)


async def test_a_persons_deployment_is_run(shop: Shop) -> None:
    """`gh api` by a linked person: the creator is the requester, and is mentioned."""
    shop.world.github.person_deploys(REPOSITORY, "production", "v1.4.0")
    await until(lambda: shop.live and shop.world.circleci.pipelines, what="it runs")
    await shop.finish()
    [live] = shop.live
    assert shop.eyes.message(live) == snapshot("""\
“Deployed in <n s>: v1.4.0 to production, created on GitHub by dana.”
*production* · Deployed in <n s> · created on GitHub by dana
| `<https://github.test/acme/shop/tree/v1.4.0|v1.4.0>` · `<https://github.test/acme/shop/commit/c003…|c003>` Count the hats (#1) — by hubot · <https://github.test/acme/shop/issues/1|#1>
| <https://circleci.test/pipelines/gh/acme/shop/1|logs>
| [Details]\
""")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `v1.4.0` (by hubot) is live in *production*."
    )
    assert shop.states() == snapshot(
        ["in_progress: Pipeline 1 is running on CircleCI.", "success: Deployed in <n s>."]
    )


async def test_a_persons_payload_is_not_believed(shop: Shop) -> None:
    """`payload.deploybot` of somebody else neither forces nor names another requester."""
    sha = shop.world.github.head(REPOSITORY, "main")
    assert sha is not None
    shop.world.github.set_check(REPOSITORY, sha, "test", "failure")
    forged = {
        "version": 1,
        "request": "x",
        "trigger": "command",
        "requester": "sam",
        "user": shop.world.slack.sam.id,
        "channel": "C0SOMEWHERE",
        "force": True,
    }
    shop.world.github.person_deploys(REPOSITORY, payload={"deploybot": forged})
    await until(lambda: shop.deployments[0].state == "error", what="the refusal")
    await shop.quiet()
    assert not shop.world.circleci.pipelines
    [live] = shop.live
    assert shop.eyes.message(live) == snapshot("""\
“Not started: main to production, created on GitHub by dana.”
*production* · Not started · created on GitHub by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| I refused the deployment that dana created on GitHub. Fix this, then create it again or press *Retry*.
| `test` failed on `c004`. Push a fix or rerun it, then deploy it again. To deploy anyway: `/cimon deploy production main --force`. Nothing was deployed.
| [Retry]\
""")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `main` to *production* didn't start. `test` failed on `c004`. The message above says what to do. (also sent to the channel)"
    )
    assert shop.states() == snapshot(
        [
            "error: test failed on c004. Push a fix or rerun it, then deploy it again. To deploy anyway: /cimon deploy production main --force."
        ]
    )
    assert not shop.world.slack.notified("sam")


async def test_an_unbound_repository_is_left_alone(shop: Shop) -> None:
    """The App sees it, no channel has it: nothing is said, run or posted."""
    shop.world.github.add_repository("acme/barn", collaborators={"octocat": "admin"})
    shop.world.github.person_deploys("acme/barn")
    await shop.quiet()
    assert not shop.live
    assert not shop.world.circleci.pipelines
    [deployment] = shop.world.github.deployments("acme/barn")
    assert not deployment.statuses


async def test_an_actions_jobs_deployment_is_shown(shop: Shop) -> None:
    """A human creator, but the app is github-actions: its card follows its statuses."""
    deployment = shop.world.github.actions_deploys(REPOSITORY, "production")
    assert await shown(shop, deployment) == snapshot("""\
“Deploying: main to production, deployed by github-actions.”
*production* · Deploying · deployed by github-actions
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana\
""")
    shop.world.github.post_status_as(
        deployment,
        "success",
        "github-actions[bot]",
        environment_url="https://shop.example.com",
        log_url="https://ci.example.com/7",
    )
    await shop.quiet()
    assert await shown(shop, deployment) == snapshot("""\
“Deployed: main to production, deployed by github-actions.”
*production* · Deployed · deployed by github-actions
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| Open <https://shop.example.com|shop.example.com> · <https://ci.example.com/7|logs>\
""")
    assert not shop.world.circleci.pipelines
    assert not shop.world.slack.notifications
    assert {"in_progress", "success"} == {one.state for one in deployment.statuses}


async def test_vercels_deployment_is_shown(shop: Shop) -> None:
    """A `Bot` creator and no app."""
    deployment = shop.world.github.vercel_deploys(REPOSITORY)
    assert await shown(shop, deployment) == snapshot("""\
“Waiting: c004 to Preview, deployed by vercel[bot].”
*Preview* · Waiting · deployed by vercel[bot]
| `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana\
""")
    assert not shop.world.circleci.pipelines


async def test_a_persons_deployment_that_another_tool_runs_is_shown(shop: Shop) -> None:
    """Somebody else posted a status before we first looked: it is theirs to run."""
    github = shop.world.github
    github.deliverer.hold = True
    deployment = github.person_deploys(REPOSITORY)
    github.post_status_as(deployment, "queued", "harness[bot]")
    github.deliverer.release()
    assert await shown(shop, deployment) == snapshot("""\
“Waiting: main to production, deployed by dana.”
*production* · Waiting · deployed by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana\
""")
    assert not shop.world.circleci.pipelines


@pytest.mark.parametrize("config", [RUNS_ACTIONS])
async def test_run_deployments_by_an_app(shop: Shop) -> None:
    """An app that the configuration names has its deployments run, once."""
    shop.world.github.actions_deploys(REPOSITORY, "staging", "v1.4.0")
    await until(lambda: shop.live and shop.world.circleci.pipelines, what="it runs")
    await shop.finish()
    [pipeline] = shop.world.circleci.pipelines
    assert ("staging", "v1.4.0") == (pipeline.parameters["environment"], pipeline.tag)
    [live] = shop.live
    assert shop.eyes.message(live) == snapshot("""\
“Deployed in <n s>: v1.4.0 to staging, requested by github-actions.”
*staging* · Deployed in <n s> · requested by github-actions
| `<https://github.test/acme/shop/tree/v1.4.0|v1.4.0>` · `<https://github.test/acme/shop/commit/c003…|c003>` Count the hats (#1) — by hubot · <https://github.test/acme/shop/issues/1|#1>
| <https://circleci.test/pipelines/gh/acme/shop/1|logs>
| [Details]\
""")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `v1.4.0` (by hubot) is live in *staging*."
    )


async def test_it_is_shown_while_circleci_is_down(shop: Shop) -> None:
    """Nobody asks what its commit's red checks are: it is not ours to run."""
    await shop.deploy("deploy production main")
    shop.world.circleci.fail(1, "migrate")
    await shop.quiet()
    shop.world.circleci.faults.add(r".*", status=503, times=None)
    shop.world.github.actions_deploys(REPOSITORY, "staging")
    await until(lambda: len(shop.live) == 2, what="its card")
    await shop.quiet()
    assert "deployed by github-actions" in shop.eyes.message(shop.live[1])


async def test_others_deploy_the_same_environment_at_the_same_time(shop: Shop) -> None:
    """Whoever began first: nobody holds them back, and the card says so while it runs."""
    told = "`github-actions` is deploying to *production* at the same time"
    mine = await shop.deploy("deploy production")
    assert told not in shop.eyes.message(mine)
    theirs = shop.world.github.actions_deploys(REPOSITORY, "production", "v1.4.0")
    await until(lambda: told in shop.eyes.message(mine), what="the remark")
    await shop.finish(1)
    assert told not in shop.eyes.message(mine)
    assert theirs.state == "in_progress"
    shop.world.github.push(REPOSITORY, message="Sell more hats")
    later = await shop.deploy("deploy production")
    assert told in shop.eyes.message(later)
