"""`list`: what runs where, from GitHub's own records."""

import pytest
from inline_snapshot import snapshot

from app.model.build import BuildState
from app.model.reasons.deployments import PullRequestClosed
from app.model.reasons.gates import Superseded
from app.model.reasons.pipeline import TimedOut
from tests.commands.conftest import Desk


async def test_nothing_deployed_yet(desk: Desk) -> None:
    """How to begin is said."""
    await desk.bound()

    assert await desk.type("list") == snapshot("""\
to the person:
Nothing has been deployed from `acme/shop` yet. To start, type `/cimon deploy`.\
""")


async def test_what_runs_where(desk: Desk) -> None:
    """An environment a line, with what is on its way there; then the latest."""
    await desk.bound()
    await desk.deployed("deploy production v1.4.0", "success", state=BuildState.SUCCEEDED)
    await desk.deployed("deploy production main", "in_progress")
    await desk.deployed("deploy staging main", "failure", state=BuildState.FAILED)
    desk.world.github.actions_deploys("acme/shop", "docs")

    assert await desk.type("list") == snapshot("""\
to the person:
`acme/shop` is deployed to 1 environment. 1 more: `/cimon list --all`.
*docs* · nothing live · deploying: `main` (`<https://github.com/acme/shop/commit/‹sha›|‹sha›>`) since ‹time›
*production* · `v1.4.0` (`<https://github.com/acme/shop/commit/‹sha›|‹sha›>`) since ‹time› · by dana · deploying: `main` (`<https://github.com/acme/shop/commit/‹sha›|‹sha›>`) since ‹time›
Latest:
‹4› · `main` (`<https://github.com/acme/shop/commit/‹sha›|‹sha›>`) to *docs* · deploying since ‹time› · by octocat
‹3› · `main` (`<https://github.com/acme/shop/commit/‹sha›|‹sha›>`) to *staging* · failed ‹time› · by dana
‹2› · `main` (`<https://github.com/acme/shop/commit/‹sha›|‹sha›>`) to *production* · deploying since ‹time› · by dana
‹1› · `v1.4.0` (`<https://github.com/acme/shop/commit/‹sha›|‹sha›>`) to *production* · deployed ‹time› · by dana\
""")


async def test_where_each_stands(desk: Desk) -> None:
    """Our records know of approvals, cancels and pull requests, of which GitHub says less."""
    await desk.bound()
    await desk.deployed("deploy production v1.4.0", "error", state=BuildState.CANCELED)
    await desk.deployed("deploy production main", "in_progress", state=BuildState.ON_HOLD)
    pull = desk.world.github.open_pull_request("acme/shop", "brims", "Mend the brims")
    await desk.deployed(f"deploy staging #{pull.number}", "success", state=BuildState.SUCCEEDED)

    assert await desk.type("list") == snapshot("""\
to the person:
`acme/shop` is deployed to 1 environment.
*staging* · `brims` (`<https://github.com/acme/shop/commit/‹sha›|‹sha›>`) since ‹time› · by dana
*production* · nothing live · waiting for approval: `main` (`<https://github.com/acme/shop/commit/‹sha›|‹sha›>`) since ‹time›
Latest:
‹3› · `brims` (`<https://github.com/acme/shop/commit/‹sha›|‹sha›>`) to *staging* · deployed ‹time› · by dana
‹2› · `main` (`<https://github.com/acme/shop/commit/‹sha›|‹sha›>`) to *production* · waiting for approval since ‹time› · by dana
‹1› · `v1.4.0` (`<https://github.com/acme/shop/commit/‹sha›|‹sha›>`) to *production* · canceled ‹time› · by dana\
""")


async def test_the_card_says_the_same(desk: Desk) -> None:
    """One word for one thing."""
    await desk.bound()
    errored, inactive = BuildState.ERRORED, BuildState.INACTIVE
    ends: list[tuple[BuildState, str, dict[str, object], str]] = [
        (errored, "error", {}, "not started"),
        (errored, "error", {"pipeline_id": "p"}, "ended with an error"),
        (errored, "error", {"reason": TimedOut(seconds=60.0)}, "timed out after 1 h"),
        (inactive, "inactive", {"reason": Superseded()}, "superseded"),
        (inactive, "inactive", {"reason": PullRequestClosed(number=7)}, "closed"),
        (inactive, "inactive", {}, "no longer live"),
    ]
    for state, status, facts, said in ends:
        await desk.deployed("deploy production v1.4.0", status, state=state, **facts)
        newest = (await desk.type("list")).split("Latest:\n")[1].splitlines()[0]
        assert f" · {said} ‹time› · by dana" in newest


async def test_the_one_that_deploys_comes_first_then_the_line(desk: Desk) -> None:
    """Those that wait are shown in the order in which they start."""
    await desk.bound()
    await desk.deployed("deploy production v1.4.0", "pending", state=BuildState.WAITING)
    await desk.deployed("deploy production main", "in_progress", state=BuildState.RUNNING)
    desk.world.github.push("acme/shop", message="Something newer", author="octocat")
    await desk.deployed("deploy production main", "pending", state=BuildState.WAITING)

    said = await desk.type("list")

    (line,) = [line for line in said.splitlines() if line.startswith("*production*")]
    words = [part.split(": ")[0] for part in line.split(" · ")[2:]]
    assert words == ["deploying", "waiting", "waiting"]
    assert line.index("waiting: `v1.4.0`") < line.index("waiting: `main`")


async def test_locks(desk: Desk) -> None:
    """On the environment's line, and above all of them."""
    await desk.bound()
    await desk.deployed("deploy production v1.4.0", "success", state=BuildState.SUCCEEDED)
    await desk.type("lock production", "sam")
    await desk.type("lock all release freeze", "dana")

    listed = (await desk.type("list")).splitlines()

    assert listed[2].startswith("Everything has been locked by dana since ‹time›: release freeze.")
    assert " · locked by sam" in listed[3]


async def test_one_call_of_graphql(desk: Desk) -> None:
    """However many environments there are."""
    await desk.bound()
    await desk.deployed("deploy production v1.4.0", "success")
    await desk.type("list")
    before = len(desk.world.github.faults.calls)

    await desk.type("list")

    made = [f"{c.method} {c.path}" for c in desk.world.github.faults.calls[before:]]
    assert made == ["POST /graphql"]


@pytest.mark.parametrize("config", ["version: 1\nenvironments: {production: {aliases: [live]}}\n"])
async def test_one_environment_by_any_of_its_names(desk: Desk) -> None:
    """An alias is the environment."""
    await desk.bound()
    await desk.deployed("deploy production v1.4.0", "success", state=BuildState.SUCCEEDED)
    await desk.deployed("deploy staging main", "success", state=BuildState.SUCCEEDED)

    said = await desk.type("list live")

    assert "*production*" in said
    assert "staging" not in said


async def test_an_environment_that_nobody_knows(desk: Desk) -> None:
    """The closest one is offered."""
    await desk.bound()
    await desk.deployed("deploy staging main", "success", state=BuildState.SUCCEEDED)

    assert await desk.type("list stagin") == snapshot("""\
to the person:
Nothing has been deployed to `stagin` yet. Did you mean `staging`?\
""")


async def test_what_no_longer_runs_is_listed_with_all(desk: Desk) -> None:
    """Environments where nothing runs are left out otherwise, and counted."""
    await desk.bound()
    await desk.deployed("deploy staging main", "failure", state=BuildState.FAILED)

    assert await desk.type("list") == snapshot("""\
to the person:
`acme/shop` isn't live anywhere. 1 more: `/cimon list --all`.
Latest:
‹1› · `main` (`<https://github.com/acme/shop/commit/‹sha›|‹sha›>`) to *staging* · failed ‹time› · by dana\
""")
    assert await desk.type("list --all") == snapshot("""\
to the person:
`acme/shop` isn't live anywhere.
*staging* · nothing live
Latest:
‹1› · `main` (`<https://github.com/acme/shop/commit/‹sha›|‹sha›>`) to *staging* · failed ‹time› · by dana\
""")


CLASH = "version: 1\nenvironments: {eu-a: {aliases: [eu]}, eu-b: {aliases: [eu]}}\n"


@pytest.mark.parametrize("config", [CLASH])
async def test_a_name_that_is_two_environments(desk: Desk) -> None:
    """Both are named."""
    await desk.bound()

    assert await desk.type("list eu") == snapshot("""\
to the person:
`eu` could be `eu-a`, `eu-b`. Type the environment's full name. Nothing was deployed.\
""")


@pytest.mark.parametrize("config", ["version: 2\n"])
async def test_an_invalid_configuration_does_not_blind(desk: Desk) -> None:
    """Listing needs no rules."""
    await desk.bound()
    desk.world.github.vercel_deploys("acme/shop", "production")

    assert "*production*" in await desk.type("list production")


async def test_a_lasting_refusal_is_an_answer(desk: Desk) -> None:
    """Nothing is tried again: who can lift it is said."""
    await desk.bound()
    desk.world.github.suspend("acme/shop")

    assert "My GitHub App is suspended for `acme`" in await desk.type("list")


async def test_behind_many_newer_deployments(desk: Desk) -> None:
    """GitHub lists a hundred at a time, which is said; what is live in production is listed."""
    await desk.bound()
    await desk.deployed("deploy production v1.4.0", "success", state=BuildState.SUCCEEDED)
    for number in range(100):
        desk.world.github.actions_deploys("acme/shop", f"preview-{number:03}")

    said = await desk.type("list")

    assert "This covers the latest 100 deployments" in said
    assert "*production* · `v1.4.0`" in said
