"""`deploy`: creates a deployment, or lists everything that prevents it."""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from msgspec import structs

from app.commands.command import person_of, project_here, said_of
from app.commands.parsing.grammar import FLAG, VALUE, Typed, Usage, environment_first, parse_id
from app.errors import UserError
from app.lifecycle.planning.creations import BeingCreated
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.pipelines.inputs import Given
from app.lifecycle.planning.planner import Planner
from app.lifecycle.planning.targets.refs import pasted
from app.lifecycle.requests.decision import Confirm, Create, Decision, Later, Reply
from app.model.ask import Ask, AskKind, Said
from app.model.plan import Plan, RefKind
from app.model.project import Project
from app.model.reasons.deployments import SameCommitRunning
from app.model.reasons.locks import Locked
from app.model.triggers import Trigger
from app.ports import Bindings
from app.texts.replies.deployments.confirmation import (
    DEPLOY,
    GO_BACK,
    STAY,
    confirm_first,
    older_first,
)
from app.texts.replies.refusals import refusal_by_lock, running_already

AGAIN = "deploy_again"
"""The action of the button that deploys a commit again while it is being deployed already.

The button carries the first deployment's id, so that pressing it twice makes one more, not two.
"""

CARRIED = 1980
"""Characters of a command that a button can carry beside a deployment's id, percent-encoded.

A button's value has at most 2,000:
https://docs.slack.dev/reference/block-kit/block-elements/button-element
"""

RIVAL = (0.5, 15.0)
"""The shortest and longest wait, in seconds, of a command behind another one for the same commit.

It is decided again after half the time that it has waited so far, within these bounds: each time
costs a call to GitHub.
"""


@dataclass(frozen=True, kw_only=True)
class Deploy:
    """Lets the planner check the request; if it accepts, the live message is the answer."""

    name: ClassVar[str] = "deploy"
    usage: ClassVar[Usage] = Usage(
        "deploy <environment> [ref] [input=value]",
        "deploys a branch, tag, pull request or commit (--force skips checks, windows, freezes and "
        'requires, --reason "why", --new for a new environment)',
        arguments=2,
        options={"force": FLAG, "reason": VALUE, "new": FLAG},
        inputs=True,
        arrange=environment_first,
        synonyms=("ship", "launch", "push"),
    )

    bindings: Bindings
    planner: Planner

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Plan what was typed. If the same commit is being deployed there, answer with that one."""
        said = said_of(ask)
        project = await project_here(self.bindings, ask)
        environment, ref = (*typed.args, "", "")[:2]
        request = DeployRequest(
            environment=environment,
            ref=pasted(ref, project.repository) or None,
            request_id=ask.ask_id,
            ask_id=ask.ask_id,
            trigger=Trigger.COMMENT if ask.kind is AskKind.COMMENT else Trigger.COMMAND,
            force=typed.flag("force"),
            besides=besides(said, AGAIN),
            new=typed.flag("new"),
            reason=typed.value("reason"),
            inputs=Given(values=typed.inputs, twice=typed.twice),
            requester=await person_of(self.bindings, ask),
            channel=project.slack_channelid,
            asked_at=ask.asked_at,
        )
        confirmed = ask.confirmed
        if confirmed is not None and confirmed.plan is not None:
            request = pinned_to(request, confirmed.plan)
        return await planned(
            self.planner, project, request, again=_again(ask), confirmed=confirmed is not None
        )


def besides(said: Said, action: str) -> int:
    """The deployment on its way, if a button of this action asks for another besides it; else 0."""
    number = said.value.partition(" ")[0] if said.action == action else ""
    return parse_id(number) or 0


def pinned_to(request: DeployRequest, plan: Plan) -> DeployRequest:
    """The request for exactly what was shown, even if its ref or the defaults changed since."""
    ref = None if plan.ref_kind is RefKind.SHA else plan.ref
    inputs = Given(values=dict(plan.payload.inputs), checked=True)
    return structs.replace(request, ref=ref, sha=plan.sha, inputs=inputs, task=plan.task)


async def planned(
    planner: Planner,
    project: Project,
    request: DeployRequest,
    *,
    again: str = "",
    action: str = AGAIN,
    confirmed: bool = False,
) -> Decision:
    """Create what the planner accepts; raises `UserError` with everything it refuses.

    If the commit is being deployed there already, the answer has a button that deploys it again:
    its action is `action`, and it carries `again` (empty: no button, the error is raised). Unless
    `confirmed`, a deployment that takes production back to older code, or whose environment has
    `confirm` in the file, is asked about first.
    """
    try:
        plan = await planner.plan(project, request)
    except BeingCreated:
        least, most = RIVAL
        waited = planner.clock.wall() - request.asked_at
        return Later(seconds=min(most, max(least, waited / 2)))
    except UserError as error:
        match error.reasons:
            case (SameCommitRunning() as running,) if again:
                value = f"{running.deployment_id} {again}"
                return Reply(answer=running_already(running, action=action, value=value))
        locked = next((one for one in error.reasons if isinstance(one, Locked)), None)
        if locked is not None:
            return Reply(answer=refusal_by_lock(error.reasons, locked, of=error.of))
        raise
    return Create(plan=plan) if confirmed else _asked(plan, request)


def _asked(plan: Plan, request: DeployRequest) -> Decision:
    """Create it, or ask first: see `planned`."""
    live, compared = plan.live, plan.compared
    if plan.goes_back and live and compared:
        question, agree, style = older_first(plan, live, compared), GO_BACK, "danger"
    elif plan.confirm:
        question, agree, style = confirm_first(plan), DEPLOY, "primary"
    else:
        return Create(plan=plan)
    return Confirm(
        question=question,
        agree=agree,
        decline=STAY,
        style=style,
        plan=plan,
        deployment_id=request.retry_of,
    )


def _again(ask: Ask) -> str:
    """What was typed after `deploy`, for the button that repeats it.

    Empty if a button cannot carry it, and for comments, which have no buttons.
    """
    if ask.kind is AskKind.COMMENT:
        return ""
    typed = said_of(ask).text.strip().partition(" ")[2].strip()
    return typed if len(quote(typed, errors="replace")) <= CARRIED else ""
