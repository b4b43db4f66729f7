"""`retry`: deploys the same commit once more, as a new deployment."""

from dataclasses import dataclass
from typing import ClassVar

from app.commands.command import Usage, person_of, project_here, said_of
from app.commands.deployments.deploy import planned
from app.commands.deployments.find import Finder, Meant
from app.commands.parsing.grammar import Typed
from app.errors import UserError
from app.lifecycle.planning import origins
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.planner import Planner
from app.lifecycle.requests.decision import Decision
from app.model.ask import Ask
from app.model.build import Build, Origin
from app.model.reasons.deployments import NotOurs
from app.ports import Bindings

RETRY_AGAIN = "retry_again"
"""The action of the button that repeats a deployment whose commit is on its way."""


@dataclass(frozen=True, kw_only=True)
class Retry:
    """Same ref, same commit, same inputs; a deployment of its own."""

    name: ClassVar[str] = "retry"
    usage: ClassVar[Usage] = Usage("retry [environment or id]", "deploys the same commit again")

    bindings: Bindings
    finder: Finder
    planner: Planner

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """The deployment that is meant, or else the latest that was ours to run."""
        project = await project_here(self.bindings, ask)
        meant = await self.finder.meant(project, typed.args[0] if typed.args else "")
        build = self._ours(meant)
        payload = origins.payload_of(build) if build.origin is Origin.OURS else None
        request = DeployRequest(
            environment=build.environment,
            ref=build.ref,
            sha=build.sha,
            request_id=ask.ask_id,
            ask_id=ask.ask_id,
            trigger="retry",
            again=said_of(ask).action == RETRY_AGAIN,
            new=True,
            inputs=dict(payload.inputs) if payload else {},
            task=build.task,
            force=payload.force if payload else False,
            requester=await person_of(self.bindings, ask),
            channel=project.slack_channelid,
            retry_of=build.deployment_id,
            asked_at=ask.asked_at,
        )
        number = str(build.deployment_id)
        return await planned(self.planner, project, request, again=number, action=RETRY_AGAIN)

    def _ours(self, meant: Meant) -> Build:
        """The newest of those that are meant that we ran, or that a person had us run."""
        for build in meant.builds:
            if build.origin is not Origin.FOREIGN:
                return build
        last = meant.builds[0]
        by = last.app_slug or last.creator or "somebody else"
        raise UserError(NotOurs(deployment_id=last.deployment_id, by=by, verb="repeat"))
