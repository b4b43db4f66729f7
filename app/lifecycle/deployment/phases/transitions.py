"""How a build changes: planned, with its pipeline, ended (pure)."""

from msgspec import structs

from app.lifecycle.backoff import cleared, fresh_start, given_up, outage
from app.lifecycle.intents import unguarded
from app.lifecycle.look_types import Limits, Now
from app.model.ask import Ask
from app.model.build import Build, BuildState, Origin
from app.model.ci import Pipeline
from app.model.effects import Effect
from app.model.github.refs import SHORT_SHA
from app.model.github.repository import page
from app.model.github.source_event import Closed
from app.model.outages import Silent
from app.model.plan import Person, Plan, RefKind
from app.model.reasons import Reason
from app.model.reasons.deployments import PullRequestClosed
from app.model.reasons.gates import RefMoved


def created_for(b: Build, a: Ask, plan: Plan, now: Now) -> Build:
    """The build of a deployment that was created for an ask, with what the ask knows of it.

    Its gates count as open if the plan was judged on the commit that GitHub pinned. If a certain
    commit was asked for and GitHub pinned another, the deployment ends.
    """
    judged = plan.judged and b.sha == plan.sha
    known = structs.replace(
        b,
        origin=Origin.OURS,
        state=BuildState.WAITING,
        trigger=plan.payload.trigger,
        asked_at=a.asked_at,
        plan=plan,
        gates_open=judged,
        gates_at=now.wall if judged else None,
        slack_channelid=plan.payload.channel,
        reply_to=a.reply_to,
    )
    if not plan.pinned or b.sha == plan.sha:
        return known
    moved = RefMoved(ref=plan.ref, sha=plan.sha[:SHORT_SHA], found=b.sha[:SHORT_SHA])
    return ended(known, BuildState.ERRORED, now, moved)


def planned(b: Build, plan: Plan) -> Build:
    """The build with its plan. Ticket titles that were read already stay.

    So does what can't be read from GitHub: that it is a pull request's, and what it cancels.
    """
    known = structs.replace(plan, tickets=b.tickets or plan.tickets, requester=_requester(b, plan))
    if b.plan is not None:
        known = structs.replace(known, cancels=b.plan.cancels)
        if (b.plan.ref_kind, plan.ref_kind) == (RefKind.PULL_REQUEST, RefKind.BRANCH):
            known = structs.replace(known, ref_kind=RefKind.PULL_REQUEST)
    return structs.replace(b, plan=known)


def _requester(b: Build, plan: Plan) -> Person | None:
    """Who asked, preferably with their Slack user."""
    known = b.requester
    return known if known is not None and known.slack_userid else plan.requester or known


def running(b: Build, pipeline: Pipeline, now: Now) -> Build:
    """The build with its pipeline. What ended it meanwhile stands until the outcome.

    One that a person canceled is running again, until its pipeline is canceled, too.
    """
    return structs.replace(
        cleared(b, "ci"),
        state=b.state if b.state.ended and unwanted_since(b) is None else BuildState.RUNNING,
        pipeline_id=pipeline.id,
        build_number=pipeline.number,
        build_url=pipeline.url,
        started_at=pipeline.created_at or now.wall,
        looked_at=now.wall,
        pipeline_ended=False,
        waited={},
        undecided=(),
        unread={},
        searched_at=None,
        waits_for=(),
        waiting_sha=None,
    )


def unshown(b: Build) -> Build:
    """The build without its message, which is gone: a new one will be posted."""
    return structs.replace(
        unguarded(b, Effect.CARD, Effect.NOTIFY), message_ts=None, card_digest=None
    )


def ended(b: Build, state: BuildState, now: Now, reason: Reason | None) -> Build:
    """The build, ended; every provider is tried again at once, so that each gets the outcome."""
    return structs.replace(
        b,
        state=state,
        reason=reason,
        ended_at=now.wall,
        waits_for=(),
        waiting_sha=None,
        pipeline_ended=b.pipeline_ended or not b.ran,
        backoff=fresh_start(b),
    )


def unwanted_since(b: Build) -> float | None:
    """When somebody canceled it or closed its pull request (epoch seconds); None: nobody did."""
    if b.closed is not None:
        return b.closed.at
    return b.cancel.at if b.cancel is not None else None


def stopped(b: Build, now: Now, limits: Limits) -> Build:
    """The build, ended because somebody canceled it or closed its pull request."""
    if b.closed is None:
        return ended(b, BuildState.CANCELED, now, None)
    return ended(b, BuildState.INACTIVE, now, closed_with(b, b.closed, limits))


def closed_with(b: Build, closed: Closed, limits: Limits) -> PullRequestClosed:
    """The reason of a deployment that ends because its pull request was closed."""
    number = closed.number
    return PullRequestClosed(
        number=number,
        url=page(limits.html, b.repository, "pull", str(number)),
        merged=closed.merged,
    )


def deployments_page(b: Build, limits: Limits) -> str:
    """GitHub's page of the deployments to its environment."""
    return page(limits.html, b.repository, "deployments", b.environment)


_NEEDED: tuple[Silent, ...] = ("github", "ci")
"""The providers without which no pipeline starts."""


def lost_to(b: Build, now: Now, limits: Limits) -> Reason | None:
    """The outage or refusal of a needed provider that has lasted too long, if there is one."""
    needed = _NEEDED if b.plan is None or Effect.TRIGGER not in b.guards else ("ci",)
    for provider in needed:
        if given_up(b, provider, limits.give_up):
            return outage(b, provider, html=limits.html)
    return None
