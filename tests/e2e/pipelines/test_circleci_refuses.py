"""CircleCI does not start the pipeline: each reason becomes a sentence somebody can act on."""

import re

import pytest
from inline_snapshot import snapshot

from sandbox.slack.state import Message
from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

TRIGGER = "POST /api/v2/project/gh/acme/shop/pipeline$"
WITH_DEFINITION = """\
version: 1
circleci:
  definition_id: {definition}
  workflow: deploy
"""
WITH_CONSTANTS = """\
version: 1
circleci:
  workflow: deploy
  parameters: {canary: true, workers: 3}
"""


async def refused(shop: Shop) -> Message:
    """Type a deploy that ends in an error; its message."""
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await until(lambda: shop.deployments and shop.deployments[0].state == "error", what="an error")
    await shop.quiet()
    [live] = shop.live
    return live


async def test_an_undeclared_parameter(shop: Shop) -> None:
    """The lines to add to `.circleci/config.yml` are shown, and the error is quoted."""
    project = shop.world.circleci.project("gh/acme/shop")
    del project.declared["sha"], project.declared["url"]
    live = await refused(shop)
    assert shop.eyes.message(live) == snapshot("""\
“Not started: main to production, requested by dana.”
*production* · Not started · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| CircleCI refused the pipeline: `Unexpected argument(s): sha, url`. Add this to `.circleci/config.yml`, then press *Retry*:
| ```parameters:
|   sha: {type: string, default: ""}
|   url: {type: string, default: ""}```
| Nothing was deployed.
| [Retry]\
""")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `main` to *production* didn't start. CircleCI refused the pipeline: `Unexpected argument(s): sha, url`. The message above says what to do. (also sent to the channel)"
    )
    assert shop.states() == snapshot(
        [
            "error: CircleCI refused the pipeline: Unexpected argument(s): sha, url. Add this to .circleci/config.yml. Nothing was deployed."
        ]
    )
    assert not shop.world.circleci.pipelines


LINE = re.compile(r"^\|   (\w+): \{type: (\w+), default: ", re.MULTILINE)


@pytest.mark.parametrize("config", [WITH_CONSTANTS])
@pytest.mark.parametrize(
    ("late", "declared", "told"),
    [
        (False, {}, {"canary": "boolean", "workers": "integer", "deployment_id": "string"}),
        (
            True,
            {"canary": "string", "workers": "integer", "deployment_id": "string"},
            {"canary": "boolean"},
        ),
    ],
    ids=["undeclared", "of another type, on the pipeline"],
)
async def test_what_is_told_to_declare_works(
    shop: Shop, late: bool, declared: dict[str, str], told: dict[str, str]
) -> None:
    """The lines carry the types of what is sent, also where only the pipeline tells: they help.

    CircleCI may accept the request; then the pipeline has the error, and no workflow or webhook.
    """
    shop.world.circleci.switches.errors_late = late
    project = shop.world.circleci.project("gh/acme/shop")
    del project.declared["deployment_id"]
    project.declared |= declared
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await until(lambda: shop.live, what="a card")
    await shop.later(61)
    [live] = shop.live
    assert "error" == shop.deployments[0].state
    assert "Nothing was deployed." in shop.eyes.message(live)
    assert told == dict(LINE.findall(shop.eyes.message(live)))
    project.declared |= told
    pipelines = len(shop.world.circleci.pipelines)
    await shop.press(live, "Retry")
    await until(lambda: len(shop.world.circleci.pipelines) > pipelines, what="a pipeline")
    await shop.finish(pipelines + 1)
    assert "success" == shop.deployments[-1].state


async def test_a_wrong_token(shop: Shop) -> None:
    """Who must renew it; no token is shown."""
    token, shop.world.circleci.token = shop.world.circleci.token, "another"
    live = await refused(shop)
    assert shop.eyes.message(live) == snapshot("""\
“Not started: main to production, requested by dana.”
*production* · Not started · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| CircleCI rejected my token: `Invalid token provided`. Ask whoever runs deploybot to renew `CIRCLECI_TOKEN`, then press *Retry*. Nothing was deployed.
| [Retry]\
""")
    assert token not in str(shop.world.slack.overview())


async def test_a_200_that_started_nothing(shop: Shop) -> None:
    """`[ci skip]` in the head commit: CircleCI answers 200 with a message only."""
    definition = shop.world.circleci.project("gh/acme/shop").definition_id
    file = {".github/deploybot.yml": WITH_DEFINITION.format(definition=definition)}
    shop.world.github.push(REPOSITORY, files=file, message="Use the new endpoint [ci skip]")
    await shop.quiet()
    live = await refused(shop)
    assert shop.eyes.message(live) == snapshot("""\
“Not started: main to production, requested by dana.”
*production* · Not started · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c005…|c005>` Use the new endpoint [ci skip] — by dana
| CircleCI accepted the request but started nothing: `Pipeline was not triggered: the commit asks to skip CI`. The usual cause is `[ci skip]` in the head commit's message. Push a commit without it and deploy that one. Nothing was deployed.
| [Details]\
""")
    assert shop.states() == snapshot(
        [
            "error: CircleCI accepted the request but started nothing: Pipeline was not triggered: the commit asks to skip CI."
        ]
    )


async def test_a_commit_that_asks_to_be_skipped(shop: Shop) -> None:
    """The older endpoint makes a pipeline that is not run: said, and nothing useless to press."""
    shop.world.github.push(REPOSITORY, message="Fix a typo [ci skip]")
    live = await shop.deploy()
    await shop.later(61)
    assert shop.eyes.message(live) == snapshot("""\
“Ended with an error: main to production, requested by dana.”
*production* · Ended with an error · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c005…|c005>` Fix a typo [ci skip] — by dana
| CircleCI didn't run <https://circleci.test/pipelines/gh/acme/shop/1/workflows/<uuid>|the workflow> `deploy`, so no job ran. The usual cause is `[ci skip]` in the commit's message. Push a commit without it and deploy that one.
| [Logs]\
""")
    assert shop.states() == snapshot(
        [
            "in_progress: Pipeline 1 is running on CircleCI.",
            "error: CircleCI didn't run the workflow deploy, so no job ran. The usual cause is [ci skip] in the commit's message.",
        ]
    )


async def test_a_tag_without_tag_filters(shop: Shop) -> None:
    """The pipeline has no workflow: the filter to add is named, and no *Retry* is offered."""
    shop.world.circleci.project("gh/acme/shop").tag_filters = frozenset()
    live = await shop.deploy("deploy production v1.4.0")
    await shop.later(61)
    assert shop.eyes.message(live) == snapshot("""\
“Ended with an error: v1.4.0 to production, requested by dana.”
*production* · Ended with an error · requested by dana
| `<https://github.test/acme/shop/tree/v1.4.0|v1.4.0>` · `<https://github.test/acme/shop/commit/c003…|c003>` Count the hats (#1) — by hubot · <https://github.test/acme/shop/issues/1|#1>
| CircleCI created <https://circleci.test/pipelines/gh/acme/shop/1|a pipeline> for the tag `v1.4.0`, but no workflow matched, so no job ran. On a tag, CircleCI only runs jobs that have a tag filter. In `.circleci/config.yml`, give each job of `deploy` one, and every job it requires:
| ```filters: {tags: {only: /.*/}}```
| An existing tag keeps its old file, so create a new tag, or deploy this one's commit by its SHA. Nothing was deployed.
| [Details]\
""")
    assert shop.states() == snapshot(
        [
            "in_progress: Pipeline 1 is running on CircleCI.",
            "error: CircleCI created a pipeline for the tag v1.4.0, but no workflow matched, so no job ran.",
        ]
    )


async def test_a_dynamic_configuration_that_passes_our_parameters_on(shop: Shop) -> None:
    """Only the setup job's log tells of the conflict, so the message does."""
    shop.world.circleci.next_pipeline(setup=True, passed_on=("deployment_id",))
    live = await shop.deploy()
    shop.world.circleci.advance(1)
    await shop.later(61)
    assert shop.eyes.message(live) == snapshot("""\
“Failed at setup after <n s>: main to production, requested by dana.”
*production* · Failed at `setup` after <n s> · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| The setup workflow `setup` failed, so the workflows that deploy never started. <https://circleci.test/pipelines/gh/acme/shop/1/workflows/<uuid>|Its log> says why. If it's `Conflicting pipeline parameters`: declare `deployment_id`, `sha` and the others in both files, but don't pass them on to `continuation/continue` (CircleCI does that), then press *Retry*.
| [Retry]  [Logs]\
""")
    assert "failure" == shop.deployments[0].state


async def test_the_newer_endpoint_runs_the_definition(shop: Shop) -> None:
    """With `definition_id` the pipeline of that definition is run."""
    definition = shop.world.circleci.project("gh/acme/shop").definition_id
    file = {".github/deploybot.yml": WITH_DEFINITION.format(definition=definition)}
    shop.world.github.push(REPOSITORY, files=file)
    await shop.quiet()
    await shop.deploy("deploy production v1.4.0")
    [pipeline] = shop.world.circleci.pipelines
    assert (definition, "v1.4.0") == (pipeline.definition_id, pipeline.tag)
    await shop.finish()
    assert "success" == shop.deployments[0].state


async def test_429_then_ok(shop: Shop) -> None:
    """The pause that CircleCI asks for is kept, said on GitHub and then forgotten."""
    shop.world.circleci.faults.add(TRIGGER, status=429, headers={"Retry-After": "40"})
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await until(lambda: shop.live, what="a card")
    await shop.later(35)
    assert not shop.world.circleci.pipelines
    await shop.later(12)
    [live] = shop.live
    assert 1 == len(shop.world.circleci.pipelines)
    assert shop.states() == snapshot(
        [
            "pending: Waiting for CircleCI to start the pipeline.",
            "in_progress: Pipeline 1 is running on CircleCI.",
        ]
    )
    await shop.finish()
    assert 3 == len(shop.deployments[0].statuses)
    assert "Deployed" in live.text


async def test_5xx_then_ok(shop: Shop) -> None:
    """A 5xx may have started one: it is searched for before another is started."""
    shop.world.circleci.faults.add(TRIGGER, status=500, times=1)
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await until(lambda: shop.live, what="a card")
    await shop.later(3)
    assert shop.world.circleci.faults.made("GET .*/pipeline/mine$")
    assert not shop.world.circleci.pipelines
    await shop.later(20)
    assert 1 == len(shop.world.circleci.pipelines)
    assert shop.states() == snapshot(
        [
            "pending: Waiting for CircleCI to start the pipeline.",
            "in_progress: Pipeline 1 is running on CircleCI.",
        ]
    )


async def test_5xx_after_the_pipeline_was_made(shop: Shop) -> None:
    """The pipeline that was made is found and adopted, and no second one is started."""
    shop.world.circleci.faults.add(TRIGGER, status_after=500)
    await shop.deploy()
    await shop.later(3)
    assert "in_progress" == shop.deployments[0].state
    await shop.finish()
    assert "success" == shop.deployments[0].state
    assert 1 == len(shop.world.circleci.faults.made(TRIGGER))
    assert 1 == len(shop.world.circleci.pipelines)


@pytest.mark.by_setup
@pytest.mark.parametrize("environ", [{"GIVE_UP_AFTER": "600"}])
async def test_an_outage_ends_in_an_error(shop: Shop) -> None:
    """After `GIVE_UP_AFTER` the deployment ends, with what was tried and the way out."""
    shop.world.circleci.faults.add("^", status=503, times=None)
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await until(lambda: shop.live, what="a card")
    [live] = shop.live
    while shop.deployments[0].state != "error":
        await shop.later(60)
    assert shop.bot.clock.seconds >= 600
    assert shop.eyes.message(live) == snapshot("""\
“Outcome unknown: main to production, requested by dana.”
*production* · Outcome unknown · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| CircleCI answered 503 since <time>: `HTTP 503`. I don't know whether the pipeline started. Check on CircleCI before you retry.
| [Retry]\
""")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `main` to *production* has an unknown outcome. CircleCI answered 503 since <time>: `HTTP 503`. The message above says what to do. (also sent to the channel)"
    )
    assert not shop.world.circleci.pipelines
