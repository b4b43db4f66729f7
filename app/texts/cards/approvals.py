"""Approvals on cards, in their threads and on GitHub."""

from app.model.build import Build
from app.model.build_parts import Approvers
from app.model.chat.card import Button
from app.model.github.refs import ref_or_sha
from app.model.reasons.approvals import ApprovalNeeded
from app.texts.cards.lines import log_url
from app.texts.failures.catalogue import bullets
from app.texts.links import mention_of, name_of, what_where
from app.texts.markup import code, link, mention
from app.texts.phrases import codes
from app.texts.speech import typed
from app.texts.triggers import asker_of

APPROVE, REJECT = "approve", "reject"
"""The buttons' actions, named after the commands that they run."""


def approval_buttons(build: Build) -> tuple[Button, ...]:
    """*Approve* and *Reject*, while a deployment, or a job that the CI holds, needs approval.

    *Approve* carries the ID of the held job: by the time it is pressed, another job may be held.
    """
    held = build.jobs.approval_id if build.jobs is not None and build.on_hold_since else ""
    if build.cancel is not None or (build.approval_needed is None and not held):
        return ()
    number, what = str(build.deployment_id), ref_or_sha(build.ref, build.sha)
    reject = Button(
        label="Reject",
        action=REJECT,
        value=number,
        style="danger",
        confirm=f"Reject the deployment of {what} to {build.environment}?",
        agree="Reject deployment",
        decline="Keep it waiting",
    )
    meant = f"{number} {held}".strip()
    return (Button(label="Approve", action=APPROVE, value=meant, style="primary"), reject)


def approved_by(build: Build) -> str:
    """Who approved it (markup), once no approval is missing; else empty."""
    names = dict.fromkeys(name_of(person) for person in build.agreed)
    return f"approved by {', '.join(names)}" if names and build.approval_needed is None else ""


def approval_status(build: Build) -> str:
    """The next approval that GitHub's status has to name, or the latest one (plain); or empty."""
    number = min(build.approvals_told + 1, len(build.approved))
    if not number or not (build.approval_untold or build.approval_needed):
        return ""
    by = build.approvals[build.approved[number - 1]].by
    count = build.plan.approvals if build.plan else number
    return f"Approved by {by.login or by.name or 'somebody'} ({number} of {count})."


def approvals_lost(build: Build) -> tuple[str, ...]:
    """A line that says that approvals were lost with the database, while some are needed."""
    if not build.restored or build.approval_needed is None:
        return ()
    return ("My database was lost, so earlier approvals don't count. Please approve again.",)


def approvals_reply(build: Build, listed: tuple[str, ...], approvers: Approvers) -> str:
    """The reply that asks people to approve a deployment (markup).

    It mentions those who may, if the file lists people (`listed`); else it tells the requester to
    ask somebody, since they can't approve it themselves.
    """
    reason = build.approval_needed or ApprovalNeeded()
    asker, what = build.requester, what_where(build)
    left = reason.count - len(reason.given)
    approvals = "approval" if left == 1 else f"{left} approvals"
    if listed:
        who = _addressed(listed, approvers)
        unproven = "" if approvers.people else _unproven()
        return (
            f"{who}: {what}, {asker_of(build)}, needs {approvals}. "
            f"Press *Approve* or *Reject* above.{unproven}{_besides(build)}"
        )
    if asker is not None and asker.slack_userid:
        others = "someone else" if left == 1 else "other people"
        return (
            f"{mention_of(asker)} {what} needs {approvals} from {others}. "
            f"Anyone else here can press *Approve* or *Reject* above.{_besides(build)}"
        )
    return (
        f"{what} needs {approvals} from anyone but {name_of(asker)}. "
        f"Press *Approve* or *Reject* above.{_besides(build)}"
    )


def _besides(build: Build) -> str:
    """What else the deployment waits for (markup): then approval alone doesn't start it."""
    others = [one for one in build.waits_for if not isinstance(one, ApprovalNeeded)]
    return f" Approval alone won't start it yet:\n{bullets(others)}" if others else ""


def held_reply(build: Build, listed: tuple[str, ...], approvers: Approvers) -> str:
    """The reply that asks people to approve a job that the CI holds; the requester is told, too."""
    asker = build.requester
    to = asker.slack_userid if asker is not None else None
    who = f"{_addressed(listed, approvers)}: " if listed else f"{mention(to)} " if to else ""
    asked = f", {asker_of(build, mentioned=to not in approvers.people)}" if listed else ""
    job = code(build.jobs.approval) if build.jobs else "A job"
    approve = link(log_url(build), "approve it on CircleCI")
    return (
        f"{who}{job} needs approval to deploy {what_where(build)}{asked}. "
        f"Press *Approve* above, or {approve}."
    )


def _addressed(listed: tuple[str, ...], approvers: Approvers) -> str:
    """Mention those who may approve; name the file's entries if that isn't everybody."""
    people = " ".join(mention(user) for user in approvers.people)
    if approvers.more:
        return f"{people} or anyone else in {codes(listed)}"
    return people or codes(listed)


def _unproven() -> str:
    return f" Nobody else on that list has verified their GitHub login here yet: {typed('verify')}."
