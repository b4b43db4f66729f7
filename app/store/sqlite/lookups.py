"""Finds builds and asks by something other than their key; there is an index for each query."""

import sqlite3

from app.model.build import BuildKey
from app.ports import Key

_DUE = """
SELECT * FROM (
    SELECT due_at, repository_id, deployment_id, NULL FROM build
    WHERE due_at <= :now ORDER BY due_at LIMIT :limit)
UNION ALL
SELECT * FROM (
    SELECT due_at, NULL, NULL, ask_id FROM ask WHERE due_at <= :now ORDER BY due_at LIMIT :limit)
ORDER BY 1 LIMIT :limit
"""


def due(connection: sqlite3.Connection, now: float, limit: int) -> list[Key]:
    """The keys of at most `limit` due records, the longest due first."""
    rows = connection.execute(_DUE, {"now": now, "limit": limit})
    return [row[3] or (row[1], row[2]) for row in rows]


def build_of_pipeline(connection: sqlite3.Connection, pipeline_id: str) -> BuildKey | None:
    """The build that a pipeline belongs to."""
    return _first(connection, "pipeline_id = ?", pipeline_id)


def build_of_deployment(connection: sqlite3.Connection, deployment_id: int) -> BuildKey | None:
    """The build of a deployment."""
    return _first(connection, "deployment_id = ?", deployment_id)


def builds_waiting_for(
    connection: sqlite3.Connection, repository_id: int, sha: str
) -> list[BuildKey]:
    """The builds that wait for checks of a commit."""
    return _keys(connection, "repository_id = ? AND waiting_sha = ?", repository_id, sha)


def asks_waiting_for(connection: sqlite3.Connection, repository_id: int, sha: str) -> list[str]:
    """The asks that are decided again when the checks of a commit change."""
    rows = connection.execute(
        "SELECT ask_id FROM ask WHERE repository_id = ? AND waiting_sha = ?", (repository_id, sha)
    )
    return [row[0] for row in rows]


def builds_guarding(connection: sqlite3.Connection, project: str) -> list[BuildKey]:
    """The builds that may have started a pipeline of this project without recording it yet."""
    return _keys(connection, "guarded_project = ?", project)


def _first(connection: sqlite3.Connection, where: str, value: str | int) -> BuildKey | None:
    return next(iter(_keys(connection, where, value)), None)


def _keys(connection: sqlite3.Connection, where: str, *values: str | int) -> list[BuildKey]:
    rows = connection.execute(
        f"SELECT repository_id, deployment_id FROM build WHERE {where}",  # noqa: S608 - our own text
        values,
    )
    return [(repository_id, deployment_id) for repository_id, deployment_id in rows]
