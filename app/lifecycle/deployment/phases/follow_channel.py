"""A channel that was shared has another id: its messages, and what is said there, moved along."""

from msgspec import UNSET, structs

from app.lifecycle.backoff import cleared
from app.lifecycle.deployment.step_types import BuildStep, Facts, What
from app.lifecycle.look_types import Become, Limits, Now, Read
from app.model.build import Build


def follow_channel(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Where the channel is closed to us, look whether the repository has another one by now."""
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
        told_problem="",
    )
    return Become(build=cleared(moved, "slack"))
