"""The queue of an environment: who is ahead, and why a waiting deployment never started."""

from app.model.reasons.base import Linked
from app.model.reasons.gates import (
    Busy,
    Canceled,
    RefGone,
    RefMoved,
    Superseded,
    WaitedTooLong,
)
from app.model.waiting import Wait
from app.texts.failures.failure import failure
from app.texts.phrases import (
    at_time,
    coded,
    duration,
    known_as,
    links,
    strong,
    text,
)

_RED = (Linked(name="test", url="https://github.com/acme/shop/runs/1"),)
_PAGE = "https://github.com/acme/shop/deployments"


@failure(
    when="Another deployment has the environment: it runs there, or waits for an approval.",
    example=Busy(environment="production", running=811, ref="v1.3.9", by="Dana"),
)
def busy(r: Busy) -> str:
    """Say whose turn it is, and when this one starts."""
    place = "Next after" if r.position == 1 else f"Number {r.position} in the queue behind"
    ahead = known_as(r.running, ref=r.ref, by=r.by, url=r.url)
    return (
        f"{place} {ahead}, which is still deploying to "
        f"{strong(r.environment, 'this environment')}. Starts automatically."
    )


@failure(
    when="It waited for a check or in the queue for `GIVE_UP_AFTER`, for people for `PEOPLE_AFTER` "
    "or for 30 days at another gate.",
    example=WaitedTooLong(what=Wait.CHECKS, seconds=86400, environment="production", checks=_RED),
    undeployed=True,
)
def waited_too_long(r: WaitedTooLong) -> str:
    """Say what it waited for, and how long."""
    long = duration(r.seconds)
    if r.what == Wait.CHECKS:
        checks = links(r.checks) or "the checks"
        return f"I waited {long} for {checks}, then gave up. Press *Retry* once it passes."
    where = strong(r.environment, "its environment")
    if r.what == Wait.LINE:
        return f"It was queued for {where} for {long}, so I dropped it. Press *Retry* to try again."
    if r.what == Wait.PEOPLE:
        return f"It wasn't approved within {long}, so I dropped it. Press *Retry* to ask again."
    return f"It was held back for {long}, so I dropped it. Press *Retry* to deploy it now."


@failure(
    when="A newer deployment has succeeded there, or took its place in the queue, or CircleCI "
    "skipped it.",
    example=Superseded(
        by=813, ref="main", sha="9ab01c2", requester="Sam", url=f"{_PAGE}/production"
    ),
)
def superseded(r: Superseded) -> str:
    """Name the newer deployment."""
    if r.workflow:
        return (
            "Superseded: CircleCI canceled it because a newer pipeline started on the same branch "
            "or in the same group. Press *Retry* to run it anyway."
        )
    return f"Superseded by {newer(r) or 'a newer deployment'}."


def newer(r: Superseded) -> str:
    """The deployment that took its place (markup); empty if that isn't known."""
    if r.by is None:
        return ""
    return known_as(r.by, ref=r.ref, by=r.requester, url=r.url, sha=r.sha)


@failure(
    when="A person canceled it.",
    example=Canceled(by="Dana"),
)
def canceled(r: Canceled) -> str:
    """Say who canceled it, and when."""
    when = f" at {at}" if (at := at_time(r.at)) else ""
    return f"Canceled by {text(r.by, 'somebody')}{when}."


@failure(
    when="The branch or tag is deleted while its deployment waits.",
    example=RefGone(ref="refund-rounding"),
    undeployed=True,
)
def ref_gone(r: RefGone) -> str:
    """Say that something else has to be deployed."""
    return (
        f"{coded(r.ref, 'The ref')} was deleted before its pipeline started. "
        "Deploy another branch or tag."
    )


@failure(
    when="The branch of a promotion, rollback, retry or confirmed deployment moves at that moment.",
    example=RefMoved(ref="main", sha="3f9c2d1", found="9ab01c2"),
    undeployed=True,
)
def ref_moved(r: RefMoved) -> str:
    """Name both commits: the one that was meant and the one that GitHub took."""
    return (
        f"{coded(r.ref, 'The ref')} moved to {coded(r.found, 'another commit')} while I was "
        f"creating this deployment of {coded(r.sha, 'a commit')}. Type the command again."
    )
