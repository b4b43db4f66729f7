"""Deployments and their statuses, by REST.

https://docs.github.com/en/rest/deployments
"""

from functools import partial
from typing import Any

import msgspec

from app.github_app.api.access import SKEW, Access, in_time, path_of
from app.github_app.api.shapes.rest import DeploymentObject, StatusObject
from app.github_app.client.connection import Connection
from app.lifecycle.planning.origins import payload_in
from app.model import Json
from app.model.build_parts import PostedStatus
from app.model.github.deployment import Deployment, StatusSummary
from app.model.plan import Plan, RefKind, RepositoryRef
from app.texts.cards.description import deployment_description

DESCRIPTION = 140
"""The most characters of a description that GitHub accepts."""
_DEPLOYMENTS = "/repos/{owner}/{repo}/deployments"
_PAGE = "/repos/{owner}/{repo}/deployments{?per_page}"
_DEPLOYMENT = "/repos/{owner}/{repo}/deployments/{id}"
_STATUSES = "/repos/{owner}/{repo}/deployments/{id}/statuses"


class Deployments(Access):
    """Creates, finds and reads deployments, and posts their statuses."""

    @in_time
    async def create_deployment(self, plan: Plan) -> Deployment:
        """Create the deployment with one POST."""
        return await self.run_on(plan.repository, partial(self._create, plan))

    async def find_deployment(self, plan: Plan, *, since: float) -> Deployment | None:
        """Our own deployment with the plan's `payload.deploybot.request`; None if there is none.

        Reads all pages since `since` (epoch seconds by our clock), each within the timeout.
        """
        bot = (await self.identity()).bot
        read = partial(self._newer, self.by_github_clock(since))
        newest = await self.run_on(plan.repository, read)
        for found in newest:
            payload = payload_in(found.payload) if found.creator == bot else None
            if payload is not None and payload.request == plan.payload.request:
                return found
        return None

    @in_time
    async def deployment(self, ref: RepositoryRef, deployment_id: int) -> Deployment:
        """One deployment, with the App that created it."""

        async def read(connection: Connection, ref: RepositoryRef) -> Deployment:
            path = {**path_of(ref.full_name), "id": str(deployment_id)}
            return (await connection.read(_DEPLOYMENT, path, DeploymentObject)).deployment()

        return await self.run_on(ref, read)

    @in_time
    async def last_status(self, ref: RepositoryRef, deployment_id: int) -> StatusSummary | None:
        """The newest status, if there is one; GitHub lists them newest first."""

        async def read(connection: Connection, ref: RepositoryRef) -> StatusSummary | None:
            path = {**path_of(ref.full_name), "id": str(deployment_id)}
            newest = await connection.read(_STATUSES + "?per_page=1", path, list[StatusObject])
            return newest[0].summary() if newest else None

        return await self.run_on(ref, read)

    @in_time
    async def post_status(
        self, ref: RepositoryRef, deployment_id: int, status: PostedStatus
    ) -> int:
        """Post a status with one POST; returns the status's id."""

        async def post(connection: Connection, ref: RepositoryRef) -> int:
            path = {**path_of(ref.full_name), "id": str(deployment_id)}
            return (await connection.write(_STATUSES, path, status_body(status), StatusObject)).id

        return await self.run_on(ref, post)

    async def _create(self, plan: Plan, connection: Connection, ref: RepositoryRef) -> Deployment:
        path, body = path_of(ref.full_name), deployment_body(plan)
        return (await connection.write(_DEPLOYMENTS, path, body, DeploymentObject)).deployment()

    async def _newer(
        self, since: float, connection: Connection, ref: RepositoryRef
    ) -> list[Deployment]:
        """Deployments since then to any environment: a status may have changed it."""
        found = await connection.pages(
            _PAGE,
            {**path_of(ref.full_name), "per_page": "100"},
            DeploymentObject,
            until=lambda one: one.deployment().created_at < since - SKEW,
        )
        return [one.deployment() for one in found]


def deployment_body(plan: Plan) -> dict[str, Json]:
    """The body that creates a deployment; GitHub checks nothing, since deploybot judges the gates.

    A plan for a bare commit sends the SHA as `ref`.
    """
    payload: Any = msgspec.to_builtins(plan.payload)
    return {
        "ref": plan.sha if plan.ref_kind is RefKind.SHA else plan.ref,
        "environment": plan.environment,
        "auto_merge": False,
        "required_contexts": [],
        "task": plan.task,
        "description": deployment_description(plan),
        "transient_environment": plan.transient,
        "production_environment": plan.production,
        "payload": {"deploybot": {"version": plan.payload.version, **payload}},
    }


def status_body(status: PostedStatus) -> dict[str, Json]:
    """The body that posts a status; GitHub accepts http(s) addresses only."""
    urls = {"log_url": status.log_url, "environment_url": status.environment_url}
    return {
        "state": status.state,
        "description": cut(status.description),
        **{key: url for key, url in urls.items() if url.startswith(("https://", "http://"))},
    }


def cut(text: str) -> str:
    """A description, shortened to what GitHub accepts."""
    return text if len(text) <= DESCRIPTION else f"{text[: DESCRIPTION - 1].rstrip()}…"
