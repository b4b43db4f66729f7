"""Searching deliveries page by page: what never arrived, wherever the pages are cut."""

from hypothesis import given
from hypothesis import strategies as st

from app.lifecycle.recovery.redeliveries import MOST, MOST_TRIES, Search, after_page
from app.model.github.app import Delivery, DeliveryPage


def delivery(number: int, guid: str, *, status: str = "OK", again: bool = False) -> Delivery:
    """A delivery, made that many seconds after the first; a status may begin with its code."""
    code = status.partition(" ")[0]
    return Delivery(
        id=number,
        guid=guid,
        delivered_at=1000.0 + number,
        redelivery=again,
        status=status,
        code=int(code) if code.isdigit() else 0,
        event="deployment",
    )


def searched(
    listed: list[Delivery], size: int = 100, *, since: float = 0.0, began: float = 9999.0
) -> Search:
    """A search over these (newest first), so many a page."""
    search = Search(began=began, since=since)
    for start in range(0, max(len(listed), 1), size):
        some = tuple(listed[start : start + size])
        older = str(start + size) if start + size < len(listed) else None
        reaches = min((one.delivered_at for one in some), default=0.0)
        search = after_page(search, DeliveryPage(deliveries=some, older=older, reaches=reaches))
        if search.over:
            break
    return search


REFUSED = "400 Bad Request"
STATUSES = st.sampled_from(["OK", "OK", "timed out", "503 Service Unavailable", REFUSED])


@given(
    st.lists(st.tuples(st.integers(0, 12), STATUSES), max_size=40),
    st.integers(1, 10),
    st.integers(0, 40),
)
def test_wherever_the_pages_are_cut(tries: list[tuple[int, str]], size: int, back: int) -> None:
    """Found are the GUIDs whose last try failed since then, and was not refused twice."""
    made = []
    known: set[int] = set()
    for number, (guid, status) in enumerate(tries):
        made.append(delivery(number, str(guid), status=status, again=guid in known))
        known.add(guid)
    since = 1000.0 + back
    last = {one.guid: one for one in made}
    expected = [
        one.id
        for one in sorted(last.values(), key=lambda one: one.id)
        if one.status != "OK"
        and not (one.redelivery and one.status == REFUSED)
        and one.delivered_at >= since
    ]
    search = searched(made[::-1], size, since=since)
    assert search.over
    assert [one.id for one in search.failed] == expected
    assert search.covered == 9999.0


def test_more_than_one_search_takes() -> None:
    """The oldest are kept, and the next search begins behind them."""
    made = [delivery(number, str(number), status="timed out") for number in range(MOST + 30)]
    search = searched(made[::-1])
    assert [one.id for one in search.failed] == list(range(MOST))
    assert search.covered == 1000.0 + MOST - 1


def test_what_never_arrives_is_given_up() -> None:
    """Search after search it fails again; after a few it is left alone."""
    made, failures = [delivery(0, "a", status="timed out")], {}
    for number in range(1, 9):
        found = after_page(
            Search(began=9999.0, since=0.0, failures_before=failures),
            DeliveryPage(deliveries=tuple(made[::-1]), older=None, reaches=0.0),
        )
        failures = found.failures
        if not found.failed:
            break
        made.append(delivery(number, "a", status="timed out", again=True))
    assert MOST_TRIES == len(made) - 1


def test_nothing_was_delivered() -> None:
    """An empty list is searched at once."""
    assert searched([]).over
