"""Frozen days and deploy windows: a person is refused, whichever way they deploy."""

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


def timeless(text: str) -> str:
    """A text without the dates of the day on which this runs."""
    return text.replace(FROZEN, "FROZEN").replace(OTHER_DAY, "WINDOW")


@pytest.mark.parametrize("config", [CONFIG])
async def test_a_command_is_refused_until_it_opens(shop: Shop) -> None:
    """Every reason, with the moment from which it is allowed; `--force` passes them."""
    assert timeless(await shop.type("deploy production")) == snapshot("""\
2 problems:
• *production* can only be deployed `WINDOW`. It's closed until <time>. To deploy anyway, add `--force`.
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
        "production can only be deployed WINDOW. It's closed until 2"
    )
