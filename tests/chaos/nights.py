"""Nights: nothing of the service runs, hours pass everywhere, and it comes back."""

import asyncio
import random
from dataclasses import dataclass

from sandbox.github.records import Deployment
from tests.chaos.approving import ours_of
from tests.chaos.replicas import Replicas
from tests.chaos.town import Town

BETWEEN = (45.0, 120.0)
"""Seconds from one night to the next."""

HOURS = (2.0, 10.0)
"""How long one is."""

HEARD_WITHIN = 3600.0
"""Seconds within which we must hear of what a person deploys by the API; else it is not ours."""


@dataclass(kw_only=True)
class Nights:
    """Lets a night pass now and then; `count` is how many there were."""

    town: Town
    replicas: Replicas
    rng: random.Random
    count: int = 0

    async def work(self) -> None:
        """Until canceled: one after the other, by day the storm."""
        while True:
            await asyncio.sleep(self.rng.uniform(*BETWEEN))
            await self._pass(self.rng.uniform(*HOURS) * 3600)

    async def _pass(self, seconds: float) -> None:
        """All stop, in order or by a power failure; what runs at CircleCI goes on meanwhile.

        After a power failure the machine was started again.
        """
        self.count += 1
        failure, every = self.rng.random() < 0.5, self.replicas.all
        try:
            await asyncio.gather(*(one.stop(at_once=failure) for one in every))
            await asyncio.sleep(self.rng.uniform(0.3, 1.2))
            self.town.pass_time(seconds)
            await asyncio.sleep(self.rng.uniform(0.3, 1.2))
        finally:
            for replica in every:
                replica.ahead = self.town.passed
                replica.boots += failure
                if replica.process is None:
                    replica.start()


def unheard(town: Town, deployment: Deployment) -> bool:
    """Whether a person made it by the API, and a night passed before anybody told us."""
    began = town.by_ours(deployment.created_at, town.world.github.clock)
    by_person = not ours_of(deployment)
    return by_person and not deployment.statuses and town.slept(began, town.now()) > HEARD_WITHIN
