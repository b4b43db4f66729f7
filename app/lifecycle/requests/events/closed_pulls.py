"""Closed pull requests: whatever is live, runs or waits in their environments ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import convert, structs

from app.errors import UserError
from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.configuration.reading import ConfigCache, InvalidConfig
from app.lifecycle.planning.creations import may_create
from app.lifecycle.planning.history.live_deployment import live_in
from app.lifecycle.planning.targets.environments import deployed_to, other_names
from app.lifecycle.planning.trigger_rules import ends_with, environments_of_pull
from app.lifecycle.requests.decision import Decision, Later, Nothing
from app.lifecycle.requests.events.triggers import bound_project
from app.lifecycle.requests.inbox import Inbox
from app.model.ask import Ask
from app.model.configuration.environment_names import folded
from app.model.github.deployment import Deployment
from app.model.github.source_event import Closed
from app.model.github.states import is_open
from app.model.github.survey import Survey
from app.model.note import note_on
from app.model.project import Project
from app.model.slot import Slot, SlotChange
from app.ports import Bindings, GitHub, Records

INVALID = (60.0, 600.0)
"""The shortest and the longest pause in seconds while the configuration is invalid."""

CREATING = 5.0
"""Seconds before an environment is read again in which a deployment is being created."""


@dataclass(frozen=True, kw_only=True)
class ClosedPulls:
    """Notes on each deployment concerned that its pull request is closed; its own look ends it.

    `give_up` is how many seconds to wait for a valid configuration.
    """

    bindings: Bindings
    records: Records
    inbox: Inbox
    github: GitHub
    configs: ConfigCache
    give_up: float

    async def __call__(self, ask: Ask) -> Decision:
        """End what is in the pull request's environments, unless it is open again by now.

        Raises `UserError` if the configuration stays invalid. May be repeated: a second note
        changes nothing.
        """
        project = await bound_project(self.bindings, ask)
        if project is None:
            return Nothing()
        closed = convert(ask.body["closed"], Closed)
        config = self.configs.last(project.repository_id)
        if config is None:
            survey = await self._survey(project, closed)
            try:
                config = self.configs.read(survey.repository.id, survey.config)
            except InvalidConfig as error:
                return self._when_valid(ask, error)
        creating = False
        for name in environments_of_pull(config, closed.number):
            creating = await self._end(project, name, config, closed) or creating
        return Later(seconds=CREATING) if creating else Nothing()

    async def _end(self, project: Project, name: str, config: RepoConfig, closed: Closed) -> bool:
        """End what is in one environment; whether a deployment is still being created there.

        The slot is written first. An ask that is about to create a deployment writes so on the
        slot, on the version that it has read: either it was first and we see it in
        `slot.creations`, or it fails, reads the slot again and sees that the pull request is
        closed. These asks are read before GitHub is, whose list may not have yet what they create.
        """
        slot = await self.records.slot(project.repository_id, folded(name))
        if slot.closed < closed.at:
            after = structs.replace(slot, closed=closed.at)
            await self.records.change_slot(SlotChange(before=slot, after=after))
        asks = [await self.records.ask(creation.ask_id) for creation in slot.creations]
        survey = await self._survey_under_all_names(project, name, config, closed)
        if survey.pull_request is not None and survey.pull_request.is_open:
            return False
        for number in await self._concerned(
            slot, deployed_to(name, config, survey.deployments), closed
        ):
            await self.inbox.note(note_on(project, number, closed=closed))
        return any(ask is not None and may_create(ask) for ask in asks)

    async def _concerned(
        self, slot: Slot, deployments: Sequence[Deployment], closed: Closed
    ) -> list[int]:
        """The ids of those deployments that wait, run or are live."""
        live = live_in(deployments)
        found = []
        for one in deployments:
            is_live = live is not None and live.deployment_id == one.id
            if is_live or is_open(one.status) or one.id in slot.numbers:
                build = await self.records.build((slot.repository_id, one.id))
                if ends_with(one, build, closed):
                    found.append(one.id)
        return found

    async def _survey_under_all_names(
        self, project: Project, name: str, config: RepoConfig, closed: Closed
    ) -> Survey:
        """The survey of an environment, made again if GitHub lists more spellings of its name."""
        also = other_names(name, config, ())
        survey = await self._survey(project, closed, name, also)
        others = other_names(name, config, survey.environments)
        if {*others} <= {*also}:
            return survey
        return await self._survey(project, closed, name, others)

    async def _survey(
        self, project: Project, closed: Closed, name: str | None = None, also: Sequence[str] = ()
    ) -> Survey:
        target = f"pull/{closed.number}/head"
        return await self.github.survey(project.ref, target=target, environment=name, also=also)

    def _when_valid(self, ask: Ask, error: InvalidConfig) -> Decision:
        """Decide again later, as nobody closes a pull request twice.

        The file's problems are told elsewhere. Raises `UserError` after `give_up` seconds.
        """
        if ask.tally.total >= self.give_up:
            raise UserError(*error.reasons) from error
        return Later(seconds=max(INVALID[0], min(ask.tally.total / 10, INVALID[1])))
