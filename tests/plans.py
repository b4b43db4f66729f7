"""Builds for tests: what belongs to a build's plan may be given beside the build's own facts."""

from typing import Any

from msgspec import structs

from app.model.build import Build
from app.model.plan import Payload, Plan, RefKind, RepositoryRef, Run

OF_PLAN = frozenset(Plan.__struct_fields__) - frozenset(Build.__struct_fields__)

PLAN = Plan(
    repository=RepositoryRef(id=1, full_name="acme/shop", installation_id=2),
    environment="production",
    ref="main",
    ref_kind=RefKind.BRANCH,
    sha="3f9c2d1" + "a" * 33,
    payload=Payload(request="r1", trigger="command", channel="C1"),
    run=Run(project="gh/acme/shop", branch="main"),
)


def changed(build: Build, **facts: Any) -> Build:
    """A build with other facts; those of the plan change its plan, or come with one."""
    own = {name: value for name, value in facts.items() if name not in OF_PLAN}
    planned = {name: value for name, value in facts.items() if name in OF_PLAN}
    build = structs.replace(build, **own)
    if not planned:
        return build
    return structs.replace(build, plan=structs.replace(build.plan or PLAN, **planned))
