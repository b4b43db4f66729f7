"""A pull request that changes the configuration is told what that would do, before it is merged."""

from collections.abc import Iterator

import pytest
from inline_snapshot import snapshot

from sandbox.github.records import CheckRun
from tests.e2e.shop import REPOSITORY, Shop

FILE = ".github/deploybot.yml"
CHECK = "deploybot configuration"
BEFORE = """\
version: 1
circleci: {workflow: deploy}
environments:
  production: {timeout: 30m}
  qa: {}
"""
AFTER = """\
version: 1
circleci: {workflow: release}
inputs:
  migrate: {type: boolean, default: false}
environments:
  production: {deploy_on: {tag: ["v*"]}, windows: ["Mon-Thu 09:00-16:00 Europe/London"]}
  preview: {deploy_on: {push: [main]}}
  "pr{number}": {deploy_on: {pull_request: true}, transient: true}
"""
WRONG = """\
version: 1
environments:
  production: {chekcs: [test]}
  preview: {deploy_on: {push: main}}
"""
pytestmark = pytest.mark.parametrize("config", [BEFORE])


def runs(shop: Shop, sha: str) -> list[CheckRun]:
    """Our check runs about the file on a commit, oldest first."""
    suites = shop.world.github.state.repository(REPOSITORY).suites.get(sha, [])
    return [run for suite in suites for run in suite.runs if run.name == CHECK]


def shown(run: CheckRun) -> Iterator[str]:
    """What GitHub shows of it."""
    yield f"{run.conclusion}: {run.output['title']}"
    yield from run.output["summary"].split("\n")
    for one in run.output["annotations"]:
        yield f"{one['path']}:{one['start_line']}: {one['message']}"


async def proposed(shop: Shop, files: dict[str, str | None], **how: bool) -> str:
    """Open a pull request; what its check run says, the newest of its head."""
    pull = shop.world.github.open_pull_request(REPOSITORY, "rules", files=files, **how)
    await shop.quiet()
    return said(shop, pull.head_sha)


def said(shop: Shop, sha: str) -> str:
    """The newest check run of a commit."""
    found = runs(shop, sha)
    return "\n".join(shown(found[-1])) if found else ""


async def test_what_would_change(shop: Shop) -> None:
    """In words, key by key; nothing is deployed by the file of a branch."""
    shop.world.github.push(REPOSITORY, "hats")  # the configuration is read, and kept
    await shop.quiet()
    shop.forget_calls()
    assert await proposed(shop, {FILE: AFTER}) == snapshot("""\
success: .github/deploybot.yml is valid
Once this is on `main`:

- `circleci.workflow` would be `release` instead of `deploy`.
- `inputs.migrate` would be `migrate (boolean, default false)`.
- A tag `v*` would now deploy to `production`.
- `production`: `timeout` would no longer be set (it's 30 m now).
- `production`: `windows` would be `Mon-Thu 09:00-16:00 Europe/London`.
- `qa` would no longer be configured.
- `preview` would be a new environment.
- A push to `main` would now deploy to `preview`.
- `pr{number}` would be a new environment.
- A pull request would now deploy to `pr{number}`.
- `pr{number}`: `transient` would be `true`.\
""")
    assert shop.counted() == snapshot(
        {"github: POST /graphql": 1, "github: POST /repos/acme/shop/check-runs": 1}
    )
    assert shop.deployments == []


async def test_what_is_wrong(shop: Shop) -> None:
    """On the lines; mended in the next push, whose check run says so."""
    assert await proposed(shop, {FILE: WRONG}) == snapshot("""\
failure: .github/deploybot.yml has 2 problems
- `line 3: environments.production.chekcs: unknown key; did you mean checks?`
- `line 4: environments.preview.deploy_on.push: must be a list, such as ["main"]`

Merging it like this would block deployments.
.github/deploybot.yml:3: environments.production.chekcs: unknown key; did you mean checks?
.github/deploybot.yml:4: environments.preview.deploy_on.push: must be a list, such as ["main"]\
""")
    mended = shop.world.github.push(REPOSITORY, "rules", files={FILE: BEFORE + "  test: {}\n"})
    await shop.quiet()
    assert said(shop, mended) == snapshot("""\
success: .github/deploybot.yml is valid
Once this is on `main`:

- `test` would be a new environment.\
""")


async def test_a_pull_request_about_something_else(shop: Shop) -> None:
    """One call tells that it does not change the file, though `main` has changed it meanwhile."""
    github = shop.world.github
    github.push(REPOSITORY, "hats")
    github.push(REPOSITORY, files={FILE: BEFORE + "  test: {}\n"})
    await shop.quiet()
    github.open_pull_request(REPOSITORY, "caps")  # the configuration is read, and kept
    await shop.quiet()
    shop.forget_calls()
    pull = github.open_pull_request(REPOSITORY, "hats")
    await shop.quiet()
    assert runs(shop, pull.head_sha) == []
    assert shop.counted() == snapshot({"github: POST /graphql": 1})


async def test_reopened(shop: Shop) -> None:
    """It is compared with what the default branch says by then."""
    github = shop.world.github
    first = await proposed(shop, {FILE: AFTER})
    pull = github.state.repository(REPOSITORY).pulls[-1]
    github.close_pull_request(REPOSITORY, pull.number)
    github.push(REPOSITORY, files={FILE: WRONG})
    await shop.quiet()
    github.clock.ahead += 60
    github.reopen_pull_request(REPOSITORY, pull.number)
    await shop.quiet()
    assert said(shop, pull.head_sha) != first
    assert said(shop, pull.head_sha) == snapshot("""\
success: .github/deploybot.yml is valid
The file on `main` blocks deployments. Merging this one unblocks them.\
""")


async def test_the_other_spelling(shop: Shop) -> None:
    """`.yaml` is read alike; both at once are refused, for nobody knows which one counts."""
    other = ".github/deploybot.yaml"
    assert await proposed(shop, {other: AFTER}) == snapshot("""\
failure: .github/deploybot.yml has 1 problem
- `line 1: deploybot.yml and deploybot.yaml are both here; keep one`

Merging it like this would block deployments.
.github/deploybot.yml:1: deploybot.yml and deploybot.yaml are both here; keep one\
""")
    sha = shop.world.github.push(REPOSITORY, files={FILE: None, other: WRONG})
    await shop.quiet()
    assert said(shop, sha).count(f"{other}:3: environments.production.chekcs") == 1
    assert "2 problems" in await shop.type("config")
    shop.world.github.push(REPOSITORY, files={FILE: AFTER})
    await shop.quiet()
    assert await shop.type("config") == snapshot(
        "`.github/deploybot.yml`, line 1: deploybot.yml and deploybot.yaml are both here; keep one. Deployments are blocked until this is fixed on the default branch. Nothing was deployed."
    )


async def test_a_file_that_is_removed_and_one_of_a_fork(shop: Shop) -> None:
    """Without it the defaults would hold; a fork's is read, and never used."""
    assert await proposed(shop, {FILE: None}) == snapshot("""\
success: .github/deploybot.yml is removed, so the defaults would apply
Once this is on `main`:

- `circleci.workflow` would no longer be set (it's `deploy` now).
- `production` would no longer be configured.
- `qa` would no longer be configured.\
""")
    assert (await proposed(shop, {FILE: AFTER}, fork=True)).startswith("success")
    assert (await shop.type("config")).count("preview") == 0


async def test_a_wrong_file_on_the_default_branch(shop: Shop) -> None:
    """Whatever an invalid file stops is red, not grey: the push's own check run, and a trigger's."""
    sha = shop.world.github.push(REPOSITORY, files={FILE: WRONG})
    await shop.quiet()
    assert [run.conclusion for run in runs(shop, sha)] == ["failure"]
    tagged = shop.world.github.push(REPOSITORY, "more")
    await shop.quiet()
    suites = shop.world.github.state.repository(REPOSITORY).suites[tagged]
    assert [(run.name, run.conclusion) for one in suites for run in one.runs] == [
        ("deploybot", "failure")
    ]
