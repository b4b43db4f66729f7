"""`cancel` and `retry`: of the deployment that is meant, and of no other."""

from inline_snapshot import snapshot

from app.lifecycle.requests.decision import Create, WriteNote
from app.model.build import BuildState
from tests.commands.conftest import Desk


async def test_cancel_notes_who_wants_it(desk: Desk) -> None:
    """The newest that has not ended; the deployment's own look does the rest."""
    await desk.bound()
    running = await desk.deployed("deploy production v1.4.0", state=BuildState.RUNNING)
    await desk.deployed("deploy production main", "success", state=BuildState.SUCCEEDED)

    decided = await desk.decide("cancel production")

    assert isinstance(decided, WriteNote)
    assert decided.note.deployment_id == running.deployment_id
    cancel = decided.note.facts["cancel"]
    assert (cancel.by.name, cancel.by.slack_userid) == ("dana", desk.world.slack.dana.id)
    assert desk.read(decided) == snapshot("""\
note {'repository': 'str', 'installation_id': 'int', 'cancel': 'CancelRequest'}
to the person:
Canceling `v1.4.0` to *production*. Its message will say when it has stopped.\
""")


async def test_cancel_of_one_without_a_record(desk: Desk) -> None:
    """The note makes the record: without its repository nobody could ask GitHub what it is."""
    await desk.bound()
    ask = desk.ask(text="deploy production v1.4.0")
    decided = await desk.decided(ask)
    assert isinstance(decided, Create)
    created = await desk.outside.github.create_deployment(decided.plan)

    told = await desk.decide("cancel production")

    assert isinstance(told, WriteNote)
    assert told.note.deployment_id == created.id
    installation = decided.plan.repository.installation_id
    assert (told.note.facts["repository"], told.note.facts["installation_id"]) == (
        "acme/shop",
        installation,
    )


async def test_the_cancel_button_says_nothing_more(desk: Desk) -> None:
    """The message that it sits on changes; a second answer would be noise."""
    await desk.bound()
    running = await desk.deployed("deploy production v1.4.0", state=BuildState.RUNNING)

    assert await desk.press("cancel", str(running.deployment_id)) == snapshot("""\
note {'repository': 'str', 'installation_id': 'int', 'cancel': 'CancelRequest'}
(nothing is said)\
""")


async def test_nothing_to_cancel(desk: Desk) -> None:
    """How to begin is said; then what ran last is named."""
    await desk.bound()

    assert await desk.type("cancel") == snapshot("""\
to the person:
Nothing has been deployed yet. To start, type `/cimon deploy`.\
""")
    await desk.deployed("deploy production v1.4.0", "success", state=BuildState.SUCCEEDED)

    assert await desk.type("cancel") == snapshot("""\
to the person:
Nothing is running. The last deployment was `v1.4.0` (deployed).\
""")
    assert await desk.type("cancel production") == snapshot("""\
to the person:
Nothing is running in *production*. The last deployment was `v1.4.0` (deployed).\
""")


async def test_canceling_what_has_ended(desk: Desk) -> None:
    """The outcome is said."""
    await desk.bound()
    build = await desk.deployed("deploy production v1.4.0", "success", state=BuildState.SUCCEEDED)

    assert await desk.press("cancel", str(build.deployment_id)) == snapshot("""\
to the person:
`v1.4.0` to *production* is already over (deployed). Nothing was changed.\
""")


async def test_retry_pins_ref_and_commit(desk: Desk) -> None:
    """A new deployment of the same commit, by whoever asks now; its pipeline is on the branch."""
    await desk.bound()
    desk.world.github.push("acme/shop", "fix/hats", "Mend")
    failed = await desk.deployed("deploy production fix/hats", "failure", state=BuildState.FAILED)

    decided = await desk.decided(
        desk.ask(user="sam", action="retry", value=str(failed.deployment_id))
    )

    assert isinstance(decided, Create)
    plan = decided.plan
    assert (plan.ref, plan.sha, plan.environment) == ("fix/hats", failed.sha, "production")
    assert plan.run.branch == "fix/hats"
    assert (plan.payload.retry_of, plan.payload.trigger) == (failed.deployment_id, "retry")
    assert plan.payload.requester == "sam"


async def test_retry_after_the_branch_moved(desk: Desk) -> None:
    """The commit stays; it is told to the pipeline, because the ref means another one now."""
    await desk.bound()
    failed = await desk.deployed("deploy production main", "failure", state=BuildState.FAILED)
    desk.world.github.push("acme/shop", message="Something newer", author="octocat")

    decided = await desk.decide("retry production")

    assert isinstance(decided, Create)
    assert decided.plan.sha == failed.sha
    assert decided.plan.run.parameters["sha"] == failed.sha


async def test_retry_of_what_runs_is_refused(desk: Desk) -> None:
    """The one that runs is named; there is no second by accident."""
    await desk.bound()
    build = await desk.deployed("deploy production main", state=BuildState.RUNNING)

    said = await desk.press("retry", str(build.deployment_id))
    assert said == snapshot("""\
to the person:
This commit is already on its way to *production*: `<https://github.com/acme/shop/deployments/production|main>` is deploying now. Deploy it again afterwards?
[Deploy again]\
""")
    assert await desk.type("retry production") == said


async def test_a_second_one_is_asked_for(desk: Desk) -> None:
    """The button beside that answer repeats the deployment, and the new one waits in line."""
    await desk.bound()
    build = await desk.deployed("deploy production main", state=BuildState.RUNNING)
    number = build.deployment_id
    ask = desk.ask("dana", action="retry_again", value=f"{number} {number}")

    decided = await desk.decided(ask)

    assert isinstance(decided, Create)
    assert (decided.plan.sha, decided.plan.payload.retry_of) == (build.sha, build.deployment_id)


async def test_retry_without_anything(desk: Desk) -> None:
    """How to begin is said."""
    await desk.bound()

    assert await desk.type("retry") == snapshot("""\
to the person:
Nothing has been deployed yet. To start, type `/cimon deploy`.\
""")
    assert await desk.type("retry staging") == snapshot("""\
to the person:
Nothing has been deployed to `staging` yet. `/cimon list` shows what runs.\
""")


async def test_retry_passes_over_what_others_run(desk: Desk) -> None:
    """Without a number the latest of ours is meant."""
    await desk.bound()
    failed = await desk.deployed("deploy production main", "failure", state=BuildState.FAILED)
    desk.world.github.vercel_deploys("acme/shop")

    decided = await desk.decide("retry")

    assert isinstance(decided, Create)
    assert decided.plan.payload.retry_of == failed.deployment_id
