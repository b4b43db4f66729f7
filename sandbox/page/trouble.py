"""What can go wrong at one provider, and what has just passed between it and the bot."""

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

SHOWN = 14
"""Calls and webhooks of each provider that the page shows."""


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
        calls = [_call(call) for call in self.provider.faults.calls[-SHOWN:]]
        sent = [_sent(one) for one in self.provider.deliverer.log[-SHOWN:]]
        return {
            "mode": self.mode,
            "lose_webhook": self.provider.deliverer.lose > 0,
            "lose_answer": self._cut is not None and self._cut.times == 1,
            "traffic": sorted([*calls, *sent], key=lambda one: one["at"])[-SHOWN:],
        }


def _call(call: Call) -> dict[str, Any]:
    text = f"{call.method} {call.path.removeprefix('/api')}"
    if call.status == 499:
        return {"kind": "call", "at": call.at, "text": text, "status": "answer lost"}
    status = "…" if call.status is None else str(call.status)
    return {"kind": "call", "at": call.at, "text": text, "status": status}


def _sent(sent: Sent) -> dict[str, Any]:
    status = str(sent.status) if sent.status else sent.failure or "…"
    status = "lost" if sent.lost else status
    again = " again" if sent.redelivery else ""
    return {"kind": "webhook", "at": sent.at, "text": f"{sent.event}{again}", "status": status}
