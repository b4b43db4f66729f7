"""When several asks want the same commit in one environment at the same time, one goes on."""

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import structs

from app.lifecycle.planning.plan_rules import Ground
from app.lifecycle.planning.same_request import already_running
from app.model.ask import Ask
from app.model.build import Build
from app.model.reasons import Reason
from app.model.slot import Creation, Slot, SlotChange
from app.ports import Records


class BeingCreated(Exception):
    """Another ask is creating a deployment of this commit, and its result has to be awaited."""


@dataclass(frozen=True)
class Creations:
    """An environment's slot, and the asks that announced on it that they create a deployment."""

    records: Records
    slot: Slot
    asks: tuple[Ask, ...]

    @classmethod
    async def read(cls, records: Records, slot: Slot) -> "Creations":
        """Read the asks that an environment's slot names."""
        asks = [await records.ask(creation.ask_id) for creation in slot.creations]
        return cls(records, slot, tuple(ask for ask in asks if ask is not None))

    async def already_running(self, ground: Ground, open_ones: Iterable[int]) -> Reason | None:
        """The refusal if the commit is on its way there, by our records or GitHub's `open_ones`."""
        known = [*self.slot.numbers]
        known += [ask.deployment_id for ask in self.asks if ask.deployment_id is not None]
        builds: dict[int, Build] = {}
        for number in dict.fromkeys([*open_ones, *known]):
            build = await self.records.build((self.slot.repository_id, number))
            if build is not None:
                builds[number] = build
        return already_running(ground, builds, open_ones)

    async def announce(self, ask_id: str, sha: str) -> None:
        """Record on the slot that this ask is about to create a deployment of the commit.

        Raises `BeingCreated` if another ask has announced that, `Conflict` if the slot has just
        changed.
        """
        at_work = {ask.ask_id for ask in self.asks if may_create(ask)}
        others = tuple(one for one in self.slot.creations if one.ask_id in at_work)
        if any(one.sha == sha and one.ask_id != ask_id for one in others):
            raise BeingCreated
        after = _announced(self.slot, Creation(ask_id=ask_id, sha=sha), others)
        if after != self.slot:
            await self.records.change_slot(SlotChange(before=self.slot, after=after))

    async def again(self) -> "Creations":
        """The same, read again."""
        slot = await self.records.slot(self.slot.repository_id, self.slot.name)
        return await Creations.read(self.records, slot)

    def judged_as(self, slot: Slot) -> bool:
        """Whether nothing has changed since `slot` but who is on the way to it, or there."""
        return _without_deployments(self.slot) == _without_deployments(slot)


def may_create(ask: Ask) -> bool:
    """Whether the ask may still create a deployment, or has created one without a record yet.

    An ask that waits for checks to change creates nothing before it is looked at again.
    """
    if ask.watch is not None and ask.holder is None:
        return False
    return ask.answered_at is None and (ask.plan is not None or ask.answer is None)


def _without_deployments(slot: Slot) -> Slot:
    return structs.replace(
        slot, version=0, running=None, since=None, waiting=(), aside=(), creations=()
    )


def _announced(slot: Slot, creation: Creation, others: tuple[Creation, ...]) -> Slot:
    """The slot with this creation announced; `others` are the announcements that still hold."""
    kept = tuple(one for one in others if one.ask_id != creation.ask_id)
    return structs.replace(slot, creations=(*kept, creation))
