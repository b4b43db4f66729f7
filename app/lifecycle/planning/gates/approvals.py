"""The gate of approvals: others than the requester must approve first (pure)."""

from msgspec import structs

from app.lifecycle.configuration.model import EnvironmentConfig
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.gates.allow import barred
from app.lifecycle.planning.gates.question import Consent, Question, Verdict
from app.model.plan import Person, same_person
from app.model.reasons import Reason
from app.model.reasons.approvals import ApprovalByUnlinked, ApprovalNeeded, ApprovalOwn
from app.model.reasons.people import IdentityUnproven


def approvals(question: Question) -> Verdict:
    """Waits until enough people have approved; `force` doesn't skip this, a rollback does.

    Refuses if only listed people may approve and nobody can prove who they are.
    """
    rules, count = question.rules.approval_rules, needed(question.request, question.rules)
    if not count:
        return Verdict()
    if rules.from_ and not question.provable:
        unproven = IdentityUnproven(
            environment=question.environment.name,
            listed=rules.from_,
            doing="approve",
            provable=False,
        )
        return Verdict(refusals=(unproven,))
    given = _counting(question)
    approved = tuple(each.key for each in given)
    if len(given) >= count:
        return Verdict(approved=approved)
    requester = question.request.requester or Person()
    waits = ApprovalNeeded(
        count=count,
        given=tuple(each.by.display_name for each in given),
        listed=rules.from_,
        requester=requester.display_name,
    )
    return Verdict(waits=(waits,), approved=approved)


def needed(request: DeployRequest, rules: EnvironmentConfig) -> int:
    """How many people must approve."""
    return 0 if request.rolls_back else rules.approval_rules.count


def _counting(question: Question) -> tuple[Consent, ...]:
    """The approvals that count, in the order in which they were given."""
    listed, name = question.rules.approval_rules.from_, question.environment.name
    return tuple(
        each
        for each in question.consents
        if objection(each, question.request, listed, environment=name) is None
    )


def objection(
    consent: Consent, request: DeployRequest, listed: tuple[str, ...], *, environment: str
) -> Reason | None:
    """Why somebody's approval of a request doesn't count; None if it does.

    If the request was made on GitHub, only a link tells that approver and requester are two people.
    If links can be verified, that must be a verified one.
    """
    asked = request.requester or Person()
    account = structs.replace(asked, slack_userid=None)
    if same_person(asked, consent.by) or same_person(account, consent.by):
        return ApprovalOwn(environment=environment)
    if request.on_github and consent.lacks:
        provable = consent.lacks == "proof"
        return ApprovalByUnlinked(login=asked.login or asked.name, provable=provable)
    return next(iter(barred(consent.asker, listed, environment=environment, doing="approve")), None)
