"""What is CircleCI's own about projects, parameters and the checks it posts."""

import pytest

from app.circleci.rules import beyond_limits, canonical, checks_of, default_project, project_of_page
from app.model.ci import CIState, Workflow
from app.model.reasons.ci import CIParameterLimit


@pytest.mark.parametrize(
    ("slug", "spelled"),
    [
        ("github/Acme/Shop", "gh/acme/shop"),
        ("bitbucket/acme/shop", "bb/acme/shop"),
        ("gh/acme/shop", "gh/acme/shop"),
        ("circleci/A/B", "circleci/a/b"),
    ],
)
def test_slugs_are_spelled_alike(slug: str, spelled: str) -> None:
    """CircleCI uses the long and the short form, and any case."""
    assert canonical(slug) == spelled


def test_the_project_of_a_repository_and_of_a_page() -> None:
    """The older slug by owner and name; a page that is no pipeline's has none."""
    assert default_project("acme/shop") == "gh/acme/shop"
    page = "https://app.circleci.com/pipelines/gh/acme/shop/345"
    assert project_of_page(page) == "gh/acme/shop"
    assert project_of_page("https://example.com/builds/345") is None
    assert project_of_page("") is None


def test_limits_of_parameters() -> None:
    """How many there are, and how long each is."""
    assert beyond_limits({"sha": "a" * 512, "migrate": True}) == ()
    (long,) = beyond_limits({"sha": "a" * 513, "ref": "main"})
    assert long == CIParameterLimit(parameter="sha", found=513, limit=512)
    (many,) = beyond_limits({f"p{number}": "" for number in range(101)})
    assert many == CIParameterLimit(found=101, limit=100)


def test_checks() -> None:
    """Commit statuses of its jobs, check runs of its workflow."""
    workflow = Workflow(id="w", name="ship", state=CIState.RUNNING)
    statuses = ["ci/circleci: migrate", "ci/circleci: ship/migrate"]
    assert checks_of(workflow, ["migrate"], definition=None) == [*statuses, "ship"]
    named = checks_of(workflow, ["migrate"], definition="5f9a3b2c-1d4e")
    assert named == [*statuses, "ship", "ship-5f9a3b2c"]
