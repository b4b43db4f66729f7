"""`rollback`: what it asks, of what went live there and of nothing else."""

import time

import pytest
import pytest_asyncio
from inline_snapshot import snapshot
from msgspec import structs

from app.lifecycle.requests.decision import Confirm, Create, Decision
from app.model.ask import Ask, Confirmation
from app.model.build import Build, BuildState
from tests.commands.conftest import Desk

WITH_INPUTS = """\
version: 1
inputs:
  region: {type: enum, options: [eu, us], default: eu}
  replicas: {type: integer, default: 2}
"""


async def live(desk: Desk, text: str) -> Build:
    """Deploy what was typed, and let it go live a minute later."""
    desk.world.github.clock.ahead += 60
    return await desk.deployed(text, "success", state=BuildState.SUCCEEDED)


async def agreed(desk: Desk, ask: Ask, asked: Decision) -> Decision:
    """What a question comes to once somebody has agreed to it."""
    assert isinstance(asked, Confirm), desk.read(asked)
    confirmed = Confirmation(question=asked.question, plan=asked.plan, agreed_at=time.time())
    return await desk.decided(structs.replace(ask, confirmation=confirmed))


@pytest_asyncio.fixture
async def history(desk: Desk) -> list[Build]:
    """Three releases that went live in production, one after the other."""
    repository = desk.world.github.state.repository("acme/shop")
    desk.world.github.tag("acme/shop", "v1.3.9", ref=next(iter(repository.commits)))
    await desk.bound()
    return [await live(desk, f"deploy production {ref}") for ref in ("v1.3.9", "v1.4.0", "main")]


async def test_to_what_is_named(desk: Desk, history: list[Build]) -> None:
    """By its ref, its number or its commit; what never went live there, or is live, is refused."""
    said = await desk.type("rollback production v1.3.9")

    assert said == snapshot("""\
to the person:
*production* runs `main` (`‹sha›`), live since ‹time›. Roll back to `v1.3.9` (`‹sha›`), 3 commits back?
It skips checks, windows and approvals. Automatic deployments there are then on hold until `/cimon resume production`.
[Roll back]\
""")
    first = history[0]
    for named in (str(first.deployment_id), first.sha, first.sha[:7]):
        assert await desk.type(f"rollback production {named}") == said
    answers = [
        await desk.type(f"rollback{rest}")
        for rest in (" production feature", " production main", " staging", "")
    ]

    assert answers == snapshot(
        [
            """\
to the person:
`feature` never succeeded in *production*, so I can't roll back to it. These did: `main`, `v1.4.0`, `v1.3.9`. Nothing was deployed.\
""",
            """\
to the person:
`main` is already live in *production*. Nothing was deployed.\
""",
            """\
to the person:
Nothing is live in *staging*, so there's nothing to roll back. Nothing was deployed.\
""",
            """\
to the person:
Which environment? Type one of these:
• `/cimon rollback production`
• `/cimon rollback staging`
Nothing was deployed.\
""",
        ]
    )


@pytest.mark.usefixtures("history")
async def test_something_else_went_live_meanwhile(desk: Desk) -> None:
    """Then it is asked again, for what was shown is not so any more."""
    ask = desk.ask(text="rollback production")
    asked = await desk.decided(ask)
    assert isinstance(await agreed(desk, ask, asked), Create)
    desk.world.github.push("acme/shop", message="Something newer", author="octocat")
    await live(desk, "deploy production main")

    assert desk.read(await agreed(desk, ask, asked)) == snapshot("""\
to the person:
*production* runs `main` (`‹sha›`), live since ‹time›. Roll back to `main` (`‹sha›`), 1 commit back?
It skips checks, windows and approvals. Automatic deployments there are then on hold until `/cimon resume production`.
[Roll back]\
""")


@pytest.mark.parametrize("config", [WITH_INPUTS])
async def test_its_inputs_are_restored(desk: Desk) -> None:
    """Those of what comes back, which the question shows."""
    declared = {"region": ["eu", "us"], "replicas": "integer"}
    desk.world.circleci.project("gh/acme/shop").declared |= declared
    await desk.bound()
    await live(desk, "deploy production v1.4.0 region=us")
    await live(desk, "deploy production main")
    ask = desk.ask(text="rollback production")
    asked = await desk.decided(ask)

    assert desk.read(asked) == snapshot("""\
to the person:
*production* runs `main` (`‹sha›`), live since ‹time›. Roll back to `v1.4.0` (`‹sha›`) with `region=us`, 1 commit back?
It skips checks, windows and approvals. Automatic deployments there are then on hold until `/cimon resume production`.
[Roll back]\
""")
    back = await agreed(desk, ask, asked)
    assert isinstance(back, Create)
    told = back.plan.run.parameters
    assert (told["region"], told["replicas"]) == ("us", 2)
