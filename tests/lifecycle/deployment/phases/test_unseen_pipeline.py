"""CircleCI refuses to show a pipeline, or to cancel it: whatever the refusal, it may run on."""

import pytest

from app.errors import Refused
from app.model.build import Build, BuildState
from app.model.build_parts import CancelRequest
from app.model.outages import CANCELING
from app.model.plan import Person
from app.model.reasons.ci import CIRefused, CITokenRefused
from app.texts.cards.card import card_of
from tests.lifecycle import decisions as d

REFUSALS = pytest.mark.parametrize(
    "refusal",
    [
        Refused("ci", CITokenRefused(message="Invalid token"), "Invalid token", status=401),
        Refused("ci", CITokenRefused(message="Forbidden"), "Forbidden", status=403),
        Refused("ci", CIRefused(message="Not found"), "Not found", status=404),
    ],
    ids=lambda refusal: str(refusal.status),
)


def refused(b: Build, refusal: Refused, lasted: float, doing: str = "") -> tuple[Build, str]:
    """What it is after refusals for so many seconds, and what its card says."""
    for _ in range(5):
        b = d.failed(b, refusal, d.T0, doing=doing)
    b = d.lasting(b, "ci", lasted)
    found, _ = d.after(b, wall=b.backoff["ci"].retry_at - 0.1, slot=d.EMPTY)
    return found, "\n".join(card_of(found).lines)


@REFUSALS
@pytest.mark.parametrize(("lasted", "over"), [(86399.0, False), (86400.0, True)])
def test_it_is_kept_and_said(refusal: Refused, lasted: float, over: bool):
    """Until `GIVE_UP_AFTER`, when its outcome is unknown."""
    found, card = refused(d.running(), refusal, lasted)
    assert (found.state, found.pipeline_ended) == (
        BuildState.ERRORED if over else BuildState.RUNNING,
        over,
    )
    answers = "CircleCI answered" if over else "CircleCI has been answering"
    assert f"{answers} {refusal.status} since" in card
    assert ("may be running" in card, "I don't know how" in card) == (not over, over)


@REFUSALS
def test_a_cancel_that_is_refused(refusal: Refused):
    """It goes on running, and is said to."""
    wanted = d.running(cancel=CancelRequest(by=Person(name="Sam"), at=d.T0 + 10))
    found, card = refused(wanted, refusal, 3600.0, CANCELING)
    assert (found.state, found.pipeline_ended) == (BuildState.RUNNING, False)
    assert "I can't cancel <https://ci/1|the pipeline>" in card
    assert f"CircleCI has been answering {refusal.status} since" in card
