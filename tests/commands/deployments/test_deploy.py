"""`deploy`: one deployment, or everything that is in the way of it."""

import pytest
from inline_snapshot import snapshot
from msgspec import structs

from app.errors import Unavailable
from app.lifecycle.requests.decision import Create, Reply
from app.model.build import BuildState
from tests.commands.conftest import Desk
from tests.reasons import named


@pytest.mark.parametrize(
    "typed",
    [
        "DEPLOY Production v1.4.0",
        "deploy v1.4.0 to production",
    ],
)
async def test_both_orders_are_understood(desk: Desk, typed: str) -> None:
    """Environment and ref, whatever order and quotes they come in."""
    await desk.bound()

    assert await desk.type(typed) == snapshot("create v1.4.0 (‹sha›) to production, command")


async def test_the_plan_names_who_asked(desk: Desk) -> None:
    """The linked login, the channel, and one request for the command."""
    await desk.bound()
    octocat = desk.world.github.state.user("octocat").id
    await desk.press("claim", f"{octocat} octocat")
    ask = desk.ask(text='deploy staging --reason "before lunch"')

    decided = await desk.decided(ask)

    assert isinstance(decided, Create)
    payload = decided.plan.payload
    assert (payload.request, payload.channel) == (ask.ask_id, desk.world.channel.id)
    assert (payload.user, payload.login) == (desk.world.slack.dana.id, "octocat")
    assert (payload.requester, payload.reason) == ("dana", "before lunch")


async def test_deploy_alone_lists_what_can_be_typed(desk: Desk) -> None:
    """The known environments, each with its line."""
    await desk.bound()

    assert await desk.type("deploy") == snapshot("""\
to the person:
Which environment? Type one of these:
• `/cimon deploy production`
• `/cimon deploy staging`
Nothing was deployed.\
""")


async def test_new_creates_an_environment(desk: Desk) -> None:
    """`--new` is how a name becomes one."""
    await desk.bound()

    decided = await desk.decide("deploy qa --new")

    assert isinstance(decided, Create)
    assert decided.plan.environment == "qa"


async def test_a_failed_check_bars(desk: Desk) -> None:
    """Each failed check is linked; `--force` is the way around it."""
    await desk.bound()
    head = desk.world.github.head("acme/shop", "refs/heads/main")
    assert head is not None
    desk.world.github.set_check("acme/shop", head, "test", "failure")

    assert await desk.type("deploy production") == snapshot("""\
to the person:
`test` failed on `‹sha›`. Push a fix or rerun it, then type the command again. To deploy anyway, add `--force`. Nothing was deployed.\
""")
    assert isinstance(await desk.decide("deploy production --force"), Create)


async def test_the_same_commit_on_its_way_is_answered_with_that_one(desk: Desk) -> None:
    """A command typed again after a timeout deploys once; the button asks for a second."""
    await desk.bound()
    await desk.deployed("deploy production", state=BuildState.RUNNING)

    decided = await desk.decide("deploy production main")
    assert isinstance(decided, Reply)
    assert desk.read(decided) == snapshot("""\
to the person:
This commit is already on its way to *production*: `<https://github.com/acme/shop/deployments/production|main>` is deploying now. Deploy it again afterwards?
[Deploy again]\
""")
    (button,) = decided.answer.buttons
    again = await desk.decided(desk.ask(action=button.action, value=button.value))
    assert isinstance(again, Create)


async def test_more_than_a_button_carries(desk: Desk) -> None:
    """No button, and no word of one; one that waits is on its way, too."""
    await desk.bound()
    await desk.deployed("deploy production", state=BuildState.WAITING)

    assert await desk.type(f"deploy production --reason '{'修' * 500}'") == snapshot("""\
to the person:
This commit is already on its way to *production*: `<https://github.com/acme/shop/deployments/production|main>` is waiting.\
""")


async def test_an_ended_commit_is_deployed_again(desk: Desk) -> None:
    """Only one that has not ended is in the way."""
    await desk.bound()
    await desk.deployed("deploy production", "success", state=BuildState.SUCCEEDED)

    assert isinstance(await desk.decide("deploy production"), Create)


async def test_inputs_are_not_swallowed(desk: Desk) -> None:
    """Where the configuration has none, `key=value` is refused rather than left out."""
    await desk.bound()

    assert await desk.type("deploy production migrate=true") == snapshot("""\
to the person:
There's no input `migrate`: this repository's configuration doesn't have any. If `migrate=true` is a branch or tag, put it in quotes: `"migrate=true"`. Nothing was deployed.\
""")


@pytest.mark.parametrize("config", ["version: 1\nenviroments: {}\ncircleci: {send: [shaa]}\n"])
async def test_an_invalid_configuration_stops_everything(desk: Desk) -> None:
    """File, line, key and closest key, for every problem."""
    await desk.bound()

    assert await desk.type("deploy production") == snapshot("""\
to the person:
2 problems:
• `.github/deploybot.yml`, line 2: `enviroments`: unknown key. Did you mean `environments`?
• `.github/deploybot.yml`, line 3: `circleci.send[0]`: unknown value shaa; use deployment_id, environment, ref, sha, version, url, task. Did you mean `sha`?
Deployments are blocked until this is fixed on the default branch. Nothing was deployed.\
""")


async def test_github_down_is_tried_again_later(desk: Desk) -> None:
    """An outage is no answer: the ask is decided again."""
    await desk.bound()
    desk.world.github.faults.add("POST /graphql", status=502, times=None)

    with pytest.raises(Unavailable):
        await desk.decide("deploy production")


async def test_a_closed_repository_is_said_to_be_closed(desk: Desk) -> None:
    """While GitHub is closed to us, no call is made to it."""
    await desk.bound()
    store = desk.outside.store
    before = len(desk.world.github.faults.calls)
    for name, said in (
        ("app_suspended", "suspended"),
        ("app_uninstalled", "uninstalled"),
        ("repository_archived", "archived"),
        ("repository_not_found", "I can't find"),
    ):
        project = await store.project_of_channel(desk.world.channel.id)
        assert project is not None
        await store.update_project(project, structs.replace(project, problem=named(name)))

        assert said in await desk.type("deploy production"), name
        assert len(desk.world.github.faults.calls) == before
