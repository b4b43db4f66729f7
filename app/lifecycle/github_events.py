"""Events of GitHub that are no deployments: each kind has its decider."""

from dataclasses import dataclass

from app.lifecycle.configured import ConfigurationPushed
from app.lifecycle.decision import Decision
from app.lifecycle.upkeep import Upkeep
from app.model.ask import Ask


@dataclass(frozen=True)
class GitHubEvents:
    """A push is a look at the configuration, everything else at the bindings."""

    configured: ConfigurationPushed
    upkeep: Upkeep

    async def __call__(self, ask: Ask) -> Decision:
        """Decide; see `Decide`."""
        if ask.body.get("event") == "push":
            return await self.configured.apply(ask)
        return await self.upkeep.apply(ask)
