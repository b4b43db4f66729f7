"""The chain of a deployment in the log: one line for each hop that changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from cachetools import LRUCache

from app.lifecycle.timeline.chain import chain_of
from app.model.build import Build, BuildKey, BuildState
from app.model.chain import Hop, HopName, HopState

logger = structlog.get_logger()

HopStates = dict[HopName, HopState]


@dataclass(frozen=True)
class ChainLog:
    """Logs the hops that changed since this process logged them, or at least during the look.

    What changes between two looks, such as the arrival of GitHub's webhook, is in neither of them;
    so it is remembered what was logged, with the record's version then.
    """

    _logged: LRUCache[BuildKey, tuple[int, HopStates]] = field(
        default_factory=lambda: LRUCache(maxsize=10_000)
    )

    def __call__(self, taken: Build, done: Build, now: float) -> None:
        """After a look; none of others' deployments that no card shows."""
        if done.state is BuildState.EXTERNAL and done.slack_channelid is None:
            return
        known = self._known(taken, now)
        hops = chain_of(done, now) if done.origin else ()
        for hop in hops:
            if hop.state is not HopState.WAITING and known.get(hop.name) is not hop.state:
                _log(hop)
        self._logged[done.key] = (done.version, _states(hops))

    def _known(self, taken: Build, now: float) -> HopStates:
        """What the log has: the hops as this process last saw them, else as the look began."""
        version, states = self._logged.get(taken.key, (0, {}))  # before its first look: nothing
        if version == taken.version - 1:  # no other process has looked at it in between
            return states
        return _states(chain_of(taken, now)) if taken.origin else {}


def _states(hops: Sequence[Hop]) -> HopStates:
    return {hop.name: hop.state for hop in hops}


def _log(hop: Hop) -> None:
    bad = hop.state in (HopState.STUCK, HopState.FAILED)
    write = logger.warning if bad else logger.info
    facts: dict[str, str] = {}
    if hop.reasons:
        facts["reason"] = ", ".join(reason.name for reason in hop.reasons)
    if hop.pause is not None:
        facts |= {"provider": hop.provider, "error": hop.pause.error}
    write("chain", hop=hop.name.value, state=hop.state.value, at=hop.at, **facts)
