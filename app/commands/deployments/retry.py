"""`retry`: deploys the same commit again, as a new deployment."""

from dataclasses import dataclass
from typing import ClassVar

from app.commands.command import person_of, project_here, said_of
from app.commands.deployments.deploy import besides, planned
from app.commands.deployments.find import Finder, Meant, is_own, meant_by, not_ours
from app.commands.parsing.grammar import Typed, Usage
from app.lifecycle.planning import origins
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.pipelines.inputs import again, given_by
from app.lifecycle.planning.planner import Planner
from app.lifecycle.requests.decision import Confirm, Decision
from app.model.ask import Ask
from app.model.build import Build, BuildState, Origin
from app.model.github.states import GitHubState, state_of
from app.model.plan import Person
from app.model.reasons.deployments import Replaced
from app.model.triggers import Trigger
from app.ports import Bindings
from app.texts.replies.deployments.whose import retry_whose

RETRY_AGAIN = "retry_again"
"""The action of the button that retries although the same commit is being deployed already."""


@dataclass(frozen=True, kw_only=True)
class Retry:
    """Creates a new deployment of the same ref, commit and inputs."""

    name: ClassVar[str] = "retry"
    usage: ClassVar[Usage] = Usage(
        "retry [environment or id]",
        "deploys the same commit again",
        synonyms=("redeploy", "rerun", "repeat", "again"),
    )

    bindings: Bindings
    finder: Finder
    planner: Planner

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Repeat the deployment that was named, or else the person's latest.

        If none was named and the latest is somebody else's, or has succeeded, ask first.
        """
        project = await project_here(self.bindings, ask)
        by = await person_of(self.bindings, ask)
        argument = meant_by(ask, typed)
        meant = await self.finder.meant(project, argument)
        build = self._ours(meant, None if argument else by)
        if not argument and (not is_own(build, by) or succeeded(build)):
            question = retry_whose(build, own=is_own(build, by), live=succeeded(build))
            return Confirm(
                question=question, agree="Deploy it again", deployment_id=build.deployment_id
            )
        payload = origins.payload_of(build) if build.origin is Origin.OURS else None
        request = DeployRequest(
            environment=build.environment,
            ref=build.ref,
            sha=build.sha,
            request_id=ask.ask_id,
            ask_id=ask.ask_id,
            trigger=Trigger.RETRY,
            besides=besides(said_of(ask), RETRY_AGAIN),
            new=True,
            inputs=again(given_by(build)),
            task=build.task,
            force=payload.force if payload else False,
            requester=by,
            channel=project.slack_channelid,
            retry_of=build.deployment_id,
            asked_at=ask.asked_at,
        )
        number = str(build.deployment_id)
        confirmed = ask.confirmed
        return await planned(
            self.planner,
            project,
            request,
            again=number,
            action=RETRY_AGAIN,
            confirmed=confirmed is not None and confirmed.plan is not None,
        )

    def _ours(self, meant: Meant, by: Person | None) -> Build:
        """The newest deployment that we ran; if `by` is given and has requested one, their newest.

        Raises `UserError` if others ran all of them.
        """
        ours = [build for build in meant.builds if build.origin is not Origin.FOREIGN]
        own = [build for build in ours if by is not None and is_own(build, by)]
        if ours:
            return (own or ours)[0]
        raise not_ours(meant.builds[0], verb="repeat")


def succeeded(build: Build) -> bool:
    """Whether it went live, by our record or, if we do not run it, by its status on GitHub."""
    if build.state is BuildState.EXTERNAL:
        return state_of(build.status) == GitHubState.SUCCESS
    return build.state is BuildState.SUCCEEDED or isinstance(build.reason, Replaced)
