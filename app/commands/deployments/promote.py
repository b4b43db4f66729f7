"""`promote`: deploys what is live in one environment to another."""

from dataclasses import dataclass
from typing import ClassVar

from msgspec import structs

from app.commands.command import person_of, project_here
from app.commands.deployments.deploy import pinned_to, planned
from app.commands.deployments.find import Finder
from app.commands.parsing.grammar import Typed, Usage, target_first
from app.errors import UserError
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.history.live_deployment import live_in
from app.lifecycle.planning.pipelines.inputs import again, given_in
from app.lifecycle.planning.planner import Planner
from app.lifecycle.requests.decision import Decision
from app.model.ask import Ask
from app.model.configuration.environment_names import folded
from app.model.github.refs import ref_or_sha
from app.model.project import Project
from app.model.reasons.deployments import LiveAlready, NothingToPromote
from app.model.triggers import Trigger
from app.ports import Bindings, GitHub

MOST_LISTED = 50
"""How many of an environment's deployments are searched for the one that is live."""


@dataclass(frozen=True, kw_only=True)
class Promote:
    """Deploys the same commit, ref and inputs; the target environment's gates apply as always."""

    name: ClassVar[str] = "promote"
    usage: ClassVar[Usage] = Usage(
        "promote <from> <to>",
        "deploys what's live in one environment to another",
        arguments=2,
        arrange=target_first,
    )

    bindings: Bindings
    finder: Finder
    github: GitHub
    planner: Planner

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Plan what is live or, once a question was agreed to, exactly what it showed."""
        project = await project_here(self.bindings, ask)
        if len(typed.args) < 2:
            survey, names = await self.finder.places(project, "".join(typed.args))
            raise self.finder.which(survey, self.name, source=names)
        target, source = typed.args
        request = structs.replace(
            await self._live(project, source, target),
            request_id=ask.ask_id,
            ask_id=ask.ask_id,
            requester=await person_of(self.bindings, ask),
            channel=project.slack_channelid,
            asked_at=ask.asked_at,
        )
        shown = ask.confirmed.plan if ask.confirmed is not None else None
        if shown is not None:
            request = pinned_to(request, shown)
        return await planned(self.planner, project, request, confirmed=shown is not None)

    async def _live(self, project: Project, source: str, target: str) -> DeployRequest:
        """A request to deploy what is live in `source` to `target`.

        Raises `UserError` if nothing is live, or both are the same environment.
        """
        _, names = await self.finder.places(project, source)
        found = await self.github.deployments(project.ref, environments=names, limit=MOST_LISTED)
        live = live_in(found)
        if live is None:
            raise UserError(NothingToPromote(environment=names[0]), of=self.name)
        if folded(target) in {folded(name) for name in names}:
            shown = ref_or_sha(live.ref, live.sha)
            raise UserError(LiveAlready(environment=names[0], ref=shown), of=self.name)
        [deployment] = [one for one in found if one.id == live.deployment_id]
        slug = (await self.github.identity()).slug
        return DeployRequest(
            environment=target,
            ref=live.ref,
            sha=live.sha,
            request_id="",
            trigger=Trigger.PROMOTE,
            promoted_from=names[0],
            inputs=again(given_in(deployment, slug)),
            task=deployment.task,
        )
