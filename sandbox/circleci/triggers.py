"""Starts a pipeline through the API: the recommended endpoint and the older one."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.circleci import render
from sandbox.circleci.replies import fail, json_object, reply, slug_of
from sandbox.circleci.state import Course, Pipeline, Project, State

ARRIVED: ContextVar[float] = ContextVar("ARRIVED")
"""When the present request arrived (epoch seconds), before any fault delayed it."""

TYPES: dict[str, type] = {"string": str, "boolean": bool, "integer": int}
UNDECLARED = "Unexpected argument(s)"


@dataclass(kw_only=True)
class Order:
    """What a trigger asks for; `problem` says what is wrong with its parameters."""

    project: Project
    branch: str | None
    tag: str | None
    parameters: dict[str, Any]
    definition_id: str | None = None
    problem: str = ""
    skipped: bool = False


@dataclass(kw_only=True)
class Triggers:
    """The two handlers. `create` makes the pipeline, `begin` starts it."""

    state: State
    take_course: Callable[[], Course]
    resolvable: Callable[[Order], bool]
    skips: Callable[[Order], bool]
    create: Callable[[Order, Course, float], Pipeline]
    begin: Callable[[Pipeline], None]
    later: Callable[[Any], object]
    errors_late: Callable[[], bool]

    def routes(self, add: Callable[[str, str, Callable[..., Awaitable[Any]]], None]) -> None:
        """Register the handlers."""
        add("POST", "/project/{provider}/{org}/{project}/pipeline/run", self.run)
        add("POST", "/project/{provider}/{org}/{project}/pipeline", self.older)
        add("POST", "/project/{slug}/pipeline", self.older)

    async def run(self, request: web.Request) -> web.Response:
        """`POST /project/{provider}/{organization}/{project}/pipeline/run`."""
        project = self.state.project(slug_of(request))
        if project is None:
            return fail(404, "Project not found")
        body = await json_object(request)
        if body is None:
            return fail(400, "Malformed JSON body.")
        if body.get("definition_id") != project.definition_id:
            return fail(404, "Pipeline definition not found.")
        config, checkout = body.get("config", {}), body.get("checkout", {})
        if not isinstance(config, dict) or not isinstance(checkout, dict):
            return fail(400, "config and checkout must be objects")
        if _refs(config) != 1 or _refs(checkout) != 1:
            return fail(400, "Specify exactly one of branch or tag in config and in checkout.")
        order = Order(
            project=project,
            branch=checkout.get("branch"),
            tag=checkout.get("tag"),
            parameters=body.get("parameters", {}),
            definition_id=project.definition_id,
        )
        return await self._start(request, order)

    async def older(self, request: web.Request) -> web.Response:
        """`POST /project/{slug}/pipeline`: not for GitHub App projects."""
        project = self.state.project(slug_of(request))
        if project is None or project.by_app:
            return fail(404, "Project not found")
        body = await json_object(request)
        if body is None:
            return fail(400, "Malformed JSON body.")
        if _refs(body) > 1:
            return fail(400, "Branch and tag are mutually exclusive.")
        branch = body.get("branch")
        if not _refs(body):
            branch = project.default_branch
        order = Order(
            project=project,
            branch=branch,
            tag=body.get("tag"),
            parameters=body.get("parameters", {}),
        )
        return await self._start(request, order)

    async def _start(self, request: web.Request, order: Order) -> web.Response:
        refused = self._refused(order)
        if refused is not None:
            return refused
        course = self.take_course()
        if course.started_nothing:
            return reply({"message": course.started_nothing})
        order.skipped = self.skips(order)
        if order.skipped and order.definition_id is not None:
            return reply({"message": "Pipeline was not triggered: the commit asks to skip CI."})
        received = ARRIVED.get()
        if course.lateness:
            self.later(self._late(order, course, received))
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=499)
        pipeline = self.create(order, course, received)
        body = render.created(pipeline)
        self.begin(pipeline)
        return reply(body, status=201)

    def _refused(self, order: Order) -> web.Response | None:
        malformed = malformed_parameters(order.parameters)
        if malformed:
            return fail(400, malformed)
        order.problem = undeclared_parameters(order.project, order.parameters)
        if order.problem and not self.errors_late():
            hidden = order.project.hide_undeclared and order.problem.startswith(UNDECLARED)
            return fail(404, "Project not found") if hidden else fail(400, order.problem)
        if not self.resolvable(order):
            return fail(400, "Tag not found" if order.tag else "Branch not found")
        return None

    async def _late(self, order: Order, course: Course, received: float) -> None:
        await asyncio.sleep(course.lateness)
        if self.resolvable(order):
            self.begin(self.create(order, course, received))


def _refs(body: dict[str, Any]) -> int:
    return sum(1 for key in ("branch", "tag") if isinstance(body.get(key), str) and body[key])


def malformed_parameters(parameters: object) -> str:
    """What is wrong with the form of pipeline parameters, which is refused at once; else empty."""
    if not isinstance(parameters, dict):
        return "parameters must be an object"
    if len(parameters) > 100:
        return "Too many parameters: at most 100 are allowed."
    for name, value in parameters.items():
        if len(name) > 128:
            return "Parameter name is longer than 128 characters."
        if len(str(value)) > 512:
            return f"Value of parameter {name} is longer than 512 characters."
    return ""


def undeclared_parameters(project: Project, parameters: dict[str, Any]) -> str:
    """What does not fit the parameters that the project's config declares; else empty."""
    unknown = [name for name in parameters if name not in project.declared]
    if unknown:
        return f"{UNDECLARED}: {', '.join(unknown)}"
    problems = (
        _type_problem(name, parameters[name], project.declared[name]) for name in parameters
    )
    return next(filter(None, problems), "")


def _type_problem(name: str, value: object, declared: str | list[str]) -> str:
    if isinstance(declared, list):
        if value in declared:
            return ""
        return f"Type error for argument {name}: expected one of {', '.join(declared)}"
    kind = TYPES[declared]
    if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
        return ""
    actual = next((word for word, kind in TYPES.items() if type(value) is kind), "null")
    return (
        f"Type error for argument {name}: expected type: {declared}, "
        f"actual value: {json.dumps(value)} (type {actual})"
    )
