"""The published schema is current and agrees with what is read."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.lifecycle.configuration.reading import parse_config
from app.lifecycle.configuration.schema import schema, schema_text
from app.lifecycle.configuration.yaml_reader import read_yaml

PUBLISHED = Path(__file__).parents[3] / "docs" / "deploybot.schema.json"


def valid(text: str) -> bool:
    """Whether the schema accepts the text."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        return [plain(inner) for inner in value] if isinstance(value, tuple) else value

    validator = jsonschema.Draft202012Validator(schema())
    return bool(validator.is_valid(plain(read_yaml(text).data)))


def test_the_published_schema_is_current():
    """If this fails: `python -m app.lifecycle.configuration.schema > docs/deploybot.schema.json`."""
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text()


def test_the_schema_is_one():
    """It is valid as a schema itself."""
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize(
    "text",
    [
        "version: 1",
        "environments: {production: {checks: all, approvals: 2, timeout: 90m}, staging: }",
        "environments: {a: {checks: [x], approvals: {count: 1, from: ['@a']}, deploy_on: }}",
        "circleci: {parameters: {a: 1, b: true, c: x}, send: [sha]}",
        "environments: {a: {requires: [b, {c: 1h}]}}",
        "inputs: {a: {type: enum, options: [x], default: x}}",
        "environments:\ndefaults:\n",
    ],
)
def test_what_is_read_is_valid(text: str):
    """Editors do not complain about what deploybot accepts."""
    parse_config(text)

    assert valid(text)


@pytest.mark.parametrize(
    "text",
    [
        "versio: 1",
        "environments: {a: {chekcs: all}}",
        "environments: {a: {timeout: 5}}",
        "defaults: {concurrency: qeue}",
        "environments: {a: {requires: [{c: soon}]}}",
        "circleci: {send: [shaa]}",
    ],
)
def test_what_is_wrong_is_invalid(text: str):
    """Editors show the usual mistakes."""
    assert not valid(text)
