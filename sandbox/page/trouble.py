"""Makes things go wrong at one provider, and lists its latest calls and webhooks."""

import re
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.core.delivery import Deliverer, Sent
from sandbox.core.faults import Call, Fault, Faults

SLOW = 1.5
"""Seconds that a slow provider takes for each answer and for each webhook."""

MODES = ("normal", "slow", "down")

ACTS = {
    "github": r"^POST .*/deployments(/\d+/statuses)?$",
    "circleci": r"^POST .*/pipeline(/run)?$",
    "slack": r"^POST /api/chat\.(postMessage|update)$",
}
"""The calls that create or change something, for which a lost answer matters."""

READ, SHOWN = 40, 12
"""How many of the latest calls and webhooks are read, and how many lines are shown of them."""

_RESPONSE_URL = re.compile(r"^/(commands|actions)/T0\w+/")

_LONG = re.compile(
    r"^/api(?:/v2)?|/repos/[^/]+/[^/]+|/project/[^/]+/[^/]+/[^/]+|/\d{6,}|/[0-9a-f-]{36}"
)
"""Parts of paths that are left out because they tell a reader nothing."""


class Provider(Protocol):
    """The parts of a stand-in that are needed here."""

    faults: Faults
    deliverer: Deliverer


@dataclass(kw_only=True)
class Trouble:
    """What goes wrong at one stand-in."""

    name: str
    provider: Provider
    mode: str = "normal"
    _weather: Fault | None = None
    _cut: Fault | None = None

    def set_mode(self, mode: str) -> None:
        """Make the provider `slow` or `down`, or `normal` again."""
        if mode not in MODES:
            raise ValueError(f"there is no mode {mode!r}")
        rules = self.provider.faults.rules
        if self._weather in rules:
            rules.remove(self._weather)
        self._weather = None
        self.provider.deliverer.delay = SLOW if mode == "slow" else 0.0
        if mode == "slow":
            self._weather = self.provider.faults.add(".", times=None, delay=SLOW)
        elif mode == "down":
            self._weather = self.provider.faults.add(
                ".", times=None, status=503, body="Service Unavailable"
            )
        self.mode = mode

    def lose_webhook(self, *, on: bool) -> None:
        """Switch on or off that the next webhook gets lost."""
        self.provider.deliverer.lose = int(on)

    def lose_answer(self, *, on: bool) -> None:
        """Switch on or off that the next call that creates something loses its answer."""
        rules = self.provider.faults.rules
        if self._cut in rules:
            rules.remove(self._cut)
        self._cut = None
        if on:
            self._cut = Fault(match=ACTS[self.name], drop="after")
            rules.insert(0, self._cut)

    def shown(self) -> dict[str, Any]:
        """The provider's mode and its latest calls and webhooks, as the page shows them."""
        calls = [_call(call) for call in self.provider.faults.calls[-READ:]]
        sent = [_sent(one) for one in self.provider.deliverer.log[-READ:]]
        return {
            "mode": self.mode,
            "lose_webhook": self.provider.deliverer.lose > 0,
            "lose_answer": self._cut is not None and self._cut.times == 1,
            "traffic": _merged(sorted([*calls, *sent], key=lambda one: one["at"]))[-SHOWN:],
        }


def _call(call: Call) -> dict[str, Any]:
    status = "…" if call.status is None else str(call.status)
    path = _LONG.sub("", call.path)
    if _RESPONSE_URL.match(call.path):
        path = "response_url"
    return {
        "kind": "call",
        "at": call.at,
        "text": f"{call.method} {path}",
        "status": "answer lost" if call.status == 499 else status,
        "times": 1,
    }


def _sent(sent: Sent) -> dict[str, Any]:
    status = str(sent.status) if sent.status else sent.failure or "…"
    return {
        "kind": "webhook",
        "at": sent.at,
        "text": f"{sent.event}{' again' if sent.redelivery else ''}",
        "status": "lost" if sent.lost else status,
        "times": 1,
    }


def _merged(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Merge equal lines that follow each other into one, with their number."""
    merged: list[dict[str, Any]] = []
    for line in lines:
        last = merged[-1] if merged else None
        same = last and all(last[key] == line[key] for key in ("kind", "text", "status"))
        if last and same:
            merged[-1] = {**line, "times": last["times"] + 1}
        else:
            merged.append(line)
    return merged
