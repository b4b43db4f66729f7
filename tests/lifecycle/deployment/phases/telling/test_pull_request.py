"""Our comments on a pull request: which ones there are, and when they are written."""

from typing import Any

import msgspec
import pytest

from app.lifecycle.deployment.phases.telling.news import NEVER
from app.lifecycle.deployment.phases.telling.pull_request import comment
from app.lifecycle.deployment.step_types import Facts, ShowComment
from app.lifecycle.look_types import Now
from app.model.build import Build, BuildState, Origin
from app.model.build_parts import Commented
from app.model.effects import Effect, Guard
from app.model.github.source_event import Closed
from app.model.plan import Payload
from app.model.reasons.base import Linked
from app.model.reasons.gates import ChecksPending, RequiresPending
from tests.lifecycle import decisions as d

ASKED = Payload(request="comment:7:99", trigger="comment")
SHOWN = Payload(request="r1", trigger="pull_request", shown_on=7)
BOTH = Payload(request="comment:7:99", trigger="comment", shown_on=8)
ALONE, PLACE = "comment:7:99", "environment:pr%207"
GUARD = Guard(sent_at=d.T0, sender="me")


def of(payload: Payload, **facts: Any) -> Build:
    """A deployment that runs, and was asked for so."""
    text = msgspec.json.encode({"deploybot": payload}).decode()
    notified = facts.pop("notified", None)
    b = d.running(**{"environment": "PR 7", "payload": text, **facts})
    return d.changed(b, notified=notified)


def says(b: Build, waited: float = 0.0) -> ShowComment | None:
    """What is written now."""
    step = comment(b, Facts(), Now(wall=d.T0, waited={Effect.COMMENT: waited}), d.LIMITS)
    assert step is None or isinstance(step, ShowComment)
    return step


def written(b: Build) -> list[str]:
    """The comments that are written, one after the other, until all show it."""
    keys = []
    while step := says(b):
        keys.append(step.comment.key)
        shown = Commented(digest=step.digest, id=1)
        b = d.changed(b, comments={**b.comments, step.comment.key: shown})
    return keys


@pytest.mark.parametrize(
    ("payload", "facts", "expected"),
    [
        (ASKED, {}, [ALONE]),
        (SHOWN, {}, [PLACE]),
        (BOTH, {}, [ALONE, PLACE]),
        (ASKED, {"origin": Origin.PERSON}, []),
        (Payload(request="comment:7", trigger="comment"), {}, []),
        (ASKED, {"state": BuildState.WAITING}, []),
        (ASKED, {"state": BuildState.TRIGGERING}, []),
        (ASKED, {"state": BuildState.WAITING, "waits_for": (ChecksPending(),)}, [ALONE]),
        (ASKED, {"notified": NEVER}, []),
        (SHOWN, {"notified": NEVER, "closed": Closed(number=7, at=d.T0)}, [PLACE]),
        (ASKED, {"comments": {ALONE: Commented(digest="old", id=1)}}, [ALONE]),
        (ASKED, {"comments": {ALONE: Commented(digest="old")}}, []),
        (BOTH, {"comments": {ALONE: Commented(digest="old")}}, [PLACE]),
    ],
)
def test_which_comments_show_it(
    payload: Payload, facts: dict[str, Any], expected: list[str]
) -> None:
    """Once each, as its payload tells, once there is something to say."""
    assert written(of(payload, **facts)) == expected


def test_a_comment_that_only_it_writes() -> None:
    """It is edited where it is known, and searched for where it may have been written."""
    step = says(of(ASKED))
    assert step is not None
    said = step.comment
    assert (said.number, said.since, said.order) == (7, d.T0, 5)
    assert (said.comment_id, said.searched, said.last) == (None, False, False)
    again = of(
        ASKED, comments={ALONE: Commented(digest="old", id=3)}, guards={Effect.COMMENT: GUARD}
    )
    assert says(again, waited=d.LIMITS.lease - 1) is None
    step = says(again, waited=d.LIMITS.lease)
    assert step is not None
    assert (step.comment.comment_id, step.comment.searched) == (3, True)


@pytest.mark.parametrize("closed", [None, Closed(number=7, at=d.T0)])
def test_a_place_that_many_write(closed: Closed | None) -> None:
    """The newest is shown, and after the end nothing else."""
    step = says(of(SHOWN, closed=closed))
    assert step is not None
    said = step.comment
    assert (said.number, said.order, said.last) == (7, 5, closed is not None)
    assert (said.comment_id, said.searched) == (None, True)


def test_a_provider_that_fails_is_left_alone() -> None:
    """And what refuses comments alone."""
    for what in ("github", Effect.COMMENT):
        assert says(d.down(of(ASKED), what)) is None


WAITS = {"state": BuildState.WAITING, "waits_for": (ChecksPending(green=1),)}


@pytest.mark.parametrize(
    ("before", "after", "again"),
    [
        ({}, {"build_url": "https://ci/other"}, False),
        ({}, {"reruns": 1}, True),
        ({}, {"state": BuildState.ON_HOLD}, True),
        (WAITS, {"waits_for": (ChecksPending(checks=(Linked(name="a"),)),)}, False),
        (WAITS, {"waits_for": (RequiresPending(required="qa", sha="c0ffee"),)}, True),
        ({"state": BuildState.FAILED}, {"build_url": "https://ci/other"}, True),
        ({"state": BuildState.FAILED}, {}, False),
    ],
)
def test_what_is_worth_a_call(before: dict[str, Any], after: dict[str, Any], again: bool) -> None:
    """While it waits or runs no detail is; once it is over, all that the comment says."""
    b = of(ASKED, **before)
    step = says(b)
    assert step is not None
    shown = d.changed(b, comments={ALONE: Commented(digest=step.digest, id=1)}, **after)
    assert (says(shown) is not None) is again
