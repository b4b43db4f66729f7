"""What other programs find in the file: tables, keys and attributes under the model's names."""

import json
import sqlite3

from tests.store.filled import fill


async def test_a_shell_reads_everything_from_the_file(sqlite, tmp_path):
    """Keys, progress and looked-up values are columns, the rest JSON in `attributes`."""
    store = await sqlite.open()
    await fill(store)
    await store.close()
    shell = sqlite3.connect(tmp_path / "deploybot.db")
    shell.row_factory = sqlite3.Row

    def row(table: str) -> dict[str, object]:
        found = dict(shell.execute(f"SELECT * FROM {table}").fetchone())  # noqa: S608 - our own
        return {**found, "attributes": json.loads(found["attributes"])}

    build = row("build")
    attributes = build.pop("attributes")
    assert attributes["sha"] == "abc"
    assert attributes["build_url"] == "https://ci/1"
    assert build == {
        "repository_id": 1,
        "deployment_id": 7,
        "due_at": 0,
        "holder": "us",
        "version": 2,
        "events": 1,
        "pipeline_id": "p-1",
        "waiting_sha": "abc",
        "guarded_project": "gh/acme/shop",
        "state": None,
        "created_at": None,
    }
    assert row("project")["repository_id"] == 1
    assert row("project")["attributes"] == {"repository": "acme/shop"}
    assert row("user")["github_user_id"] == 11
    assert row("environment")["attributes"] == {"running": 7}
    assert row("ask")["repository_id"] == 1
    assert shell.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    shell.close()


async def test_every_commit_is_on_disk(sqlite):
    """The writer's connection: a write-ahead log, synced at each COMMIT (2 is FULL)."""
    store = await sqlite.open()
    for pragma, value in (("journal_mode", "wal"), ("synchronous", 2)):
        found = await store._writer.write(
            lambda db, pragma=pragma: db.execute(f"PRAGMA {pragma}").fetchone()[0]
        )
        assert found == value


async def test_due_records_and_lookups_are_read_from_indexes(sqlite):
    """No question that somebody waits for scans a table."""
    store = await sqlite.open()
    await fill(store)
    questions = {
        "SELECT 1 FROM build WHERE due_at <= 5 ORDER BY due_at": "build_due",
        "SELECT 1 FROM ask WHERE due_at <= 5 ORDER BY due_at": "ask_due",
        "SELECT 1 FROM build WHERE pipeline_id = 'p'": "build_pipeline",
        "SELECT 1 FROM build WHERE deployment_id = 7": "build_deployment",
        "SELECT 1 FROM build WHERE repository_id = 1 AND waiting_sha = 'a'": "build_waiting",
        "SELECT 1 FROM build WHERE guarded_project = 'p'": "build_guarded",
        "UPDATE build SET holder = NULL WHERE holder IS NOT NULL": "build_held",
        "DELETE FROM ask WHERE due_at IS NULL AND holder IS NULL AND asked_at <= 5": "ask_over",
        "SELECT 1 FROM project WHERE repository_id = 1": "sqlite_autoindex_project_2",
    }
    for question, index in questions.items():
        plan = await store._readers.read(
            lambda db, question=question: db.execute(f"EXPLAIN QUERY PLAN {question}").fetchall()
        )
        assert any(index in step[3] and "SCAN" not in step[3] for step in plan), (question, plan)
