"""`lock`, `unlock` and `locks`: nothing is deployed to an environment while it is locked."""

from asyncio import gather
from dataclasses import dataclass
from typing import ClassVar

from app.commands.command import config_of, person_of, project_here, said_of, slack_of
from app.commands.deployments.find import Finder
from app.commands.parsing.grammar import MANY, VALUE, Typed, Usage
from app.errors import ProviderError, UserError
from app.lifecycle.configuration.value_types import seconds
from app.lifecycle.planning.gates.allow import barred
from app.lifecycle.planning.people.who_may import WhoMay
from app.lifecycle.planning.targets.environments import environment_meant
from app.lifecycle.requests.decision import Decision, Nothing, Reply
from app.lifecycle.requests.locks import Locks, ended_by
from app.model.ask import Ask
from app.model.configuration.environment_names import folded
from app.model.plan import Person, same_person
from app.model.project import Project
from app.model.reasons.locks import LockedAlready, NotLocked
from app.model.reasons.people import UnlockNotAllowed
from app.model.reasons.typed import DurationMalformed
from app.model.slot import EVERYWHERE, Lock, Slot
from app.ports import Bindings, GitHub, Records
from app.texts.replies.locks import locked, locks, over_already, telling

ALL = "all"
"""What people type to mean every environment."""


@dataclass(frozen=True, kw_only=True)
class SlotFinder:
    """Finds the slot (an environment's record) that holds the lock."""

    bindings: Bindings
    records: Records
    github: GitHub
    finder: Finder

    async def named(self, project: Project, command: Typed) -> Slot:
        """The slot of the environment that was typed, by any of its names, or that of `all`.

        Raises `UserError` if nothing or no known environment was typed.
        """
        typed = command.args[0] if command.args else ""
        if typed.lower() in (ALL, EVERYWHERE):
            return await self.records.slot(project.repository_id, EVERYWHERE)
        survey = await self.github.survey(project.ref, target=None, environment=typed or None)
        if not typed:
            raise self.finder.which(survey, command.name, also=(ALL,))
        name = self.finder.environments(survey, typed)[0]
        return await self.records.slot(project.repository_id, folded(name))


@dataclass(frozen=True, kw_only=True)
class LockEnvironment:
    """Locks an environment; the words after its name are the reason."""

    name: ClassVar[str] = "lock"
    usage: ClassVar[Usage] = Usage(
        "lock <environment>|all [reason]",
        "stops deployments there (--for 2h unlocks it after two hours)",
        arguments=MANY,
        options={"for": VALUE},
        synonyms=("freeze", "block"),
    )

    slots: SlotFinder
    locks: Locks

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Lock it, or change one's own lock; raises `UserError` for somebody else's."""
        lasting = _lasting(typed)
        project = await project_here(self.slots.bindings, ask)
        slot = await self.slots.named(project, typed)
        by = await person_of(self.slots.bindings, ask)
        before = slot.lock
        if before is not None and before.ask_id == ask.ask_id:  # an earlier run of this ask
            await self.locks.ensure_followed(slot, before)
            return Reply(answer=locked(slot.name, before, again=before.since != ask.asked_at))
        now = await self.slots.github.clock()
        ended = slot.released
        if ended is not None and ended.lock.ask_id == ask.ask_id:  # likewise, and it has ended
            return Reply(answer=over_already(slot.name, ended))
        if before is not None and not before.in_force(now):
            await self.locks.release(slot, by=None, project=project)
            slot = await self.slots.records.slot(slot.repository_id, slot.name)
            before = slot.lock
        if before is not None and not same_person(before.by, by):
            raise UserError(_locked_already(slot.name, before))
        held = Lock(
            by=by,
            since=before.since if before else ask.asked_at,
            reason=" ".join(typed.args[1:]) or (before.reason if before else ""),
            until=now + lasting if lasting else None,
            ask_id=ask.ask_id,
            tell=before.tell if before else (),
        )
        await self.locks.put(slot, held)
        return Reply(answer=locked(slot.name, held, again=before is not None))


def _locked_already(environment: str, lock: Lock) -> LockedAlready:
    return LockedAlready(
        environment=environment,
        by=lock.by.display_name,
        since=lock.since,
        locked_for=lock.reason,
        until=lock.until,
    )


def _lasting(typed: Typed) -> float | None:
    """How long the lock holds, in seconds; None: until somebody unlocks it. `UserError`."""
    said = typed.value("for")
    if said is None:
        return None
    try:
        return seconds(said)
    except ValueError as error:
        raise UserError(DurationMalformed(typed=said, option="--for")) from error


@dataclass(frozen=True, kw_only=True)
class UnlockPolicy:
    """Checks who may release somebody else's lock: those who may deploy to the environment."""

    github: GitHub
    who_may: WhoMay

    async def require(self, project: Project, slot: Slot, by: Person) -> None:
        """Raise `UserError` for people who may not deploy there (for `all`: everywhere)."""
        survey = await self.github.survey(project.ref, target=None, environment=None)
        config = config_of(survey)
        if slot.name == EVERYWHERE:
            guarded = {name: rules.allow for name, rules in config.environments.items()}
        else:
            guarded = {slot.name: environment_meant(slot.name, config).rules.allow}
        asker = await self.who_may.asker(project.ref, by, guarded.values())
        for name, listed in guarded.items():
            if barred(asker, listed, environment=name, doing="deploy"):
                raise UserError(
                    UnlockNotAllowed(
                        environment=name,
                        listed=listed,
                        login=asker.login,
                        provable=asker.provable,
                    )
                )


@dataclass(frozen=True, kw_only=True)
class UnlockEnvironment:
    """Releases a lock; a message in the channel tells its owner and the people who wait for it."""

    name: ClassVar[str] = "unlock"
    usage: ClassVar[Usage] = Usage(
        "unlock <environment>|all",
        "allows deployments again",
        synonyms=("unfreeze", "unblock"),
    )

    slots: SlotFinder
    locks: Locks
    policy: UnlockPolicy

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Release it; the message in the channel is the answer.

        The owner of the lock may, and whoever may deploy there. Raises `UserError` for others, and
        if there is no lock.
        """
        project = await project_here(self.slots.bindings, ask)
        slot = await self.slots.named(project, typed)
        if ended_by(slot, ask.ask_id):  # an earlier run did; there may be a newer lock by now
            await self.locks.tell(slot, project)
            return Nothing()
        untold = slot.released if slot.released and not slot.released.told else None
        if slot.lock is None and untold is None:
            others = await self.slots.records.slots(project.repository_id)
            held = tuple(each.name for each in others if each.lock is not None)
            raise UserError(NotLocked(environment=slot.name, locked=held))
        by = await person_of(self.slots.bindings, ask)
        ends = slot.lock or (untold.lock if untold else None)
        if ends is None or not same_person(ends.by, by):
            await self.policy.require(project, slot, by)
        await self.locks.release(slot, by=by, project=project, ask_id=ask.ask_id)
        return Nothing()


@dataclass(frozen=True, kw_only=True)
class ListLocks:
    """Shows every lock of the repository."""

    name: ClassVar[str] = "locks"
    usage: ClassVar[Usage] = Usage("locks", "shows what's locked, by whom and why", arguments=0)

    bindings: Bindings
    records: Records
    github: GitHub

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Answer from our own records; GitHub is asked only for the time, to leave out ended locks.

        If GitHub does not answer, every lock is shown that we have not recorded as ended.
        """
        del typed
        project = await project_here(self.bindings, ask)
        slots = await self.records.slots(project.repository_id)
        try:
            now = await self.github.clock()
        except ProviderError:
            now = 0.0
        held = {
            slot.name: slot.lock
            for slot in slots
            if slot.lock is not None and slot.lock.in_force(now)
        }
        return Reply(answer=locks(project.repository, held))


@dataclass(frozen=True, kw_only=True)
class TellMe:
    """The button of a refusal because of a lock: whoever presses it is told when the lock ends."""

    bindings: Bindings
    records: Records
    locks: Locks

    async def run(self, ask: Ask) -> Decision:
        """Join the list of the lock that holds; if there are two, that of all environments."""
        project = await project_here(self.bindings, ask)
        user, name = slack_of(ask).user_id, said_of(ask).value
        read = (self.records.slot(project.repository_id, one) for one in (EVERYWHERE, folded(name)))
        for slot in await gather(*read):
            if user and await self.locks.join(slot, user):
                return Reply(answer=telling(slot.name))
        return Reply(answer=telling(name, ended=True)) if name else Nothing()
