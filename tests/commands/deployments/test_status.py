"""`status`: the chain of one deployment, as its record and GitHub tell it."""

import time

import pytest
from inline_snapshot import snapshot

from app.lifecycle.requests.decision import Create
from app.model.build import BuildState
from app.model.build_parts import JobProgress
from app.model.effects import Backoff
from tests.commands.conftest import Desk

URL = "https://app.circleci.com/pipelines/gh/acme/shop/7"


async def test_status_of_what_runs(desk: Desk) -> None:
    """Done hops with their time, the current one with what is waited for."""
    await desk.bound()
    await desk.deployed(
        "deploy production v1.4.0",
        state=BuildState.RUNNING,
        webhook_at=time.time(),
        pipeline_id="p",
        build_number=7,
        build_url=URL,
        started_at=time.time(),
        jobs=JobProgress(done=1, total=3, current="migrate"),
        message_ts="1.2",
        message_at=time.time(),
    )

    assert await desk.type("status") == snapshot("""\
to the person:
*production* · deployment ‹1› · `<https://github.com/acme/shop/tree/v1.4.0|v1.4.0>` (`<https://github.com/acme/shop/commit/‹sha›|‹sha›>`)
`done   ` ‹time›  requested by dana
`done   ` ‹time›  created on GitHub
`done   ` ‹time›  GitHub's webhook received
`done   ` ‹time›  checks and queue: clear
`done   ` ‹time›  CircleCI started <https://app.circleci.com/pipelines/gh/acme/shop/7|pipeline 7>
`current` ‹time›  1 of 3 jobs, `migrate` is running
`waiting` outcome on GitHub
`done   ` ‹time›  message posted, kept up to date
It continues automatically.
[Logs]→ [Cancel]\
""")
    assert await desk.type("status production") == await desk.type("status")


async def test_status_by_number(desk: Desk) -> None:
    """With and without `#`; an older one than the latest."""
    await desk.bound()
    build = await desk.deployed("deploy staging", "success", state=BuildState.SUCCEEDED)
    await desk.deployed("deploy production")

    said = await desk.type(f"status {build.deployment_id}")

    assert "*staging*" in said
    assert await desk.type(f"status #{build.deployment_id}") == said
    assert await desk.press("status", str(build.deployment_id)) == said


async def test_the_hop_that_hangs_is_named(desk: Desk) -> None:
    """How often it was tried, the last answer, the next try."""
    await desk.bound()
    now = time.time()
    await desk.deployed(
        "deploy production v1.4.0",
        state=BuildState.WAITING,
        webhook_at=now,
        backoff={
            "ci": Backoff(
                attempts=3, since=now - 50, retry_at=now + 20.4, error="HTTP 503", status=503
            )
        },
    )

    assert await desk.type("status") == snapshot("""\
to the person:
*production* · deployment ‹1› · `<https://github.com/acme/shop/tree/v1.4.0|v1.4.0>` (`<https://github.com/acme/shop/commit/‹sha›|‹sha›>`)
`done   ` ‹time›  requested by dana
`done   ` ‹time›  created on GitHub
`done   ` ‹time›  GitHub's webhook received
`done   ` ‹time›  checks and queue: clear
`stuck  ` ‹time›  CircleCI: no answer for 50 s (3 tries, last: 503). Next try in 20 s. No pipeline exists yet.
`waiting` jobs
`waiting` outcome on GitHub
`waiting` message in the channel
One step is stuck; I'm retrying.
[Cancel]\
""")


async def test_a_deployment_of_others(desk: Desk) -> None:
    """What is known of it is told, and that it is not ours."""
    await desk.bound()
    desk.world.github.vercel_deploys("acme/shop")

    assert await desk.type("status") == snapshot("""\
to the person:
*Preview* · deployment ‹1› · `<https://github.com/acme/shop/commit/‹sha›|‹sha›>`
`done   ` ‹time›  requested by vercel[bot]
`done   ` ‹time›  created on GitHub
`current` ‹time›  run by vercel[bot], not by me: waiting
`waiting` no channel shows this deployment
It continues automatically.\
""")


async def test_without_a_record_github_tells(desk: Desk) -> None:
    """A lost store does not make `status` blind, and the payload of ours is believed."""
    await desk.bound()
    decided = await desk.decide("deploy production v1.4.0")
    assert isinstance(decided, Create)
    await desk.outside.github.create_deployment(decided.plan)

    assert await desk.type("status") == snapshot("""\
to the person:
*production* · deployment ‹1› · `<https://github.com/acme/shop/tree/v1.4.0|v1.4.0>` (`<https://github.com/acme/shop/commit/‹sha›|‹sha›>`)
`done   ` ‹time›  requested by dana
`done   ` ‹time›  created on GitHub
`current` I lost my record of it and I'm rebuilding it; GitHub says: waiting
`waiting` no channel shows this deployment
It continues automatically.\
""")


async def test_a_number_that_is_no_deployment(desk: Desk) -> None:
    """`list` shows what there is; so for every command that takes a number."""
    await desk.bound()

    said = await desk.type("status 999")
    assert said == snapshot("""\
to the person:
I can't find deployment `999` in `acme/shop`. `/cimon list` shows the latest ones.\
""")
    assert [await desk.type(f"{name} 999") for name in ("cancel", "retry")] == [said, said]


@pytest.mark.parametrize("config", ["version: 1\nenvironments: {canary: {}}\n"])
async def test_an_environment_without_a_deployment(desk: Desk) -> None:
    """Known, but nothing was deployed there; a misspelled one of the file is guessed."""
    await desk.bound()

    assert await desk.type("status production") == snapshot("""\
to the person:
Nothing has been deployed to `production` yet. `/cimon list` shows what runs.\
""")
    await desk.deployed("deploy production v1.4.0", state=BuildState.RUNNING)
    assert "Did you mean `canary`?" in await desk.type("status canray")


async def test_nothing_was_ever_deployed(desk: Desk) -> None:
    """How to begin is said."""
    await desk.bound()

    assert await desk.type("status") == snapshot("""\
to the person:
Nothing has been deployed yet. To start, type `/cimon deploy`.\
""")
