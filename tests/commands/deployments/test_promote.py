"""`promote`: what is in its way."""

from inline_snapshot import snapshot

from app.model.build import BuildState
from tests.commands.conftest import Desk


async def test_older_code_is_asked_about_first(desk: Desk) -> None:
    """A promotion passes every gate of where it goes."""
    await desk.bound()
    for typed in ("deploy staging v1.4.0", "deploy production main"):
        desk.world.github.clock.ahead += 60
        await desk.deployed(typed, "success", state=BuildState.SUCCEEDED)

    assert await desk.type("promote staging production") == snapshot("""\
to the person:
`v1.4.0` (`‹sha›`) is 1 commit behind `main`, which is live in *production*. Deploy it anyway?
[Deploy anyway]\
""")
    await desk.type("lock production", "sam")
    assert "locked by sam" in await desk.type("promote staging production")
