"""REST: deployments, their statuses, environments.

https://docs.github.com/en/rest/deployments
"""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.github.changes.committing import merge, move_branch
from sandbox.github.changes.deploying import (
    NewDeployment,
    NewStatus,
    create_deployment,
    post_status,
)
from sandbox.github.errors import DOCS, ApiError, invalid, not_found
from sandbox.github.hub import Hub
from sandbox.github.payloads.deployments import deployment_json, environment_json, status_json
from sandbox.github.records import Deployment
from sandbox.github.rest.answers import RepositoryCall, Rest, page, reply
from sandbox.github.state import latest_statuses

STATES = ("error", "failure", "inactive", "in_progress", "queued", "pending", "success")
LONGEST_DESCRIPTION = 140
CREATE_DOCS = f"{DOCS}/deployments/deployments#create-a-deployment"
FILTERS = ("sha", "ref", "task", "environment")


@dataclass(frozen=True)
class DeploymentRoutes:
    """Deployments of a repository."""

    hub: Hub

    def register(self, rest: Rest) -> None:
        """Add the routes."""
        one = "/deployments/{deployment_id}"
        rest.on("POST", "/deployments", self.create, needs="deployments:write")
        rest.on("GET", "/deployments", self.list_all, needs="deployments:read")
        rest.on("GET", one, self.show, needs="deployments:read")
        rest.on("DELETE", one, self.delete, needs="deployments:write")
        rest.on("POST", f"{one}/statuses", self.post_status, needs="deployments:write")
        rest.on("GET", f"{one}/statuses", self.list_statuses, needs="deployments:read")
        rest.on("GET", f"{one}/statuses/{{status_id}}", self.show_status, needs="deployments:read")
        rest.on("GET", "/environments", self.environments, needs="actions:read")

    async def create(self, call: RepositoryCall) -> web.Response:
        """Create a deployment.

        Answers 201; 202 if it merged the default branch instead, 409 if a required context is not
        successful, 422 for an unknown ref.
        """
        body, repository = call.body, call.repository
        ref = body.get("ref")
        if not isinstance(ref, str) or not ref:
            message = 'Invalid request.\n\n"ref" wasn\'t supplied.'
            raise ApiError(422, message, documentation_url=CREATE_DOCS)
        sha = self.hub.state.resolve(repository, ref)
        if sha is None:
            raise ApiError(422, f"No ref found for: {ref}", documentation_url=CREATE_DOCS)
        merged = self._auto_merge(call, ref, sha)
        if merged is not None:
            return merged
        self._check_contexts(call, ref, sha)
        environment = body.get("environment") or "production"
        if len(environment) > 255:
            raise invalid("Deployment", "environment", "environment is too long")
        new = NewDeployment(
            repository=repository,
            sha=sha,
            ref=ref,
            creator=call.caller.user,
            environment=environment,
            task=body.get("task") or "deploy",
            payload=body.get("payload"),
            description=body.get("description"),
            transient=bool(body.get("transient_environment", False)),
            production=body.get("production_environment"),
        )
        deployment = create_deployment(self.hub, new)
        created = deployment_json(self.hub.payloads, deployment)
        return reply(created, status=201, headers={"Location": created["url"]})

    def _auto_merge(self, call: RepositoryCall, ref: str, sha: str) -> web.Response | None:
        repository, state = call.repository, self.hub.state
        base = repository.branches.get(repository.default_branch)
        if call.body.get("auto_merge") is False or ref not in repository.branches or base is None:
            return None
        if base in {item.sha for item in state.history(repository, sha)}:
            return None
        merged = merge(self.hub, repository, sha, base, call.caller.user)
        if merged is None:
            message = f"Conflict merging {repository.default_branch} into {ref}."
            raise ApiError(409, message, documentation_url=CREATE_DOCS)
        move_branch(self.hub, repository, ref, merged.sha, call.caller.user)
        message = f"Auto-merged {repository.default_branch} into {ref} on deployment."
        return reply({"message": message}, status=202)

    def _check_contexts(self, call: RepositoryCall, ref: str, sha: str) -> None:
        states = {item.context: item.state for item in latest_statuses(call.repository, sha)}
        wanted = call.body.get("required_contexts")
        names = list(states) if wanted is None else wanted
        rows = [{"context": name, "state": states.get(name, "pending")} for name in names]
        if any(row["state"] != "success" for row in rows):
            error = {
                "contexts": rows,
                "resource": "Deployment",
                "field": "required_contexts",
                "code": "invalid",
            }
            message = f"Conflict: Commit status checks failed for {ref}."
            raise ApiError(409, message, errors=[error], documentation_url=CREATE_DOCS)

    async def list_all(self, call: RepositoryCall) -> web.Response:
        """The deployments, newest first, filtered by sha, ref, task and environment."""
        query = call.request.query
        found = [
            item
            for item in reversed(call.repository.deployments.values())
            if all(getattr(item, name) == query[name] for name in FILTERS if query.get(name))
        ]
        some, headers = page(call.request, found, self.hub.address())
        return reply([deployment_json(self.hub.payloads, item) for item in some], headers=headers)

    async def show(self, call: RepositoryCall) -> web.Response:
        """One deployment."""
        return reply(deployment_json(self.hub.payloads, self._deployment(call)))

    async def delete(self, call: RepositoryCall) -> web.Response:
        """Delete a deployment, if it is inactive or the only one."""
        deployment = self._deployment(call)
        if deployment.state != "inactive" and len(call.repository.deployments) > 1:
            message = "We cannot delete an active deployment unless it is the only deployment"
            raise ApiError(422, message)
        del call.repository.deployments[deployment.id]
        return web.Response(status=204)

    async def post_status(self, call: RepositoryCall) -> web.Response:
        """Answer 201 with the new status, or 422 for a state or text that GitHub refuses."""
        deployment = self._deployment(call)
        new = _new_status(call.body, call)
        status = status_json(self.hub.payloads, post_status(self.hub, deployment, new))
        return reply(status, status=201, headers={"Location": status["url"]})

    async def list_statuses(self, call: RepositoryCall) -> web.Response:
        """The statuses, newest first."""
        statuses = list(reversed(self._deployment(call).statuses))
        some, headers = page(call.request, statuses, self.hub.address())
        return reply([status_json(self.hub.payloads, item) for item in some], headers=headers)

    async def show_status(self, call: RepositoryCall) -> web.Response:
        """One status."""
        number = call.number("status_id")
        for status in self._deployment(call).statuses:
            if status.id == number:
                return reply(status_json(self.hub.payloads, status))
        raise not_found()

    async def environments(self, call: RepositoryCall) -> web.Response:
        """All environments of the repository."""
        items = list(call.repository.environments.values())
        some, headers = page(call.request, items, self.hub.address())
        rows = [environment_json(self.hub.payloads, call.repository, item) for item in some]
        return reply({"total_count": len(items), "environments": rows}, headers=headers)

    def _deployment(self, call: RepositoryCall) -> Deployment:
        found = call.repository.deployments.get(call.number("deployment_id"))
        if found is None:
            raise not_found()
        return found


def _new_status(body: dict[str, Any], call: RepositoryCall) -> NewStatus:
    state, description = body.get("state"), body.get("description") or ""
    log_url = body.get("log_url") or body.get("target_url") or ""
    environment_url = body.get("environment_url") or ""
    if state not in STATES:
        raise invalid("DeploymentStatus", "state", "state is not included in the list")
    if len(description) > LONGEST_DESCRIPTION:
        message = f"description is too long (maximum is {LONGEST_DESCRIPTION} characters)"
        raise invalid("DeploymentStatus", "description", message)
    for name, url in (("environment_url", environment_url), ("target_url", log_url)):
        if url and not url.startswith(("http://", "https://")):
            raise invalid("DeploymentStatus", name, f"{name} must use http(s) scheme")
    return NewStatus(
        state=state,
        creator=call.caller.user,
        description=description,
        log_url=log_url,
        environment_url=environment_url,
        environment=body.get("environment") or None,
        auto_inactive=body.get("auto_inactive", True) is not False,
    )
