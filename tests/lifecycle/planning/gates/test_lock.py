"""The gate of locks."""

import pytest

from app.lifecycle.configuration.model import EnvironmentConfig
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.gates.order import judge
from app.lifecycle.planning.gates.question import Question, Verdict
from app.lifecycle.planning.targets.environments import Environment
from app.model.plan import Person
from app.model.reasons.locks import Locked, LockedOut
from app.model.slot import EVERYWHERE, Lock, Slot

DANA = Person(name="Dana", slack_userid="U1", login="octocat")
SAM = Person(name="Sam", slack_userid="U2")


def judged(
    *, own: Lock | None = None, every: Lock | None = None, by: Person = SAM, automatic: bool = False
) -> Verdict:
    """What the gates say of a deployment by somebody at 100."""
    request = DeployRequest(
        environment="live",
        request_id="r",
        trigger="command",
        automatic=automatic,
        requester=by,
        force=True,
    )
    return judge(
        Question(
            request=request,
            environment=Environment(name="live", rules=EnvironmentConfig()),
            sha="3f9c2d1aaaa",
            slot=Slot(repository_id=1, name="live", lock=own),
            everywhere=Slot(repository_id=1, name=EVERYWHERE, lock=every),
            date=100.0,  # by our own clock it is never over: `now` is 0
        )
    )


LOCK = Lock(by=DANA, since=50.0, reason="migration", until=200.0)


def test_a_person_is_refused():
    """`force` does not help."""
    refusal = Locked(environment="live", by="Dana", since=50.0, locked_for="migration", until=200.0)
    assert judged(own=LOCK) == Verdict(refusals=(refusal,))


@pytest.mark.parametrize(
    ("lock", "by"),
    [
        (LOCK, DANA),
        (LOCK, Person(login="OctoCat")),
        (Lock(by=DANA, since=50.0, until=100.0), SAM),
        (None, SAM),
    ],
    ids=["its owner", "its owner on GitHub", "over", "none"],
)
def test_who_passes(lock: Lock | None, by: Person):
    """Its owner, however known; everybody once it is over."""
    assert judged(own=lock, by=by).open


def test_an_automatic_deployment_waits():
    """Also for who owns the lock; until it ends."""
    verdict = judged(own=LOCK, by=DANA, automatic=True)

    assert verdict.refusals == ()
    assert [type(reason) for reason in verdict.waits] == [LockedOut]


def test_both_locks_are_told():
    """That of the environment and that of all of them."""
    every = Lock(by=SAM, since=60.0)

    verdict = judged(own=LOCK, every=every, by=Person(name="Kim"))

    assert [(one.by, one.everywhere) for one in verdict.refusals] == [
        ("Sam", True),
        ("Dana", False),
    ]
