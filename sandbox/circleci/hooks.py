"""Outbound webhooks: payloads, signatures, and retries of deliveries that were not accepted.

https://circleci.com/docs/reference/outbound-webhooks-reference/
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from sandbox.circleci.state import WEB_URL, Job, Pipeline, Project, Webhook, Workflow, iso, new_id
from sandbox.core.clock import Clock
from sandbox.core.delivery import Deliverer, Sent

WORKFLOW_EVENTS = frozenset({"success", "failed", "error", "canceled", "unauthorized"})
JOB_EVENTS = frozenset({"success", "failed", "canceled", "unauthorized"})


def signature(secret: str, body: bytes) -> str:
    """The value of `circleci-signature`."""
    return "v1=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@dataclass(kw_only=True)
class Hooks:
    """Sends a project's webhooks; a failed delivery is retried after each of `retry_delays`."""

    deliverer: Deliverer
    clock: Clock
    spawn: Callable[[Coroutine[Any, Any, None]], object]
    retry_delays: tuple[float, ...] = (5.0,)
    _tries: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.deliverer.listeners.append(self._delivered)

    def ping(self, project: Project, webhook: Webhook) -> Sent:
        """Send the test delivery of a new webhook, with its shortened payload."""
        payload = self._envelope(project, webhook, "ping")
        del payload["project"], payload["organization"]
        return self._send(webhook, "ping", payload)

    def workflow_completed(self, pipeline: Pipeline, workflow: Workflow) -> None:
        """Send the webhook for a workflow that ended."""
        if workflow.status in WORKFLOW_EVENTS:
            self._tell(pipeline, workflow, "workflow-completed", None)

    def job_completed(self, pipeline: Pipeline, workflow: Workflow, job: Job) -> None:
        """Send the webhook for a job that ended; there is none for approvals."""
        if job.status in JOB_EVENTS and job.type != "approval":
            self._tell(pipeline, workflow, "job-completed", job)

    def _tell(self, pipeline: Pipeline, workflow: Workflow, event: str, job: Job | None) -> None:
        for webhook in pipeline.project.webhooks:
            if event not in webhook.events:
                continue
            payload = self._envelope(pipeline.project, webhook, event)
            payload["workflow"] = self._workflow(pipeline, workflow)
            payload["pipeline"] = _pipeline(pipeline)
            if job is None:
                payload["workflow"]["status"] = workflow.status
            else:
                payload["job"] = _job(job, self.clock())
            self._send(webhook, event, payload)

    def _envelope(self, project: Project, webhook: Webhook, event: str) -> dict[str, Any]:
        return {
            "id": new_id(),
            "type": event,
            "happened_at": iso(self.clock()),
            "webhook": {"id": webhook.id, "name": webhook.name},
            "project": {"id": project.id, "name": project.name, "slug": project.long_slug},
            "organization": {"id": project.organization_id, "name": project.organization},
        }

    def _workflow(self, pipeline: Pipeline, workflow: Workflow) -> dict[str, Any]:
        stopped = workflow.stopped_at or self.clock()
        slug = pipeline.project.long_slug
        return {
            "id": workflow.id,
            "name": workflow.name,
            "created_at": iso(workflow.created_at),
            "stopped_at": iso(stopped),
            "url": f"{WEB_URL}/pipelines/{slug}/{pipeline.number}/workflows/{workflow.id}",
        }

    def _send(self, webhook: Webhook, event: str, payload: dict[str, Any]) -> Sent:
        body = json.dumps(payload).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "CircleCI-Webhook/1.0",
            "circleci-event-type": event,
            "circleci-signature": signature(webhook.secret, body),
        }
        return self.deliverer.send(
            event=event, guid=payload["id"], url=webhook.url, headers=headers, body=body
        )

    def _delivered(self, sent: Sent) -> None:
        if sent.lost or (sent.status is not None and 200 <= sent.status < 300):
            return
        tries = self._tries.get(sent.guid, 0)
        if tries < len(self.retry_delays):
            self._tries[sent.guid] = tries + 1
            self.spawn(self._again(sent, self.retry_delays[tries]))

    async def _again(self, sent: Sent, delay: float) -> None:
        await asyncio.sleep(delay)
        self.deliverer.send(
            event=sent.event,
            guid=sent.guid,
            url=sent.url,
            headers=sent.headers,
            body=sent.body,
            redelivery=True,
        )


def _pipeline(pipeline: Pipeline) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": pipeline.id,
        "number": pipeline.number,
        "created_at": iso(pipeline.created_at),
        "trigger": {"type": pipeline.trigger},
    }
    if pipeline.project.by_app:
        return body
    commit, url = pipeline.commit, pipeline.project.repository_url
    person = {"name": commit.author, "email": f"{commit.author}@users.noreply.github.com"}
    at = iso(pipeline.created_at)
    vcs: dict[str, Any] = {
        "provider_name": "github",
        "origin_repository_url": url,
        "target_repository_url": url,
        "revision": commit.sha,
        "commit": {
            "subject": commit.subject,
            "body": commit.body,
            "author": person,
            "authored_at": at,
            "committer": person,
            "committed_at": at,
        },
    }
    vcs |= {"tag": pipeline.tag} if pipeline.tag else {"branch": pipeline.branch}
    return body | {"vcs": vcs}


def _job(job: Job, now: float) -> dict[str, Any]:
    return {
        "id": job.id,
        "name": job.name,
        "status": job.status,
        "number": job.number,
        "started_at": iso(job.started_at or now),
        "stopped_at": iso(job.stopped_at or now),
    }
