"""Approvals: what is missing, who can't approve, and what was rejected."""

from app.model.github.refs import shown_ref
from app.model.reasons.approvals import (
    ApprovalByGuest,
    ApprovalByUnlinked,
    ApprovalNeeded,
    ApprovalOwn,
    NotAwaited,
    Rejected,
    WhichDeployment,
)
from app.texts.failures.failure import failure
from app.texts.markup import code_link
from app.texts.phrases import at_time, coded, codes, deployment, strong, text
from app.texts.speech import typed

_WAITING = (("812", "v1.4.0 to production"), ("813", "main to staging"))


@failure(
    when="A deployment waits for people to approve it (`approvals`).",
    example=ApprovalNeeded(count=2, given=("Sam",), listed=("team:acme/leads",), requester="Dana"),
)
def approval_needed(r: ApprovalNeeded) -> str:
    """Say who has approved, how many approvals are missing, and who can give them."""
    theirs = f"{name}'s" if (name := text(r.requester)) else "whoever requested it"
    who = f" from {codes(r.listed)}" if r.listed else f" (not {theirs})"
    left = r.count - len(r.given)
    if not r.given:
        return f"Needs {left} approval{'' if left == 1 else 's'}{who}."
    given = ", ".join(text(name, "somebody") for name in r.given)
    return f"Approved by {given} ({len(r.given)} of {r.count}). Needs {left} more{who}."


@failure(
    when="Somebody approves what they requested themselves.",
    example=ApprovalOwn(
        environment="production",
        ref="v1.4.0",
        url="https://github.com/acme/shop/deployments/production",
    ),
)
def approval_own(r: ApprovalOwn) -> str:
    """Say that somebody else has to approve it."""
    what = code_link(r.url, shown_ref(r.ref)) if r.ref else "This deployment"
    return f"{what} to {strong(r.environment)} is yours, so someone else has to approve it."


@failure(
    when="Somebody who is linked to no GitHub login approves what was requested on GitHub.",
    example=ApprovalByUnlinked(login="octocat"),
)
def approval_by_unlinked(r: ApprovalByUnlinked) -> str:
    """Say how to show that they aren't the person who requested it."""
    if r.provable:
        return (
            f"{coded(r.login, 'Somebody')} requested this on GitHub, and your GitHub login isn't "
            f"verified. Verify it with {typed('verify')}, then approve again."
        )
    return (
        f"{coded(r.login, 'Somebody')} requested this on GitHub, and I don't know your GitHub "
        f"login. Link it with {typed('hello')}, then approve again."
    )


@failure(when="A guest of the workspace approves.", example=ApprovalByGuest())
def approval_by_guest(r: ApprovalByGuest) -> str:
    """Say who can approve."""
    del r
    return "Guests can't approve deployments. Ask a full member of this workspace."


@failure(
    when="`approve` or `reject` where nothing waits for approval.",
    example=NotAwaited(environment="production"),
)
def not_awaited(r: NotAwaited) -> str:
    """Say where nothing is waiting, or how the deployment stands."""
    if r.job:
        return (
            "That job isn't waiting anymore; another one is. Check that one before you approve it."
        )
    stands = f" ({text(r.stands)})" if r.stands.strip() else ""
    if r.ref:
        return f"{deployment(r.ref, r.environment)} isn't waiting for approval{stands}."
    where = f" in {strong(r.environment)}" if r.environment else ""
    return f"Nothing is waiting for approval{where}."


@failure(
    when="`approve` or `reject` where several deployments wait for approval.",
    example=WhichDeployment(command="approve", known=_WAITING),
)
def which_deployment(r: WhichDeployment) -> str:
    """List what can be typed."""
    each = [f"{typed(f'{r.command} {number}')} for {text(what)}" for number, what in r.known]
    return f"Several deployments are waiting for approval. Type {', or '.join(each)}."


@failure(
    when="A person rejects a deployment that waits for approval, or a job that CircleCI holds.",
    example=Rejected(by="Dana", why="not before the weekend"),
)
def rejected(r: Rejected) -> str:
    """Say who rejected it, when and why."""
    when = f" at {at}" if (at := at_time(r.at)) else ""
    why = f": {text(r.why).rstrip('.')}" if r.why.strip() else ""
    return f"Rejected by {text(r.by, 'somebody')}{when}{why}."
