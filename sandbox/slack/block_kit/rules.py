"""Small rules that check JSON; each reports problems with a pointer to where they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Report:
    """The problems that were found, a line for each in Slack's form."""

    problems: list[str] = field(default_factory=list)

    def add(self, pointer: str, problem: str) -> None:
        """Add a problem."""
        self.problems.append(f"[ERROR] {problem} [json-pointer:{pointer}]")


Rule = Callable[[Any, str, Report], None]


def string(most: int, *, least: int = 1) -> Rule:
    """A string of `least` to `most` characters."""

    def check(value: Any, pointer: str, report: Report) -> None:
        if not isinstance(value, str):
            report.add(pointer, "should be a string")
        elif len(value) < least:
            report.add(pointer, f"must be more than {least - 1} characters")
        elif len(value) > most:
            report.add(pointer, f"must be less than {most + 1} characters")

    return check


def url(most: int = 3000) -> Rule:
    """An http(s) address; deploybot uses no mail or app links."""
    length = string(most)

    def check(value: Any, pointer: str, report: Report) -> None:
        length(value, pointer, report)
        if isinstance(value, str) and not value.startswith(("http://", "https://")):
            report.add(pointer, "invalid url")

    return check


def flag(value: Any, pointer: str, report: Report) -> None:
    """A boolean."""
    if not isinstance(value, bool):
        report.add(pointer, "should be a boolean")


def number(least: float, most: float) -> Rule:
    """A number from `least` to `most`."""

    def check(value: Any, pointer: str, report: Report) -> None:
        numeric = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not numeric or not least <= value <= most:
            report.add(pointer, f"should be a number from {least:g} to {most:g}")

    return check


def choice(*values: str) -> Rule:
    """One of these words."""

    def check(value: Any, pointer: str, report: Report) -> None:
        if value not in values:
            report.add(pointer, f"must be a valid enum value: {', '.join(values)}")

    return check


def array(rule: Rule, most: int, *, least: int = 1) -> Rule:
    """A list of `least` to `most` items, each of which follows `rule`."""

    def check(value: Any, pointer: str, report: Report) -> None:
        if not isinstance(value, list):
            report.add(pointer, "should be a list")
            return
        if len(value) < least:
            report.add(pointer, f"no fewer than {least} items required")
        if len(value) > most:
            report.add(pointer, f"no more than {most} items allowed")
        for index, item in enumerate(value):
            rule(item, f"{pointer}/{index}", report)

    return check


def anything(_value: Any, _pointer: str, _report: Report) -> None:
    """Anything; it is not checked."""


def record(
    required: Mapping[str, Rule],
    optional: Mapping[str, Rule] | None = None,
    *,
    extra: Callable[[Any, str, Report], None] = anything,
) -> Rule:
    """An object with these fields and no others, except `type`, which is checked elsewhere."""
    rules = {**required, **(optional or {})}

    def check(value: Any, pointer: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add(pointer, "should be an object")
            return
        for name in required:
            if name not in value:
                report.add(pointer, f"missing required field: {name}")
        for name, item in value.items():
            if name in rules:
                rules[name](item, f"{pointer}/{name}", report)
            elif name != "type":
                report.add(pointer, f"invalid additional property: {name}")
        extra(value, pointer, report)

    return check


def tagged(rules: Mapping[str, Rule]) -> Rule:
    """An object whose `type` says which rule it follows."""

    def check(value: Any, pointer: str, report: Report) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str):
            report.add(pointer, "missing required field: type")
        elif kind not in rules:
            report.add(f"{pointer}/type", f"unsupported type: {kind}")
        else:
            rules[kind](value, pointer, report)

    return check
