"""GraphQL's oddities: ids beyond 32 bits, bots without `[bot]`, wrapped payloads."""

import base64

import msgspec
import pytest

from app.github_app.api.shapes.graphql import ActorNode, DeploymentIds, rest_login, unwrapped
from app.github_app.api.shapes.survey import ContextNode
from app.github_app.api.survey.check_states import judged_checks
from app.github_app.api.survey.targets import Target, read_target
from app.model.github.commit import CheckState


def node_id(*numbers: int) -> str:
    """A node id in GitHub's present form."""
    packed = msgspec.msgpack.encode(list(numbers))
    return "DE_" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def test_a_deployment_beyond_32_bits() -> None:
    """If GraphQL cannot give the number, the node id does."""
    assert DeploymentIds(id=node_id(0, 1296269, 3_000_000_812)).number == 3_000_000_812
    assert DeploymentIds(id=node_id(0, 1296269, 812), database_id=813).number == 813


@pytest.mark.parametrize("text", ["", "DE_", "DE_!", "MDEwOkRlcGxveW1lbnQx", "DE_" + "A" * 8])
def test_a_node_id_of_another_form(text: str) -> None:
    """A node id that cannot be read is no number and no exception."""
    assert DeploymentIds(id=text).number is None


@pytest.mark.parametrize(
    ("kind", "login", "spelled"),
    [
        ("Bot", "deploybot", "deploybot[bot]"),
        ("Bot", "deploybot[bot]", "deploybot[bot]"),
        ("User", "octocat", "octocat"),
    ],
)
def test_logins(kind: str, login: str, spelled: str) -> None:
    """Logins are spelled as REST and webhooks do."""
    assert rest_login(ActorNode(kind=kind, login=login)) == spelled


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (None, ""),
        ("", ""),
        ('{"a":1}', '{"a":1}'),
        (r'"{\"a\":1}"', '{"a":1}'),
        ('"deploy:migrations"', '"deploy:migrations"'),
        ("not JSON", "not JSON"),
    ],
)
def test_payloads(payload: str | None, text: str) -> None:
    """A payload that GitHub wrapped into a string is taken out; other strings stay."""
    assert unwrapped(payload) == text


def test_a_queued_run_is_the_latest() -> None:
    """A check that is queued again is pending, though the new run has not started."""
    done = {
        "__typename": "CheckRun",
        "name": "test",
        "status": "COMPLETED",
        "conclusion": "FAILURE",
        "startedAt": "2026-09-21T14:13:20Z",
    }
    queued = {"__typename": "CheckRun", "name": "test", "status": "QUEUED"}
    for order in ([done, queued], [queued, done]):
        (check,) = judged_checks(msgspec.convert(order, list[ContextNode]))
        assert (check.state, check.first_seen) == (CheckState.PENDING, 0.0)


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        (None, Target()),
        ("", Target()),
        ("main", Target(branch="main", tag="main")),
        ("heads/main", Target(branch="main")),
        ("refs/heads/a/b", Target(branch="a/b")),
        ("tags/v1", Target(tag="v1")),
        ("#12", Target(pull=12)),
        ("pull/12", Target(pull=12)),
        ("refs/pull/12/head", Target(pull=12)),
        ("pull/12/merge", Target(branch="pull/12/merge", tag="pull/12/merge")),
        ("#99999999999", Target(branch="#99999999999", tag="#99999999999")),
        ("3F9C2D1", Target(branch="3F9C2D1", tag="3F9C2D1", sha="3f9c2d1")),
        ("3f9c2d", Target(branch="3f9c2d", tag="3f9c2d")),
        ("1234567", Target(branch="1234567", tag="1234567", sha="1234567")),
    ],
)
def test_targets(typed: str | None, target: Target) -> None:
    """Every meaning of a typed ref is considered."""
    assert read_target(typed) == target
