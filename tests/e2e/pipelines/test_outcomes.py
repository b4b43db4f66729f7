"""What becomes of a pipeline, and what people are told of it."""

import pytest
from inline_snapshot import snapshot

from tests.e2e.shop import REPOSITORY, Shop

EVERY_WORKFLOW = "version: 1\n"


async def test_a_failed_job_is_named(shop: Shop) -> None:
    """And what was live before it; what the job left of that nobody knows. The channel is told."""
    await shop.deploy("deploy production v1.4.0")
    await shop.finish(1)
    live = await shop.deploy("deploy production main")
    shop.world.circleci.fail(2, "migrate")
    await shop.quiet()
    assert shop.eyes.message(live) == snapshot("""\
“Failed at migrate after <n s>: main to production, requested by dana.”
*production* · Failed at `migrate` after <n s> · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana · <https://github.test/acme/shop/compare/c003…...c004…|changes since the last success>
| `migrate` failed. <https://circleci.test/jobs/gh/acme/shop/5|Its log> says why. Deploy a fix, or press *Retry*.
| Before this, `v1.4.0` was live (since <time>); `migrate` may have changed something.
| [Retry]  [Roll back]  [Logs]\
""")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `main` failed in *production* at `migrate`; `v1.4.0` was live before. Press *Retry* above or deploy a fix. (also sent to the channel)"
    )
    assert shop.states() == snapshot(
        [
            "in_progress: Pipeline 2 is running on CircleCI.",
            "failure: migrate failed. Its log says why. Deploy a fix.",
        ]
    )
    assert "failure" == (live.metadata or {})["event_payload"]["state"]


async def test_an_error_is_no_failure(shop: Shop) -> None:
    """A workflow that ends in another way than its jobs decide is an error on GitHub."""
    live = await shop.deploy()
    await shop.finish(1, "unauthorized")
    assert "error" == shop.deployments[0].state
    assert shop.eyes.message(live) == snapshot("""\
“Ended with an error: main to production, requested by dana.”
*production* · Ended with an error · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| The workflow `deploy` ended with the status `unauthorized`. <https://app.circleci.com/pipelines/github/acme/shop/1/workflows/<uuid>|CircleCI> says why. Press *Retry* to run it again.
| [Retry]  [Logs]\
""")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `main` to *production* ended with an error. The workflow `deploy` ended with the status `unauthorized`. The message above says what to do. (also sent to the channel)"
    )


async def test_canceled_on_circlecis_page(shop: Shop) -> None:
    """Somebody cancels there: an error on GitHub, and the card says where it happened."""
    live = await shop.deploy()
    shop.world.circleci.cancel_in_page(1, by="Dana")
    await shop.quiet()
    assert shop.eyes.message(live) == snapshot("""\
“Canceled: main to production, requested by dana.”
*production* · Canceled · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| <https://circleci.test/pipelines/gh/acme/shop/1/workflows/<uuid>|The pipeline> was canceled on CircleCI by Dana. Press *Retry* to run it again.
| [Retry]  [Logs]\
""")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `main` to *production* was canceled. <https://circleci.test/pipelines/gh/acme/shop/1/workflows/<uuid>|The pipeline> was canceled on CircleCI by Dana. The message above says what to do."
    )
    assert shop.states() == snapshot(
        [
            "in_progress: Pipeline 1 is running on CircleCI.",
            "error: The pipeline was canceled on CircleCI by Dana.",
        ]
    )


async def test_who_may_approve_is_told_once_for_each_hold(shop: Shop) -> None:
    """One reply a held job, however often it is looked at; also where one hold follows another.

    GitHub is told of each, and that it goes on.
    """
    live = await shop.deploy()
    shop.world.circleci.hold(1)
    await shop.later(60)
    await shop.later(60)
    shop.world.circleci.approve_in_page(1)
    second = shop.world.circleci.hold(1)
    assert second is not None
    second.name = "hold-production"
    await shop.later(60)
    await shop.later(60)
    assert shop.eyes.thread(live) == snapshot("""\
  ↳ <@dana> `hold` needs approval to deploy `main` to *production*. Press *Approve* above, or <https://circleci.test/pipelines/gh/acme/shop/1|approve it on CircleCI>. (also sent to the channel)
  ↳ <@dana> `hold-production` needs approval to deploy `main` to *production*. Press *Approve* above, or <https://circleci.test/pipelines/gh/acme/shop/1|approve it on CircleCI>. (also sent to the channel)\
""")
    assert len(shop.world.slack.notified("dana")) == 2  # nobody is named, so she is told of each
    shop.world.circleci.approve_in_page(1)
    await shop.later(60)
    await shop.finish()
    assert shop.states() == snapshot(
        [
            "in_progress: Pipeline 1 is running on CircleCI.",
            "in_progress: Needs approval: hold. Approve it on CircleCI.",
            "in_progress: Needs approval: hold-production. Approve it on CircleCI.",
            "in_progress: Pipeline 1 is running on CircleCI.",
            "success: Deployed in <n s>.",
        ]
    )


@pytest.mark.parametrize("config", [EVERY_WORKFLOW])
async def test_every_workflow_counts_unless_one_is_named(shop: Shop) -> None:
    """Also one that starts after another has succeeded; all must have ended, whatever they came to."""
    shop.world.circleci.next_pipeline(workflows=("deploy", "smoke"))
    live = await shop.deploy()
    circleci = shop.world.circleci
    [pipeline] = circleci.pipelines
    circleci.life.end(pipeline, pipeline.workflows[0], "success")
    await shop.quiet()
    assert ["in_progress"] == [status.state for status in shop.deployments[0].statuses]
    circleci.start_workflow(1, "docs")
    circleci.life.end(pipeline, pipeline.workflows[1], "failed")
    await shop.quiet()
    assert ["in_progress"] == [status.state for status in shop.deployments[0].statuses]
    circleci.life.end(pipeline, pipeline.workflows[2], "success")
    await shop.quiet()
    assert "failure" == shop.deployments[0].state
    assert shop.eyes.message(live) == snapshot("""\
“Failed after <n s>: main to production, requested by dana.”
*production* · Failed after <n s> · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| The workflow `smoke` failed. <https://circleci.test/pipelines/gh/acme/shop/1/workflows/<uuid>|Its log> says why. Deploy a fix, or press *Retry*.
| [Retry]  [Logs]\
""")


async def test_a_config_error_ends_without_any_webhook(shop: Shop) -> None:
    """CircleCI made a pipeline that has no workflow: the watch finds the error and quotes it."""
    shop.world.circleci.next_pipeline(config_error="Job 'deploy' not found in 'jobs'")
    live = await shop.deploy()
    await shop.later(60)
    assert shop.eyes.message(live) == snapshot("""\
“Ended with an error: main to production, requested by dana.”
*production* · Ended with an error · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| CircleCI can't read <https://circleci.test/pipelines/gh/acme/shop/1|the pipeline>'s configuration: `Job 'deploy' not found in 'jobs'`. No job ran. Fix `.circleci/config.yml` on that ref and deploy it again. Nothing was deployed.
| [Retry]\
""")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `main` to *production* ended with an error. CircleCI can't read the pipeline's configuration: `Job 'deploy' not found in 'jobs'`. The message above says what to do. (also sent to the channel)"
    )
    assert shop.states() == snapshot(
        [
            "in_progress: Pipeline 1 is running on CircleCI.",
            "error: CircleCI can't read the pipeline's configuration: Job 'deploy' not found in 'jobs'. No job ran.",
        ]
    )


async def test_a_newer_pipeline_of_the_same_group_supersedes(shop: Shop) -> None:
    """CircleCI skips an older pipeline of a serial group: nobody canceled it."""
    live = await shop.deploy()
    shop.world.circleci.skip(1)
    await shop.quiet()
    assert shop.eyes.message(live) == snapshot("""\
“Superseded: main to production, requested by dana.”
*production* · Superseded · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| Superseded: CircleCI canceled it because a newer pipeline started on the same branch or in the same group. Press *Retry* to run it anyway.
| [Retry]  [Logs]\
""")
    assert shop.states() == snapshot(
        [
            "in_progress: Pipeline 1 is running on CircleCI.",
            "error: Superseded: CircleCI canceled it because a newer pipeline started on the same branch or in the same group.",
        ]
    )


async def test_timed_out_and_still_told_of_a_later_outcome(shop: Shop) -> None:
    """After `timeout` it is an error; a success that comes later wins."""
    config = "version: 1\ncircleci: {workflow: deploy}\ndefaults: {timeout: 5m}\n"
    shop.world.github.push(REPOSITORY, files={".github/deploybot.yml": config})
    live = await shop.deploy()
    await shop.later(301)
    assert shop.eyes.message(live) == snapshot("""\
“Timed out after 5 m: main to production, requested by dana.”
*production* · Timed out after 5 m · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c005…|c005>` Change something — by dana
| No outcome after 5 m, so I stopped waiting. <https://circleci.test/pipelines/gh/acme/shop/1|The pipeline> may still be running; if it finishes, I'll update this. Press *Cancel* to stop it. Until it ends, nothing else starts in *production*.
| [Retry]  [Cancel]\
""")
    await shop.finish()
    assert "success" == shop.deployments[0].state
    assert shop.eyes.thread(live) == snapshot("""\
  ↳ <@dana> `main` to *production* timed out. No outcome after 5 m, so I stopped waiting. The message above says what to do. (also sent to the channel)
  ↳ <@dana> `main` is live in *production*.\
""")


async def test_what_others_say_of_it_on_github(shop: Shop) -> None:
    """A job's address is carried along; a smoke test's failure after ours stays, and is shown."""
    live = await shop.deploy()
    github, deployment = shop.world.github, shop.deployments[0]
    address = "https://pr7.shop.example.com"
    github.post_status_as(deployment, "in_progress", "octocat", environment_url=address)
    await shop.quiet()
    await shop.finish()
    ours = deployment.statuses[-1]
    assert (ours.state, ours.environment_url) == ("success", address)
    github.post_status_as(deployment, "failure", "octocat", description="smoke test failed")
    await shop.quiet()
    await shop.later(600)
    assert "failure" == deployment.state
    assert shop.eyes.message(live) == snapshot("""\
“Deployed in <n s>: main to production, requested by dana.”
*production* · Deployed in <n s> · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| Open <https://pr7.shop.example.com|pr7.shop.example.com> · <https://circleci.test/pipelines/gh/acme/shop/1|logs>
| octocat on GitHub: *failed*: `smoke test failed`
| [Details]\
""")
