"""GraphQL: executes queries over the subset of GitHub's schema beside this file.

https://docs.github.com/en/graphql
"""

import json
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from aiohttp import web
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from sandbox.github.auth import Caller
from sandbox.github.errors import ApiError, GraphQLFault
from sandbox.github.graphql.fields import FIELDS, Context, type_name
from sandbox.github.hub import Hub
from sandbox.github.rest.answers import CALLER, Rest, read_json, reply

SCHEMA = Path(__file__).with_name("schema.graphql")

NEEDS = {
    ("Repository", "collaborators"): "members:read",
    ("Repository", "object"): "contents:read",
    ("Repository", "ref"): "contents:read",
    ("Repository", "refs"): "contents:read",
    ("Repository", "pullRequest"): "pull_requests:read",
    ("Repository", "pullRequests"): "pull_requests:read",
    ("Repository", "environments"): "actions:read",
    ("Repository", "deployments"): "deployments:read",
    ("Commit", "deployments"): "deployments:read",
    ("Commit", "associatedPullRequests"): "pull_requests:read",
    ("Commit", "statusCheckRollup"): "statuses:read",
    ("StatusCheckRollup", "contexts"): "checks:read",
}


@cache
def schema() -> GraphQLSchema:
    """The subset of GitHub's schema, parsed once."""
    return build_schema(SCHEMA.read_text(encoding="utf-8"))


@dataclass
class Switches:
    """How queries are answered.

    `forbidden` are fields (`Repository.collaborators`) that the token may not read: each is null,
    with an error beside the other data. A query for more than `most_nodes` nodes gets the rest as
    null, with an error, and so again each time. A query that names a repository in `sick`
    (`owner/name`) is answered with 502, whatever else it asks for.
    """

    forbidden: set[str] = field(default_factory=set)
    most_nodes: int | None = None
    sick: set[str] = field(default_factory=set)

    def fails(self, variables: dict[str, Any]) -> bool:
        """Whether a query names a sick repository."""
        pairs = [("owner", "name"), *((f"o{n}", f"n{n}") for n in range(len(variables)))]
        asked = {f"{variables.get(owner)}/{variables.get(name)}" for owner, name in pairs}
        return bool(asked & self.sick)


@dataclass(frozen=True)
class GraphQLRoute:
    """`POST /graphql`."""

    hub: Hub
    rest: Rest
    switches: Switches
    resolvers: dict[tuple[str, str], Any] = field(default_factory=lambda: dict(FIELDS))

    def register(self) -> None:
        """Add the route, at the paths of github.com and of Enterprise Server."""
        self.rest.app.router.add_post("/graphql", self.serve)

    async def serve(self, request: web.Request) -> web.Response:
        """Answer 200 with `data` and `errors`; without `data` if the query cannot be read."""
        caller = self.rest.caller(request)
        body = await read_json(request)
        query = body.get("query")
        if not isinstance(query, str):
            raise ApiError(400, "A query attribute must be specified and must be a string.")
        if self.switches.fails(body.get("variables") or {}):
            raise ApiError(502, "Server Error")
        result = self._execute(request, caller, query, body)
        answer: dict[str, Any] = {}
        if result.data is not None or not _unreadable(result):
            answer["data"] = result.data
        if result.errors:
            answer["errors"] = [_error_json(error) for error in result.errors]
        return reply(json.loads(json.dumps(answer)))

    def _execute(
        self, request: web.Request, caller: Caller, query: str, body: dict[str, Any]
    ) -> ExecutionResult:
        context = Context(hub=self.hub, caller=caller, quota=request[CALLER])
        document = _document(query)
        if isinstance(document, list):
            return ExecutionResult(data=None, errors=document)
        return execute_sync(
            schema(),
            document,
            context_value=context,
            variable_values=body.get("variables") or {},
            operation_name=body.get("operationName"),
            field_resolver=self._resolve,
            type_resolver=lambda value, _info, _abstract: type_name(value),
        )

    def _resolve(self, source: Any, info: Any, **arguments: Any) -> Any:
        key = (info.parent_type.name, info.field_name)
        need = NEEDS.get(key)
        barred = ".".join(key) in self.switches.forbidden
        if barred or (need is not None and not info.context.caller.may(need)):
            raise GraphQLFault("FORBIDDEN", "Resource not accessible by integration")
        resolver = self.resolvers.get(key) or self.resolvers.get(("", info.field_name))
        if resolver is not None:
            found = resolver(source, info.context, **arguments)
            self._spend(info.context, found)
            return found
        return source[info.field_name] if isinstance(source, dict) else _plain(source, key)

    def _spend(self, context: Context, found: Any) -> None:
        """https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api."""
        if isinstance(found, dict) and "pageInfo" in found:
            context.spent.append(len(found["nodes"]))
            most = self.switches.most_nodes
            if most is not None and sum(context.spent) > most:
                raise GraphQLFault(
                    "RESOURCE_LIMITS_EXCEEDED", "Resource limits for this query exceeded."
                )


@lru_cache(maxsize=64)
def _document(query: str) -> DocumentNode | list[GraphQLError]:
    """A query, parsed and validated; cached, because the bot sends the same few all the time."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return [error]
    return validate(schema(), document) or document


def _plain(source: Any, key: tuple[str, str]) -> Any:
    try:
        return getattr(source, key[1])
    except AttributeError:
        raise NotImplementedError(f"the stand-in has no {key[0]}.{key[1]}") from None


def _unreadable(result: ExecutionResult) -> bool:
    return any(error.path is None for error in result.errors or [])


def _error_json(error: GraphQLError) -> dict[str, Any]:
    """An error as JSON; GitHub puts its `type` beside the message."""
    fault = error.original_error
    answer: dict[str, Any] = {"type": fault.kind} if isinstance(fault, GraphQLFault) else {}
    if error.path is not None:
        answer["path"] = list(error.path)
    answer["locations"] = [
        {"line": place.line, "column": place.column} for place in error.locations or []
    ]
    return {**answer, "message": error.message}
