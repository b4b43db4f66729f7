"""Durations as people say them."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def duration(seconds: float) -> str:
    """A rounded duration of so many seconds: `45 s`, `4 m 12 s`, `1 h 3 m`, `2 d 3 h`."""
    whole = max(0, round(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return _two(whole // _MINUTE, "m", whole % _MINUTE, "s")
    if whole < _DAY:
        return _two(whole // _HOUR, "h", whole % _HOUR // _MINUTE, "m")
    return _two(whole // _DAY, "d", whole % _DAY // _HOUR, "h")


def _two(big: int, large: str, rest: int, small: str) -> str:
    return f"{big} {large} {rest} {small}" if rest else f"{big} {large}"
