"""The gate of protections that nothing enforces yet."""

import pytest

from app.lifecycle.planning.gates.order import judge
from app.model.reasons.gates import ProtectionsUnenforced
from tests.lifecycle.planning.test_gates_checks import asked


@pytest.mark.parametrize(
    ("rules", "keys"),
    [
        ({"confirm": True, "approvals": 1}, ("approvals",)),
        ({"approvals": {"count": 2, "from": ("@octocat",)}}, ("approvals",)),
    ],
)
def test_what_is_protected_is_refused_with_all_keys(
    rules: dict[str, object], keys: tuple[str, ...]
) -> None:
    """Also by force."""
    refused = (ProtectionsUnenforced(environment="test", keys=keys),)
    assert judge(asked(rules=rules)).refusals == refused
    assert judge(asked(rules=rules, force=True)).refusals == refused


def test_an_environment_without_protections_is_left_alone() -> None:
    """No approvals are none."""
    assert judge(asked(force=True, rules={"approvals": 0})).open
