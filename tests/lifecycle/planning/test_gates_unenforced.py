"""The gate of protections that nothing enforces yet."""

import pytest

from app.lifecycle.planning.gates.order import judge
from app.model.reasons.gates import ProtectionsUnenforced
from tests.lifecycle.planning.test_gates_checks import asked


@pytest.mark.parametrize(
    ("rules", "keys"),
    [
        ({"allow": ("@octocat",)}, ("allow",)),
        ({"confirm": True, "approvals": 1}, ("approvals", "confirm")),
        ({"requires": ("staging",)}, ("requires",)),
    ],
)
def test_what_is_protected_is_refused_with_all_keys(
    rules: dict[str, object], keys: tuple[str, ...]
) -> None:
    """Also by force, which skips no protection that may say who may force."""
    refused = (ProtectionsUnenforced(environment="test", keys=keys),)
    assert judge(asked(rules=rules)).refusals == refused
    assert judge(asked(rules=rules, force=True)).refusals == refused


def test_who_may_force_holds_back_only_what_is_forced() -> None:
    """And an environment without protections is left alone."""
    rules: dict[str, object] = {"force": ("@octocat",)}
    assert judge(asked(rules=rules)).open
    assert judge(asked(rules=rules, force=True)).refusals == (
        ProtectionsUnenforced(environment="test", keys=("force",)),
    )
    assert judge(asked(force=True, rules={"approvals": 0})).open
