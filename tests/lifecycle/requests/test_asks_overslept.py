"""A command that nobody looked at for long: not carried out unseen, and that is said."""

import pytest
from msgspec import structs

from app.lifecycle.look_types import Now, Read
from app.lifecycle.requests.decide import next_ask_step
from app.lifecycle.requests.step_types import AnswerAsk, AskFacts, AskWhat
from app.model.ask import AskKind
from app.model.waiting import Moment, Tally
from tests.lifecycle import decisions as d
from tests.lifecycle.requests.test_asks import asked, down, event, step

LATE = d.T0 + 1500.0


@pytest.mark.parametrize("kind", [AskKind.COMMAND, AskKind.ACTION])
def test_it_is_said(kind: AskKind) -> None:
    """The process was away: its person has moved on."""
    found = step(asked(kind=kind), wall=LATE)
    assert isinstance(found, AnswerAsk)
    assert "Not done" in found.answer.text


def test_within_25_minutes_it_is_done() -> None:
    """As if nothing had happened."""
    assert Read(what=AskWhat.DECISION) == step(asked(), wall=LATE - 1)


def test_what_a_provider_kept_waiting_is_not_meant() -> None:
    """That was told meanwhile, and goes on."""
    assert not isinstance(step(down(asked(), "ci"), wall=LATE), AnswerAsk)


def test_events_are_never_too_old() -> None:
    """They act by what is true now."""
    assert Read(what=AskWhat.DECISION) == step(event(), wall=LATE)


def test_clocks_differ() -> None:
    """A process that was up all the while knows that it did not sleep."""
    now = Now(wall=d.T0 + 86_400, waited={"up": 1500.0})
    assert Read(what=AskWhat.DECISION) == next_ask_step(asked(), AskFacts(), now, d.LIMITS)


@pytest.mark.parametrize("wall", [d.T0 - 7200, d.T0 + 7200])
@pytest.mark.parametrize(("ago", "done"), [(1499.0, True), (1500.0, False)])
def test_our_clock_is_wrong_after_a_restart(wall: float, ago: float, done: bool):
    """The machine's own clock tells how long it was left alone; of another machine's, ours must."""
    a = structs.replace(asked(), tally=Tally(total=ago, at=Moment(seconds=9.0, boot="this")))
    assert (step(a, wall=wall) == Read(what=AskWhat.DECISION)) is done
    other = structs.replace(a, tally=structs.replace(a.tally, gap=True))
    assert (step(other, wall=wall) == Read(what=AskWhat.DECISION)) is (wall < d.T0)
