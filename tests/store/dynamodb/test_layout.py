"""What other programs find in the tables: keys, indexes and the model's names."""

import pytest
import pytest_asyncio

from app.store.codec import due_shard
from tests.dynamodb import ON_DYNAMODB
from tests.store.filled import fill

pytestmark = ON_DYNAMODB


@pytest_asyncio.fixture
async def calling(dynamodb):
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
async def test_tables_have_the_documented_keys(calling, table, key, types):
    """Hash and range keys with their types; indexes carry keys only."""
    described = (await calling("describe_table", table))["Table"]
    definitions = {
        entry["AttributeName"]: entry["AttributeType"]
        for entry in described["AttributeDefinitions"]
    }

    assert [entry["AttributeName"] for entry in described["KeySchema"]] == key
    assert "".join(definitions[name] for name in key) == types
    indexes = described.get("GlobalSecondaryIndexes", [])
    assert {index["Projection"]["ProjectionType"] for index in indexes} <= {"KEYS_ONLY"}


async def test_indexes_have_the_documented_keys(calling):
    """Hash and range keys; a record is in an index while it has all of them."""
    found = {
        f"{table}.{index['IndexName']}": [key["AttributeName"] for key in index["KeySchema"]]
        for table in ("build", "ask")
        for index in (await calling("describe_table", table))["Table"]["GlobalSecondaryIndexes"]
    }
    assert found == {
        "build.due": ["due_shard", "due_at"],
        "build.pipeline": ["pipeline_id"],
        "build.deployment": ["deployment_id"],
        "build.waiting": ["repository_id", "waiting_sha"],
        "build.guarded": ["guarded_project"],
        "ask.due": ["due_shard", "due_at"],
        "ask.waiting": ["repository_id", "waiting_sha"],
    }


async def test_items_carry_the_models_names(calling):
    """A build as the API shows it, with its shard of the due index."""
    key = {"repository_id": {"N": "1"}, "deployment_id": {"N": "7"}}
    item = (await calling("get_item", "build", Key=key))["Item"]

    assert item["sha"] == {"S": "abc"}
    assert item["pipeline_id"] == {"S": "p-1"}
    assert (item["holder"], item["version"], item["events"]) == (
        {"S": "us"},
        {"N": "2"},
        {"N": "1"},
    )
    assert item["due_at"] == {"N": "0"}
    assert item["due_shard"] == {"N": str(due_shard((1, 7)))}
    ask = (await calling("get_item", "ask", Key={"ask_id": {"S": "a-1"}}))["Item"]
    assert ask["due_shard"] == {"N": str(due_shard("a-1"))}


@pytest.mark.parametrize(
    ("table", "key", "value", "owner"),
    [
        ("project", "slack_channelid", "repository:1", "C1"),
        ("user", "slack_userid", "github_user:11", "U1"),
    ],
)
async def test_a_unique_value_is_a_record_that_names_its_owner(calling, table, key, value, owner):
    """In the same table, under the value's own key."""
    item = (await calling("get_item", table, Key={key: {"S": value}}))["Item"]
    assert item["owner"] == {"S": owner}
