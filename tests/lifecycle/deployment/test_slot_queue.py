"""The line of an environment: never two at once, nobody lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.lifecycle.deployment import slot_queue as slots
from app.model.slot import Place, Rank, Slot

EMPTY = Slot(repository_id=1, name="production")


def place(deployment_id: int, *, rollback: bool = False, automatic: bool = False) -> Place:
    """A place in the line."""
    rank = Rank.ROLLBACK if rollback else Rank.ASKED
    return Place(deployment_id=deployment_id, rank=rank, automatic=automatic)


def entered(*places: Place, slot: Slot = EMPTY) -> Slot:
    """The slot after these entered, one by one."""
    for one in places:
        slot, _ = slots.enter(slot, one)
    return slot


def line(slot: Slot) -> list[int]:
    """Who waits, in order."""
    return [one.deployment_id for one in slot.waiting]


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([place(3), place(1), place(2)], [1, 2, 3]),
        ([place(1), place(2), place(9, rollback=True)], [9, 1, 2]),
        ([place(9, rollback=True), place(8, rollback=True), place(1)], [8, 9, 1]),
        ([place(1, automatic=True), place(2, automatic=True)], [2]),
        ([place(2, automatic=True), place(1, automatic=True)], [2]),
        ([place(1), place(2, automatic=True), place(3, automatic=True)], [1, 3]),
        ([place(1, automatic=True), place(2)], [1, 2]),
        ([place(2), place(1, automatic=True)], [1, 2]),
        ([place(1), place(1)], [1]),
    ],
)
def test_the_order_of_the_line(places: list[Place], expected: list[int]):
    """Rollbacks first, then by number; of automatic ones only the newest waits."""
    assert line(entered(*places)) == expected


def test_who_is_to_look_again_is_told():
    """Those it replaces, late ones themselves, and the head of a line whose slot is free."""
    free = entered(place(5, automatic=True))
    busy = slots.take(entered(place(1), place(5, automatic=True)), 1, 10.0)

    assert slots.enter(busy, place(6, automatic=True))[1] == (5,)
    assert slots.enter(busy, place(4, automatic=True)) == (busy, (4,))
    assert slots.enter(busy, place(7))[1] == ()
    assert slots.enter(free, place(7)) == (entered(place(7), slot=free), (5,))
    assert slots.enter(free, place(2))[1] == ()
    both = entered(place(6), slot=free)
    assert slots.enter(both, place(8, automatic=True))[1] == (5, 6)


def test_only_the_first_may_start_and_only_when_free():
    """A free slot is for the first in line; a taken one for whoever has it."""
    slot = entered(place(1), place(2))

    assert slots.may_start(slot, 1)
    assert not slots.may_start(slot, 2)
    assert not slots.may_start(EMPTY, 1)
    taken = slots.take(slot, 1, 10.0)
    assert (taken.running, taken.since, line(taken)) == (1, 10.0, [2])
    assert slots.may_start(taken, 1)
    assert not slots.may_start(taken, 2)
    assert slots.enter(taken, place(1)) == (taken, ())


def test_leaving_wakes_the_next_only_when_the_slot_is_free():
    """Whoever frees the slot, or leaves the head of a free one, wakes the next."""
    waiting = entered(place(1), place(2), place(3))
    taken = slots.take(waiting, 1, 10.0)

    freed, woken = slots.leave(taken, 1)
    assert (freed.running, freed.since, line(freed), woken) == (None, None, [2, 3], (2,))
    assert slots.leave(taken, 2) == (slots.take(entered(place(1), place(3)), 1, 10.0), ())
    assert slots.leave(waiting, 1) == (entered(place(2), place(3)), (2,))
    assert slots.leave(taken, 9) == (taken, ())
    assert slots.leave(slots.take(entered(place(1)), 1, 1.0), 1) == (EMPTY, ())


def test_a_newer_one_that_cancels_drops_what_is_older():
    """People's requests too, but no rollback; one that is older than who waits is dropped."""
    slot = slots.take(entered(place(1), place(2), place(3), place(9, rollback=True)), 9, 1.0)
    dropped, woken = slots.enter(slot, place(4), cancels=True)
    assert (line(dropped), woken) == ([4], (1, 2, 3))
    assert slots.enter(dropped, place(3), cancels=True) == (dropped, (3,))
    going_back = entered(place(8, rollback=True), slot=slot)
    assert line(slots.enter(going_back, place(4), cancels=True)[0]) == [8, 4]


def test_who_stands_aside_holds_no_place_in_the_line():
    """It is listed, at most fifty are, until it enters the line or leaves."""
    slot, woken = slots.set_aside(entered(place(1), place(2)), place(1))
    assert (line(slot), slot.aside, woken) == ([2], (place(1),), (2,))
    assert slots.set_aside(slot, place(1)) == (slot, ())
    assert slots.leave(slot, 1) == (entered(place(2)), ())
    assert slots.enter(slot, place(1))[0] == entered(place(1), place(2))
    for number in range(100, 200):
        slot, _ = slots.set_aside(slot, place(number))
    assert len(slot.aside) == 50
    assert len(slot.numbers) == 51


def test_a_success_drops_what_is_older():
    """Once for each success, the newest counts; rollbacks stay."""
    slot = entered(place(1), place(2, rollback=True), place(7))
    slot, _ = slots.set_aside(slot, place(3))
    slot, _ = slots.set_aside(slot, place(8))
    after, woken = slots.succeed(slot, 5)
    assert (after.succeeded, line(after), after.aside) == (5, [2, 7], (place(8),))
    assert woken == (1, 3, 2)
    assert slots.succeed(after, 4) == (after, ())
    many = entered(*(place(number) for number in range(1, 150)))
    after, woken = slots.succeed(many, 200)
    assert (after.waiting, woken) == ((), tuple(range(1, 150)))


PLACES = st.builds(
    lambda number, kind: place(number, rollback=kind == 2, automatic=kind == 1),
    st.integers(1, 8),
    st.integers(0, 2),
)


@given(st.lists(PLACES, max_size=12), st.integers(1, 8))
def test_every_change_is_idempotent(places: list[Place], number: int):
    """Entering, taking and leaving twice is the same as once."""
    slot = entered(*places)

    if places and slots.in_line(slot, places[-1].deployment_id):
        assert slots.enter(slot, places[-1]) == (slot, ())
    if slots.may_start(slot, number):
        taken = slots.take(slot, number, 1.0)
        assert slots.take(taken, number, 1.0) == taken
    left, _ = slots.leave(slot, number)
    assert slots.leave(left, number) == (left, ())


class TheLine(RuleBasedStateMachine):
    """Any order of builds entering, trying to start, ending; looks only when woken or new."""

    def __init__(self) -> None:
        super().__init__()
        self.slot = EMPTY
        self.inside: set[int] = set()
        self.awake: set[int] = set()

    @rule(one=PLACES, cancels=st.booleans())
    def enter(self, one: Place, cancels: bool) -> None:
        """A build's look finds every other gate open, and nothing newer has succeeded."""
        if slots.overtaken(one, self.slot.succeeded):
            return
        before = line(self.slot)
        self.slot, woken = slots.enter(self.slot, one, cancels=cancels)
        gone = set(before) - set(line(self.slot))
        self.inside -= gone
        if self.slot.running == one.deployment_id or slots.in_line(self.slot, one.deployment_id):
            self.inside.add(one.deployment_id)
        else:
            gone.add(one.deployment_id)
        assert gone <= set(woken)
        self.awake |= {one.deployment_id, *woken}

    @rule(number=st.integers(1, 8))
    def look(self, number: int) -> None:
        """Somebody who is awake tries to start, then sleeps."""
        if number in self.awake and slots.may_start(self.slot, number):
            self.slot = slots.take(self.slot, number, 1.0)
        self.awake.discard(number)

    @rule(one=PLACES)
    def set_aside(self, one: Place) -> None:
        """Its gates are closed again, or not open yet."""
        self.slot, woken = slots.set_aside(self.slot, one)
        self.inside.discard(one.deployment_id)
        self.awake |= set(woken)

    @rule(number=st.integers(1, 8))
    def succeed(self, number: int) -> None:
        """One has succeeded, ours or another's: what is older is told, and goes."""
        before = {*line(self.slot), *(one.deployment_id for one in self.slot.aside)}
        self.slot, woken = slots.succeed(self.slot, number)
        gone = before - {*line(self.slot), *(one.deployment_id for one in self.slot.aside)}
        assert gone <= set(woken)
        assert all(one < (self.slot.succeeded or 0) for one in gone)
        self.inside -= gone
        self.awake |= set(woken)

    @rule(number=st.integers(1, 8))
    def end(self, number: int) -> None:
        """A build ends, or its pipeline does."""
        self.slot, woken = slots.leave(self.slot, number)
        self.inside.discard(number)
        self.awake |= set(woken)

    @invariant()
    def nobody_is_lost_or_doubled(self) -> None:
        """Whoever entered and was not told otherwise is there once."""
        held = line(self.slot)
        held += [self.slot.running] if self.slot.running is not None else []
        assert sorted(held) == sorted(self.inside)

    @invariant()
    def the_first_of_a_free_slot_is_awake(self) -> None:
        """Nobody waits for something that has happened already."""
        if self.slot.running is None and self.slot.waiting:
            assert self.slot.waiting[0].deployment_id in self.awake

    @invariant()
    def nothing_older_than_a_success_waits(self) -> None:
        """Neither in the line nor beside it; and nobody stands in both."""
        listed = [*self.slot.waiting, *self.slot.aside]
        assert not any(slots.overtaken(one, self.slot.succeeded) for one in self.slot.waiting)
        assert len({one.deployment_id for one in listed}) == len(listed)

    @invariant()
    def the_line_is_in_order(self) -> None:
        """Rollbacks first, then by number, one automatic at most."""
        order = [(one.rank, one.deployment_id) for one in self.slot.waiting]
        assert order == sorted(order)
        assert sum(one.automatic for one in self.slot.waiting) <= 1


TestTheLine = TheLine.TestCase
