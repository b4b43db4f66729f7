"""What the page shows: people, code, deployments, pipelines, the bot's health."""

from sandbox.world import World
from tests.sandbox.page.visitor import Listener, Visitor, of

SHOP = "acme/shop"


async def test_it_opens_on_a_quiet_shop(visitor: Visitor) -> None:
    """At first there is code, nothing is deployed, nothing is wrong, and the story is at its start."""
    state = await visitor.state()
    assert ["dana", "sam"] == state["meta"]["speakers"]
    assert "shop" == state["meta"]["channel"]["name"]
    assert ["main"] == [branch["name"] for branch in state["code"]["branches"]]
    assert ["v1.4.0"] == [tag["name"] for tag in state["code"]["tags"]]
    assert [] == of(state, "deployment") + of(state, "pipeline") + of(state, "message")
    assert ["normal"] * 3 == [one["mode"] for one in of(state, "provider")]
    first, second = state["story"]
    assert [False] * 5 == [step["done"] for step in first["steps"]]
    assert (True, False) == (first["open"], second["open"])


async def test_the_bots_health_is_seen(visitor: Visitor, listener: Listener) -> None:
    """The bot is up while it answers, and down when it does not any more."""
    await visitor.shown(lambda state: state["bot"]["state"] == "up")
    await listener.server.stop()
    await visitor.shown(lambda state: state["bot"]["state"] == "down")


async def test_a_deployment_is_shown_with_its_statuses(visitor: Visitor, world: World) -> None:
    """A deployment appears with ref, commit, creator and every status, oldest first."""
    deployment = world.github.person_deploys(SHOP, "production", "v1.4.0")
    world.github.post_status_as(deployment, "in_progress", description="On its way")
    world.github.post_status_as(deployment, "success", environment_url="https://shop.example.com")
    (shown,) = of(await visitor.state(), "deployment")
    assert ("production", "v1.4.0", "success") == (
        shown["environment"],
        shown["ref"],
        shown["state"],
    )
    assert "Count the hats (#1)" == shown["subject"]
    assert "octocat" == shown["creator"]
    assert ["in_progress", "success"] == [status["state"] for status in shown["statuses"]]
    assert "On its way" == shown["statuses"][0]["description"]


async def test_a_push_is_tested_and_its_checks_are_counted(visitor: Visitor) -> None:
    """A push starts a pipeline of tests; its jobs and its workflow become the commit's green checks."""
    await visitor.do("push")
    checks = await visitor.shown(
        lambda state: (
            len(state["code"]["branches"][0]["checks"]) == 3
            and all(one["state"] == "green" for one in state["code"]["branches"][0]["checks"])
            and state["code"]["branches"][0]["checks"]
        )
    )
    assert ["ci/circleci: lint", "ci/circleci: test", "ci"] == [one["name"] for one in checks]
    (pipeline,) = of(await visitor.state(), "pipeline")
    assert ["lint", "test"] == [job["name"] for job in pipeline["workflows"][0]["jobs"]]


async def test_what_passes_between_the_bot_and_a_provider_is_shown(
    visitor: Visitor, world: World
) -> None:
    """Calls and webhooks are listed shortly, with what was answered; repeated ones once."""
    async with visitor.session.get(f"{world.github.url}/repos/{SHOP}/deployments"):
        pass
    world.github.push(SHOP)
    world.github.tag(SHOP, "v2.0.0")
    await world.settle()
    state = await visitor.state()
    lines = {(line["text"], line["status"]) for line in state["provider:github"]["traffic"]}
    assert {("GET /deployments", "401"), ("push", "200"), ("create", "200")} <= lines
    assert any(line["times"] > 1 for line in state["provider:github"]["traffic"])
