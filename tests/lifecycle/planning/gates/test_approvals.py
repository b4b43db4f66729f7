"""The gate of approvals."""

from typing import Literal

import pytest
from msgspec import structs

from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.gates.approvals import objection
from app.lifecycle.planning.gates.order import judge
from app.lifecycle.planning.gates.question import Asker, Consent, Verdict
from app.model.plan import Person
from app.model.reasons import Reason
from app.model.reasons.approvals import ApprovalByUnlinked, ApprovalNeeded, ApprovalOwn
from app.model.reasons.people import IdentityUnproven, NotAllowed
from app.model.triggers import Trigger
from tests.lifecycle.planning.gates.test_checks import asked

DANA = Person(name="Dana", slack_userid="U1")
OCTOCAT = Person(name="octocat", login="octocat", github_id=1)
NAMED = {"approvals": {"count": 1, "from": ("@hubot", "team:acme/leads")}}


def agreed(
    user: str,
    *,
    login: str = "",
    number: int | None = None,
    asker: Asker | None = None,
    lacks: Literal["", "link", "proof"] = "",
) -> Consent:
    """That somebody has agreed."""
    by = Person(name=user, slack_userid=user, login=login or None, github_id=number)
    return Consent(key=user, by=by, asker=asker or Asker(), lacks=lacks)


def waits(
    *consents: Consent,
    count: int = 1,
    requester: Person | None = DANA,
    rules: dict[str, object] | None = None,
    **rest: object,
) -> Verdict:
    """What the gate says of a deployment that so many have agreed to."""
    known = rules or {"approvals": count}
    return judge(asked(rules=known, consents=consents, requester=requester, **rest))


@pytest.mark.parametrize(
    ("count", "people", "given"),
    [
        (0, [], None),
        (1, [], ()),
        (1, ["U2"], None),
        (2, ["U2"], ("U2",)),
        (2, ["U2", "U3"], None),
        (2, ["U2", "U3", "U4"], None),
        (1, ["U1"], ()),
        (2, ["U1", "U2"], ("U2",)),
    ],
)
def test_so_many_others_must_agree(
    count: int, people: list[str], given: tuple[str, ...] | None
) -> None:
    """Whoever asked does not count; None: it is open."""
    verdict = waits(*(agreed(user) for user in people), count=count)
    needed = ApprovalNeeded(count=count, given=given or (), requester="Dana")
    assert verdict.waits == (() if given is None else (needed,))
    others = tuple(user for user in people if user != "U1")
    assert verdict.approved == (others if count else ())


@pytest.mark.parametrize(
    ("consent", "counts"),
    [
        (agreed("U2", lacks="link"), False),
        (agreed("U2", login="hubot", number=2, lacks="proof"), False),
        (agreed("U2", login="Octocat"), False),
        (agreed("U2", login="dana-cat", number=1), False),
        (agreed("U2", login="hubot", number=2), True),
    ],
)
def test_who_is_known_by_their_login_is_told_apart_by_a_link(
    consent: Consent, counts: bool
) -> None:
    """Of another login, by its id where that is known."""
    assert waits(consent, requester=OCTOCAT).open is counts


def test_two_users_of_one_account_are_one_person() -> None:
    """Who asked in Slack, and whoever has their login by now."""
    dana = Person(name="Dana", slack_userid="U1", login="octocat")
    assert not waits(agreed("U2", login="octocat"), requester=dana).open


@pytest.mark.parametrize(
    ("asker", "counts"),
    [
        (Asker(login="hubot", means=frozenset({"@hubot"})), True),
        (Asker(login="kim", means=frozenset({"team:acme/leads"})), True),
        (Asker(login="hubot", revoked=frozenset({"@hubot"})), False),
        (Asker(login="pat"), False),
        (Asker(), False),
    ],
)
def test_only_who_is_named_counts(asker: Asker, counts: bool) -> None:
    """By what is proven, and has not ended."""
    assert waits(agreed("U2", asker=asker), rules=NAMED).open is counts


@pytest.mark.parametrize(
    ("consent", "why"),
    [
        (agreed("U1"), ApprovalOwn(environment="test")),
        (
            agreed("U2", asker=Asker(login="pat")),
            NotAllowed(environment="test", listed=("@hubot",), login="pat", doing="approve"),
        ),
        (
            agreed("U2", asker=Asker(provable=False)),
            IdentityUnproven(
                environment="test", listed=("@hubot",), doing="approve", provable=False
            ),
        ),
    ],
    ids=["their own", "not named", "not proven"],
)
def test_why_an_approval_does_not_count(consent: Consent, why: Reason) -> None:
    """Told to whoever gave it."""
    request = DeployRequest(
        environment="test", request_id="r", trigger=Trigger.COMMAND, requester=DANA
    )
    assert objection(consent, request, ("@hubot",), environment="test") == why


@pytest.mark.parametrize(
    ("trigger", "requester"),
    [
        ("push", OCTOCAT),
        ("push", structs.replace(OCTOCAT, slack_userid="U1")),
        (Trigger.COMMENT, Person(name="octocat", login="octocat", slack_userid="U1")),
        ("", OCTOCAT),
    ],
    ids=["a push", "a pusher whose login is claimed", "a comment, store lost", "by the API"],
)
@pytest.mark.parametrize("lacks", ["link", "proof"])
def test_who_is_told_apart_by_no_link_is_told_from_whom(
    trigger: str, requester: Person, lacks: Literal["link", "proof"]
) -> None:
    """By the login of who asked, and whether a claim is enough."""
    request = DeployRequest(
        environment="test",
        request_id="r",
        trigger=trigger,
        automatic=trigger == "push",
        requester=requester,
    )
    found = objection(agreed("U2", lacks=lacks), request, (), environment="test")
    assert found == ApprovalByUnlinked(login="octocat", provable=lacks == "proof")


def test_force_does_not_skip_it_and_a_rollback_passes() -> None:
    """What went live there before has been agreed to."""
    assert not waits(force=True).open
    assert waits(rollback_of=811).open


def test_nothing_waits_for_people_who_cannot_prove_who_they_are() -> None:
    """It is refused; where anybody may agree, nothing need be proven."""
    [refusal] = waits(rules=NAMED, provable=False).refusals
    assert isinstance(refusal, IdentityUnproven)
    assert (refusal.doing, refusal.provable) == ("approve", False)
    assert waits(agreed("U2"), provable=False).open


def test_all_other_reasons_are_told_as_well() -> None:
    """A check that still runs beside it."""
    found = judge(asked("a:p", rules={"approvals": 1}, requester=DANA))
    assert ["checks_pending", "approval_needed"] == [reason.name for reason in found.waits]
