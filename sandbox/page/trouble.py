"""What can go wrong at one provider, and what has just passed between it and the bot."""

import re
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.core.delivery import Deliverer, Sent
from sandbox.core.faults import Call, Fault, Faults

SLOW = 1.5
"""Seconds that a slow provider takes for each answer and each webhook."""

MODES = ("normal", "slow", "down")

ACTS = {
    "github": r"^POST .*/deployments(/\d+/statuses)?$",
    "circleci": r"^POST .*/pipeline(/run)?$",
    "slack": r"^POST /api/chat\.(postMessage|update)$",
}
"""The calls that make something: those whose lost answer hurts."""

READ, SHOWN = 40, 12
"""Calls and webhooks of each provider that the page looks at, and lines that it shows."""

_RESPONSE_URL = re.compile(r"^/(commands|actions)/T0\w+/")

_LONG = re.compile(
    r"^/api(?:/v2)?|/repos/[^/]+/[^/]+|/project/[^/]+/[^/]+/[^/]+|/\d{6,}|/[0-9a-f-]{36}"
)
"""What is the same in every path, and says nothing to a reader."""


class Provider(Protocol):
    """A stand-in, as far as trouble goes."""

    faults: Faults
    deliverer: Deliverer


@dataclass(kw_only=True)
class Trouble:
    """Trouble at the stand-in `name`."""

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
        """Let the next webhook get lost, or not after all."""
        self.provider.deliverer.lose = int(on)

    def lose_answer(self, *, on: bool) -> None:
        """Cut the next call that makes something off once it is done, or not after all."""
        rules = self.provider.faults.rules
        if self._cut in rules:
            rules.remove(self._cut)
        self._cut = None
        if on:
            self._cut = Fault(match=ACTS[self.name], drop="after")
            rules.insert(0, self._cut)

    def shown(self) -> dict[str, Any]:
        """For the page."""
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
    """Lines that repeat the one before become one, with their number."""
    merged: list[dict[str, Any]] = []
    for line in lines:
        last = merged[-1] if merged else None
        same = last and all(last[key] == line[key] for key in ("kind", "text", "status"))
        if last and same:
            merged[-1] = {**line, "times": last["times"] + 1}
        else:
            merged.append(line)
    return merged
