"""The tables of the embedded store, and how the file is prepared at each start."""

import sqlite3

LARGEST = 400 * 1024
"""The most bytes that a record's attributes may have: DynamoDB's limit, so both engines agree.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

_BOUNDED = f"CHECK (length(CAST(attributes AS BLOB)) <= {LARGEST})"

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS project (
    slack_channelid TEXT NOT NULL PRIMARY KEY,
    repository_id INTEGER NOT NULL UNIQUE,
    version INTEGER NOT NULL DEFAULT 0,
    attributes TEXT NOT NULL DEFAULT '{{}}' {_BOUNDED}
);
CREATE TABLE IF NOT EXISTS user (
    slack_userid TEXT NOT NULL PRIMARY KEY,
    github_user_id INTEGER NOT NULL UNIQUE,
    attributes TEXT NOT NULL DEFAULT '{{}}' {_BOUNDED}
);
CREATE TABLE IF NOT EXISTS build (
    repository_id INTEGER NOT NULL,
    deployment_id INTEGER NOT NULL,
    due_at REAL,
    holder TEXT,
    version INTEGER NOT NULL DEFAULT 0,
    events INTEGER NOT NULL DEFAULT 0,
    attributes TEXT NOT NULL DEFAULT '{{}}' {_BOUNDED},
    pipeline_id TEXT AS (json_extract(attributes, '$.pipeline_id')),
    waiting_sha TEXT AS (json_extract(attributes, '$.waiting_sha')),
    guarded_project TEXT AS (json_extract(attributes, '$.guarded_project')),
    state TEXT AS (json_extract(attributes, '$.state')),
    created_at REAL AS (json_extract(attributes, '$.created_at')),
    PRIMARY KEY (repository_id, deployment_id)
);
CREATE INDEX IF NOT EXISTS build_due ON build (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS build_held ON build (holder) WHERE holder IS NOT NULL;
CREATE INDEX IF NOT EXISTS build_deployment ON build (deployment_id);
CREATE INDEX IF NOT EXISTS build_pipeline ON build (pipeline_id) WHERE pipeline_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS build_waiting ON build (repository_id, waiting_sha)
    WHERE waiting_sha IS NOT NULL;
CREATE INDEX IF NOT EXISTS build_guarded ON build (guarded_project)
    WHERE guarded_project IS NOT NULL;
CREATE INDEX IF NOT EXISTS build_external ON build (created_at)
    WHERE due_at IS NULL AND holder IS NULL AND state = 'external';
CREATE TABLE IF NOT EXISTS environment (
    repository_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    attributes TEXT NOT NULL DEFAULT '{{}}' {_BOUNDED},
    PRIMARY KEY (repository_id, name)
);
CREATE TABLE IF NOT EXISTS ask (
    ask_id TEXT NOT NULL PRIMARY KEY,
    due_at REAL,
    holder TEXT,
    version INTEGER NOT NULL DEFAULT 0,
    events INTEGER NOT NULL DEFAULT 0,
    attributes TEXT NOT NULL DEFAULT '{{}}' {_BOUNDED},
    repository_id INTEGER AS (json_extract(attributes, '$.repository_id')),
    waiting_sha TEXT AS (json_extract(attributes, '$.waiting_sha')),
    asked_at REAL AS (json_extract(attributes, '$.asked_at'))
);
CREATE INDEX IF NOT EXISTS ask_due ON ask (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS ask_held ON ask (holder) WHERE holder IS NOT NULL;
CREATE INDEX IF NOT EXISTS ask_waiting ON ask (repository_id, waiting_sha)
    WHERE waiting_sha IS NOT NULL;
CREATE INDEX IF NOT EXISTS ask_over ON ask (asked_at) WHERE due_at IS NULL AND holder IS NULL;
"""

RELEASE = (
    "UPDATE build SET holder = NULL, version = version + 1 WHERE holder IS NOT NULL",
    "UPDATE ask SET holder = NULL, version = version + 1 WHERE holder IS NOT NULL",
)


def prepare(connection: sqlite3.Connection) -> None:
    """Create the tables that are missing, and clear the leases that a dead process left behind."""
    connection.execute("BEGIN IMMEDIATE")
    for statement in (*SCHEMA.split(";\n"), *RELEASE):
        connection.execute(statement)
    connection.execute("COMMIT")
