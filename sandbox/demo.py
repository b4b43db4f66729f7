"""The world of the demo page: a shop whose pushes are tested and whose jobs take a few seconds."""

from sandbox.circleci.state import Course
from sandbox.world import World

JOB_SECONDS = 2.5

CONFIG = """\
version: 1
environments:
  production:
    url: https://shop.example.com
    deploy_on: {tag: ["v*"]}
  staging:
    url: https://staging.shop.example.com
  preview:
    url: https://preview.shop.example.com
    deploy_on: {push: [main]}
  "pr{number}":
    url: "https://pr{number}.shop.example.com"
    deploy_on: {pull_request: true}
    transient: true
"""
"""The shop's `.github/deploybot.yml`."""

RULES_TO_TRY = [
    {
        "key": "approvals",
        "title": "Somebody else has to approve",
        "line": "    approvals: 1",
    },
    {
        "key": "windows",
        "title": "Closes in a minute, opens two minutes later",
        "line": '    windows: ["Mon-Sun {opens}-{closes} {zone}"]',
    },
    {
        "key": "requires",
        "title": "Takes only what succeeded in preview",
        "line": "    requires: [preview]",
    },
    {
        "key": "confirm",
        "title": "Asks before it deploys",
        "line": "    confirm: true",
    },
]
"""Rules for production that the page offers; each is a line of the configuration file.

The page fills in the times (`{opens}` is two minutes after `{closes}`) and the reader's time zone.
"""

TESTS = Course(workflows=("ci",), jobs=("lint", "test"))
"""What CircleCI runs for an ordinary push: only tests, which are a pull request's checks."""

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
"""The bot's settings in the sandbox: short times, and none of the caller's own secrets."""


def demo_world(public_url: str, job_seconds: float = JOB_SECONDS) -> World:
    """The shop's world, in which each CI job takes `job_seconds` seconds."""
    world = World(config=CONFIG, ci_on_push=True, auto=True, job_seconds=job_seconds)
    world.public_url = public_url
    world.tests = TESTS
    # A commit message of the shop mentions pull request #1, so the next one must be #2.
    world.github.state.repository(world.repository).numbered = 1
    return world


def demo_environ(world: World, *, port: int, store_url: str) -> dict[str, str]:
    """The bot's whole environment in the sandbox."""
    return {**world.environ(world.public_url, store_url), **SETTINGS, "PORT": str(port)}
