"""A store with a record in every table, for tests that look at it from outside."""

from app.model.ask import Ask, AskKind
from app.model.note import Note
from app.model.project import Project, User
from app.model.slot import Slot, SlotChange

SHOP = Project(slack_channelid="C1", repository_id=1, repository="acme/shop")
ANN = User(slack_userid="U1", github_user_id=11, github_username="ann")
EMPTY = Slot(repository_id=1, name="production")


async def fill(store) -> None:
    """A record of every table; the build is taken, has a pipeline and waits for checks."""
    await store.bind(SHOP)
    await store.link(ANN)
    await store.note(Note(repository_id=1, deployment_id=7, facts={"sha": "abc", "ref": "main"}))
    build = await store.take(await store.build((1, 7)), "us")
    values = {
        "pipeline_id": "p-1",
        "waiting_sha": "abc",
        "guarded_project": "gh/acme/shop",
        "build_url": "https://ci/1",
    }
    await store.save(build, type(build)(**{**_fields(build), **values}))
    await store.add_ask(Ask(ask_id="a-1", kind=AskKind.SWEEP, asked_at=1.5, repository_id=1))
    after = Slot(repository_id=1, name="production", running=7)
    await store.change_slot(SlotChange(before=EMPTY, after=after))


def _fields(record) -> dict[str, object]:
    return {name: getattr(record, name) for name in record.__struct_fields__}
