"""Bindings (channel to repository) and links (Slack user to GitHub user) in DynamoDB."""

from collections.abc import Iterable, Sequence

from app.errors import Conflict
from app.model.project import Project, User
from app.store.codec import (
    PROJECTS,
    USERS,
    Attributes,
    difference,
    next_project,
    to_attributes,
    to_record,
)
from app.store.dynamodb.calls import ConditionFailed
from app.store.dynamodb.expressions import Expression, Update
from app.store.dynamodb.unique import OWNER, TRIES, Owned
from app.store.dynamodb.values import Item, from_item, to_item
from app.store.dynamodb.writes import WRITE_ID, Operation, Writes, new_write_id

BATCH = 100
"""The most items that one BatchGetItem may ask for."""


def projects_of(writes: Writes) -> Owned[Project]:
    """The bindings, in which each repository belongs to one channel."""
    return Owned(writes, PROJECTS, "repository_id", "repository")


def users_of(writes: Writes) -> Owned[User]:
    """The links, in which each GitHub user belongs to one Slack user."""
    return Owned(writes, USERS, "github_user_id", "github_user")


async def bind(writes: Writes, wanted: Project) -> Project:
    """Bind a channel and a repository, or return the binding that is in the way.

    Raises `Conflict` if other writers kept changing it.
    """
    owned = projects_of(writes)
    for _ in range(TRIES):
        write_id = new_write_id()
        try:
            await writes.carry_out(owned.claim(wanted, write_id), write_id)
        except ConditionFailed:
            existing = await owned.get(wanted.slack_channelid) or await owned.owner(
                wanted.repository_id
            )
            if existing is None:
                continue
            return existing
        return wanted
    raise Conflict("others kept changing the binding")


async def link(writes: Writes, wanted: User) -> User:
    """Link a Slack user and a GitHub user, or return the link that is in the way.

    A Slack user who is linked to another GitHub user is linked to this one instead. Raises
    `Conflict` if other writers kept changing the link.
    """
    owned = users_of(writes)
    for _ in range(TRIES):
        existing = await owned.owner(wanted.github_user_id)
        if existing is not None:
            return existing
        mine = await owned.get(wanted.slack_userid)
        write_id = new_write_id()
        try:
            await writes.carry_out(_linking(owned, mine, wanted, write_id), write_id)
        except ConditionFailed:
            continue
        return wanted
    raise Conflict("others kept changing the link")


def _linking(owned: Owned[User], mine: User | None, wanted: User, write_id: str) -> list[Operation]:
    if mine is None:
        return owned.claim(wanted, write_id)
    unchanged = Expression()
    unchanged.where(owned.unique, mine.github_user_id)
    item = to_item({**to_attributes(wanted), WRITE_ID: write_id})
    return [
        owned.writes.put(USERS, item, unchanged),
        owned.claim_value(wanted, write_id),
        owned.release_value(mine),
    ]


async def update_project(writes: Writes, before: Project, after: Project) -> Project:
    """Change a binding or move it to another channel.

    Raises `Conflict` if it was changed meanwhile, or if the other channel is bound already.
    """
    written = next_project(before, after)
    write_id = new_write_id()
    if before.slack_channelid == after.slack_channelid:
        operations = [_changed(writes, before, written, write_id)]
    else:
        operations = _moved(projects_of(writes), before, written, write_id)
    await writes.carry_out(operations, write_id)
    return written


def _changed(writes: Writes, before: Project, after: Project, write_id: str) -> Operation:
    update = Update()
    _unchanged(update, before)
    update.apply(difference(PROJECTS, before, after))
    update.set("version", after.version)
    update.set(WRITE_ID, write_id)
    return writes.update(PROJECTS, (before.slack_channelid,), update)


def _moved(
    owned: Owned[Project], before: Project, after: Project, write_id: str
) -> list[Operation]:
    unchanged = Expression()
    _unchanged(unchanged, before)
    named = Update()
    named.where(OWNER, before.slack_channelid)
    named.set(OWNER, after.slack_channelid)
    named.set(WRITE_ID, write_id)
    return [
        owned.writes.delete(PROJECTS, (before.slack_channelid,), unchanged),
        owned.claim(after, write_id)[0],
        owned.writes.update(PROJECTS, (owned.unique_key(before.repository_id),), named),
    ]


def _unchanged(condition: Expression, before: Project) -> None:
    condition.where("repository_id", before.repository_id)
    condition.where("version", before.version or None)


async def projects(writes: Writes) -> list[Project]:
    """All bindings, read page by page; the records of `Owned` that name an owner are left out."""
    only = Expression()
    only.where_exists("repository_id")
    found: list[Project] = []
    async for page in writes.calls.pages(
        "scan",
        TableName=writes.calls.table(PROJECTS.table),
        ConsistentRead=True,
        **only.as_filter(),
    ):
        found += [to_record(PROJECTS, from_item(item)) for item in page["Items"]]
    return found


async def users(writes: Writes, github_user_ids: Sequence[int]) -> dict[int, User]:
    """The links of these GitHub users, by GitHub user id; a user without a link is left out."""
    owned = users_of(writes)
    named = await _batch(writes, (owned.unique_key(value) for value in github_user_ids))
    records = await _batch(writes, (item[OWNER] for item in named if OWNER in item))
    linked = (to_record(USERS, item) for item in records if owned.unique in item)
    wanted = set(github_user_ids)
    return {user.github_user_id: user for user in linked if user.github_user_id in wanted}


async def _batch(writes: Writes, keys: Iterable[str]) -> list[Attributes]:
    """Read many users consistently, in as few calls as possible.

    DynamoDB may leave some keys of a batch unprocessed (it throttles, or the answer would be too
    large). These are asked for again after a pause; raises `StoreUnavailable` if that takes too
    long.
    """
    left = [to_item({USERS.key[0]: key}) for key in dict.fromkeys(keys)]
    found: list[Attributes] = []
    for start in range(0, len(left), BATCH):
        patience, asked = writes.calls.patience(), left[start : start + BATCH]
        while asked:
            part, asked = await _part(writes, asked)
            found += part
            if asked:
                await patience.pause("batch_get_item: keys were left unprocessed")
    return found


async def _part(writes: Writes, asked: list[Item]) -> tuple[list[Attributes], list[Item]]:
    """Make one call; returns the users it found and the keys it left unprocessed."""
    table = writes.calls.table(USERS.table)
    request = {table: {"Keys": asked, "ConsistentRead": True}}
    answer = await writes.calls.read("batch_get_item", RequestItems=request)
    found = [from_item(item) for item in answer["Responses"].get(table, [])]
    return found, answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
