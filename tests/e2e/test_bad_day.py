"""A day on which much goes wrong, told as the channel saw it: it is the page docs/bad-day.md."""

import pytest
from inline_snapshot import external_file

from sandbox.world import World
from tests.e2e.running import Bot, until
from tests.e2e.shop import CHANNEL, REPOSITORY, Shop
from tests.e2e.telling import Day, Hours

CONFIG = """\
version: 1
circleci: {workflow: deploy}
environments:
  production: {checks: [test]}
  staging: {}
"""

PAGE = """\
# A bad day

Everything that a channel sees of one day on which much goes wrong, from its first command on, with this
`.github/deploybot.yml`:

```yaml
{config}```

A test plays this day against the running service, and writes this page. It is written like
[a day of releases](release-day.md): a message that deploybot edits is shown again below what made it change, `↳` is
a reply in its thread, (only Dana) what nobody else sees.

{day}
"""


async def a_new_channel(day: Day) -> None:
    """It is connected to its repository, and people say who they are."""
    day.heading("A new channel")
    await day.types("dana", "deploy production")
    await day.types("dana", f"setup {REPOSITORY}")
    setup = day.shop.world.slack.messages(CHANNEL)[-1]
    await day.presses("dana", setup, "octocat")
    await day.presses("sam", setup, "hubot")


async def typos(day: Day) -> None:
    """Nothing is guessed."""
    day.heading("Typos")
    await day.types("dana", "depoly production")
    await day.types("dana", "deploy prodution")
    await day.types("dana", "deploy production v1.40")


async def two_at_once(day: Day) -> None:
    """The second waits for the first, and starts as soon as that one is canceled."""
    shop, github = day.shop, day.shop.world.github
    day.heading("Two at once")
    await day.types("dana", "deploy production")
    sha = github.push(REPOSITORY, message="Add sizes to the hats", author="hubot")
    github.set_check(REPOSITORY, sha, "test", "success")
    await day.types("sam", "deploy production")
    await day.types("dana", "cancel production")
    assert len(shop.world.circleci.pipelines) == 2


async def a_job_fails(day: Day) -> None:
    """What was in its way is cleared, and it is run again on CircleCI's page."""
    circleci = day.shop.world.circleci
    day.heading("A job fails")
    circleci.fail(2, "migrate")
    await day.happens("The job `migrate` fails: somebody has locked a table.")
    circleci.rerun(2, from_failed=True)
    for _ in range(2):  # CircleCI tells nobody of a rerun; it is asked ever less often
        await day.hours.pass_on()
    await day.happens("Sam unlocks it, and presses *Rerun workflow from failed* on CircleCI.")
    await day.done(2)


async def github_is_down(day: Day) -> None:
    """A command is kept until it answers again."""
    shop, github = day.shop, day.shop.world.github
    day.heading("GitHub is down")
    github.unavailable(times=None, status=503)
    await day.types("dana", "deploy staging")
    await day.types("sam", "list")
    github.faults.clear()
    await day.hours.wait(60)  # for the next try
    await until(lambda: len(shop.world.circleci.pipelines) == 3, what="its pipeline")
    await day.happens("GitHub answers again.")
    await day.done(3)
    await day.types("sam", "list")


@pytest.mark.parametrize("config", [CONFIG])
async def test_the_day(world: World, bot: Bot) -> None:
    """Setup, typos, a queue, a cancel, a failed job and its rerun, an outage."""
    shop, github = Shop(world, bot), world.github
    sha = github.head(REPOSITORY, "main")
    assert sha is not None
    github.set_check(REPOSITORY, sha, "test", "success")
    with github.unsubscribed():
        before = github.person_deploys(REPOSITORY, "production", "v1.4.0", "octocat")
        github.post_status_as(before, "success", "octocat")
    day = Day(shop, Hours(shop))
    await day.hours.pass_on()
    day.begin()
    await a_new_channel(day)
    await typos(day)
    await two_at_once(day)
    await a_job_fails(day)
    await github_is_down(day)
    page = PAGE.format(config=CONFIG, day="\n".join(day.lines).rstrip())
    assert page == external_file("../../docs/bad-day.md", format=".txt")
