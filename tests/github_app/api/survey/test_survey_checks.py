"""The checks that a survey reads: states, repetitions, many of them."""

from app.github_app.github_client import GitHubClient
from app.model.github.commit import CheckState
from app.model.plan import RepositoryRef
from sandbox.github.standin import GitHubStandIn
from tests.github_app.api.survey.test_survey import head
from tests.github_app.conftest import SHOP

CHECKS = {
    ("status", "success"): CheckState.GREEN,
    ("status", "pending"): CheckState.PENDING,
    ("status", "failure"): CheckState.RED,
    ("status", "error"): CheckState.RED,
    ("check_run", "queued"): CheckState.PENDING,
    ("check_run", "in_progress"): CheckState.PENDING,
    ("check_run", "success"): CheckState.GREEN,
    ("check_run", "neutral"): CheckState.GREEN,
    ("check_run", "skipped"): CheckState.GREEN,
    ("check_run", "failure"): CheckState.RED,
    ("check_run", "timed_out"): CheckState.RED,
    ("check_run", "cancelled"): CheckState.RED,
    ("check_run", "action_required"): CheckState.RED,
    ("check_run", "stale"): CheckState.RED,
}


async def test_checks_of_every_state(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Statuses and check runs are judged alike; neutral and skipped are green."""
    for kind, state in CHECKS:
        github.set_check(SHOP, head(github), f"{kind} {state}", state, kind, app="ci")
    survey = await client.survey(shop, target="main", environment=None)
    told = {check.name: check.state for check in survey.checks}
    assert told == {f"{kind} {state}": judged for (kind, state), judged in CHECKS.items()}


async def test_the_latest_check_of_a_name_counts(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A check that was repeated is there once, as it stands now."""
    for kind in ("status", "check_run"):
        github.set_check(SHOP, head(github), f"a {kind}", "failure", kind, app="ci")
        github.set_check(SHOP, head(github), f"a {kind}", "success", kind, app="ci")
    survey = await client.survey(shop, target="main", environment=None)
    assert [(check.name, check.state) for check in survey.checks] == [
        ("a check_run", CheckState.GREEN),
        ("a status", CheckState.GREEN),
    ]
    assert all(check.first_seen > 1_700_000_000 for check in survey.checks)


async def test_where_a_check_leads(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A check has its link and, for a check run, its App."""
    github.set_check(SHOP, head(github), "a", "success", "check_run", "ci", "https://ci.test/1")
    github.set_check(SHOP, head(github), "b", "success", url="https://ci.test/2")
    checks = (await client.survey(shop, target="main", environment=None)).checks
    assert [(check.url, check.app_slug) for check in checks] == [
        ("https://ci.test/1", "ci"),
        ("https://ci.test/2", ""),
    ]


async def test_more_checks_than_a_page(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """All of 250 checks are read, by two further calls."""
    for number in range(250):
        github.set_check(SHOP, head(github), f"check {number:03}", "success")
    survey = await client.survey(shop, target="main", environment=None)
    assert [check.name for check in survey.checks] == [f"check {n:03}" for n in range(250)]
    assert len(github.faults.made("POST /graphql")) == 3
