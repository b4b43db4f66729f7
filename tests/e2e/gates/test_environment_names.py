"""Names of environments: another spelling evades neither rules nor line, and none is a trap."""

import re

import pytest
from inline_snapshot import snapshot

from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

SPELLED = ("production ", "pro\N{ZERO WIDTH SPACE}duction", "\tproduction", "Production")
LOOKS_LIKE = "pr\N{CYRILLIC SMALL LETTER O}duction"
BLANKS = """\
version: 1
circleci: {workflow: deploy}
environments:
  eu west 1: {}
  eu east 1: {}
"""


async def test_spellings_by_api_wait_in_one_line(shop: Shop) -> None:
    """Whoever may create deployments cannot start two pipelines at once, nor name a twin."""
    for name in SPELLED:
        shop.world.github.person_deploys(REPOSITORY, name)
    shop.world.github.person_deploys(REPOSITORY, LOOKS_LIKE)
    await until(lambda: shop.deployments[-1].state == "error", what="the twin is refused")
    await shop.quiet()
    [pipeline] = shop.world.circleci.pipelines
    assert "production" == pipeline.parameters["environment"]
    assert ["in_progress", "pending", "pending", "pending"] == sorted(
        one.state for one in shop.deployments[:-1]
    )
    assert "doesn't work as an environment name" in shop.states()[-1]


async def test_new_makes_only_what_can_be_typed(shop: Shop) -> None:
    """Not what looks like another name, is an address, or would be run if it were pasted."""
    for name in (LOOKS_LIKE, "https://evil.example", ":rocket:", "production;curl"):
        told = await shop.type(f"deploy {name} --new")
        assert "doesn't work as an environment name" in told, told
        assert "To create it" not in told
    assert not shop.deployments


@pytest.mark.parametrize("config", [BLANKS])
async def test_names_with_blanks_are_told_as_they_are_typed(shop: Shop) -> None:
    """A line that a refusal gives works when it is typed."""
    told = await shop.type("deploy") + await shop.type('deploy "eu wset 1"')
    lines = dict.fromkeys(re.findall(r"`(/cimon deploy [^`]*)`", told))
    assert [*lines] == snapshot(
        [
            '/cimon deploy "eu west 1"',
            '/cimon deploy "eu east 1"',
            "/cimon deploy production",
            "/cimon deploy staging",
            '/cimon deploy "eu wset 1" --new',
        ]
    )
    for line in ('deploy "eu west 1"', 'deploy "eu wset 1" --new'):
        assert f"/cimon {line}" in lines
        await shop.deploy(line)
    assert ["eu west 1", "eu wset 1"] == [one.environment for one in shop.deployments]
