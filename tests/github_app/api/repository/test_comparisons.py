"""Which files a push changes, as far as GitHub can tell."""

import json

import pytest

from app.github_app.github_client import GitHubClient
from app.model.plan import RepositoryRef
from sandbox.github.standin import GitHubStandIn
from tests.github_app.api.survey.test_survey import head
from tests.github_app.conftest import SHOP


@pytest.mark.parametrize("count", [299, 300])
async def test_more_files_than_github_lists(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef, count: int
) -> None:
    """GitHub lists 300 files at most, so with 300 the answer is unknown."""
    base = head(github)
    files = {f"web/{number}.js": "1" for number in range(count)}
    pushed = github.push(SHOP, message="Change", files=files)
    changed = await client.changed_files(shop, base=base, head=pushed)
    assert (changed is None) == (count == 300)
    assert changed is None or set(changed) == set(files)


async def test_the_old_name_of_a_renamed_file_counts(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """The renamed file has left its old place, so both names count as changed."""
    renamed = {"filename": "api/a.js", "previous_filename": "web/a.js", "status": "renamed"}
    compared = {"ahead_by": 1, "behind_by": 0, "files": [renamed]}
    headers = {"Content-Type": "application/json"}
    github.faults.add("/compare/", status=200, body=json.dumps(compared), headers=headers)
    assert await client.changed_files(shop, base=head(github), head="0" * 40) == (
        "api/a.js",
        "web/a.js",
    )
