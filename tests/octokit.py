"""What GitHub publishes about itself, installed by npm."""

import os
from functools import cache
from pathlib import Path

from graphql import GraphQLSchema, build_schema


def package(name: str) -> Path:
    """The folder of a package of GitHub's."""
    return Path(os.environ["NPM_MODULES"], "@octokit", name)


@cache
def graphql_schema() -> GraphQLSchema:
    """GitHub's own GraphQL schema: a second to build, so tests that want it are one xdist group."""
    text = (package("graphql-schema") / "schema.graphql").read_text(encoding="utf-8")
    return build_schema(text, assume_valid=True)
