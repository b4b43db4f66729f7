"""Who a deployment is from: who requested it, or whose push, tag or pull request started it."""

from app.model.build import Build
from app.model.triggers import SourceKind
from app.texts.links import name_of
from app.texts.markup import mention, words
from app.texts.triggers import called


def asked_by(
    trigger: str, who: str, pull_request: int | None, promoted_from: str | None = None
) -> str:
    """Who a deployment is from, such as "pushed by Dana"; `who` must be escaped already."""
    if promoted_from:
        return f"promoted from {words(promoted_from)} by {who}"
    if trigger == SourceKind.PULL_REQUEST:
        return f"for {f'#{pull_request}' if pull_request else 'a pull request'} by {who}"
    return f"{called(trigger).did} by {who}"


def asker_of(build: Build, otherwise: str = "somebody", *, mentioned: bool = False) -> str:
    """Who a deployment is from (markup); `otherwise` if the person isn't known.

    With `mentioned`, a person who is linked is mentioned, which notifies them.
    """
    plan, asker = build.plan, build.requester
    linked = mentioned and asker is not None and asker.slack_userid
    who = mention(linked) if linked else name_of(asker, otherwise)
    if plan is None:
        return asked_by(build.trigger, who, None)
    return asked_by(build.trigger, who, plan.pull_request, plan.payload.promoted_from)
