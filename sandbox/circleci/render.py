"""Renders records as the JSON of CircleCI's v2 API."""

from typing import Any

from sandbox.circleci.state import WEB_URL, Job, Pipeline, Project, Webhook, Workflow, iso


def created(pipeline: Pipeline) -> dict[str, Any]:
    """The answer to a trigger."""
    return {
        "id": pipeline.id,
        "number": pipeline.number,
        "state": pipeline.state,
        "created_at": iso(pipeline.created_at),
    }


def pipeline_body(pipeline: Pipeline) -> dict[str, Any]:
    """A pipeline."""
    body = created(pipeline) | {
        "errors": pipeline.errors,
        "project_slug": pipeline.project.slug,
        "updated_at": iso(pipeline.updated_at),
        "trigger": {
            "type": pipeline.trigger,
            "received_at": iso(pipeline.created_at),
            "actor": {"login": pipeline.actor or pipeline.commit.author, "avatar_url": None},
        },
    }
    return body if pipeline.project.by_app else body | {"vcs": _vcs(pipeline)}


def _vcs(pipeline: Pipeline) -> dict[str, Any]:
    commit = pipeline.commit
    vcs: dict[str, Any] = {
        "provider_name": "Bitbucket" if pipeline.project.slug.startswith("bb/") else "GitHub",
        "origin_repository_url": pipeline.project.repository_url,
        "target_repository_url": pipeline.project.repository_url,
        "revision": commit.sha,
        "commit": {"subject": commit.subject, "body": commit.body},
    }
    if pipeline.branch and pipeline.branch.startswith("pull/"):
        vcs["review_id"] = pipeline.branch.split("/")[1]
    return vcs | ({"tag": pipeline.tag} if pipeline.tag else {"branch": pipeline.branch})


def trigger_parameters(pipeline: Pipeline) -> dict[str, Any]:
    """What pipelines of GitHub App projects may have instead of `vcs`, with the parameters."""
    ref = f"refs/tags/{pipeline.tag}" if pipeline.tag else f"refs/heads/{pipeline.branch}"
    return {
        "circleci": {
            "event_time": iso(pipeline.created_at),
            "event_type": "create pipeline run api",
            "trigger_type": "pipeline_run_api",
        },
        "git": {
            "branch": pipeline.branch or "",
            "tag": pipeline.tag or "",
            "ref": ref,
            "checkout_sha": pipeline.commit.sha,
            "checkout_url": pipeline.project.repository_url,
        },
        "pipeline": {"parameters": pipeline.parameters},
    }


def workflow_body(pipeline: Pipeline, workflow: Workflow) -> dict[str, Any]:
    """A workflow; `tag` and `canceled_by` are left out if they have no value."""
    body: dict[str, Any] = {
        "id": workflow.id,
        "name": workflow.name,
        "status": workflow.status,
        "pipeline_id": pipeline.id,
        "pipeline_number": pipeline.number,
        "project_slug": pipeline.project.slug,
        "started_by": pipeline.actor,
        "created_at": iso(workflow.created_at),
        "stopped_at": None if workflow.stopped_at is None else iso(workflow.stopped_at),
    }
    if workflow.tag:
        body["tag"] = workflow.tag
    if workflow.canceled_by:
        body["canceled_by"] = workflow.canceled_by
    return body


def job_body(pipeline: Pipeline, workflow: Workflow, job: Job) -> dict[str, Any]:
    """A job of a workflow."""
    ids = {one.name: one.id for one in workflow.jobs}
    body: dict[str, Any] = {
        "id": job.id,
        "name": job.name,
        "type": job.type,
        "status": job.status,
        "project_slug": pipeline.project.slug,
        "dependencies": [ids[name] for name in job.dependencies],
        "started_at": None if job.started_at is None else iso(job.started_at),
        "stopped_at": None if job.stopped_at is None else iso(job.stopped_at),
    }
    if job.number is not None:
        body["job_number"] = job.number
    if job.type == "approval":
        body["approval_request_id"] = job.id
    if job.approved_by:
        body["approved_by"] = job.approved_by
    if job.canceled_by:
        body["canceled_by"] = job.canceled_by
    return body


def project_body(project: Project) -> dict[str, Any]:
    """A project."""
    return {
        "slug": project.slug,
        "name": project.name,
        "id": project.id,
        "organization_name": project.organization,
        "organization_slug": project.slug.rpartition("/")[0],
        "organization_id": project.organization_id,
        "vcs_info": {
            "vcs_url": project.repository_url,
            "provider": "CircleCI" if project.by_app else "GitHub",
            "default_branch": project.default_branch,
        },
    }


def webhook_body(webhook: Webhook) -> dict[str, Any]:
    """A webhook; the secret is masked."""
    return {
        "id": webhook.id,
        "name": webhook.name,
        "url": webhook.url,
        "events": webhook.events,
        "verify-tls": webhook.verify_tls,
        "signing-secret": f"****{webhook.secret[-4:]}",
        "created-at": iso(webhook.created_at),
        "updated-at": iso(webhook.created_at),
        "scope": {"id": webhook.project_id, "type": "project"},
    }


def overview(pipeline: Pipeline) -> dict[str, Any]:
    """A pipeline with its workflows and jobs, for the page."""
    return {
        "id": pipeline.id,
        "number": pipeline.number,
        "project_slug": pipeline.project.slug,
        "state": pipeline.state,
        "errors": pipeline.errors,
        "ref": pipeline.tag or pipeline.branch,
        "revision": pipeline.commit.sha,
        "parameters": pipeline.parameters,
        "created_at": pipeline.created_at,
        "url": f"{WEB_URL}/pipelines/{pipeline.project.long_slug}/{pipeline.number}",
        "workflows": [
            {
                "id": workflow.id,
                "name": workflow.name,
                "status": workflow.status,
                "canceled_by": workflow.canceled_by,
                "jobs": [
                    {"name": job.name, "status": job.status, "type": job.type, "id": job.id}
                    for job in workflow.jobs
                ],
            }
            for workflow in pipeline.workflows
        ],
    }
