"""News in the thread of the live message, told once to the people concerned."""

from collections.abc import Mapping

from msgspec import UNSET, structs

from app.lifecycle.backoff import cleared, given_up, left_alone, waits
from app.lifecycle.deployment.phases.transitions import unshown
from app.lifecycle.deployment.step_types import BuildStep, Facts, Notify, What
from app.lifecycle.intents import unguarded
from app.lifecycle.look_types import Become, Limits, Now, Read
from app.model.build import Build, BuildState
from app.model.build_parts import Approvers
from app.model.effects import Effect
from app.model.plan import Person
from app.model.project import User
from app.model.reasons.deployments import Replaced
from app.texts.cards.approvals import approvals_reply, held_reply
from app.texts.cards.outcomes import (
    aside_reply,
    doubled_reply,
    is_bad_news,
    outcome_reply,
)

NEVER = "-"
"""The value of `notified` if there is no news to tell: it ended before our store was lost."""

MOST_ASIDES = 20
"""How many of the latest asides of a deployment are remembered as told."""


def notify(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """News, once: one reply in the thread that mentions the people concerned."""
    news = news_of(b)
    if not news or b.slack_channelid is None or b.message_ts is None:
        return None
    if left_alone(b, ("slack", Effect.NOTIFY), now.wall, limits.give_up):
        return None
    if b.notified in (NEVER, news):
        return None
    if Effect.NOTIFY in b.guards:
        if f.replied is UNSET:
            return Read(what=What.REPLIED)
        if f.replied is None:
            return Become(record=unshown(b))
        if f.replied:
            return Become(record=cleared(told(unguarded(b, Effect.NOTIFY), news), "slack"))
        if now.waited.get(Effect.NOTIFY, 0.0) < limits.lease:
            return None
    if concerned(b) and f.links is UNSET:
        return Read(what=What.LINKS)
    if f.links is not UNSET and (known := _linked(b, f.links)) != b:
        return Become(record=known)
    if may_approve(b) and f.approvers is UNSET and not given_up(b, "github", limits.give_up):
        return None if waits(b, "github", now.wall) else Read(what=What.APPROVERS)
    approvers = f.approvers if f.approvers is not UNSET else Approvers()
    return Notify(
        channel=b.slack_channelid,
        ts=b.message_ts,
        text=_text(b, news, approvers),
        outcome=news,
        broadcast=_to_all(b, news, approvers),
    )


def told(b: Build, news: str) -> Build:
    """The build once this news was told: its outcome, or one of several asides before it."""
    if b.state.ended:
        return structs.replace(b, notified=news)
    return structs.replace(b, asides=(*b.asides[1 - MOST_ASIDES :], news))


def _to_all(b: Build, news: str, approvers: Approvers) -> bool:
    """Whether the reply goes to the channel, too."""
    if news in (_needs_approval(b), _on_hold(b)):
        return not (may_approve(b) and approvers.people)
    return not b.state.ended or is_bad_news(b) or bool(b.second_pipeline) or _frozen(b)


def _frozen(b: Build) -> bool:
    """Whether the live message cannot show the outcome: Slack refuses to change it."""
    pause = b.backoff.get(Effect.CARD)
    return pause is not None and pause.refused is not None


def concerned(b: Build) -> tuple[int, ...]:
    """GitHub's ids of the people to tell; their links may have changed since the plan was made."""
    people = (b.requester, b.committer)
    return tuple(person.github_id for person in people if person and person.github_id is not None)


def _linked(b: Build, links: Mapping[int, User]) -> Build:
    if b.plan is None:
        return b
    linked = structs.replace(
        b.plan,
        requester=_with_link(b.plan.requester, links),
        committer=_while_linked(b.plan.committer, links),
    )
    return structs.replace(b, plan=linked)


def _with_link(person: Person | None, links: Mapping[int, User]) -> Person | None:
    """The person with their present Slack user; after their link ended, the last one stays."""
    user = links.get(person.github_id or 0) if person is not None else None
    if person is None or user is None:
        return person
    return structs.replace(person, slack_userid=user.slack_userid)


def _while_linked(person: Person | None, links: Mapping[int, User]) -> Person | None:
    """The committer, whose Slack user is dropped once their link has ended."""
    if person is None or person.github_id is None or person.github_id in links:
        return _with_link(person, links)
    return structs.replace(person, slack_userid=None)


def _text(b: Build, news: str, approvers: Approvers) -> str:
    people = [person for person in (b.requester, b.committer) if person is not None]
    if news == _needs_approval(b):
        return approvals_reply(b, may_approve(b), approvers)
    if news == _on_hold(b):
        return held_reply(b, may_approve(b), approvers)
    if not b.state.ended:
        return aside_reply(b)
    if b.notified == _plainly(b):
        return doubled_reply(b)
    return outcome_reply(b, people)


def news_of(b: Build) -> str:
    """The key of the news to tell now, each of which is told once; empty if there is none.

    That is the outcome, again after a rerun and for a second pipeline. Before it: that the
    deployment waits for approvals, that a job does, and that it runs beside another deployment.
    """
    untold = b.state is BuildState.INACTIVE and not _replaced(b)
    if b.state is BuildState.EXTERNAL or untold:
        return ""
    if b.state.ended:
        return f"{_plainly(b)}:doubled" if b.second_pipeline else _plainly(b)
    beside = f"{b.deployment_id}:beside:{b.reruns}" if b.runs_beside is not None else ""
    every = (_needs_approval(b), _on_hold(b), beside)
    return next((one for one in every if one and one not in b.asides), "")


def may_approve(b: Build) -> tuple[str, ...]:
    """Who may approve, as the configuration lists them; empty: anybody, or nothing waits."""
    if b.state is BuildState.ON_HOLD:
        return b.plan.approvers if b.plan is not None else ()
    return b.approval_needed.listed if b.approval_needed is not None else ()


def _needs_approval(b: Build) -> str:
    return f"{b.deployment_id}:approval" if b.approval_needed is not None else ""


def _on_hold(b: Build) -> str:
    job = b.jobs.approval if b.jobs and b.state is BuildState.ON_HOLD else ""
    return f"{b.deployment_id}:hold:{b.reruns}:{job}" if job else ""


def _plainly(b: Build) -> str:
    """The key of the outcome; a success that was replaced has the same, so it is told once."""
    state = BuildState.SUCCEEDED if _replaced(b) else b.state
    return f"{b.deployment_id}:{state}:{b.reruns}"


def _replaced(b: Build) -> bool:
    return isinstance(b.reason, Replaced)
