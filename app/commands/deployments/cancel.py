"""`cancel`: cancels a deployment that has not ended."""

from dataclasses import dataclass
from typing import ClassVar

from app.commands.command import person_of, project_here
from app.commands.deployments.find import Finder, Meant, is_own, meant_by, not_ours
from app.commands.deployments.kept import KeptCommands
from app.commands.parsing.grammar import Typed, Usage, parse_id
from app.errors import UserError
from app.lifecycle.requests.decision import Audit, Confirm, Decision, WriteNote
from app.model.ask import Ask, AskKind
from app.model.build import Build, BuildState, Origin
from app.model.build_parts import CancelRequest
from app.model.github.refs import shown_ref
from app.model.github.states import is_open
from app.model.note import note_on
from app.model.plan import Person
from app.model.project import Project
from app.model.reasons.deployments import AlreadyFinished, NothingRunning
from app.ports import Bindings
from app.texts.cards.headlines import standing
from app.texts.replies.deployments.controls import canceling
from app.texts.replies.deployments.whose import cancel_whose


@dataclass(frozen=True, kw_only=True)
class Cancel:
    """Notes on the deployment's record who wants it canceled; its next look does the rest."""

    name: ClassVar[str] = "cancel"
    usage: ClassVar[Usage] = Usage(
        "cancel [environment or id]",
        "cancels the running deployment, or the newest one waiting",
        synonyms=("stop", "abort", "kill", "halt"),
    )

    bindings: Bindings
    finder: Finder
    kept: KeptCommands

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Cancel what runs or, if nothing does, the newest deployment that waits.

        Commands that wait for a provider that does not answer come first: if there are any, they
        are dropped and nothing else is canceled. Without an argument, only the person's own
        deployment is canceled at once; if there are only other people's, the person is asked first.
        Raises `UserError` if there is nothing to cancel.
        """
        project = await project_here(self.bindings, ask)
        by = await person_of(self.bindings, ask)
        argument = meant_by(ask, typed)
        if parse_id(argument) is None:
            dropped = await self.kept.cancel(ask, project, by, argument)
            if dropped is not None:
                return dropped
        meant = await self.finder.meant(project, argument)
        candidates = [each for each in meant.builds if open_and_ours(each)]
        if not candidates:
            raise self._nothing(meant)
        own = candidates if argument else [one for one in candidates if is_own(one, by)]
        build = max(own or candidates, key=_runs)  # the first of equals, so the newest
        if not own:
            return Confirm(
                question=cancel_whose(build),
                agree="Cancel it",
                style="danger",
                deployment_id=build.deployment_id,
            )
        return self._noted(ask, project, build, by)

    def _noted(self, ask: Ask, project: Project, build: Build, by: Person) -> Decision:
        order = CancelRequest(by=by, at=ask.asked_at)
        pressed = ask.kind is AskKind.ACTION
        return WriteNote(
            note=note_on(project, build.deployment_id, cancel=order),
            answer=None if pressed else canceling(build),
            audit=Audit(did=self.name, by=by, build=build),
        )

    def _nothing(self, meant: Meant) -> UserError:
        """Why there is nothing to cancel: it has ended, others run it, or nothing runs."""
        last = meant.builds[0]
        if last.state is BuildState.EXTERNAL and is_open(last.status):
            return not_ours(last, verb="cancel")
        ref, outcome = last.ref or last.sha, standing(last)
        if meant.by_number:
            return UserError(
                AlreadyFinished(ref=ref, environment=last.environment, outcome=outcome)
            )
        return UserError(
            NothingRunning(environment=meant.environment, ref=shown_ref(ref), outcome=outcome)
        )


def open_and_ours(build: Build) -> bool:
    """Whether we can cancel it; also one of ours whose record was lost."""
    if build.state is BuildState.EXTERNAL:
        return build.origin is Origin.OURS and is_open(build.status)
    return build.stoppable


def _runs(build: Build) -> bool:
    return build.occupies_slot or build.pipeline_id is not None
