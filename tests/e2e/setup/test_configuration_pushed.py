"""Pushes that change `.github/deploybot.yml`."""

from inline_snapshot import snapshot

from sandbox.github.records import CheckRun
from tests.e2e.shop import CHANNEL, REPOSITORY, Shop

FILE = ".github/deploybot.yml"
BROKEN = "version: 1\nenviroments:\n  production: {}\ncircleci: {workflow: 7}\n"


async def pushed(shop: Shop, text: str | None) -> str:
    """Push the file to the default branch, and let everything come of it."""
    sha = shop.world.github.push(REPOSITORY, message="Configure", files={FILE: text})
    await shop.quiet()
    return sha


def runs(shop: Shop, sha: str) -> list[CheckRun]:
    """Our check runs on a commit."""
    suites = shop.world.github.state.repository(REPOSITORY).suites.get(sha, [])
    ours = shop.world.github.app_record
    return [run for suite in suites if suite.app is ours for run in suite.runs]


async def test_a_push_that_breaks_it(shop: Shop) -> None:
    """A failed check run on the commit, and a message in the channel with line and reason."""
    sha = await pushed(shop, BROKEN)
    [run] = runs(shop, sha)
    assert ("deploybot configuration", "failure") == (run.name, run.conclusion)
    said = shop.world.slack.last_message(CHANNEL)
    assert shop.eyes.message(said) == snapshot("""\
<https://github.test/acme/shop/blob/main/.github/deploybot.yml|.github/deploybot.yml> has 2 problems. Deployments are blocked until this is fixed on `main`.
• line 2: enviroments: unknown key; did you mean environments?
• line 4: circleci.workflow: must be text; put it in quotes\
""")
    assert (run.output["title"], run.output["summary"]) == snapshot(
        (
            ".github/deploybot.yml has 2 problems",
            """\
- `line 2: enviroments: unknown key; did you mean environments?`
- `line 4: circleci.workflow: must be text; put it in quotes`

Deployments are blocked until this is fixed on the default branch.\
""",
        )
    )
    assert [(one["start_line"], one["message"]) for one in run.output["annotations"]] == snapshot(
        [
            (2, "enviroments: unknown key; did you mean environments?"),
            (4, "circleci.workflow: must be text; put it in quotes"),
        ]
    )


async def test_more_problems_than_a_check_run_holds(shop: Shop) -> None:
    """The first fifty and how many follow, on the commit, in the channel and in what is refused."""
    sha = await pushed(shop, "version: 1\n" + "".join(f"key_{n}: 1\n" for n in range(1500)))
    [run] = runs(shop, sha)
    assert len(run.output["summary"]) <= 65_535
    assert "line 52: and 1450 more from here on" in run.output["summary"]
    assert "more than 50 problems" in shop.eyes.message(shop.world.slack.last_message(CHANNEL))
    made = shop.world.github.person_deploys(REPOSITORY, environment="production")
    await shop.quiet()
    assert "error" == made.state


async def test_nothing_deploys_until_it_is_mended(shop: Shop) -> None:
    """Then the next command does, on whichever commit, also the one with the failed check run."""
    broken = await pushed(shop, BROKEN)
    assert "Deployments are blocked until this is fixed" in await shop.type("deploy production")
    before = len(shop.world.slack.messages(CHANNEL))
    mended = await pushed(shop, "version: 1\ncircleci: {workflow: deploy}\n")
    assert ["success"] == [run.conclusion for run in runs(shop, mended)]
    assert before == len(shop.world.slack.messages(CHANNEL))
    await shop.deploy(f"deploy staging {broken}")


async def test_a_push_heard_of_late_tells_nothing_wrong(shop: Shop) -> None:
    """It was mended meanwhile."""
    shop.world.github.deliverer.hold = True
    before = len(shop.world.slack.messages(CHANNEL))
    shop.world.github.push(REPOSITORY, message="Break", files={FILE: BROKEN})
    shop.world.github.push(REPOSITORY, message="Mend", files={FILE: "version: 1\n"})
    shop.world.github.deliverer.release()
    await shop.quiet()
    assert before == len(shop.world.slack.messages(CHANNEL))


async def test_an_event_that_comes_twice_is_told_once(shop: Shop) -> None:
    """GitHub delivers it again; so does the sweep."""
    shop.world.github.deliverer.copies = 3
    await pushed(shop, BROKEN)
    said = [one for one in shop.world.slack.channel_texts(CHANNEL) if "problems" in one]
    assert 1 == len(said)


async def test_other_branches_and_files_are_of_no_interest(shop: Shop) -> None:
    """A branch cannot loosen or break the rules; after a push to `main` they are read again."""
    await shop.deploy("deploy staging")  # reads the file, which is kept for a while
    shop.forget_calls()
    shop.world.github.push(REPOSITORY, "loose", "Loosen", files={FILE: BROKEN})
    await shop.quiet()
    assert [] == shop.calls()
    sha = shop.world.github.push(REPOSITORY, message="Sell more hats")
    await shop.quiet()
    assert [] == runs(shop, sha)
    assert 1 == len(shop.calls())


async def test_the_check_run_is_refused(shop: Shop) -> None:
    """The App may not write checks: the channel is told all the same."""
    shop.world.github.faults.add("POST .*/check-runs$", status=403, body='{"message": "no"}')
    await pushed(shop, BROKEN)
    assert "2 problems" in shop.world.slack.last_message(CHANNEL).text
