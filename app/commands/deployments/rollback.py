"""`rollback`: deploys what was live before, after showing the person what that is."""

from dataclasses import dataclass
from typing import ClassVar

from msgspec import Struct, structs

from app.commands.command import person_of, project_here, said_of
from app.commands.deployments.deploy import planned
from app.commands.deployments.find import Finder
from app.commands.parsing.grammar import Typed, Usage, environment_first, parse_id
from app.errors import UserError
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.history import rollback_target
from app.lifecycle.planning.history.live_deployment import live_in
from app.lifecycle.planning.pipelines.inputs import given_in, restored
from app.lifecycle.planning.planner import Planner
from app.lifecycle.requests.decision import Confirm, Create, Decision
from app.model.ask import Ask, Confirmation
from app.model.build import Build, BuildState
from app.model.configuration.environment_names import folded
from app.model.github.deployment import Deployment
from app.model.github.live import Live
from app.model.github.refs import ref_or_sha
from app.model.plan import Left, Plan
from app.model.project import Project
from app.model.reasons.deployments import LiveAlready, NeverSucceededThere, NothingToRollBackTo
from app.model.triggers import Trigger
from app.ports import Bindings, GitHub, Records
from app.texts.replies.deployments.confirmation import CANCEL_AND_ROLL_BACK, ROLL_BACK
from app.texts.replies.deployments.rollback import back_to

MOST_LISTED = 100
"""How many of an environment's deployments are searched for the one to go back to."""

_FAILED = (BuildState.FAILED, BuildState.ERRORED, BuildState.CANCELED)


class Wanted(Struct, frozen=True, kw_only=True):
    """What the person asked for: an environment and, if typed, the ref or number to go back to.

    `card` is the deployment whose card has the button, if one was pressed.
    """

    environment: str
    ref: str = ""
    card: Build | None = None


class Back(Struct, frozen=True, kw_only=True):
    """A rollback: `left` is the id of the deployment to leave, `target` the one to go back to.

    `live` is what is live now. `broken` is a later deployment that failed, if the rollback
    repairs that: then it is the one that is left.
    """

    environment: str
    live: Live
    left: int
    target: Deployment
    broken: Deployment | None = None


@dataclass(frozen=True, kw_only=True)
class Rollback:
    """Asks first, with what is live and what comes back; then it goes ahead of the queue."""

    name: ClassVar[str] = "rollback"
    usage: ClassVar[Usage] = Usage(
        "rollback <environment> [ref or id]",
        "goes back to what was live before, or to what you name",
        arguments=2,
        arrange=environment_first,
        synonyms=("undo", "revert", "back"),
    )

    bindings: Bindings
    finder: Finder
    github: GitHub
    records: Records
    planner: Planner

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Ask with what is live and what comes back; once somebody has agreed, create it.

        If either has changed by then, ask again.
        """
        project = await project_here(self.bindings, ask)
        back = await self._back(project, await self._wanted(ask, project, typed))
        target = back.target
        request = DeployRequest(
            environment=back.environment,
            ref=target.ref,
            sha=target.sha,
            request_id=ask.ask_id,
            ask_id=ask.ask_id,
            trigger=Trigger.ROLLBACK,
            new=True,
            inputs=restored(given_in(target, (await self.github.identity()).slug)),
            task=target.task,
            requester=await person_of(self.bindings, ask),
            channel=project.slack_channelid,
            rollback_of=back.left,
            target=target.id,
            left=await self._left(project, back),
            asked_at=ask.asked_at,
        )
        decision = await planned(self.planner, project, request)
        if not isinstance(decision, Create):
            return decision
        running = await self._running(project, decision.plan.environment)
        if not _as_shown(ask.confirmed, decision.plan, running):
            return _question(back, decision.plan, running)
        if running is None:
            return decision
        plan = structs.replace(decision.plan, cancels=running.deployment_id)
        return structs.replace(decision, plan=plan)

    async def _left(self, project: Project, back: Back) -> Left:
        """What is left and who requested it, by our record."""
        build = await self.records.build((project.repository_id, back.left))
        ref = back.broken.ref if back.broken else back.live.ref
        sha = back.broken.sha if back.broken else back.live.sha
        shown = ref_or_sha(ref, sha)
        by = build.requester if build is not None else None
        if by is None:
            return Left(ref=shown)
        return Left(ref=shown, by=by.display_name, user=by.slack_userid)

    async def _wanted(self, ask: Ask, project: Project, typed: Typed) -> Wanted:
        """What was typed; a button names the deployment of its card."""
        first, ref = (*typed.args, "", "")[:2]
        if said_of(ask).action:
            build = (await self.finder.meant(project, first)).builds[0]
            return Wanted(environment=build.environment, card=build)
        return Wanted(environment=first, ref=ref)

    async def _back(self, project: Project, wanted: Wanted) -> Back:
        """The rollback, by what GitHub says was live; raises `UserError` if there is none."""
        _, names = await self.finder.places(project, wanted.environment, needed_by=self.name)
        found = await self.github.deployments(project.ref, environments=names, limit=MOST_LISTED)
        live = live_in(found)
        if live is None:
            raise UserError(NothingToRollBackTo(environment=names[0]))
        broken = rollback_target.broke_since(found, live)
        target = await self._target(project, names[0], found, live, wanted)
        if target.sha != live.sha:
            broken = None
        elif broken is None:
            raise UserError(LiveAlready(environment=names[0], ref=_shown(target)))
        left = broken.id if broken else live.deployment_id
        return Back(environment=names[0], live=live, left=left, target=target, broken=broken)

    async def _target(
        self, project: Project, name: str, found: list[Deployment], live: Live, wanted: Wanted
    ) -> Deployment:
        """The deployment to go back to: the named one, or the one that was live before.

        From the card of a deployment that failed, that is the one that is live still.
        """
        went = rollback_target.successes(found)
        if wanted.ref:
            return await self._named(project, name, went, live, wanted.ref)
        if wanted.card is not None and _broke(wanted.card, live):
            return next(one.deployment for one in went if one.deployment.id == live.deployment_id)
        payloads = rollback_target.believed(found, (await self.github.identity()).slug)
        target = rollback_target.previous(went, live, payloads)
        if target is None:
            shown = ref_or_sha(live.ref, live.sha)
            raise UserError(NothingToRollBackTo(environment=name, live=shown))
        return target

    async def _named(
        self,
        project: Project,
        name: str,
        went: tuple[rollback_target.Success, ...],
        live: Live,
        typed: str,
    ) -> Deployment:
        """The deployment that was typed; raises `UserError` if it never went live there.

        A ref that went live under another name is found by its commit.
        """
        target = rollback_target.named(went, live, typed, parse_id(typed))
        if target is None:
            survey = await self.github.survey(project.ref, target=typed, environment=None)
            sha = survey.refs[0].sha if survey.refs else ""
            target = rollback_target.named(went, live, typed, None, sha=sha)
        if target is None:
            refs = dict.fromkeys(_shown(one.deployment) for one in went)
            raise UserError(
                NeverSucceededThere(environment=name, typed=typed, succeeded=tuple(refs))
            )
        return target

    async def _running(self, project: Project, environment: str) -> Build | None:
        """The deployment that runs there and can be canceled, if there is one."""
        slot = await self.records.slot(project.repository_id, folded(environment))
        if slot.running is None:
            return None
        build = await self.records.build((project.repository_id, slot.running))
        stops = build is not None and build.stoppable and build.cancel is None
        return build if stops else None


def _question(back: Back, plan: Plan, running: Build | None) -> Confirm:
    return Confirm(
        question=back_to(plan, back.live, back.target, broken=back.broken, running=running),
        agree=CANCEL_AND_ROLL_BACK if running else ROLL_BACK,
        style="danger",
        plan=plan,
        cancels=running.deployment_id if running else None,
    )


def _as_shown(asked: Confirmation | None, plan: Plan, running: Build | None) -> bool:
    """Whether somebody agreed to exactly this; a deployment that ran then may have ended since."""
    if asked is None or asked.plan is None:
        return False
    shown, now = asked.plan.payload, plan.payload
    same = (shown.rollback_of, shown.target) == (now.rollback_of, now.target)
    return same and (running is None or running.deployment_id == asked.cancels)


def _broke(card: Build, live: Live) -> bool:
    """Whether this deployment ran and failed while the one that is live now was live."""
    before = card.live_before
    over = before is not None and before.deployment_id == live.deployment_id
    return card.state in _FAILED and card.ran and over


def _shown(deployment: Deployment) -> str:
    return ref_or_sha(deployment.ref, deployment.sha)
