"""The gates of those who may deploy, and of those who may force."""

import pytest

from app.lifecycle.planning.gates.order import judge
from app.lifecycle.planning.gates.question import Asker
from app.model.reasons.people import IdentityUnproven, NotAllowed
from tests.lifecycle.planning.gates.test_checks import asked

LISTS: dict[str, object] = {"allow": ("@octocat", "team:acme/ops"), "force": ("@octocat",)}


def refused(asker: Asker, *, rules: dict[str, object] | None = None, force: bool = False) -> str:
    """Who is refused what, in short."""
    verdict = judge(asked(rules=LISTS if rules is None else rules, asker=asker, force=force))
    assert not verdict.waits
    short = {NotAllowed: "not", IdentityUnproven: "unproven"}
    return " ".join(f"{short[type(each)]}-{each.doing}" for each in verdict.refusals)  # type: ignore[index, union-attr] # these two only


@pytest.mark.parametrize(
    ("means", "force", "expected"),
    [
        ({"@octocat"}, False, ""),
        ({"@octocat"}, True, ""),
        ({"team:acme/ops"}, False, ""),
        ({"team:acme/ops"}, True, "not-force"),
        ({"@hubot"}, False, "not-deploy"),
        (set(), False, "not-deploy"),
        (set(), True, "not-deploy not-force"),
    ],
)
def test_who_is_on_the_list(means: set[str], force: bool, expected: str) -> None:
    """The list of those who may force lets nobody deploy, nor the other way round."""
    asker = Asker(login="somebody", means=frozenset(means))
    assert refused(asker, force=force) == expected


def test_what_is_not_proven_counts_for_nothing() -> None:
    """Said once, and whether it can be proven."""
    claimed = Asker(means=frozenset({"@octocat"}), provable=False)
    assert refused(claimed) == refused(claimed, force=True) == "unproven-deploy"
    assert refused(claimed, rules={"force": ("@octocat",)}, force=True) == "unproven-force"
    [reason] = judge(asked(rules=LISTS, asker=claimed)).refusals
    assert isinstance(reason, IdentityUnproven)
    assert not reason.provable


def test_where_nobody_is_named_anybody_may() -> None:
    """Whoever may deploy may force where `force` is not set; `force` binds forced ones alone."""
    nobody, dana = Asker(), Asker(login="octocat", means=frozenset({"@octocat"}))
    assert not refused(nobody, rules={}, force=True)
    assert not refused(dana, rules={"allow": ("@octocat",)}, force=True)
    assert not refused(nobody, rules={"force": ("@octocat",)})


def test_what_is_wrong_with_the_list_is_told() -> None:
    """Of this list, and not of another."""
    asker = Asker(
        login="hubot",
        revoked=frozenset({"@octocat"}),
        nobody=frozenset({"team:acme/ops", "@gone"}),
    )
    [reason] = judge(asked(rules=LISTS, asker=asker)).refusals
    assert isinstance(reason, NotAllowed)
    assert (reason.revoked, reason.nobody, reason.withheld) == (True, ("team:acme/ops",), ())
