"""The world of the demonstration: a shop whose pushes are tested and whose jobs take seconds."""

from typing import Any

from sandbox.circleci.state import Course
from sandbox.world import World

JOB_SECONDS = 2.5

CONFIG = """\
version: 1
environments:
  production: {url: "https://shop.example.com"}
  staging: {url: "https://staging.shop.example.com"}
"""
"""The shop's `.github/deploybot.yml`."""

TESTS = Course(workflows=("test",), jobs=("lint", "test"))
"""What CircleCI does with an ordinary push: tests only, as the pull request's checks."""

SETTINGS = {
    "HOST": "127.0.0.1",
    "LEASE_SECONDS": "5",
    "WATCH_INTERVAL": "10",
    "CHECKS_SETTLE": "3",
    "LOG_FORMAT": "console",
    "LOG_LEVEL": "info",
    "SLACK_APP_TOKEN": "",
    "GITHUB_CLIENT_SECRET": "",
    "ASANA_TOKEN": "",
}
"""The bot's settings in the sandbox: times short enough to watch, and none of the caller's keys."""


def demo_world(public_url: str) -> World:
    """The shop, at work."""
    world = World(config=CONFIG, auto=True, job_seconds=JOB_SECONDS)
    world.public_url = public_url
    # A commit of the shop names pull request #1: the next one is another.
    world.github.state.repository(world.repository).numbered = 1

    def test(kind: str, event: dict[str, Any]) -> None:
        if kind == "github.push" and not event["deleted"]:
            branch = event["ref"].removeprefix("refs/heads/")
            if branch != event["ref"]:
                world.circleci.push(world.slug, branch, course=TESTS)

    world.github.on_change.append(test)
    return world


def demo_environ(world: World, *, port: int, store_url: str) -> dict[str, str]:
    """The bot's whole environment in the sandbox."""
    return {**world.environ(world.public_url, store_url), **SETTINGS, "PORT": str(port)}
