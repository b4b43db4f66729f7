"""A repository runs its own CircleCI project, and another's only where the operator lets it."""

import pytest

from sandbox.world import World
from tests.e2e.conftest import ENVIRON
from tests.e2e.running import Bot, until
from tests.e2e.shop import Shop

PLAYGROUND = "acme/playground"
NAMES_SHOP = "version: 1\ncircleci: {project: gh/acme/shop, workflow: deploy}\n"
APP = "circleci/9YytKzouJxzu4TjCRFqAoD/44n9wujWcTnVZ2b5S8Fnat"
BY_DEFINITION = (
    "version: 1\ncircleci: {{project: {project}, definition_id: {definition}, workflow: deploy}}\n"
)


async def playground(world: World, bot: Bot, config: str) -> tuple[Shop, str]:
    """A repository with that file, and what `setup` says of it in a channel of its own."""
    files = {".github/deploybot.yml": config}
    world.github.add_repository(PLAYGROUND, files, {"octocat": "admin"})
    world.slack.add_channel("playground")
    shop = Shop(world, bot)
    return shop, await shop.type(f"setup {PLAYGROUND}", channel="playground")


async def test_another_repositorys_project_is_refused(world: World, bot: Bot) -> None:
    """Typed or by API, before anything is sent to CircleCI; `setup` makes no webhook there."""
    world.circleci.project("gh/acme/shop").webhooks.clear()
    shop, told = await playground(world, bot, NAMES_SHOP)
    assert "isn't allowed to run the CircleCI project `gh/acme/shop`" in told
    assert not world.circleci.project("gh/acme/shop").webhooks
    told = await shop.type("deploy production", channel="playground")
    assert "`CIRCLECI_PROJECTS=acme/playground=gh/acme/shop`" in told
    deployment = world.github.person_deploys(PLAYGROUND, "production", "main")
    await until(lambda: deployment.state == "error", what="the refusal")
    assert "isn't allowed to run" in deployment.statuses[-1].description
    assert not [call for call in world.circleci.faults.calls if call.method == "POST"]


@pytest.mark.parametrize(
    "environ", [{**ENVIRON, "CIRCLECI_PROJECTS": "Acme/Playground=github/acme/shop"}]
)
async def test_the_operator_may_let_it(world: World, bot: Bot) -> None:
    """Whatever case and spelling the two names have."""
    shop, _ = await playground(world, bot, NAMES_SHOP)
    await world.slack.type_command("playground", "dana", "deploy production")
    await until(lambda: world.circleci.pipelines, what="a pipeline")
    await shop.quiet()


@pytest.mark.parametrize(
    "environ", [{**ENVIRON, "CIRCLECI_PROJECTS": "acme/playground=gh/acme/shop"}]
)
async def test_what_waited_is_judged_again_when_it_starts(world: World, bot: Bot) -> None:
    """The operator takes the permission back while a deployment waits in line."""
    shop, _ = await playground(world, bot, NAMES_SHOP)
    for ref in ("main", "heads/main"):
        await world.slack.type_command("playground", "dana", f"deploy production {ref}")
        world.github.push(PLAYGROUND)
        await shop.quiet()
    first, second = world.github.deployments(PLAYGROUND)
    assert ("in_progress", "pending") == (first.state, second.state)
    await bot.stop()
    bot.environ.pop("CIRCLECI_PROJECTS")
    await bot.start()
    world.circleci.finish(1)
    await until(lambda: second.state == "error", what="the refusal")
    assert "isn't allowed to run" in second.statuses[-1].description
    assert 1 == len(world.circleci.pipelines)


@pytest.mark.parametrize("own", [True, False])
async def test_a_definition_that_checks_out_the_repository(
    world: World, bot: Bot, own: bool
) -> None:
    """CircleCI's GitHub App names projects by ids: whose one is, the checkout source tells, once."""
    project = world.circleci.add_project(APP, organization="acme", name="playground")
    config = BY_DEFINITION.format(project=APP, definition=project.definition_id)
    shop, _ = await playground(world, bot, config)
    repository = world.github.state.repository(PLAYGROUND if own else "acme/shop")
    project.repository_id = str(repository.id)
    world.circleci.faults.calls.clear()
    await world.slack.type_command("playground", "dana", "deploy production")
    if own:
        await until(lambda: world.circleci.pipelines, what="a pipeline")
        world.circleci.finish(1)
    await shop.quiet()
    assert own is bool(world.circleci.pipelines)
    asked = [call.path for call in world.circleci.faults.calls if "definitions" in call.path]
    assert 1 == len(asked)
