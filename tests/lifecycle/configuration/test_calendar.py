"""Windows and frozen days are read once, into values that a gate can compare with a moment."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from app.lifecycle.configuration.model import EnvironmentConfig


@pytest.mark.parametrize(
    ("text", "days", "opens", "closes"),
    [
        ("Mon-Thu 09:00-16:30 Europe/London", {0, 1, 2, 3}, 540, 990),
        ("Tue,Sat-Sun 00:00-24:00 Europe/London", {1, 5, 6}, 0, 1440),
        ("Fri-Mon 23:59-24:00 Europe/London", {4, 5, 6, 0}, 1439, 1440),
        ("Sun-Sun 08:00-08:01 Europe/London", {6}, 480, 481),
    ],
)
def test_a_window(text: str, days: set[int], opens: int, closes: int):
    """Days may go over the end of a week; times are local to its zone."""
    (window,) = EnvironmentConfig.model_validate({"windows": (text,)}).windows

    assert (window.days, window.opens, window.closes) == (days, opens, closes)
    assert window.zone == ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("text", "last"), [("2026-12-25", 25), ("2026-12-25..2026-12-31", 31)], ids=["a day", "days"]
)
def test_frozen_days(text: str, last: int):
    """Both ends are frozen."""
    (frozen,) = EnvironmentConfig.model_validate({"freeze": (text,)}).freeze

    assert (frozen.first, frozen.last) == (date(2026, 12, 25), date(2026, 12, last))


def test_they_are_shown_as_the_file_has_them():
    """`config` prints what was written."""
    file = {"windows": ("Mon,Tue 09:00-16:00 UTC",), "freeze": ("2026-12-25..2026-12-25",)}
    shown = EnvironmentConfig.model_validate(file).model_dump()

    assert {key: shown[key] for key in file} == file
