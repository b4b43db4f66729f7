"""GitHub's stand-in: its GraphQL schema is a part of GitHub's own."""

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    print_ast,
)

from sandbox.github.graphql.serving import SCHEMA, schema
from tests.octokit import graphql_schema


@pytest.mark.npm
@pytest.mark.xdist_group("github-schema")
def test_every_type_field_and_argument_is_githubs() -> None:
    """Same names, same types and nullability, same arguments and defaults."""
    assert differences(schema(), graphql_schema()) == []


def test_a_difference_is_seen() -> None:
    """The comparison finds a wrong type, argument, default, value and name."""
    ours = SCHEMA.read_text(encoding="utf-8")
    changes = [
        ("nameWithOwner: String!", "nameWithOwner: String"),
        ("followRenames: Boolean = true", "followRenames: Boolean = false"),
        ("pullRequest(number: Int!)", "pullRequest(id: Int!)"),
        ("  DESTROYED\n", "  DEMOLISHED\n"),
        ("isArchived: Boolean!", "archived: Boolean!"),
    ]
    for before, after in changes:
        assert before in ours
        changed = build_schema(ours.replace(before, after), assume_valid=True)
        assert len(differences(changed, schema())) == 1


def differences(ours: GraphQLSchema, official: GraphQLSchema) -> list[str]:
    """What ours says and the official schema does not."""
    found: list[str] = []
    for name, kind in ours.type_map.items():
        theirs = official.type_map.get(name)
        if theirs is None or type(theirs) is not type(kind):
            found.append(name)
        elif isinstance(kind, GraphQLEnumType):
            found += [f"{name}.{v}" for v in kind.values if v not in theirs.values]
        elif isinstance(kind, GraphQLUnionType):
            wrong = {t.name for t in kind.types} - {t.name for t in theirs.types}
            found += sorted(f"{name}|{item}" for item in wrong)
        elif isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)):
            found += _fields(name, kind.fields, theirs.fields)
    return found


def _fields(name: str, ours: dict, theirs: dict) -> list[str]:
    found = []
    for field, kind in ours.items():
        known = theirs.get(field)
        if known is None or str(known.type) != str(kind.type):
            found.append(f"{name}.{field}")
            continue
        mine, official = getattr(kind, "args", {}), getattr(known, "args", {})
        wrong = [arg for arg in mine if _spelled(mine[arg]) != _spelled(official.get(arg))]
        needed = [a for a, item in official.items() if str(item.type)[-1] == "!" and a not in mine]
        found += [f"{name}.{field}({arg})" for arg in wrong or needed]
    return found


def _spelled(argument: object) -> str:
    node = getattr(argument, "ast_node", None)
    return "" if node is None else print_ast(node).rpartition('"""')[2].strip()
