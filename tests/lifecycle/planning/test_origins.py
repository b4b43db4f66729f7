"""Whose a deployment is: the shapes that GitHub really sends."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lifecycle.planning.origins import is_bot, is_ours, origin_of, payload_of, runs_for
from app.model.build import Build, Origin
from app.model.github.deployment import StatusSummary
from app.model.plan import Payload

SLUG = "deploybot"


def made(**facts: object) -> Build:
    """A deployment as an event tells of it."""
    return Build(repository_id=1, deployment_id=2, **facts)


def status(creator: str) -> StatusSummary:
    """A status that somebody posted."""
    return StatusSummary(state="in_progress", creator=creator)


@pytest.mark.parametrize(
    ("facts", "origin"),
    [
        ({"creator": "deploybot[bot]", "creator_type": "Bot"}, Origin.OURS),
        ({"creator": "deploybot[bot]", "app_slug": "deploybot"}, Origin.OURS),
        # a person, with a user's token of our own App
        ({"creator": "octocat", "creator_type": "User", "app_slug": "deploybot"}, Origin.PERSON),
        ({"creator": "Deploybot[bot]", "creator_type": "Bot"}, Origin.FOREIGN),
        ({"creator": "deploybot", "creator_type": "User"}, Origin.PERSON),
        ({"creator": "octocat", "creator_type": "User"}, Origin.PERSON),
        # GitHub Actions: a human creator, its app, and a workflow run
        (
            {
                "creator": "octocat",
                "creator_type": "User",
                "app_slug": "github-actions",
                "workflow_run": True,
            },
            Origin.FOREIGN,
        ),
        ({"creator": "octocat", "creator_type": "User", "workflow_run": True}, Origin.FOREIGN),
        # Vercel: a bot, and no app
        ({"creator": "vercel[bot]", "creator_type": "Bot"}, Origin.FOREIGN),
        ({"creator": "octocat", "creator_type": "User", "app_slug": "x"}, Origin.FOREIGN),
        ({"creator": "notdeploybot[bot]", "creator_type": "Bot"}, Origin.FOREIGN),
    ],
)
def test_whose_it_is_by_its_creator(facts: dict[str, object], origin: Origin):
    """Ours, foreign or a person's, before anybody posted a status."""
    build = made(**facts)

    assert origin_of(build, SLUG, None) is origin
    assert is_ours(build, SLUG) is (origin is Origin.OURS)


@pytest.mark.parametrize(
    ("creator", "origin"),
    [
        ("deploybot[bot]", Origin.PERSON),
        ("octocat", Origin.FOREIGN),
        ("deploybot", Origin.FOREIGN),
        ("vercel[bot]", Origin.FOREIGN),
    ],
)
def test_a_status_of_somebody_else_makes_it_foreign(creator: str, origin: Origin):
    """Whoever posts statuses runs it; a person named like our App is not our App."""
    build = made(creator="octocat", creator_type="User")

    assert origin_of(build, SLUG, status(creator)) is origin


def test_our_login_is_a_bots():
    """As REST and webhooks spell it; a person cannot take it."""
    assert is_bot("deploybot[bot]", SLUG)
    assert not is_bot("deploybot", SLUG)
    assert not is_bot("", "")


def test_ours_stays_ours_whoever_posts():
    """A status of somebody else takes nothing away from us."""
    build = made(creator="deploybot[bot]", creator_type="Bot")

    assert origin_of(build, SLUG, status("octocat")) is Origin.OURS


@pytest.mark.parametrize(
    ("facts", "named", "runs"),
    [
        ({"app_slug": "github-actions", "creator": "octocat"}, ["github-actions"], True),
        ({"app_slug": "github-actions"}, ["GitHub-Actions"], True),
        ({"creator": "vercel[bot]", "creator_type": "Bot"}, ["vercel"], True),
        ({"creator": "vercel[bot]", "creator_type": "Bot"}, ["verce"], False),
        ({"creator": "vercel[bot]", "creator_type": "Bot"}, [], False),
        ({"creator": "vercel", "creator_type": "User", "app_slug": "x"}, ["vercel"], False),
        ({"creator": "octocat", "creator_type": "User"}, ["octocat"], False),
        ({}, [""], False),
    ],
)
def test_what_the_configuration_has_us_run(facts: dict[str, object], named: list[str], runs: bool):
    """Apps and bots that are named, never a person of the same name."""
    assert runs_for(made(**facts), named) is runs


def test_the_payload_is_read_back():
    """What a deployment of ours says of its request."""
    said = Payload(request="r1", trigger="command", requester="Dana", inputs={"a": 1, "b": True})
    text = msgspec.json.encode({"deploybot": said, "other": 1}).decode()

    assert payload_of(made(payload=text)) == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '"x"',
        "{",
        '{"deploybot": 1}',
        '{"deploybot": {"request": 1}}',
        '{"deploybot": {}}',
        '{"deploybot": ' + "[" * 100_000,
        '{"other": ' + "[" * 100_000,
    ],
)
def test_a_payload_of_another_shape_is_none(text: str):
    """Somebody else's payload, or a damaged one, is nothing to us."""
    assert payload_of(made(payload=text)) is None


@given(st.text(max_size=40))
def test_no_payload_raises(text: str):
    """Whatever the text."""
    assert payload_of(made(payload=text)) is None
