"""CircleCI refuses to start a pipeline."""

import json

from tests.e2e.failures.walks import Go, Walk
from tests.e2e.running import until
from tests.e2e.shop import CHANNEL, Shop


def answered(status: int, message: str) -> Go:
    """CircleCI answers the trigger like this; the card of the deployment."""

    async def go(shop: Shop) -> str:
        faults, before = shop.world.circleci.faults, len(shop.live)
        body = json.dumps({"message": message})
        headers = {"Content-Type": "application/json"}
        faults.add("POST .*/pipeline$", status=status, body=body, headers=headers)
        await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
        await until(lambda: len(shop.live) > before, what="a message")
        await shop.quiet()
        assert not shop.world.circleci.pipelines
        assert "error" == shop.deployments[-1].state
        return shop.eyes.message(shop.live[-1])

    return go


async def unknown_project(shop: Shop) -> str:
    """Nobody follows it."""
    project = shop.world.circleci.state.projects.pop(shop.world.slug)
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
    before = len(shop.live)
    await until(lambda: len(shop.live) > before, what="a message")
    await shop.quiet()
    shop.world.circleci.state.projects[shop.world.slug] = project
    return shop.eyes.message(shop.live[-1])


async def undeclared(shop: Shop) -> str:
    """The project's configuration lacks a parameter."""
    declared = shop.world.circleci.project(shop.world.slug).declared
    kept, before = declared.pop("sha"), len(shop.live)
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
    await until(lambda: len(shop.live) > before, what="a message")
    await shop.quiet()
    declared["sha"] = kept
    return shop.eyes.message(shop.live[-1])


WALKS = (
    Walk("circleci_project_unknown", "CircleCI doesn't know the project", unknown_project),
    Walk("circleci_parameter_undeclared", "sha: {type: string", undeclared),
    Walk("circleci_token_refused", "renew `CIRCLECI_TOKEN`", answered(401, "Log in first.")),
    Walk("circleci_plan_limit", "whoever pays", answered(402, "No credits left")),
    Walk("circleci_started_nothing", "`[ci skip]`", answered(200, "Nothing was started")),
    Walk(
        "circleci_parameter_invalid",
        "CircleCI refused the value of `sha`",
        answered(400, "Type error for argument sha: expected type: boolean"),
    ),
    Walk("circleci_refused", "`Not today`", answered(400, "Not today")),
)
