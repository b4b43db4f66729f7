"""The stand-in for CircleCI: its server, and what CircleCI and people on its page do."""

import asyncio
import hashlib
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiohttp import web

from sandbox.circleci import render
from sandbox.circleci.api import Api, Switches
from sandbox.circleci.hand import Hand
from sandbox.circleci.hooks import Hooks
from sandbox.circleci.life import Life
from sandbox.circleci.outages import Outages
from sandbox.circleci.projects import Projects
from sandbox.circleci.replies import fail
from sandbox.circleci.reports import Report, Reports
from sandbox.circleci.state import Commit, Course, Pipeline, State, new_id
from sandbox.circleci.triggers import ARRIVED, Order, Triggers
from sandbox.core.clock import Clock
from sandbox.core.delivery import Deliverer
from sandbox.core.faults import Faults
from sandbox.core.server import Server
from sandbox.core.tasks import Tasks

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ResolveRef = Callable[[str, str | None, str | None], Commit | None]
"""Called with project slug, branch and tag; returns None if there is no such ref."""


def any_ref(slug: str, branch: str | None, tag: str | None) -> Commit:
    """Resolve every ref to a commit of its own; used until the stand-in is wired to a world."""
    name = f"{slug} {branch} {tag}"
    return Commit(sha=hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest())


class CircleCIStandIn(Hand, Projects, Outages):
    """CircleCI on loopback.

    With `auto` each job takes `job_seconds`; otherwise pipelines move only when told to.
    `next_pipeline` plans the course of the next pipelines; `course` is that of all others.
    """

    def __init__(
        self,
        *,
        bot_url: Callable[[], str] | None = None,
        auto: bool = False,
        job_seconds: float = 2.0,
    ) -> None:
        self.token = secrets.token_hex(20)
        self.webhook_secret = secrets.token_hex(20)
        self.bot_url = bot_url
        self.auto = auto
        self.job_seconds = job_seconds
        self.user = {"id": new_id(), "login": "deploybot-ci", "name": "Deploybot"}
        self.state = State()
        self.clock = Clock()
        self.course = Course()
        self.switches = Switches()
        self.resolve_ref: ResolveRef = any_ref
        self.on_job_status: Report | None = None
        self.on_check_run: Report | None = None
        self.on_change: list[Callable[[str, dict[str, Any]], None]] = []
        self.faults = Faults("circleci")
        self.deliverer = Deliverer(provider="circleci", now=self.clock)
        self._tasks = Tasks()
        self.hooks = Hooks(deliverer=self.deliverer, clock=self.clock, spawn=self._tasks.spawn)
        self.life = Life(
            hooks=self.hooks,
            reports=Reports(status=self._status, check_run=self._check_run),
            clock=self.clock,
            changed=self._changed,
        )
        self._courses: deque[Course] = deque()
        self._moving: set[str] = set()
        self.app = self._build()
        self.server = Server(self.app)

    @property
    def url(self) -> str:
        """The server's address; the API is at `api_url`."""
        return self.server.url

    @property
    def api_url(self) -> str:
        """The API's address, for `CIRCLECI_API_URL`."""
        return f"{self.url}/api/v2"

    async def start(self) -> None:
        """Listen."""
        await self.server.start()

    async def stop(self) -> None:
        """Close the port and cancel what is under way."""
        await self._tasks.cancel()
        await self.deliverer.close()
        await self.server.stop()

    async def settle(self) -> None:
        """Wait until no pipeline moves by itself any more and every delivery was answered."""
        while self._tasks.running:
            await self._tasks.settle()
            await self.deliverer.settle()
        await self.deliverer.settle()

    @property
    def pipelines(self) -> list[Pipeline]:
        """All pipelines, oldest first."""
        return sorted(self.state.pipelines(), key=lambda one: one.created_at)

    def next_pipeline(self, **course: Any) -> Course:
        """Plan the course of the next pipeline (calls queue up); see `Course` for its fields."""
        planned = replace(self.course, **course)
        self._courses.append(planned)
        return planned

    def push(
        self, slug: str, branch: str, *, trigger: str = "webhook", course: Course | None = None
    ) -> Pipeline | None:
        """Start a pipeline for a push, unless the commit asks CircleCI to skip it.

        With `course` it does not take one of the courses that `next_pipeline` has planned.
        """
        order = Order(project=self.project(slug), branch=branch, tag=None, parameters={})
        commit = self.resolve_ref(order.project.slug, branch, None)
        if commit is None or commit.skips_ci:
            return None
        pipeline = self._create(order, course or self._take_course(), self.clock())
        pipeline.trigger, pipeline.actor = trigger, commit.author
        self._begin(pipeline)
        return pipeline

    def overview(self) -> list[dict[str, Any]]:
        """All pipelines for the page, newest first."""
        return [
            {**render.overview(one), "stalled": self._stalled(one)}
            for one in reversed(self.pipelines)
        ]

    def _stalled(self, pipeline: Pipeline) -> bool:
        """Whether a job is running that will not end by itself."""
        running = any(
            one.current is not None and one.current.status == "running"
            for one in pipeline.workflows
        )
        return running and pipeline.id not in self._moving

    def _build(self) -> web.Application:
        app = web.Application(
            middlewares=[self._stamp, self.faults.middleware, self._authorize],
            client_max_size=8 * 2**20,
        )
        app.on_response_prepare.append(self.clock.stamp)

        def add(method: str, path: str, handler: Callable[..., Awaitable[Any]]) -> None:
            app.router.add_route(method, f"/api/v2{path}", handler)

        Triggers(
            state=self.state,
            take_course=self._take_course,
            resolvable=lambda order: self._commit(order) is not None,
            skips=self._skips,
            create=self._create,
            begin=self._begin,
            later=self._tasks.spawn,
            errors_late=lambda: self.switches.errors_late,
        ).routes(add)
        Api(
            state=self.state,
            life=self.life,
            hooks=self.hooks,
            switches=self.switches,
            clock=self.clock,
            user=lambda: self.user,
            resumed=self.resume,
        ).routes(add)
        return app

    @web.middleware
    async def _stamp(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        ARRIVED.set(self.clock())
        return await handler(request)

    @web.middleware
    async def _authorize(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Circle-Token", request.query.get("circle-token"))
        if given is None:
            return fail(401, "You must log in first.")
        if given != self.token:
            return fail(401, "Invalid token provided.")
        try:
            return await handler(request)
        except web.HTTPNotFound:
            return fail(404, "Not found.")

    def _take_course(self) -> Course:
        return self._courses.popleft() if self._courses else self.course

    def _commit(self, order: Order) -> Commit | None:
        return self.resolve_ref(order.project.slug, order.branch, order.tag)

    def _skips(self, order: Order) -> bool:
        """Whether the commit's message stops the pipeline; it never does in GitHub App projects."""
        commit = self._commit(order)
        return commit is not None and commit.skips_ci and not order.project.by_app

    def _create(self, order: Order, course: Course, received: float) -> Pipeline:
        commit = self._commit(order)
        if commit is None:
            raise LookupError(order.branch or order.tag)
        project, now = order.project, self.clock()
        pipeline = Pipeline(
            number=len(project.pipelines) + 1,
            project=project,
            commit=commit,
            branch=order.branch,
            tag=order.tag,
            course=course,
            parameters=order.parameters,
            definition_id=order.definition_id,
            actor=self.user["login"],
            lateness=now - received,
            created_at=now,
            updated_at=now,
            errors=[{"type": "config", "message": order.problem}] if order.problem else [],
            skipped=order.skipped,
        )
        project.pipelines.append(pipeline)
        self._cancel_redundant(pipeline)
        self._changed(pipeline)
        return pipeline

    def _cancel_redundant(self, newest: Pipeline) -> None:
        project = newest.project
        if not project.auto_cancel or newest.branch in {None, project.default_branch}:
            return
        for older in project.pipelines[:-1]:
            if older.branch == newest.branch:
                self.cancel_in_page(older.id, by=None)

    def _begin(self, pipeline: Pipeline) -> None:
        if self.auto and not pipeline.course.stall:
            self.resume(pipeline)
        elif not pipeline.course.stay_pending:
            self.life.begin(pipeline)

    def resume(self, pipeline: Pipeline) -> None:
        """With `auto`, move a pipeline along until it ends."""
        if self.auto and pipeline.id not in self._moving:
            self._moving.add(pipeline.id)
            self._tasks.spawn(self._move(pipeline))

    async def _move(self, pipeline: Pipeline) -> None:
        try:
            if pipeline.state == "pending" and not pipeline.workflows:
                await asyncio.sleep(self.job_seconds / 4)
                self.life.begin(pipeline)
            while pipeline.open:
                await asyncio.sleep(self.job_seconds)
                self.life.advance(pipeline)
        finally:
            self._moving.discard(pipeline.id)

    def _changed(self, pipeline: Pipeline) -> None:
        data = render.overview(pipeline)
        for listener in self.on_change:
            listener("circleci.pipeline", data)

    def _status(self, *told: str) -> None:
        if self.on_job_status is not None:
            self.on_job_status(*told)

    def _check_run(self, *told: str) -> None:
        if self.on_check_run is not None:
            self.on_check_run(*told)
