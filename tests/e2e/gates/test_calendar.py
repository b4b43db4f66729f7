"""Frozen days and deploy windows: a person is refused, whichever way they deploy; a push waits."""

from datetime import UTC, datetime, timedelta

import pytest
from inline_snapshot import snapshot

from tests.e2e.shop import REPOSITORY, Shop

TODAY = datetime.now(UTC).date()
FROZEN = f"{TODAY - timedelta(days=2)}..{TODAY + timedelta(days=2)}"
OTHER_DAY = f"{TODAY + timedelta(days=4):%a} 09:00-16:00 UTC"
CONFIG = f"""\
version: 1
circleci: {{workflow: deploy}}
environments:
  production:
    windows: ["{OTHER_DAY}"]
    freeze: ["{FROZEN}"]
  staging: {{}}
"""

OPENS = (datetime.now(UTC) + timedelta(hours=3)).replace(second=0, microsecond=0)
WINDOW = f"Mon-Sun {OPENS:%H:%M}-{OPENS + timedelta(hours=2):%H:%M} UTC"
PUSHED = f"""\
version: 1
circleci: {{workflow: deploy}}
environments:
  preview:
    checks: []
    windows: ["{WINDOW}"]
    deploy_on: {{push: [main]}}
"""


def timeless(text: str) -> str:
    """A text without the dates of the day on which this runs."""
    for day, name in ((FROZEN, "FROZEN"), (OTHER_DAY, "WINDOW"), (WINDOW, "WINDOW")):
        text = text.replace(day, name)
    return text


@pytest.mark.parametrize("config", [CONFIG])
async def test_a_command_is_refused_until_it_opens(shop: Shop) -> None:
    """Every reason, with the moment from which it is allowed; `--force` passes them."""
    assert timeless(await shop.type("deploy production")) == snapshot("""\
2 problems:
• You can only deploy to *production* during `WINDOW`. It's closed until <time>. To deploy anyway, add `--force`.
• *production* is frozen (`FROZEN`). It's closed until <time>. To deploy anyway, add `--force`.
Nothing was deployed.\
""")
    assert not shop.deployments
    await shop.deploy("deploy production --force")
    await shop.deploy("deploy staging")


@pytest.mark.parametrize("config", [CONFIG])
async def test_a_deployment_made_on_github_is_refused(shop: Shop) -> None:
    """On GitHub's own page, with the reason."""
    made = shop.world.github.person_deploys(REPOSITORY, "production", "v1.4.0")
    await shop.quiet()
    assert "error" == made.state
    assert not shop.world.circleci.pipelines
    assert timeless(made.statuses[-1].description).startswith(
        "You can only deploy to production during WINDOW. It's closed until 2"
    )


@pytest.mark.parametrize("config", [PUSHED])
async def test_the_newest_push_starts_when_the_window_opens(shop: Shop) -> None:
    """At that moment: nothing tells of it."""
    shas = []
    for message in ("One", "Two"):
        shas.append(shop.world.github.push(REPOSITORY, message=message))
        await shop.quiet()
    assert timeless(shop.eyes.message(shop.live[-1])) == snapshot("""\
“Waiting for a deploy window: main to preview, pushed by dana.”
*preview* · Waiting for a deploy window · pushed by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c006…|c006>` Two — by dana
| Waiting for the deploy window `WINDOW`, closed until <time>. Deploys automatically then.
| [Details]  [Cancel]\
""")
    left = OPENS.timestamp() - shop.bot.clock.wall()
    await shop.later(left - 30)
    assert not shop.world.circleci.pipelines
    await shop.later(31)
    assert {one.sha: one.state for one in shop.deployments} == dict(
        zip(shas, ["inactive", "in_progress"], strict=True)
    )
    assert len(shop.world.circleci.pipelines) == 1
