"""Bindings (channel to repository) and links (Slack user to GitHub user) in SQL.

Each function takes a connection and runs inside one transaction.
"""

import sqlite3
from collections.abc import Sequence

import msgspec

from app.errors import Conflict
from app.model.project import Project, User
from app.store.codec import PROJECTS, USERS, next_project, to_attributes, to_record
from app.store.sqlite.rows import attributes_of, columns, delete, fetch, put

_ALL_PROJECTS = f"SELECT {', '.join(columns(PROJECTS))} FROM project ORDER BY slack_channelid"  # noqa: S608 - our own names
_USERS = (
    f"SELECT {', '.join(columns(USERS))} FROM user "  # noqa: S608 - our own names
    "WHERE github_user_id IN (SELECT value FROM json_each(?))"
)


def project(connection: sqlite3.Connection, **where: str | int) -> Project | None:
    """The binding of a channel (`slack_channelid`) or of a repository (`repository_id`)."""
    stored = fetch(connection, PROJECTS, where)
    return None if stored is None else to_record(PROJECTS, stored)


def projects(connection: sqlite3.Connection) -> list[Project]:
    """All bindings."""
    return [
        to_record(PROJECTS, attributes_of(PROJECTS, row))
        for row in connection.execute(_ALL_PROJECTS)
    ]


def bind(connection: sqlite3.Connection, wanted: Project) -> Project:
    """Bind a channel and a repository, or return the binding that is in the way."""
    existing = project(connection, slack_channelid=wanted.slack_channelid) or project(
        connection, repository_id=wanted.repository_id
    )
    if existing is not None:
        return existing
    put(connection, PROJECTS, to_attributes(wanted))
    return wanted


def unbind(connection: sqlite3.Connection, slack_channelid: str) -> Project | None:
    """Delete a channel's binding and return it."""
    existing = project(connection, slack_channelid=slack_channelid)
    delete(connection, PROJECTS, slack_channelid)
    return existing


def update_project(connection: sqlite3.Connection, before: Project, after: Project) -> Project:
    """Change a binding or move it to another channel.

    Raises `Conflict` if it was changed meanwhile, or if the other channel is bound already.
    """
    written = next_project(before, after)
    stored = project(connection, slack_channelid=before.slack_channelid)
    if stored is None or (stored.repository_id, stored.version) != (
        before.repository_id,
        before.version,
    ):
        raise Conflict("the binding was changed meanwhile")
    if after.slack_channelid != before.slack_channelid:
        if project(connection, slack_channelid=after.slack_channelid) is not None:
            raise Conflict("the channel is bound already")
        delete(connection, PROJECTS, before.slack_channelid)
    put(connection, PROJECTS, to_attributes(written))
    return written


def user(connection: sqlite3.Connection, **where: str | int) -> User | None:
    """The link of a Slack user (`slack_userid`) or of a GitHub user (`github_user_id`)."""
    stored = fetch(connection, USERS, where)
    return None if stored is None else to_record(USERS, stored)


def users(connection: sqlite3.Connection, github_user_ids: Sequence[int]) -> dict[int, User]:
    """The links of these GitHub users, by GitHub user id; a user without a link is left out."""
    rows = connection.execute(_USERS, (msgspec.json.encode(list(github_user_ids)).decode(),))
    found = (to_record(USERS, attributes_of(USERS, row)) for row in rows)
    return {linked.github_user_id: linked for linked in found}


def link(connection: sqlite3.Connection, wanted: User) -> User:
    """Link a Slack user and a GitHub user, or return the link that is in the way.

    A Slack user who is linked to another GitHub user is linked to this one instead.
    """
    existing = user(connection, github_user_id=wanted.github_user_id)
    if existing is not None:
        return existing
    put(connection, USERS, to_attributes(wanted))
    return wanted


def unlink(connection: sqlite3.Connection, slack_userid: str) -> User | None:
    """Delete a Slack user's link and return it."""
    existing = user(connection, slack_userid=slack_userid)
    delete(connection, USERS, slack_userid)
    return existing
