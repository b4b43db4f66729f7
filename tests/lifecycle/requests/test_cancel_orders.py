"""Which asks an order to cancel means, and what the project's record keeps."""

import pytest
from msgspec import structs

from app.lifecycle.requests.cancel_orders import MOST, deploys, dropping, with_kept, with_order
from app.model.ask import Ask, AskKind, Said
from app.model.plan import Person
from app.model.project import CancelOrder, Project

DANA = Person(name="dana", slack_userid="U1")
SAM = Person(name="sam", slack_userid="U2")
PROJECT = Project(slack_channelid="C1", repository_id=1, repository="acme/shop")


def ask(number: str = "a1", at: float = 100.0, by: Person = DANA) -> Ask:
    """A deploy that somebody typed."""
    said = Said(by=by, text="deploy production")
    return Ask(ask_id=number, kind=AskKind.COMMAND, asked_at=at, said=said)


def order(by: Person = DANA, at: float = 101.0, environment: str = "") -> CancelOrder:
    """A cancel that somebody typed."""
    return CancelOrder(ask_id="c1", by=by, at=at, environment=environment)


@pytest.mark.parametrize(
    ("given", "means"),
    [
        (order(), True),
        (order(by=SAM), False),
        (order(at=99.0), False),
        (order(environment="production"), True),
        (order(by=SAM, environment=" Production"), True),
        (order(by=SAM, environment="production", at=99.0), False),
        (order(environment="staging"), False),
    ],
)
def test_an_order_means_ones_own_or_all_of_an_environment(
    given: CancelOrder, *, means: bool
) -> None:
    """Only what was asked for before it."""
    project = with_order(PROJECT, given)
    assert dropping(project, ask(), ("production",)) == (given if means else None)


def test_an_event_is_nobodys_to_cancel_so() -> None:
    """A push that deploys is canceled once it is a deployment."""
    pushed = structs.replace(ask(), said=None)
    assert dropping(with_order(PROJECT, order()), pushed, ("production",)) is None


def test_the_record_keeps_the_newest() -> None:
    """And each once."""
    project = PROJECT
    for number in range(MOST + 5):
        project = with_kept(with_kept(project, ask(f"a{number}")), ask(f"a{number}"))
        project = with_order(project, structs.replace(order(), ask_id=f"c{number}"))
    assert project.kept == tuple(f"a{number}" for number in range(5, MOST + 5))
    assert [one.ask_id for one in project.cancels] == [f"c{n}" for n in range(5, MOST + 5)]
    again = with_order(project, structs.replace(project.cancels[0], told=("a9",)))
    assert len(again.cancels) == MOST


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Said(text="deploy production"), True),
        (Said(text=" Retry"), True),
        (Said(action="retry_again", value="812"), True),
        (Said(action="deploy_again", value="production"), True),
        (Said(text="list"), False),
        (Said(action="cancel", value="812"), False),
    ],
)
def test_what_creates_a_deployment_can_be_dropped(said: Said, *, expected: bool) -> None:
    """Nothing else waits to create one."""
    assert deploys(said) is expected
