"""A command without a pipeline after a minute: we tell its requester once where it is stuck."""

from msgspec import structs

from app.lifecycle.backoff import left_alone
from app.lifecycle.deployment.step_types import BuildStep, Facts, TellRequester
from app.lifecycle.look_types import Limits, Now
from app.lifecycle.timeline.chain import chain_of
from app.model.build import Build, BuildState
from app.model.chat.reply import CommentAddress, ReplyAddress, SlackAddress
from app.texts.replies.deployments.status import late_answer

PATIENCE = 60.0
"""Seconds after a command in which its pipeline is expected to start."""


def tell_late(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Send the requester the chain, unless the card explains the wait: a gate, or the line."""
    at = late_at(b, now, limits)
    if at is None or now.wall < at:
        return None
    return TellRequester(
        to=address_of(b),
        answer=late_answer(b, chain_of(b, now.wall), now=now.wall, html=limits.html),
        build=structs.replace(b, late_told=True),
    )


def late_at(b: Build, now: Now, limits: Limits) -> float | None:
    """When to tell the requester that nothing has started (epoch seconds); None: never."""
    if left_alone(b, ("slack",), now.wall, limits.give_up):
        return None
    by_chat = b.asked_at is not None and b.requester is not None and b.requester.slack_userid
    waiting = b.state in (BuildState.WAITING, BuildState.TRIGGERING) and b.pipeline_id is None
    if not by_chat or not waiting or b.late_told or b.waits_for or b.cancel is not None:
        return None
    return (b.asked_at or 0.0) + PATIENCE


def address_of(b: Build) -> ReplyAddress:
    """Where the requester is answered, besides the live message."""
    if b.reply_to is not None and not isinstance(b.reply_to, CommentAddress):
        return b.reply_to
    user = (b.requester.slack_userid if b.requester else None) or ""
    return SlackAddress(channel_id=b.slack_channelid or "", user_id=user)
