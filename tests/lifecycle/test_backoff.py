"""Pauses after failures: they grow, they end, and no clock can lengthen or shorten them."""

from typing import Any

import pytest
from msgspec import structs

from app.errors import RateLimited, Refused, Unavailable
from app.lifecycle.backoff import (
    CAP,
    cleared,
    failed,
    fresh_start,
    given_up,
    once_more,
    outage,
    retry_times,
    waits,
)
from app.model.reasons.binding import AppNotInstalled, AppUninstalled
from app.model.reasons.ci import CIDown, CIRefused
from tests.lifecycle import decisions as d

DOWN = Unavailable("ci", "HTTP 503", status=503)
NO = Refused("ci", CIRefused(message="no"), "no", status=403)


def pauses(record: Any, error: Any, count: int) -> list[float]:
    """How long each of so many pauses in a row is."""
    lengths = []
    for _ in range(count):
        record = failed(record, error, d.T0)
        lengths.append(record.backoff["ci"].retry_at - d.T0)
    return lengths


def test_pauses_double_up_to_a_cap():
    """With jitter, so that many records do not come back at the same moment."""
    found = pauses(d.build(), DOWN, 12)
    for number, pause in enumerate(found):
        whole = min(CAP, 2.0**number)
        assert whole / 2 <= pause <= whole
    other = pauses(d.build(deployment_id=6), DOWN, 12)
    assert found != other
    assert found == pauses(d.build(), DOWN, 12)


def test_a_provider_says_how_long():
    """It is given at least what it asks for; and never nothing at all.

    A limit says when there is room again, so being asked often makes it no longer.
    """
    limited = RateLimited("ci", "429", status=429, retry_after=50.0)
    assert all(50.0 <= pause < 51.0 for pause in pauses(d.build(), limited, 9))
    at_once = RateLimited("ci", "429", status=429, retry_after=0.0)
    assert min(pauses(d.build(), at_once, 3)) >= 0.5
    later = Unavailable("ci", "503", status=503, retry_after=10.0)
    assert pauses(d.build(), later, 6)[0] == 10.0
    assert pauses(d.build(), later, 6)[5] > 10.0


def test_what_is_remembered_of_a_failure():
    """Since when, how often, what it said; `refused` only while the last one was a refusal."""
    b = failed(failed(d.build(), DOWN, d.T0), NO, d.T0 + 5)
    pause = b.backoff["ci"]
    assert (pause.attempts, pause.since, pause.error, pause.status) == (2, d.T0, "no", 403)
    assert pause.refused == CIRefused(message="no")
    assert failed(b, DOWN, d.T0 + 9).backoff["ci"].refused is None


def test_waiting():
    """Until the pause is over, for this provider alone."""
    b = d.down(d.build())
    retry_at = b.backoff["ci"].retry_at
    assert waits(b, "ci", retry_at - 0.01)
    assert not waits(b, "ci", retry_at)
    assert not waits(b, "github", d.T0)
    assert retry_times(b, d.T0) == [retry_at]
    assert retry_times(b, retry_at) == []


def test_an_answer_clears_it():
    """Of this provider alone."""
    b = d.down(d.down(d.build()), "github")
    assert list(cleared(b, "ci").backoff) == ["github"]
    assert cleared(d.build(), "ci") == d.build()


def test_a_good_read_says_nothing_of_a_step_that_fails():
    """Or a step that fails after each read would be tried for ever, without a pause."""
    b = d.down(d.build(), doing="TriggerPipeline")
    assert cleared(b, "ci", read=True) == b
    assert cleared(b, "ci").backoff == {}
    read = d.down(d.build())
    assert cleared(read, "ci", read=True).backoff == {}
    both = d.down(b)
    assert both.backoff["ci"].doing == "TriggerPipeline"


@pytest.mark.parametrize(("error", "after"), [(DOWN, d.LIMITS.give_up), (NO, 600.0)])
def test_giving_up(error: Any, after: float):
    """An outage after `GIVE_UP_AFTER`, a refusal after ten minutes; and asked once more by then."""
    b = failed(d.build(), error, d.T0)
    for waited, over in ((after - 1, False), (after, True)):
        counted = structs.replace(b.backoff["ci"], waited=waited)
        asked = structs.replace(b, backoff={"ci": counted})
        assert not given_up(asked, "ci", d.LIMITS.give_up)
        assert given_up(failed(asked, error, d.T0), "ci", d.LIMITS.give_up) is over


@pytest.mark.parametrize("passed", [0.0, 10.0**7, -(10.0**7)])
def test_no_clock_decides_it(passed: float):
    """A process that was down for months, or whose clock is wrong, gives nothing up for that."""
    b = failed(failed(d.build(), NO, d.T0), DOWN, d.T0 + passed)
    assert not given_up(b, "ci", 60.0)


def test_a_refusal_at_the_end_of_an_outage_is_not_believed_at_once():
    """It must last for ten minutes itself, as one that nothing went before."""
    b = d.lasting(failed(d.build(), DOWN, d.T0), "ci", 3600.0)
    b = failed(b, NO, d.T0)
    assert not given_up(b, "ci", d.LIMITS.give_up)
    for waited, over in ((4199.0, False), (4200.0, True)):
        longer = structs.replace(b.backoff["ci"], waited=waited)
        again = failed(structs.replace(b, backoff={"ci": longer}), NO, d.T0)
        assert given_up(again, "ci", d.LIMITS.give_up) is over


def test_a_refusal_is_never_believed_for_longer_than_an_outage():
    """With a short `GIVE_UP_AFTER` both end."""
    b = d.lasting(failed(d.build(), NO, d.T0), "ci", 10.0)
    assert given_up(b, "ci", 10.0)
    assert not given_up(b, "github", 10.0)


def test_a_sweep_gives_one_more_try():
    """Where GitHub shows the deployment again; what Slack refuses is no news of GitHub's."""
    b = d.build()
    b = failed(failed(b, NO, d.T0), Refused("slack", CIRefused(), "no"), d.T0)
    long = {
        name: structs.replace(one, waited=700.0, lasted=700.0) for name, one in b.backoff.items()
    }
    b = structs.replace(b, backoff=long)
    again = structs.replace(b, backoff=once_more(b.backoff, "ci"))
    assert not waits(again, "ci", d.T0)
    assert (given_up(again, "ci", 10_000.0), given_up(again, "slack", 10_000.0)) == (False, True)
    assert given_up(failed(again, NO, d.T0), "ci", 10_000.0)


def test_an_outcome_is_a_new_chance():
    """For all but who named the time before which it takes nothing."""
    b = failed(d.down(d.build()), d.limited("github", 5000.0), d.T0)
    assert list(fresh_start(b)) == ["github"]


def test_why_it_ended():
    """A refusal speaks for itself; silence names since when."""
    refused = failed(d.build(), NO, d.T0)
    assert outage(refused, "ci") == CIRefused(message="no")
    silent = outage(d.down(d.build()), "ci")
    assert isinstance(silent, CIDown)
    assert (silent.since, silent.gave_up) == (d.T0, True)
    assert outage(d.build(), "github") is None


def test_an_app_that_is_gone_was_there_once():
    """Of a deployment that had begun it is said that it was uninstalled, and where to mend that."""
    error = Refused("github", AppNotInstalled(), "no", status=404)
    gone = outage(failed(d.build(), error, d.T0), "github")
    assert isinstance(gone, AppUninstalled)
    assert (gone.repository, gone.url) == (
        "acme/shop",
        "https://github.com/organizations/acme/settings/installations",
    )
