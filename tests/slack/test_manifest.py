"""What the Slack app asks for."""

import ast
import inspect
from pathlib import Path

from ruamel.yaml import YAML

from app.slack.manifest import EVENTS, METHODS, REVOCATIONS, SCOPES, manifest
from app.slack.web_api import chat

DOCUMENTED = Path(__file__).parents[2] / "docs" / "slack-manifest.yml"


def test_documented_manifest() -> None:
    """The manifest that people paste is the one that the code needs."""
    written = YAML(typ="safe").load(DOCUMENTED.read_text(encoding="utf-8"))
    assert written == manifest(public_url="https://deploybot.example.com", command="/cimon")


def test_every_call_is_covered() -> None:
    """Each method that is called is listed, and its scopes are asked for."""
    calls = {
        node.args[0].value
        for node in ast.walk(ast.parse(inspect.getsource(chat)))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"_call", "_messages", "_page"}
        and isinstance(node.args[0], ast.Constant)
    }
    assert calls == set(METHODS)
    assert {scope for scopes in METHODS.values() for scope in scopes} <= set(SCOPES)


def test_revocations_are_subscribed() -> None:
    """The events that end our token are among those that we get."""
    assert REVOCATIONS <= EVENTS
