"""What other programs find in the stores: tables, keys and attributes under the model's names."""

import json
import sqlite3

import pytest
import pytest_asyncio

from app.model.ask import Ask, AskKind
from app.model.note import Note
from app.model.project import Project, User
from app.model.slot import Slot, SlotChange
from app.store.codec import due_shard

SHOP = Project(slack_channelid="C1", repository_id=1, repository="acme/shop")
ANN = User(slack_userid="U1", github_user_id=11, github_username="ann")
EMPTY = Slot(repository_id=1, name="production")


async def fill(store) -> None:
    """A record of every table; the build is taken, has a pipeline and waits for checks."""
    await store.bind(SHOP)
    await store.link(ANN)
    await store.note(Note(repository_id=1, deployment_id=7, facts={"sha": "abc", "ref": "main"}))
    build = await store.take_build(await store.build((1, 7)), "us")
    values = {"pipeline_id": "p-1", "waiting_sha": "abc", "build_url": "https://ci/1"}
    await store.save_build(build, type(build)(**{**_fields(build), **values}))
    await store.add_ask(Ask(ask_id="a-1", kind=AskKind.SWEEP, asked_at=1.5, repository_id=1))
    after = Slot(repository_id=1, name="production", running=7)
    await store.change_slot(SlotChange(before=EMPTY, after=after))


def _fields(record) -> dict[str, object]:
    return {name: getattr(record, name) for name in record.__struct_fields__}


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
    }
    assert row("project")["repository_id"] == 1
    assert row("project")["attributes"] == {"repository": "acme/shop"}
    assert row("user")["github_user_id"] == 11
    assert row("environment")["attributes"] == {"running": 7}
    assert row("ask")["repository_id"] == 1
    assert shell.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    shell.close()


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
        "UPDATE build SET holder = NULL WHERE holder IS NOT NULL": "build_held",
        "SELECT 1 FROM project WHERE repository_id = 1": "sqlite_autoindex_project_2",
    }
    for question, index in questions.items():
        plan = await store._readers.read(
            lambda db, question=question: db.execute(f"EXPLAIN QUERY PLAN {question}").fetchall()
        )
        assert any(index in step[3] and "SCAN" not in step[3] for step in plan), (question, plan)


@pytest_asyncio.fixture
async def tables(dynamodb):
    """A filled store on DynamoDB: a function that calls the API as other programs do."""
    store = await dynamodb.open()
    await fill(store)
    calls = store._writes.calls

    async def call(operation: str, table: str, **request):
        return await getattr(calls.client, operation)(TableName=calls.table(table), **request)

    return call


@pytest.mark.parametrize(
    ("table", "key", "types"),
    [
        ("project", ["slack_channelid"], "S"),
        ("user", ["slack_userid"], "S"),
        ("build", ["repository_id", "deployment_id"], "NN"),
        ("environment", ["repository_id", "name"], "NS"),
        ("ask", ["ask_id"], "S"),
    ],
)
async def test_tables_have_the_documented_keys(tables, table, key, types):
    """Hash and range keys with their types; indexes carry keys only."""
    described = (await tables("describe_table", table))["Table"]
    definitions = {
        entry["AttributeName"]: entry["AttributeType"]
        for entry in described["AttributeDefinitions"]
    }

    assert [entry["AttributeName"] for entry in described["KeySchema"]] == key
    assert "".join(definitions[name] for name in key) == types
    indexes = described.get("GlobalSecondaryIndexes", [])
    assert {index["Projection"]["ProjectionType"] for index in indexes} <= {"KEYS_ONLY"}


async def test_items_carry_the_models_names(tables):
    """A build as the API shows it, with its shard of the due index."""
    key = {"repository_id": {"N": "1"}, "deployment_id": {"N": "7"}}
    item = (await tables("get_item", "build", Key=key))["Item"]

    assert item["sha"] == {"S": "abc"}
    assert item["pipeline_id"] == {"S": "p-1"}
    assert (item["holder"], item["version"], item["events"]) == (
        {"S": "us"},
        {"N": "2"},
        {"N": "1"},
    )
    assert item["due_at"] == {"N": "0"}
    assert item["due_shard"] == {"N": str(due_shard((1, 7)))}
    ask = (await tables("get_item", "ask", Key={"ask_id": {"S": "a-1"}}))["Item"]
    assert ask["due_shard"] == {"N": str(due_shard("a-1"))}


@pytest.mark.parametrize(
    ("table", "key", "value", "owner"),
    [
        ("project", "slack_channelid", "repository:1", "C1"),
        ("user", "slack_userid", "github_user:11", "U1"),
    ],
)
async def test_a_unique_value_is_a_record_that_names_its_owner(tables, table, key, value, owner):
    """In the same table, under the value's own key."""
    item = (await tables("get_item", table, Key={key: {"S": value}}))["Item"]
    assert item["owner"] == {"S": owner}
