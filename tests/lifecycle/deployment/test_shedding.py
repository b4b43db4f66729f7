"""A record that is too large for the store."""

from msgspec import structs

from app.lifecycle.deployment.shedding import LONGEST, MOST_NAMED, MOST_REPORTS, shed
from app.model.ci import CIState, WorkflowReport
from app.model.reasons.base import Linked
from app.model.reasons.gates import ChecksFailed, ChecksPending, ConfigurationUnreadable
from tests.lifecycle import decisions as d


def test_reasons_are_cut_and_the_newest_reports_stay():
    """Lists and texts of each reason, and the reasons themselves; what is counted is left."""
    many = tuple(Linked(name=f"check {number}") for number in range(100))
    reports = {
        str(number): WorkflowReport(
            id=str(number), name="deploy", state=CIState("failure"), at=d.T0 - number
        )
        for number in range(100)
    }
    b = d.build(
        waits_for=(ChecksPending(checks=many, green=7),) * 100,
        reason=ConfigurationUnreadable(message="x" * 10_000),
        reports=reports,
        reports_considered=90,
    )

    short = shed(b)

    waits = ChecksPending(checks=many[:MOST_NAMED], green=7)
    assert short.waits_for == (waits,) * MOST_NAMED
    assert short.reason == ConfigurationUnreadable(message="x" * LONGEST)
    assert set(short.reports) == {str(number) for number in range(MOST_REPORTS)}
    assert short.reports_considered == MOST_REPORTS


def test_what_is_short_stays():
    """Nothing is lost of it."""
    b = d.build(
        waits_for=(ChecksFailed(checks=(), sha=d.SHA),),
        reports=d.report("failure"),
        reports_considered=1,
    )
    assert shed(b) == b
    assert shed(structs.replace(b, reports_considered=0)).reports_considered == 0
