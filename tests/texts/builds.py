"""One deployment in every state that a card or `status` can show."""

from typing import Any

from msgspec import structs

from app.model.build import Build, BuildState, Origin
from app.model.build_parts import Approval, CancelRequest, JobProgress, PostedStatus
from app.model.effects import Backoff, Effect, Guard
from app.model.github.live import Live
from app.model.plan import Person, RefKind, Ticket
from app.model.reasons.approvals import ApprovalNeeded
from app.model.reasons.base import Linked
from app.model.reasons.ci import CIParameter, CIParameterUndeclared
from app.model.reasons.gates import Busy, ChecksPending, Superseded
from app.model.reasons.pipeline import JobFailed, PipelineCanceledElsewhere, TimedOut
from tests.plans import PLAN, changed

T0 = 1_790_000_000.0
"""When Dana requested it (epoch seconds)."""

SHA = "3f9c2d1" + "0" * 33
PIPELINE = "https://app.circleci.com/pipelines/gh/acme/shop/345"
DANA = Person(name="Dana", slack_userid="U0DANA")
OCTOCAT = Person(name="octocat", login="octocat")

ASKED = Build(
    repository_id=1,
    deployment_id=812,
    repository="acme/shop",
    sha=SHA,
    ref="v1.4.0",
    environment="production",
    origin=Origin.OURS,
    trigger="command",
    asked_at=T0,
    created_at=T0 + 1,
    webhook_at=T0 + 2,
    gates_at=T0 + 1,
    slack_channelid="C0SHOP",
    message_ts="1.1",
    message_at=T0 + 2,
    plan=structs.replace(
        PLAN,
        ref_kind=RefKind.TAG,
        requester=DANA,
        committer=OCTOCAT,
        subject="Fix rounding of refunds",
        live=Live(deployment_id=811, ref="v1.3.9", sha="1111111" + "0" * 33, since=T0 - 86400),
        tickets=(
            Ticket(system="github", key="482", url="https://github.com/acme/shop/issues/482"),
            Ticket(
                system="asana", key="1", url="https://app.asana.com/0/1/1", title="Refund rounding"
            ),
        ),
    ),
)


def build(**changes: Any) -> Build:
    """The deployment, with other values."""
    return changed(ASKED, **changes)


RUNNING = build(
    state=BuildState.RUNNING,
    pipeline_id="p",
    build_number=345,
    build_url=PIPELINE,
    started_at=T0 + 3,
    status=PostedStatus(state="in_progress"),
    jobs=JobProgress(done=2, total=4, current="migrate"),
)


def over(state: BuildState, status: str, **changes: Any) -> Build:
    """The deployment, ended."""
    posted = PostedStatus(state=status, at=T0 + 256)
    facts = {"state": state, "status": posted, "ended_at": T0 + 255, "notified": "x", **changes}
    return changed(RUNNING, **facts)


STATES = {
    "starting": ASKED,
    "waiting on a check": build(
        gates_at=None,
        waits_for=(ChecksPending(checks=(Linked(name="ci/build"),), green=2, total=3),),
        status=PostedStatus(state="pending"),
    ),
    "in line": build(waits_for=(Busy(environment="production", running=811),)),
    "CircleCI hangs": build(
        backoff={
            "ci": Backoff(attempts=3, since=T0 + 4, retry_at=T0 + 74, error="HTTP 503", status=503)
        }
    ),
    "asked, no answer": build(
        state=BuildState.TRIGGERING,
        guards={Effect.TRIGGER: Guard(sent_at=T0 + 3, sender="a", ambiguous=True)},
    ),
    "running": RUNNING,
    "running, jobs unknown": structs.replace(RUNNING, jobs=None),
    "canceling": structs.replace(RUNNING, cancel=CancelRequest(by=DANA, at=T0 + 60)),
    "waiting for people": build(
        gates_at=None,
        waits_for=(
            ApprovalNeeded(count=2, given=("Sam",), listed=("team:acme/leads",), requester="Dana"),
        ),
        approvals={"U2": Approval(by=Person(name="Sam", slack_userid="U2"), at=T0 + 2)},
        approved=("U2",),
        approvals_told=1,
        status=PostedStatus(state="pending"),
        plan=structs.replace(ASKED.plan, approvals=2),
    ),
    "rejected": build(
        state=BuildState.CANCELED,
        cancel=CancelRequest(by=DANA, at=T0 + 60, rejected=True, why="Not today."),
        status=PostedStatus(state="error"),
        ended_at=T0 + 60,
        gates_at=None,
        notified="x",
    ),
    "waiting for approval": structs.replace(
        RUNNING,
        state=BuildState.ON_HOLD,
        on_hold_since=T0 + 50,
        jobs=JobProgress(
            done=2, total=4, approval="hold-production", approval_id="j1", approval_workflow="w1"
        ),
    ),
    "succeeded": over(BuildState.SUCCEEDED, "success", deploy_url="https://shop.example.com"),
    "failed": over(
        BuildState.FAILED,
        "failure",
        reason=JobFailed(workflow="deploy"),
        jobs=JobProgress(
            done=3, total=4, failed="migrate", failed_url="https://circleci.example/job"
        ),
    ),
    "refused by CircleCI": build(
        state=BuildState.ERRORED,
        status=PostedStatus(state="error", at=T0 + 5),
        ended_at=T0 + 4,
        reason=CIParameterUndeclared(
            parameters=(CIParameter(name="sha"),), message="Unexpected argument(s): sha"
        ),
    ),
    "timed out": over(BuildState.ERRORED, "error", reason=TimedOut(seconds=3600)),
    "canceled": over(BuildState.CANCELED, "error", cancel=CancelRequest(by=DANA, at=T0 + 60)),
    "canceled on CircleCI": over(
        BuildState.CANCELED,
        "error",
        reason=PipelineCanceledElsewhere(by="octocat"),
    ),
    "superseded": build(
        state=BuildState.INACTIVE,
        status=PostedStatus(state="inactive", at=T0 + 9),
        ended_at=T0 + 9,
        reason=Superseded(by=813),
    ),
    "a person's": changed(
        RUNNING, origin=Origin.PERSON, trigger="api", requester=OCTOCAT, creator="octocat"
    ),
    "foreign, running": build(
        origin=Origin.FOREIGN,
        state=BuildState.EXTERNAL,
        app_slug="github-actions",
        requester=None,
        status=PostedStatus(
            state="in_progress", log_url="https://github.com/acme/shop/actions/runs/1"
        ),
    ),
    "foreign, deployed": build(
        origin=Origin.FOREIGN,
        state=BuildState.EXTERNAL,
        creator="vercel[bot]",
        requester=None,
        status=PostedStatus(
            state="success",
            description="Deployed by Vercel",
            environment_url="https://preview.example.com",
            at=T0 + 30,
        ),
    ),
}
