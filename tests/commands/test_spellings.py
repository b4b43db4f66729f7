"""Environments that GitHub has under another case or an alias: found by whatever is typed."""

from typing import Any

import pytest

from app.model.build import Build, BuildState, Origin
from app.model.slot import Listing
from tests.commands.conftest import Desk
from tests.plans import PLAN


@pytest.fixture
def config() -> str:
    """One environment with an alias, and one that Vercel spells otherwise."""
    return "version: 1\nenvironments:\n  production: {aliases: [prod]}\n  preview: {}\n"


async def persons(desk: Desk, spelled: str, **facts: Any) -> None:
    """A person's deployment that was made under that name and means `production`."""
    made = desk.world.github.person_deploys("acme/shop", environment=spelled)
    shop = await desk.outside.github.repository("acme/shop")
    build = Build(
        repository_id=shop.id,
        deployment_id=made.id,
        repository="acme/shop",
        sha=made.sha,
        ref="main",
        environment=spelled,
        origin=Origin.PERSON,
        **{"plan": PLAN, **facts},
    )
    await desk.outside.store.adopt(build)


@pytest.mark.parametrize("spelled", ["Production", "prod"])
async def test_cancel(desk: Desk, spelled: str):
    """What runs there, whatever its creator called it."""
    await desk.bound()
    await persons(
        desk, spelled, state=BuildState.RUNNING, pipeline_id="p", standing=Listing.RUNNING
    )
    for typed in ("production", "Production", "prod"):
        assert "Canceling `main`" in await desk.type(f"cancel {typed}"), typed


async def test_cancel_beside_one_that_is_spelled_as_configured(desk: Desk):
    """Both are looked at, not the first spelling that is found."""
    await desk.bound()
    await desk.deployed("deploy production v1.4.0", "success", state=BuildState.SUCCEEDED)
    await persons(desk, "Production", state=BuildState.WAITING)
    assert "Canceling `main`" in await desk.type("cancel production")


async def test_what_others_deploy(desk: Desk):
    """The configuration's spelling hides nothing."""
    await desk.bound()
    desk.world.github.vercel_deploys("acme/shop", environment="Preview")
    for typed in ("status Preview", "status preview", "list Preview", "list preview"):
        assert "*Preview*" in await desk.type(typed), typed
