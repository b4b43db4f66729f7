"""A survey of which GitHub gives a part only: withheld, too large, or slow to come."""

import aiohttp
import pytest

from app.errors import Refused, Unavailable
from app.github_app.github_client import GitHubClient
from app.model.github.commit import CheckState
from app.model.plan import RepositoryRef
from app.model.reasons.github import GitHubRefused
from sandbox.github.standin import GitHubStandIn
from tests.github_app.api.survey.test_survey import head
from tests.github_app.conftest import SHOP, client_of

GRAPHQL = "POST /graphql"
WITHHELD = {
    "Commit.associatedPullRequests": "",
    "Commit.deployments": "",
    "Repository.deployments": "",
    "Repository.environments": "",
    "CheckSuite.workflowRun": "",
    "Commit.statusCheckRollup": "Commit statuses: read",
    "StatusCheckRollup.contexts": "Checks: read",
}


@pytest.mark.parametrize(("field", "permission"), WITHHELD.items())
async def test_one_part_that_is_forbidden(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef, field: str, permission: str
) -> None:
    """The rest is read; for checks, the missing permission is named."""
    github.set_check(SHOP, head(github), "test", "success", "check_run", "github-actions")
    github.person_deploys(SHOP, "staging")
    github.queries.forbidden.add(field)
    survey = await client.survey(shop, target="main", environment="staging")
    assert [ref.name for ref in survey.refs] == ["main"]
    assert survey.checks_need == permission
    assert [check.name for check in survey.checks] == ([] if permission else ["test"])


async def test_all_of_them_are_forbidden(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Everything that is not forbidden is still read."""
    github.queries.forbidden |= set(WITHHELD)
    survey = await client.survey(shop, target="main", environment="staging")
    assert survey.repository.full_name == SHOP
    assert survey.checks_need
    assert (survey.environments, survey.deployments, survey.recent) == ((), (), ())


async def test_what_is_not_optional_is_forbidden(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """It is a lasting refusal, in GitHub's words."""
    github.queries.forbidden.add("Repository.object")
    with pytest.raises(Refused) as caught:
        await client.survey(shop, target="main", environment=None)
    assert caught.value.reason == GitHubRefused(message="Resource not accessible by integration")


async def test_too_much_is_asked_for_in_halves(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """All 60 checks are read in smaller pages; the next survey starts with those."""
    for number in range(60):
        github.set_check(SHOP, head(github), f"check {number:02}", "success")
    github.queries.most_nodes = 40
    survey = await client.survey(shop, target="main", environment=None)
    assert len(survey.checks) == 60
    github.faults.calls.clear()
    await client.survey(shop, target="main", environment=None)
    assert len(github.faults.made(GRAPHQL)) == 2  # 25 and 35, neither of them too large


async def test_never_small_enough(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """With pages of one node the refusal is final."""
    github.set_check(SHOP, head(github), "test", "success")
    github.queries.most_nodes = 0
    with pytest.raises(Refused):
        await client.survey(shop, target="main", environment=None)
    assert len(github.faults.made(GRAPHQL)) == 8


async def test_an_environment_behind_the_first_page(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """An environment beyond the first page is found by its name, in any case."""
    names = tuple(f"preview-{number:03}" for number in range(150))
    for name in (*names, "qa"):
        github.person_deploys(SHOP, name)
    for typed, last in (("preview-149", "preview-149"), ("QA", "qa")):
        survey = await client.survey(shop, target=None, environment=typed)
        assert (len(survey.environments), survey.environments[-1]) == (101, last)


async def test_checks_of_one_name(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Checks of two workflows or two Apps do not hide each other; a rerun replaces its own."""
    for app, workflow, state in (
        ("github-actions", "CI", "failure"),
        ("github-actions", "Nightly", "failure"),
        ("github-actions", "Nightly", "success"),
        ("buildkite", "", "success"),
    ):
        github.set_check(SHOP, head(github), "build", state, "check_run", app, workflow=workflow)
    survey = await client.survey(shop, target="main", environment=None)
    assert sorted(check.state for check in survey.checks) == [
        CheckState.GREEN,
        CheckState.GREEN,
        CheckState.RED,
    ]
    github.queries.forbidden.add("CheckSuite.workflowRun")
    unnamed = await client.survey(shop, target="main", environment=None)
    assert {check.state for check in unnamed.checks} == {CheckState.GREEN, CheckState.RED}


async def test_our_own_check_runs_are_known_by_the_app(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """They are recognized by the App, not by their name, which anybody may use."""
    ours = github.app_record.slug
    for app in (ours, "somebody"):
        github.set_check(SHOP, head(github), "deploybot", "failure", "check_run", app)
    survey = await client.survey(shop, target="main", environment=None)
    assert {check.app_slug: check.ours for check in survey.checks} == {
        ours: True,
        "somebody": False,
    }


async def test_many_pages_of_checks_that_take_their_time(
    github: GitHubStandIn,
    key_pair: tuple[str, str],
    session: aiohttp.ClientSession,
    shop: RepositoryRef,
) -> None:
    """Each page has its own timeout; after a failure only the missing ones are read again."""
    for number in range(650):
        github.set_check(SHOP, head(github), f"check {number:03}", "success")
    hasty = client_of(github, key_pair[0], session, timeout=2.0)
    github.slow(0.4)
    github.faults.add(GRAPHQL, status=502, skip=4)
    github.faults.rules.reverse()
    with pytest.raises(Unavailable):
        await hasty.survey(shop, target="main", environment=None)
    github.faults.calls.clear()
    survey = await hasty.survey(shop, target="main", environment=None)
    assert len(survey.checks) == 650
    assert len(github.faults.made(GRAPHQL)) == 4  # the first again, and what was left
    await hasty.close()
