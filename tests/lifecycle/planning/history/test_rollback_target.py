"""What comes back: never what is live, never what was rolled back from."""

import pytest

from app.lifecycle.planning.history.live_deployment import live_in
from app.lifecycle.planning.history.rollback_target import (
    believed,
    broke_since,
    named,
    previous,
    successes,
)
from app.model.github.deployment import Deployment
from tests.lifecycle.conftest import BOT, deployed


def went(number: int, sha: str, *, of: int = 0, to: int = 0, by: str = BOT) -> Deployment:
    """A deployment that went live at its number; `of` and `to` make it a rollback."""
    back = f', "rollback_of": {of}, "target": {to}' if of else ""
    return deployed(
        number,
        "success",
        sha=sha,
        ref=f"ref-{sha}",
        creator=by,
        history=(("success", float(number)),),
        payload=f'{{"deploybot": {{"request": "r", "trigger": "t"{back}}}}}',
    )


A, B, C = went(1, "a"), went(2, "b"), went(3, "c")


@pytest.mark.parametrize(
    ("history", "target"),
    [
        ((A,), None),
        ((A, B), 1),
        ((A, went(2, "a")), None),
        ((A, B, C), 2),
        ((A, B, C, went(4, "b", of=3, to=2)), 1),
        ((A, B, C, went(4, "a", of=3, to=1)), None),
        ((A, B, C, went(4, "b", of=3, to=2), went(5, "a", of=4, to=1)), None),
        ((A, B, C, went(4, "b", of=3, to=2), went(5, "d")), 4),
        ((A, B, went(4, "a", of=2, to=1), went(5, "a")), None),
        ((A, B, went(4, "a", of=2, to=1), went(5, "b")), 4),
        ((A, B, C, went(4, "b", of=3, to=2, by="octocat")), 3),
        ((A, went(2, "b", of=1, to=2)), None),
        ((A, B, deployed(3, "failure", sha="c", history=(("failure", 3.0),))), 1),
    ],
    ids=[
        "only one",
        "the one before",
        "only one commit",
        "the latest before",
        "from what came back, further back",
        "not to what came after what is back",
        "not further than the first",
        "what came back is live before the next",
        "never what was left",
        "from what was left and came again",
        "others' payloads are not believed",
        "one that says it restored itself",
        "what failed was never live",
    ],
)
def test_the_target(history: tuple[Deployment, ...], target: int | None) -> None:
    """In whatever order GitHub lists them."""
    live = live_in(history)
    assert live is not None
    for listed in (history, history[::-1]):
        found = previous(successes(listed), live, believed(listed, "deploybot"))
        assert (found.id if found else None) == target


@pytest.mark.parametrize(
    ("typed", "number", "target"),
    [("ref-a", None, 1), ("2", 2, 2), ("ref-c", None, 3), ("nothing", None, None), ("9", 9, None)],
)
def test_a_named_target(typed: str, number: int | None, target: int | None) -> None:
    """Only what went live there."""
    live = live_in((A, B, C))
    assert live is not None
    found = named(successes((A, B, C)), live, typed, number)
    assert (found.id if found else None) == target


def refs(*named_so: str) -> tuple[Deployment, ...]:
    """Deployments of these refs, each of its own commit, oldest first."""
    return tuple(
        deployed(number, "success", ref=ref, sha=f"{number}" * 40, history=(("success", number),))
        for number, ref in enumerate(named_so, 1)
    )


@pytest.mark.parametrize(
    ("typed", "sha", "target"),
    [
        ("main", "", 1),
        ("refs/heads/main", "", 1),
        ("v1", "", 2),
        ("refs/tags/v1", "", 2),
        ("3333333", "", 3),
        ("333333", "", None),
        ("CCCCCCC", "", 5),
        ("moved", "3" * 40, 3),
    ],
)
def test_how_a_target_may_be_named(typed: str, sha: str, target: int | None) -> None:
    """A ref as people write it or as GitHub does, a commit by seven characters at least."""
    history = refs("refs/heads/main", "v1", "other", "live")
    history = (went(5, "c" * 40), *history, went(6, "live"))
    live = live_in(history)
    assert live is not None
    found = named(successes(history), live, typed, None, sha)
    assert (found.id if found else None) == target


def test_what_failed_since() -> None:
    """The newest only: what succeeded after it has mended what it broke."""
    failed = deployed(4, "failure", sha="d", history=(("failure", 4.0),))
    live = live_in((A, B, failed))
    assert live is not None
    assert broke_since((A, B, failed), live) == failed
    assert broke_since((A, B), live) is None
