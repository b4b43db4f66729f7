"""Which commit is meant by what was typed."""

import pytest
from msgspec import structs

from app.lifecycle.planning.targets.refs import Aim, at_head, find_ref, pasted, pinned
from app.model.github.refs import ResolvedRef
from app.model.plan import RefKind
from app.model.reasons.base import BaseReason
from app.model.reasons.typed import ShaUnknown
from tests.lifecycle.conftest import BARE, BRANCH, OTHER, PULL, SHA, TAG, resolved, survey


@pytest.mark.parametrize(
    ("refs", "typed", "similar", "expected"),
    [
        ((BRANCH,), "main", (), Aim(resolved=BRANCH, ref="main", at_head=True)),
        ((BRANCH,), None, (), Aim(resolved=BRANCH, ref="main", at_head=True)),
        ((BRANCH,), "heads/main", (), Aim(resolved=BRANCH, ref="heads/main", at_head=True)),
        ((TAG,), "refs/tags/v1.4.0", (), Aim(resolved=TAG, ref="refs/tags/v1.4.0", at_head=True)),
        ((PULL,), "#7", (), Aim(resolved=PULL, ref=PULL.sha, at_head=False)),
        ((BARE,), "3f9c2d1", (), Aim(resolved=BARE, ref=SHA, at_head=False)),
        ((BRANCH, TAG), "x", (), ("ref_ambiguous", {"ref": "x"})),
        ((), "mian", ("main", "fix"), ("ref_unknown", {"ref": "mian", "closest": "main"})),
        ((), "mian", (), ("ref_unknown", {"ref": "mian", "closest": ""})),
        ((), None, (), ("ref_unknown", {"ref": "trunk"})),
        ((), "3f9c", (), ("sha_too_short", {"sha": "3f9c", "needed": 7})),
        ((), "3f9c", ("3f9cc",), ("ref_unknown", {"closest": "3f9cc"})),
        ((), "3F9C2D1", (), ("sha_unknown", {"sha": "3F9C2D1", "repository": "acme/shop"})),
        ((), "1" * 41, (), ("ref_unknown", {})),
        ((), "cafe", (), ("ref_unknown", {"ref": "cafe"})),
        ((), "v12", (), ("ref_unknown", {"ref": "v12"})),
        ((), "12", (), ("ref_unknown", {"ref": "12"})),
    ],
)
def test_which_commit_is_meant(
    refs: tuple[ResolvedRef, ...], typed: str | None, similar: tuple[str, ...], expected: object
):
    """What was found, or why not, with the closest name."""
    found = find_ref(survey(*refs), typed, similar)

    if isinstance(expected, Aim):
        assert found == expected
    else:
        name, details = expected
        assert isinstance(found, BaseReason)
        assert found.name == name
        assert details.items() <= structs.asdict(found).items()


@pytest.mark.parametrize(
    ("address", "ref"),
    [
        ("https://github.com/acme/shop/pull/12", "#12"),
        ("https://github.com/Acme/shop/pull/12/files?w=1#diff", "#12"),
        ("https://github.com/acme/shop/tree/fix/hats", "fix/hats"),
        ("https://github.com/acme/shop/tree/fix/hats/", "fix/hats"),
        ("https://github.com/acme/shop/tree/fix%23hats?tab=readme", "fix#hats"),
        ("https://ghe.example.com/acme/shop/commit/3f9c2d1", "3f9c2d1"),
        ("https://github.com/acme/shop/releases/tag/v1.4.0", "v1.4.0"),
        ("https://github.com/acme/hats/pull/12", "https://github.com/acme/hats/pull/12"),
        ("https://github.com/acme/shop", "https://github.com/acme/shop"),
        ("fix/hats", "fix/hats"),
        ("", ""),
    ],
)
def test_what_is_pasted_from_a_browser(address: str, ref: str):
    """A page of the channel's own repository; another's is no ref of it."""
    assert pasted(address, "acme/shop") == ref


def test_a_pinned_commit():
    """As its ref's head while it is that, else by itself, else unknown."""
    assert at_head(survey(BRANCH), "main", SHA) == Aim(resolved=BRANCH, ref="main", at_head=True)
    assert at_head(survey(BRANCH), "main", OTHER) is None
    assert at_head(survey(BARE), SHA, SHA) is None
    assert at_head(survey(), "main", SHA) is None
    # the survey's checks are those of the first ref
    assert at_head(survey(resolved(RefKind.BRANCH, "x", OTHER), TAG), "x", SHA) is None
    own = structs.replace(BARE, in_repository=True)
    assert pinned(survey(BRANCH), SHA) == Aim(resolved=own, ref=SHA, at_head=False)
    assert pinned(survey(BARE), SHA, ref="main") == Aim(resolved=BARE, ref="main", at_head=False)
    unknown = pinned(survey(BRANCH), OTHER)
    assert unknown == ShaUnknown(sha="9ab01c2", repository="acme/shop")
