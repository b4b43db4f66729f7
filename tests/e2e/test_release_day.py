"""One day of releases, told as the channel saw it: it is the page docs/release-day.md."""

import re
from dataclasses import dataclass, field

import pytest
from inline_snapshot import external_file

from sandbox.slack.state import Message
from tests.e2e.running import until
from tests.e2e.seen import Eyes
from tests.e2e.shop import CHANNEL, REPOSITORY, Shop

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


NINE = 9 * 60
"""When the day begins, in minutes."""

STEP = 10
"""Minutes from one thing that happens to the next."""

_DATE = re.compile(r"<!date\^(\d+)\^[^|>]*\|[^>]*>")


@dataclass
class Hours:
    """The day's clock: what happens between two moments has the time of the first."""

    shop: Shop
    begun: list[float] = field(default_factory=list)
    known: dict[int, str] = field(default_factory=dict)

    async def pass_on(self) -> None:
        """Let some minutes go by, for everybody; another thing can happen now."""
        if self.begun:
            self.shop.world.circleci.clock.ahead += STEP * 60
            await self.shop.later(STEP * 60)
        self.begun.append(self.shop.bot.clock.wall() - 2)

    def read(self, text: str) -> str:
        """Text with the day's times in place of the providers' tokens."""
        return _DATE.sub(lambda found: self._said(int(found[1])), text)

    def _said(self, epoch: int) -> str:
        """As it was read first: what is yet to come is counted from then."""
        return self.known.setdefault(epoch, self._told(epoch))

    def _told(self, epoch: int) -> str:
        number = max((n for n, at in enumerate(self.begun) if at <= epoch), default=0)
        ahead = 3600 * round((epoch - self.begun[number]) / 3600)
        minutes = NINE + STEP * number + ahead // 60
        half = "AM" if minutes < 12 * 60 else "PM"
        return f"{(minutes // 60 - 1) % 12 + 1}:{minutes % 60:02} {half}"


@dataclass(frozen=True)
class TellingTime(Eyes):
    """Eyes that tell one time from another."""

    hours: Hours

    def plain(self, text: str) -> str:
        """Text with the day's times."""
        return super().plain(self.hours.read(text))


@dataclass
class Day:
    """Writes down what happens, and what the channel shows of it each time."""

    shop: Shop
    hours: Hours
    lines: list[str] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)

    def heading(self, text: str) -> None:
        """A new part of the day."""
        self.lines += [f"## {text}", ""]

    async def happens(self, text: str) -> None:
        """Write down what somebody did outside the channel, and what came of it."""
        await self.shop.quiet()
        self.lines += [text, ""]
        self._look()
        await self.hours.pass_on()

    async def types(self, user: str, command: str) -> None:
        """Type a command."""
        await self.shop.type(command, user)
        await self.happens(f"{user.title()} types `/cimon {command}`.")

    async def presses(self, user: str, message: Message, label: str) -> None:
        """Press a button."""
        await self.shop.press(message, label, user)
        await self.happens(f"{user.title()} presses [{label}].")

    async def done(self, number: int) -> None:
        """End a pipeline well."""
        await self.shop.finish(number)
        await self.happens("CircleCI is done.")

    def begin(self) -> None:
        """What is there already is no news."""
        self._look()
        self.lines.clear()

    def newest_question(self, user: str) -> Message:
        """What somebody alone was asked last."""
        return self.shop.world.slack.ephemerals(user)[-1]

    def _look(self) -> None:
        """Quote each message that is new or says something else now."""
        slack = self.shop.world.slack
        for message in slack.messages(CHANNEL):
            reply = message.thread_ts not in {None, message.ts}
            self._quote(message, "↳ " if reply else "")
        for user in ("dana", "sam"):
            for message in slack.ephemerals(user):
                self._quote(message, f"(only {user.title()}) ")

    def _quote(self, message: Message, mark: str) -> None:
        eyes = TellingTime(self.shop.world, self.hours)
        said = _readable(eyes.message(message))
        if message.by_bot and self._known.get(message.ts) != said:
            self._known[message.ts] = said
            self.lines += [*(f"> {line}  " for line in f"{mark}{said}".split("\n")), ""]


def _readable(said: str) -> str:
    """Without the sentence of the notification, which the card repeats; links as Markdown.

    Durations differ from run to run: all are the same here.
    """
    lines = said.split("\n")
    if len(lines) > 1 and lines[0].startswith("“"):
        lines = lines[1:]
    text = "\n".join(line.removeprefix("| ") for line in lines)
    text = re.sub(r"<n s>|\b1[0-9] m\b", "10 m", text)
    text = re.sub(r"<d(\d+)>", r"81\1", text)
    text = re.sub(r"`<(https?://[^|>]+)\|([^>]*)>`", r"[`\2`](\1)", text)
    text = re.sub(r"<(https?://[^|>]+)\|([^>]*)>", r"[\2](\1)", text)
    text = re.sub(r"<@(\w+)>", r"@\1", text)
    return re.sub(r"(?<!\w)\*([^*\n]+)\*(?!\w)", r"**\1**", text)


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
