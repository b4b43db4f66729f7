"""Typed inputs of `deploy`: checked, sent as parameters, shown, and deployed again with."""

import pytest
from inline_snapshot import snapshot

from sandbox.circleci.state import Pipeline
from sandbox.world import World
from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

CONFIG = """\
version: 1
circleci: {workflow: deploy}
inputs:
  migrate: {type: boolean, default: false, description: run database migrations}
  region: {type: enum, options: [eu, us], default: eu}
  replicas: {type: integer, default: 2}
  note: {type: string, default: ""}
"""
REQUIRED = """\
version: 1
circleci: {workflow: deploy}
inputs:
  region: {type: enum, options: [eu, us], description: where it runs}
"""
DECLARED: dict[str, str | list[str]] = {
    "migrate": "boolean",
    "region": ["eu", "us"],
    "replicas": "integer",
    "note": "string",
}
DEFAULTS = {"migrate": False, "region": "eu", "replicas": 2, "note": ""}


@pytest.fixture
def config() -> str:
    """The repository's file; a test has another."""
    return CONFIG


@pytest.fixture(autouse=True)
def _declared(world: World) -> None:
    """What `.circleci/config.yml` declares."""
    world.circleci.project(f"gh/{REPOSITORY}").declared |= DECLARED


def told(pipeline: Pipeline) -> dict[str, object]:
    """What a pipeline was told of the inputs."""
    return {name: pipeline.parameters[name] for name in DECLARED if name in pipeline.parameters}


async def test_typed_inputs_reach_the_pipeline(shop: Shop) -> None:
    """With their types; they stand on the card and in the deployment, and are repeated."""
    card = await shop.deploy('deploy production migrate=true replicas=3 note="a = b, c"')
    given = {"migrate": True, "region": "eu", "replicas": 3, "note": "a = b, c"}
    assert told(shop.world.circleci.pipelines[0]) == given
    assert shop.deployments[0].payload["deploybot"]["inputs"] == given
    assert shop.eyes.message(card) == snapshot("""\
“Deploying: main to production, requested by dana.”
*production* · Deploying · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| With `migrate=true`, `replicas=3`, `note=a = b, c`
| Running since <time>
| [Logs]  [Cancel]\
""")
    await shop.finish(1)
    await shop.deploy("deploy production")
    assert told(shop.world.circleci.pipelines[1]) == DEFAULTS
    await shop.finish(2)
    await shop.type(f"retry {shop.deployments[0].id}")
    await until(lambda: len(shop.deployments) == 3, what="the retry")
    await shop.finish(3)
    await shop.deploy("promote production staging")
    pipelines = shop.world.circleci.pipelines
    assert [told(one) for one in pipelines[2:]] == [given, given]


async def test_the_same_request_has_the_same_inputs(shop: Shop) -> None:
    """A default that is typed is no other request; another value is, and queues."""
    await shop.deploy("deploy production migrate=true")
    again = await shop.type("deploy production region=eu migrate=TRUE", "sam")
    assert "already on its way" in again
    assert 1 == len(shop.deployments)
    await shop.type("deploy production", "sam")
    assert [one.state for one in shop.deployments] == ["in_progress", "pending"]
    await shop.finish(1)
    assert [told(one)["migrate"] for one in shop.world.circleci.pipelines] == [True, False]


async def test_wrong_inputs_are_told(shop: Shop) -> None:
    """All at once, with a line that works; a branch that looks like one is typed in quotes."""
    typed = "deploy production main migrate=maybe replicas=two regin=us note=x"
    assert await shop.type(typed) == snapshot("""\
3 problems:
• There's no input `regin`. Did you mean `region`?
• `migrate` must be `true` or `false`, not `maybe`.
• `replicas` must be a whole number of at most 15 digits, not `two`. For example: `/cimon deploy production main migrate=true replicas=2 region=us note=x`.
Nothing was deployed.\
""")
    assert await shop.type("deploy production migrate= migrate=true") == snapshot(
        "You gave `migrate` more than once. Type it once. For example: `/cimon deploy production migrate=true`. Nothing was deployed."
    )
    assert await shop.type("deploy production fix=all") == snapshot(
        'There\'s no input `fix`. I only know `migrate`, `region`, `replicas`, `note`. For example: `/cimon deploy production migrate=true`. If `fix=all` is a branch or tag, put it in quotes: `"fix=all"`. Nothing was deployed.'
    )
    assert await shop.type("deploy production ref=v1.4.0") == snapshot(
        "There's no input `ref`. Type just `v1.4.0`. Nothing was deployed."
    )
    assert await shop.type("deploy moon region=mars") == snapshot("""\
2 problems:
• I don't know the environment `moon`. I only know `production`, `staging`. To create it: `/cimon deploy moon --new`.
• `region` must be one of `eu`, `us`, not `mars`. For example: `region=eu`.
Nothing was deployed.\
""")
    assert not shop.deployments
    shop.world.github.push(REPOSITORY, "fix=all", "Fix all")
    await shop.deploy('deploy production "fix=all"')
    assert "fix=all" == shop.deployments[0].ref


@pytest.mark.parametrize("config", [REQUIRED])
async def test_a_required_input(shop: Shop) -> None:
    """What is missing is told with what it may be."""
    assert await shop.type("deploy production") == snapshot(
        "`region` (where it runs) is required: one of `eu`, `us`. For example: `/cimon deploy production region=eu`. Nothing was deployed."
    )
    await shop.deploy("deploy production region=us")
    assert told(shop.world.circleci.pipelines[0]) == {"region": "us"}


async def test_inputs_by_the_api(shop: Shop) -> None:
    """`payload.inputs` of a person's deployment is checked alike."""
    github = shop.world.github
    github.person_deploys(REPOSITORY, "production", payload={"inputs": {"migrate": True}})
    await until(lambda: shop.world.circleci.pipelines, what="it runs")
    assert told(shop.world.circleci.pipelines[0]) == DEFAULTS | {"migrate": True}
    await shop.finish(1)
    github.person_deploys(REPOSITORY, "staging", payload={"inputs": {"migrate": 1, "x": "y"}})
    await shop.quiet()
    assert shop.states() == snapshot(
        [
            "error: There's no input x. I only know migrate, region, replicas, note. Nothing was deployed. migrate must be true or false, not 1."
        ]
    )
    assert shop.eyes.message(shop.live[-1]) == snapshot("""\
“Not started: main to staging, created on GitHub by dana.”
*staging* · Not started · created on GitHub by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| I refused the deployment that dana created on GitHub. Fix this, then create it again or press *Retry*.
| 2 problems:
| • There's no input `x`. I only know `migrate`, `region`, `replicas`, `note`.
| • `migrate` must be `true` or `false`, not `1`. For example: `{"inputs":{"migrate":true}}`.
| Nothing was deployed.
| [Retry]\
""")
    assert 1 == len(shop.world.circleci.pipelines)


async def test_a_large_payload_by_the_api(shop: Shop) -> None:
    """Its inputs count, whatever else is in it; too large ones are refused, not left out."""
    github = shop.world.github
    blob = "x" * 70_000
    payload = {"built": blob, "inputs": {"migrate": True}}
    github.person_deploys(REPOSITORY, "production", payload=payload)
    await until(lambda: shop.world.circleci.pipelines, what="it runs")
    assert told(shop.world.circleci.pipelines[0]) == DEFAULTS | {"migrate": True}
    await shop.finish(1)
    github.person_deploys(REPOSITORY, "staging", payload={"inputs": {"note": blob}})
    await shop.quiet()
    assert shop.states() == snapshot(
        [
            'error: inputs in the payload can\'t be larger than 64 KB. For example: {"inputs":{"migrate":true}}. Nothing was deployed.'
        ]
    )
    again = await shop.press(shop.live[-1], "Retry")
    assert again == snapshot(
        '`inputs` in the payload can\'t be larger than 64 KB. For example: `{"inputs":{"migrate":true}}`. Nothing was deployed.'
    )
    assert 1 == len(shop.world.circleci.pipelines)


async def test_a_trigger_takes_the_defaults(shop: Shop) -> None:
    """Nobody is there to type them; without a default the file is invalid."""
    github = shop.world.github
    triggered = f"{CONFIG}environments: {{preview: {{deploy_on: {{push: [main]}}}}}}\n"
    github.push(REPOSITORY, message="Configure", files={".github/deploybot.yml": triggered})
    await shop.quiet()
    await shop.later(40)
    github.push(REPOSITORY, message="Sell hats")
    await shop.quiet()
    await shop.later(40)
    assert told(shop.world.circleci.pipelines[-1]) == DEFAULTS
    required = triggered.replace(", default: eu", "")
    github.push(REPOSITORY, message="Configure", files={".github/deploybot.yml": required})
    await shop.quiet()
    assert await shop.type("deploy production") == snapshot(
        "`.github/deploybot.yml`, line 5: `inputs.region`: needs a default, because preview deploys automatically. Deployments are blocked until this is fixed on the default branch. Nothing was deployed."
    )


async def test_inputs_in_a_comment(shop: Shop) -> None:
    """As in a command; what is told is a line for a comment."""
    github = shop.world.github
    pull = github.open_pull_request(REPOSITORY, "hats", "Sell more hats")
    github.person_comments(REPOSITORY, pull.number, "/deploy staging migrate=yes", "octocat")
    await shop.quiet()
    assert "`/deploy staging #1 migrate=true`" in github.comments(REPOSITORY, pull.number)[-1].body
    github.person_comments(REPOSITORY, pull.number, "/deploy staging migrate=true", "octocat")
    await shop.quiet()
    assert told(shop.world.circleci.pipelines[0]) == DEFAULTS | {"migrate": True}


@pytest.mark.parametrize("config", [f"{CONFIG}environments: {{production: {{confirm: true}}}}\n"])
async def test_what_was_confirmed_is_deployed(shop: Shop) -> None:
    """With the inputs that the question showed, whatever the defaults are by then."""
    asked = await shop.type("deploy production region=us")
    assert "to *production* with `region=us`?" in asked
    changed = CONFIG.replace("default: 2", "default: 5")
    shop.world.github.push(
        REPOSITORY, message="Configure", files={".github/deploybot.yml": changed}
    )
    await shop.quiet()
    await shop.press(shop.world.slack.ephemerals("dana")[-1], "Deploy")
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")
    assert told(shop.world.circleci.pipelines[0]) == DEFAULTS | {"region": "us"}
