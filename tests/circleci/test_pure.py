"""Where a `deployment_id` may be, where people see pipelines, what names are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.circleci import rules
from app.circleci.refusals import refusal
from app.circleci.shapes import Links, page_url
from app.model.reasons.ci import CIParameterUndeclared

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["deployment_id", "pipeline"]) | st.text(), inner)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"pipeline.parameters.deployment_id": "812"}, 812),
        ({"deployment_id": 812}, 812),
        ({"pipeline.parameters.deployment_id": ""}, None),
        ({"deployment_id": True}, None),
        ({"deployment_id": "-1"}, None),
        ({"deployment_id": "812 "}, None),
        ({"deployment_id": "²"}, None),
        ({"deployment_id": "9" * 30}, None),
        ({"deployment_id": 0}, None),
        ({"other_deployment_id": "812"}, None),
        ({}, None),
    ],
)
def test_values(values: dict[str, object], found: int | None) -> None:
    """Both spellings, as text or number; the default and nonsense carry nothing."""
    assert rules.deployment_in(values) == found


@pytest.mark.parametrize(
    ("base_url", "page"),
    [
        ("https://circleci.com/api/v2", "https://app.circleci.com"),
        ("https://ci.acme.test/api/v2", "https://ci.acme.test"),
        ("http://127.0.0.1:4000/api/v2", "http://127.0.0.1:4000"),
    ],
)
def test_page_url(base_url: str, page: str) -> None:
    """Cloud has a host for people, a server of one's own does not."""
    assert page_url(base_url) == page


def test_links() -> None:
    """Pages of pipelines, workflows and jobs, where enough is known."""
    links = Links("https://app.circleci.com")
    pipeline = "https://app.circleci.com/pipelines/gh/acme/shop/12"
    assert links.pipeline("gh/acme/shop", 12) == pipeline
    assert links.workflow("gh/acme/shop", 12, "w") == f"{pipeline}/workflows/w"
    assert links.job("gh/acme/shop", 3) == "https://app.circleci.com/jobs/gh/acme/shop/3"
    assert (links.pipeline("", 12), links.workflow("", 0, "w"), links.job("x", None)) == ("",) * 3
    assert links.pipeline("gh/a b/<x>", 1).endswith("/gh/a%20b/%3Cx%3E/1")


@pytest.mark.parametrize(
    "message",
    [
        "Unexpected argument(s): sha, url",
        "Unexpected argument(s): [sha url]",
        "error: unexpected argument(s) 'sha', 'url'",
        'Unexpected argument(s): "sha","url","sha"',
    ],
)
def test_names_of_undeclared_parameters(message: str) -> None:
    """In each spelling the names are found, once each."""
    reason = refusal(400, message).reason
    assert isinstance(reason, CIParameterUndeclared)
    assert [each.name for each in reason.parameters] == ["sha", "url"]


@given(st.integers(300, 499), st.text(), st.text())
def test_every_refusal_has_a_name(status: int, message: str, slug: str) -> None:
    """No words can break the table, and the words are kept."""
    refused = refusal(status, message, slug=slug)
    assert refused.name.startswith("circleci_")
    assert refused.message == message[:300]
