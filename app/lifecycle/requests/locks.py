"""Locks on environments: how they are set, how they end, and who is told."""

from dataclasses import dataclass

from msgspec import structs

from app.lifecycle.requests.decision import Decision, Later, Nothing
from app.lifecycle.requests.inbox import Inbox
from app.lifecycle.requests.notices import Notices, directly
from app.model.ask import Ask, AskKind
from app.model.build import BuildKey
from app.model.plan import Person
from app.model.project import Project
from app.model.slot import EVERYWHERE, Lock, Slot, SlotChange, Unlock
from app.observe import audited
from app.ports import Bindings, Clock, GitHub, Records
from app.texts.replies.locks import still_needed, unlocked, unlocked_alone

REMIND_AFTER = 3 * 3600.0
"""Seconds after which the owner of a lock is asked whether it is still needed."""


@dataclass(frozen=True, kw_only=True)
class Locks:
    """Sets and ends the locks on slots, and makes due what waited for the end of one.

    An ask follows each lock, so that it ends on time and its owner is reminded of it.
    """

    records: Records
    inbox: Inbox
    bindings: Bindings
    notices: Notices
    github: GitHub
    clock: Clock

    async def put(self, slot: Slot, lock: Lock) -> None:
        """Set or change the lock; raises `Conflict` if the slot has changed since it was read."""
        await self.records.change_slot(
            SlotChange(before=slot, after=structs.replace(slot, lock=lock))
        )
        audited(
            "lock",
            by=lock.by.slack_userid or lock.by.name,
            repository_id=slot.repository_id,
            environment=slot.name,
        )
        await self.ensure_followed(slot, lock)

    async def ensure_followed(self, slot: Slot, lock: Lock) -> None:
        """Add the ask that follows the lock, unless it exists; the process may have died before."""
        followed = Ask(
            ask_id=f"lock:{_named(slot, lock)}:{lock.until or 0}",
            kind=AskKind.LOCK,
            asked_at=self.clock.wall(),
            repository_id=slot.repository_id,
            body={"environment": slot.name, "since": lock.since, "until": lock.until},
        )
        await self.inbox.add(followed)

    async def join(self, slot: Slot, user: str) -> bool:
        """Have a Slack user told of the lock's end, too; False if there is no lock now."""
        lock = slot.lock
        if lock is None or not lock.in_force(await self.github.clock()):
            return False
        told = structs.replace(lock, tell=tuple(dict.fromkeys((*lock.tell, user))))
        if told != lock:
            after = structs.replace(slot, lock=told)
            await self.records.change_slot(SlotChange(before=slot, after=after))
        return True

    async def release(
        self, slot: Slot, *, by: Person | None, project: Project | None, ask_id: str = ""
    ) -> None:
        """End the lock, make due what waited for that, and tell the channel once.

        `by` is None if the lock's time is up, `ask_id` the command that ends it. Raises `Conflict`
        if the slot has changed since it was read. The slot keeps the release as not told until the
        notice is recorded, so that it is told even if this process dies in between.
        """
        if slot.lock is not None:
            over = Unlock(lock=slot.lock, by=by, ask_id=ask_id)
            after = structs.replace(slot, lock=None, released=over)
            waiting = await self._waiting(slot)
            await self.records.change_slot(SlotChange(before=slot, after=after), wake=waiting)
            for key in waiting:
                self.inbox.wake(key)
            audited(
                "unlock",
                by=(by.slack_userid or by.name) if by else "its end",
                repository_id=slot.repository_id,
                environment=slot.name,
            )
            slot = structs.replace(after, version=slot.version + 1)
        await self.tell(slot, project)

    async def tell(self, slot: Slot, project: Project | None) -> Slot:
        """Tell the channel of the lock's end, unless it was told; the slot afterwards.

        If the channel does not take the message, the people concerned are told alone. Nobody is
        told if the repository is no longer bound (`project` is None).
        """
        ended = slot.released
        if ended is None or ended.told or project is None:
            return slot
        await self.notices.say(
            f"unlocked:{_named(slot, ended.lock)}",
            project.slack_channelid,
            unlocked(slot.name, ended),
            otherwise=directly(ended.everybody, unlocked_alone(slot.name, ended, project)),
        )
        told = structs.replace(slot, released=structs.replace(ended, told=True))
        await self.records.change_slot(SlotChange(before=slot, after=told))
        return structs.replace(told, version=slot.version + 1)

    async def follow(self, ask: Ask) -> Decision:
        """End a lock whose time is up; ask its owner once whether it is still needed.

        A release that was recorded but not told (the process died in between) is told first.
        """
        assert ask.repository_id is not None
        project = await self.bindings.project_of_repository(ask.repository_id)
        slot = await self.records.slot(ask.repository_id, ask.body["environment"])
        slot = await self.tell(slot, project)
        lock = slot.lock
        if lock is None or (lock.since, lock.until) != (ask.body["since"], ask.body["until"]):
            return Nothing()
        now = await self.github.clock()
        if not lock.in_force(now):
            await self.release(slot, by=None, project=project)
            return Nothing()
        waits = [] if lock.until is None else [lock.until - now]
        reminder = lock.since + REMIND_AFTER - self.clock.wall()
        if reminder > 0:
            waits.append(reminder)
        elif project is not None:
            await self._remind(project, slot, lock)
        return Later(seconds=min(waits)) if waits else Nothing()

    async def _remind(self, project: Project, slot: Slot, lock: Lock) -> None:
        notice = f"lock-reminder:{_named(slot, lock)}"
        await self.notices.say(notice, project.slack_channelid, still_needed(slot.name, lock))

    async def _waiting(self, slot: Slot) -> list[BuildKey]:
        """The deployments that wait in the slot, or in any slot if the lock is on all of them."""
        slots = [slot]
        if slot.name == EVERYWHERE:
            slots = await self.records.slots(slot.repository_id)
        return [(slot.repository_id, number) for each in slots for number in each.numbers]


def ended_by(slot: Slot, ask_id: str) -> bool:
    """Whether that command ended the slot's last lock."""
    return bool(ask_id) and slot.released is not None and slot.released.ask_id == ask_id


def _named(slot: Slot, lock: Lock) -> str:
    """A name that no other lock has."""
    return f"{slot.repository_id}:{slot.name}:{lock.since}"
