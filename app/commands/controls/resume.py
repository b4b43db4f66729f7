"""`resume`: lets automatic deployments to an environment continue after a rollback."""

from asyncio import gather
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from msgspec import structs

from app.commands.command import config_of, person_of, project_here
from app.commands.deployments.find import Finder
from app.commands.parsing.grammar import Typed, Usage
from app.errors import UserError
from app.lifecycle.planning.gates.allow import barred
from app.lifecycle.planning.history.rollback_hold import hold_on, resumed
from app.lifecycle.planning.people.who_may import WhoMay
from app.lifecycle.planning.targets.environments import environment_named
from app.lifecycle.requests.decision import Decision, Reply
from app.model.ask import Ask
from app.model.build import Build, BuildKey
from app.model.configuration.environment_names import folded
from app.model.github.survey import Survey
from app.model.plan import Person
from app.model.project import Project
from app.model.reasons.gates import HeldAfterRollback, NotHeld
from app.model.slot import SlotChange
from app.observe import audited
from app.ports import Bindings, GitHub, Key, Records
from app.texts.replies.deployments.controls import resuming

MOST_LISTED = 50
"""How many of an environment's deployments are searched for the rollback."""


@dataclass(frozen=True, kw_only=True)
class Resume:
    """Ends the hold, and makes the deployments that wait there due in the same transaction."""

    name: ClassVar[str] = "resume"
    usage: ClassVar[Usage] = Usage(
        "resume <environment>", "resumes automatic deployments after a rollback"
    )

    bindings: Bindings
    records: Records
    github: GitHub
    finder: Finder
    who_may: WhoMay
    wake: Callable[[Key], None]

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """End the hold; the answer in the channel says who did.

        Raises `UserError` for people who may not deploy there, and if nothing is held.
        """
        project = await project_here(self.bindings, ask)
        first = typed.args[0] if typed.args else ""
        survey, names = await self.finder.places(project, first, needed_by=self.name)
        by = await person_of(self.bindings, ask)
        await self._require(project, survey, names[0], by)
        listed = await self.github.deployments(project.ref, environments=names, limit=MOST_LISTED)
        slot = await self.records.slot(project.repository_id, folded(names[0]))
        if slot.resumed_by == ask.ask_id:  # an earlier run did; there may be a newer hold by now
            return Reply(answer=resuming(names[0], by))
        hold = hold_on(slot, listed, (await self.github.identity()).slug)
        if hold is None:
            raise UserError(NotHeld(environment=names[0]))
        waiting = [(slot.repository_id, number) for number in slot.numbers]
        held_back = await self._held_back(waiting)
        after = structs.replace(resumed(slot, hold), resumed_by=ask.ask_id)
        change = SlotChange(before=slot, after=after)
        await self.records.change_slot(change, wake=waiting)
        for key in waiting:
            self.wake(key)
        who, where = by.slack_userid or by.name, project.repository
        audited("resume", by=who, repository=where, environment=names[0])
        return Reply(answer=resuming(names[0], by, held_back))

    async def _held_back(self, waiting: Sequence[BuildKey]) -> list[Build]:
        """The deployments that wait there because of the rollback."""
        found = await gather(*(self.records.build(key) for key in waiting))
        return [one for one in found if one is not None and _is_held(one)]

    async def _require(self, project: Project, survey: Survey, name: str, by: Person) -> None:
        """Raise `UserError` for people who may not deploy to the environment."""
        allow = environment_named(name, config_of(survey)).rules.allow
        asker = await self.who_may.asker(project.ref, by, [allow])
        reasons = barred(asker, allow, environment=name, doing="deploy")
        if reasons:
            raise UserError(*reasons, of=self.name)


def _is_held(build: Build) -> bool:
    return any(isinstance(reason, HeldAfterRollback) for reason in build.waits_for)
