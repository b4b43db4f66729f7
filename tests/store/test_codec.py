"""Records and attributes: nothing lost, only what differs written, shards as documented."""

import msgspec
import pytest
from msgspec import structs

from app.model.ask import Ask, AskKind
from app.model.build import Build, BuildState
from app.model.note import DeploymentFacts
from app.model.plan import Person, Ticket
from app.model.slot import Place, Rank, Slot
from app.store.codec import (
    ASKS,
    BUILDS,
    SLOTS,
    Change,
    difference,
    due_shard,
    to_attributes,
    to_record,
)
from app.store.dynamodb.values import from_value, to_value
from app.store.notes import check_noted
from tests.plans import PLAN

TICKET = Ticket(system="github", key="#1", url="https://github.com/a/b/issues/1")

BUILD = Build(
    repository_id=1,
    deployment_id=7,
    due_at=0.0,
    holder="us",
    version=3,
    events=2,
    state=BuildState.RUNNING,
    asker=Person(name="Ann"),
    plan=structs.replace(PLAN, tickets=(TICKET,)),
)


def test_a_record_comes_back_from_its_attributes():
    """Attributes are plain JSON values under the model's names; defaults are left out."""
    attributes = to_attributes(BUILD)

    assert attributes["state"] == "running"
    assert "ref" not in attributes
    assert to_record(BUILDS, attributes) == BUILD
    slot = Slot(repository_id=1, name="x", waiting=(Place(deployment_id=1, rank=Rank.ROLLBACK),))
    assert to_record(SLOTS, to_attributes(slot)) == slot


def test_a_record_without_a_due_time_is_not_due():
    """Also an ask, which is due at once when it is made."""
    assert to_record(ASKS, {"ask_id": "a", "kind": "sweep", "asked_at": 1}).due_at is None
    assert Ask(ask_id="a", kind=AskKind.SWEEP, asked_at=1.0).due_at == 0.0


def test_attributes_of_a_newer_version_are_passed_over():
    """An older process reads what a newer one wrote."""
    assert to_record(BUILDS, {**to_attributes(BUILD), "colour": "red"}) == BUILD


def test_what_github_tells_may_be_noted():
    """Its names are a note's to write: they are not checked again for each event."""
    check_noted(DeploymentFacts.__struct_fields__)


def test_a_difference_is_what_changed_and_what_went():
    """Key and progress are the store's own and never in it."""
    after = msgspec.structs.replace(
        BUILD, state=BuildState.WAITING, asker=Person(login="ann"), version=9, holder=None
    )
    assert difference(BUILDS, BUILD, after) == Change(
        {"asker": {"login": "ann"}},
        ("state",),
        {"asker": {"name": "Ann"}, "state": "running"},
    )
    assert difference(BUILDS, BUILD, BUILD) == Change({}, (), {})


def test_shards_are_crc32_of_the_id():
    """Other programs find records by the same number: decimal digits, UTF-8, modulo 32."""
    assert due_shard((123456789, 42)) == 0xCBF43926 % 32
    assert due_shard("123456789") == 0xCBF43926 % 32
    assert due_shard((123456789, 1)) == due_shard((123456789, 2))


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        -1,
        1.5,
        -2.5e-9,
        1e22,
        10**30,
        "",
        "x",
        [],
        [[1], {}],
        {"a": {"b": []}},
    ],
)
def test_every_json_value_survives_dynamodb(value):
    """Typed values carry what JSON can."""
    assert from_value(to_value(value)) == value


def test_a_type_that_we_never_write_is_an_error():
    """A set written by somebody else is not taken for something else."""
    with pytest.raises(ValueError, match="SS"):
        from_value({"SS": ["a"]})
