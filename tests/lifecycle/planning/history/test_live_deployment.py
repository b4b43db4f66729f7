"""What is live: the success with the greatest time of success, as GitHub's statuses tell it."""

import pytest
from msgspec import structs

from app.lifecycle.planning.history.live_deployment import live_in, went_live_at, with_success
from app.model.github.deployment import Deployment
from app.model.github.live import Comparison
from tests.lifecycle.conftest import deployed, ground
from tests.plans import PLAN

Marks = tuple[tuple[str, float], ...]


def ran(number: int, *history: tuple[str, float], **rest: object) -> Deployment:
    """A deployment with these statuses, oldest first."""
    return deployed(number, history[-1][0], history=history, **rest)


FIRST = ("in_progress", 10.0), ("success", 20.0)


@pytest.mark.parametrize(
    ("history", "at"),
    [
        ((), None),
        ((("in_progress", 10.0), ("failure", 20.0)), None),
        (FIRST, 20.0),
        ((*FIRST, ("inactive", 30.0)), 20.0),
        ((*FIRST, ("in_progress", 30.0), ("failure", 40.0)), 20.0),
        ((*FIRST, ("in_progress", 30.0), ("success", 40.0)), 40.0),
        ((*FIRST, ("inactive", 30.0), ("success", 40.0)), 40.0),
        ((*FIRST, ("success", 40.0)), 20.0),
        ((*FIRST, ("failure", 30.0), ("success", 40.0)), 20.0),
        ((("in_progress", 10.0), ("error", 20.0), ("success", 30.0)), 30.0),
    ],
    ids=[
        "nothing yet",
        "failed",
        "succeeded",
        "replaced",
        "its rerun failed",
        "its rerun succeeded",
        "replaced, and only its rerun's end was told",
        "repeated by somebody",
        "a test of others failed, then passed",
        "after its timeout",
    ],
)
def test_when_it_went_live(history: Marks, at: float | None):
    """Its first success since it was last begun."""
    deployment = ran(1, *history) if history else deployed(1, None)
    assert went_live_at(deployment) == at


def live_ids(*deployments: Deployment) -> int | None:
    """The deployment that is live."""
    found = live_in(deployments)
    return found.deployment_id if found else None


def test_an_older_deployment_that_was_run_again():
    """1 fails, 2 succeeds, 1 is run again and succeeds: 1 is live, since then."""
    again = ("in_progress", 10.0), ("failure", 11.0), ("in_progress", 30.0), ("success", 31.0)
    first, second = ran(1, *again), ran(2, *FIRST)
    for order in ((first, second), (second, first)):
        found = live_in(order)
        assert found is not None
        assert (found.deployment_id, found.since) == (1, 31.0)


def test_a_rerun_that_fails_erases_no_success():
    """What went live stays what went live last."""
    rerun = ran(2, *FIRST, ("in_progress", 30.0), ("error", 31.0))
    assert live_ids(ran(1, ("success", 5.0)), rerun) == 2


def test_what_was_made_inactive_is_gone():
    """Unless something went live after it, which is what makes GitHub say so."""
    closed = ran(2, *FIRST, ("inactive", 30.0))
    assert live_ids(ran(1, ("success", 5.0)), closed) is None
    assert live_ids(closed, ran(3, ("success", 30.0))) == 3


def test_an_environment_is_one_under_all_its_names():
    """Deployments are filed under whatever its creator wrote."""
    config = "environments: {production: {aliases: [prod]}}"
    deployments = (
        ran(3, ("success", 30.0), environment="staging"),
        ran(2, ("success", 20.0), environment="Prod"),
        ran(1, ("success", 10.0), environment="production"),
    )
    live = ground(config=config, deployments=deployments).live
    assert live is not None
    assert live.deployment_id == 2


@pytest.mark.parametrize(
    ("compared", "production", "rollback_of", "back"),
    [
        (None, True, None, False),
        (Comparison(ahead=3), True, None, False),
        (Comparison(behind=12), True, None, True),
        (Comparison(ahead=1, behind=2), True, None, False),
        (Comparison(behind=12), False, None, False),
        (Comparison(behind=12), True, 811, False),
    ],
    ids=["unknown", "newer", "older", "diverged", "elsewhere", "a rollback"],
)
def test_what_is_asked_about_first(
    compared: Comparison | None, production: bool, rollback_of: int | None, back: bool
):
    """Older code in production; diverged histories are said only, a rollback means it."""
    payload = structs.replace(PLAN.payload, rollback_of=rollback_of)
    plan = structs.replace(PLAN, compared=compared, production=production, payload=payload)
    assert plan.goes_back is back


@pytest.mark.parametrize(
    ("history", "number", "since"),
    [
        ((("in_progress", 30.0),), 2, 50.0),
        ((("in_progress", 30.0), ("success", 40.0)), 2, 40.0),
        ((("in_progress", 30.0), ("failure", 40.0)), 1, 20.0),
    ],
    ids=["GitHub was not told yet", "it was", "somebody said otherwise"],
)
def test_what_the_slot_knows_is_live_at_once(history: Marks, number: int, since: float):
    """The next in line may be judged before GitHub has heard of the success before it."""
    there = with_success([ran(1, *FIRST), ran(2, *history), ran(3, ("pending", 45.0))], 2, 50.0)
    live = live_in(there)
    assert live is not None
    assert (number, since) == (live.deployment_id, live.since)
