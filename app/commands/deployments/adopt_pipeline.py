"""The buttons that say which pipeline is a deployment's, where nobody else can tell."""

from dataclasses import dataclass

from app.commands.command import project_here, said_of
from app.errors import UserError
from app.lifecycle.deployment.phases.ambiguous_trigger import NONE_OF_THEM, offered
from app.lifecycle.requests.decision import Decision, Nothing, Tell
from app.model.ask import Ask
from app.model.build import Build
from app.model.note import Note
from app.model.reasons.deployments import AlreadyDecided, AlreadyFinished
from app.ports import Bindings, Records
from app.texts.cards.lines import headline
from app.texts.markup import plain


@dataclass(frozen=True, kw_only=True)
class AdoptPipeline:
    """Notes what was chosen; of two people who choose, the first decides."""

    bindings: Bindings
    records: Records

    async def run(self, ask: Ask) -> Decision:
        """Only a pipeline that was offered can be chosen, and only while somebody is asked."""
        said = said_of(ask)
        project = await project_here(self.bindings, ask)
        number, _, chosen = said.value.partition(" ")
        if not number.isdecimal():
            return Nothing()
        build = await self.records.build((project.repository_id, int(number)))
        choice = (*offered(build), NONE_OF_THEM) if build and not build.chosen_pipeline else ()
        if build is None or chosen not in choice:
            raise self._too_late(number, build)
        note = Note(
            repository_id=build.repository_id,
            deployment_id=build.deployment_id,
            once={"chosen_pipeline": chosen},
        )
        return Tell(note=note)

    def _too_late(self, number: str, build: Build | None) -> UserError:
        if build is not None and not build.state.ended:
            return UserError(AlreadyDecided(deployment_id=int(number)))
        outcome = plain(headline(build)).lower() if build else ""
        return UserError(AlreadyFinished(deployment_id=int(number), outcome=outcome))
