"""One day of releases, told as the channel saw it: it is the page docs/release-day.md."""

import pytest
from inline_snapshot import external_file

from tests.e2e.running import until
from tests.e2e.shop import CHANNEL, REPOSITORY, Shop
from tests.e2e.telling import Day, Hours

CONFIG = """\
version: 1
circleci: {workflow: deploy}
environments:
  production:
    deploy_on: {tag: ["v*"]}
    checks: [test]
    requires: [staging]
    approvals: 1
  staging: {checks: [test]}
  preview: {checks: [test], deploy_on: {push: [main]}}
  "pr{number}":
    deploy_on: {pull_request: true}
    transient: true
    checks: []
    url: "https://pr{number}.shop.example.com"
"""

PAGE = """\
# A day of releases

Everything that a channel sees of one day, with this `.github/deploybot.yml`:

```yaml
{config}```

A test plays this day against the running service, and writes this page.
Dana is `octocat` on GitHub, Sam is `hubot`. A message that deploybot edits is shown again below what made it change; `↳` is a reply in its thread,
(only Dana) what nobody else sees. Buttons are in brackets.

{day}
"""


async def a_pull_request_gets_its_own_place(day: Day) -> str:
    """Sam opens it, looks at its preview, and merges it; the merged commit."""
    github, circleci = day.shop.world.github, day.shop.world.circleci
    day.heading("A pull request gets its own place")
    pull = github.open_pull_request(
        REPOSITORY, "wish-lists", title="Add wish lists", author="hubot"
    )
    await until(lambda: circleci.pipelines, what="its pipeline")
    await day.happens(f"Sam opens pull request #{pull.number}.")
    await day.done(1)
    sha = github.push(REPOSITORY, message=f"Add wish lists (#{pull.number})", author="hubot")
    github.close_pull_request(REPOSITORY, pull.number, "hubot", merged=True)
    await day.happens("Sam merges it. Its environment is closed, and `main` waits for its check.")
    return sha


async def a_red_check(day: Day, sha: str) -> None:
    """It keeps `main` from preview and from staging; green, it goes to preview by itself."""
    github, circleci = day.shop.world.github, day.shop.world.circleci
    day.heading("A red check")
    github.set_check(REPOSITORY, sha, "test", "failure")
    await day.happens("The check turns red.")
    await day.types("dana", "deploy staging")
    github.set_check(REPOSITORY, sha, "test", "success")
    await until(lambda: len(circleci.pipelines) == 2, what="the preview's pipeline")
    await day.happens("Sam reruns the test, and it is green.")
    await day.done(2)


async def staging_and_a_lock(day: Day) -> None:
    """Dana promotes; production is locked, and she is told when it is not."""
    day.heading("Staging, and a lock")
    await day.types("sam", "lock production we're moving the database --for 2h")
    await day.types("dana", "locks")
    await day.types("dana", "promote preview staging")
    await day.done(3)
    await day.types("dana", "deploy production")
    await day.presses("dana", day.newest_question("dana"), "Tell me")
    await day.types("sam", "unlock production")


async def the_release(day: Day) -> None:
    """A tag deploys to production by itself, once somebody else has agreed."""
    shop, circleci = day.shop, day.shop.world.circleci
    day.heading("The release")
    await day.types("dana", "diff production")
    shop.world.github.tag(REPOSITORY, "v1.5.0")
    await until(lambda: len(shop.live) == 4, what="its card")
    await day.happens("Dana tags `main` as v1.5.0.")
    await day.types("dana", "status production")
    await day.presses("sam", shop.live[-1], "Approve")
    await until(lambda: len(circleci.pipelines) == 4, what="its pipeline")
    await day.done(4)
    await day.types("dana", "list")


async def back_and_on_again(day: Day) -> None:
    """The release is broken: it is rolled back, mended, and held until somebody resumes."""
    shop, circleci = day.shop, day.shop.world.circleci
    github = shop.world.github
    day.heading("Back, and on again")
    await day.types("sam", "rollback production")
    await day.presses("sam", day.newest_question("sam"), "Roll back")
    await until(lambda: len(circleci.pipelines) == 5, what="the rollback's pipeline")
    await day.done(5)
    sha = github.push(REPOSITORY, message="Fix the wish lists")
    github.set_check(REPOSITORY, sha, "test", "success")
    await until(lambda: len(circleci.pipelines) == 6, what="the preview's pipeline")
    await day.happens("Dana pushes a fix, and the test is green.")
    await day.done(6)
    await day.types("dana", "promote preview staging")
    await day.done(7)
    github.tag(REPOSITORY, "v1.5.1")
    await until(lambda: "v1.5.1" in shop.live[-1].text, what="its card")
    await day.happens("Dana tags it as v1.5.1.")
    await day.types("dana", "resume production")
    await day.presses("sam", shop.live[-1], "Approve")
    await until(lambda: len(circleci.pipelines) == 8, what="its pipeline")
    await day.done(8)


@pytest.mark.by_setup
@pytest.mark.parametrize("config", [CONFIG])
async def test_the_day(shop: Shop) -> None:
    """A pull request, its preview, a red check, a lock, a release, a rollback, and on again."""
    await shop.claim("sam", "hubot", shop.world.slack.messages(CHANNEL)[0])
    with shop.world.github.unsubscribed():
        pull = shop.world.github.open_pull_request(REPOSITORY, "hats", title="Sell hats")
        shop.world.github.close_pull_request(REPOSITORY, pull.number)
        before = shop.world.github.person_deploys(REPOSITORY, "production", "v1.4.0", "octocat")
        shop.world.github.post_status_as(before, "success", "octocat")
    day = Day(shop, Hours(shop))
    await day.hours.pass_on()
    day.begin()
    sha = await a_pull_request_gets_its_own_place(day)
    await a_red_check(day, sha)
    await staging_and_a_lock(day)
    await the_release(day)
    await back_and_on_again(day)
    page = PAGE.format(config=CONFIG, day="\n".join(day.lines).rstrip())
    assert page == external_file("../../docs/release-day.md", format=".txt")
