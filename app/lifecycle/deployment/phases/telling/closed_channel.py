"""A channel that we can't write to: it may have moved; otherwise the requester is told."""

from msgspec import UNSET, structs

from app.lifecycle.backoff import cleared, waits
from app.lifecycle.deployment.step_types import BuildStep, Facts, TellRequester, What
from app.lifecycle.look_types import Become, Limits, Now, Read
from app.model.build import Build
from app.model.chat.reply import SlackAddress
from app.model.reasons.ours import in_channel
from app.texts.replies.refusals import refusal


def follow_channel(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Follow the binding to the channel's new id, which it gets when it is shared."""
    if b.channel_problem is None or b.slack_channelid is None:
        return None
    if f.project is UNSET:
        return Read(what=What.PROJECT)
    if f.project is None or f.project.slack_channelid == b.slack_channelid:
        return None
    moved = structs.replace(
        b,
        slack_channelid=f.project.slack_channelid,
        channel_problem=None,
        told_problem=False,
    )
    return Become(record=cleared(moved, "slack"))


def tell_requester(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Tell the requester once, in the answer to their command, that we can't write there."""
    if b.channel_problem is None or b.told_problem or not isinstance(b.reply_to, SlackAddress):
        return None
    pause = b.backoff.get("slack")
    if pause is not None and not pause.refused and waits(b, "slack", now.wall):
        return None
    problem = in_channel(
        b.channel_problem, deployment_id=b.deployment_id, environment=b.environment
    )
    told = structs.replace(b, told_problem=True)
    return TellRequester(to=b.reply_to, answer=refusal(problem), build=told)
