"""The gates of windows and frozen days, also where clocks go forward and back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lifecycle.configuration.calendar import Calendar
from app.lifecycle.configuration.model import EnvironmentConfig
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.gates.order import judge
from app.lifecycle.planning.gates.question import Question
from app.lifecycle.planning.targets.environments import Environment
from app.model.reasons.gates import Frozen, FrozenUntil, OutsideWindow, WindowClosed
from app.model.slot import Slot

LONDON = "Mon-Thu 09:00-16:00 Europe/London"


def calendar(*windows: str, freeze: tuple[str, ...] = ()) -> Calendar:
    """As the configuration reads it."""
    return EnvironmentConfig.model_validate({"windows": windows, "freeze": freeze}).calendar


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def opens(when: str, *windows: str, freeze: tuple[str, ...] = ()) -> str:
    """When deploying is allowed, from then on; as UTC without seconds, `never` if it is not."""
    found = calendar(*windows, freeze=freeze).opens(at(when))
    return f"{found:%Y-%m-%d %H:%M}" if found else "never"


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-26 08:59", "2026-11-26 09:00"),
        ("2026-11-26 09:00", "2026-11-26 09:00"),
        ("2026-11-26 15:59", "2026-11-26 15:59"),
        ("2026-11-26 16:00", "2026-11-30 09:00"),
        ("2026-07-01 08:00", "2026-07-01 08:00"),
        ("2026-07-01 07:59", "2026-07-01 08:00"),
    ],
)
def test_a_window_opens_by_local_time(when: str, expected: str):
    """A Thursday's end leads to Monday; in summer 09:00 in London is 08:00 UTC."""
    assert opens(when, LONDON) == expected


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-27 21:59", "2026-11-27 22:00"),
        ("2026-11-28 01:59", "2026-11-28 01:59"),
        ("2026-11-28 02:00", "2026-12-04 22:00"),
    ],
)
def test_a_window_over_midnight(when: str, expected: str):
    """It belongs to the day on which it opens."""
    assert opens(when, "Fri 22:00-02:00 UTC") == expected


@pytest.mark.parametrize(
    ("window", "when", "expected"),
    [
        ("Sun 01:30-03:00 Europe/London", "2026-03-29 00:10", "2026-03-29 01:00"),
        ("Sun 01:10-01:40 Europe/London", "2026-03-29 00:10", "2026-04-05 00:10"),
        ("Sun 01:30-02:00 Europe/London", "2026-10-25 00:10", "2026-10-25 00:30"),
        ("Sun 01:30-02:00 Europe/London", "2026-10-25 01:00", "2026-10-25 01:30"),
    ],
    ids=["skipped start", "skipped wholly", "first of two", "second of two"],
)
def test_clocks_that_change(window: str, when: str, expected: str):
    """A skipped hour opens what outlasts it; an hour that comes twice is open twice."""
    assert opens(when, window) == expected


@pytest.mark.parametrize(
    ("when", "windows", "freeze", "expected"),
    [
        ("2026-12-25 12:00", (), ("2026-12-25",), "2026-12-26 00:00"),
        ("2026-12-20 12:00", (), ("2026-12-20..2027-01-03",), "2027-01-04 00:00"),
        ("2026-12-24 23:00", (), ("2026-12-25",), "2026-12-24 23:00"),
        ("2026-12-24 23:00", (), ("2026-12-25 Europe/Berlin",), "2026-12-25 23:00"),
        ("2026-12-24 17:00", (LONDON,), ("2026-12-20..2027-01-03",), "2027-01-04 09:00"),
        ("2026-12-24 12:00", (), ("2026-12-24", "2026-12-25"), "2026-12-26 00:00"),
        ("2026-12-24 12:00", (), ("2026-12-24..9999-12-31",), "never"),
    ],
)
def test_frozen_days(when: str, windows: tuple[str, ...], freeze: tuple[str, ...], expected: str):
    """Whole days, of their own zone, else the first window's, else UTC."""
    assert opens(when, *windows, freeze=freeze) == expected


WINDOWS = [
    "Mon-Fri 09:00-17:00 Europe/London",
    "Sun 01:30-02:30 Europe/London",
    "Sat-Sun 22:00-03:00 America/New_York",
    "Tue 00:00-24:00 Pacific/Chatham",
]
FREEZES = ["2026-03-27..2026-03-30", "2026-10-24 Europe/London", "2026-11-01..2026-11-02"]


@given(
    st.lists(st.sampled_from(WINDOWS), max_size=3),
    st.lists(st.sampled_from(FREEZES), max_size=2),
    st.sampled_from(["2026-03-27", "2026-10-23", "2026-10-31"]),
    st.integers(0, 4 * 24 * 2),
)
def test_it_opens_no_later_than_it_does(
    windows: list[str], freezes: list[str], day: str, half: int
):
    """Step by step, the first moment that is open is the one that is named.

    All of these windows and days begin at a quarter of an hour, in every zone.
    """
    judged = calendar(*windows, freeze=tuple(freezes))
    start = at(day) + timedelta(minutes=30 * half)
    found = judged.opens(start)
    assert found is not None
    steps = (start + timedelta(minutes=15 * step) for step in range(15 * 24 * 4))
    first = next(one for one in steps if not judged.outside(one) and not judged.frozen(one))
    assert found == first


def asked(now: str, *, automatic: bool = False, forced: bool = False, **rules: object) -> Question:
    """A question at that moment (UTC)."""
    return Question(
        request=DeployRequest(
            environment="live", request_id="r", trigger="command", automatic=automatic, force=forced
        ),
        environment=Environment(name="live", rules=EnvironmentConfig.model_validate(rules)),
        sha="3f9c2d1aaaa",
        slot=Slot(repository_id=1, name="live"),
        date=at(now).timestamp(),
    )


RULES = {"windows": (LONDON,), "freeze": ("2026-11-27",), "force": ("@octocat",)}
MONDAY = at("2026-11-30 09:00").timestamp()


def test_a_person_is_refused_with_all_reasons():
    """Both say when it opens, and who may deploy all the same."""
    verdict = judge(asked("2026-11-27 12:00", **RULES))

    assert verdict.waits == ()
    assert verdict.refusals == (
        OutsideWindow(environment="live", windows=(LONDON,), opens=MONDAY, force=("@octocat",)),
        Frozen(environment="live", days="2026-11-27", opens=MONDAY, force=("@octocat",)),
    )


def test_an_automatic_deployment_waits():
    """Until the moment that it names itself."""
    verdict = judge(asked("2026-11-27 12:00", automatic=True, **(RULES | {"checks": ()})))

    assert verdict.refusals == ()
    assert verdict.waits == (
        WindowClosed(until=MONDAY, windows=(LONDON,)),
        FrozenUntil(until=MONDAY, days="2026-11-27"),
    )


@pytest.mark.parametrize("automatic", [False, True])
def test_what_never_opens_again_is_refused(automatic: bool):
    """Nothing waits for ever."""
    verdict = judge(
        asked("2026-11-27 12:00", automatic=automatic, freeze=("2026-11-27..9999-12-31",))
    )

    assert [reason.name for reason in verdict.refusals] == ["frozen"]


def test_force_and_open_windows_pass():
    """And so does an environment without either."""
    assert judge(asked("2026-11-27 12:00", forced=True, **{**RULES, "force": ()})).open
    assert judge(asked("2026-11-26 12:00", **RULES)).open
    assert judge(asked("2026-11-27 12:00")).open
