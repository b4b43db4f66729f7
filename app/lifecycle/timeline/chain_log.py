"""The chain of a deployment in the log: one line for each hop that changed."""

import structlog

from app.lifecycle.timeline.chain import chain_of
from app.model.build import Build, BuildState
from app.model.chain import Hop, HopState

logger = structlog.get_logger()


def log_changes(before: Build, after: Build, now: float) -> None:
    """Log the hops that a look has changed; none of others' deployments that no card shows."""
    if after.state is BuildState.EXTERNAL and after.slack_channelid is None:
        return
    new = before.origin is None or before.version <= 1
    known = {} if new else {hop.name: hop.state for hop in chain_of(before, now)}
    for hop in chain_of(after, now) if after.origin else ():
        if hop.state is not HopState.WAITING and known.get(hop.name) is not hop.state:
            _log(hop)


def _log(hop: Hop) -> None:
    bad = hop.state in (HopState.STUCK, HopState.FAILED)
    write = logger.warning if bad else logger.info
    facts: dict[str, str] = {}
    if hop.reasons:
        facts["reason"] = ", ".join(reason.name for reason in hop.reasons)
    if hop.pause is not None:
        facts |= {"provider": hop.provider, "error": hop.pause.error}
    write("chain", hop=hop.name.value, state=hop.state.value, at=hop.at, **facts)
