"""Who decides an ask: one decider for each kind of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.lifecycle.decision import Decide, Decision
from app.model.ask import Ask, AskKind


@dataclass(frozen=True)
class Deciders:
    """Hands an ask to the decider of its kind."""

    by_kind: Mapping[AskKind, Decide]

    async def __call__(self, ask: Ask) -> Decision:
        """Decide; see `Decide`."""
        return await self.by_kind[ask.kind](ask)
