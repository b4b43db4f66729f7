"""Webhook payloads in the shapes that GitHub sends."""

from typing import Any

SHA = "3f9c2d1" + "0" * 33
OTHER_SHA = "9ab01c2" + "0" * 33

REPOSITORY = {
    "id": 1296269,
    "full_name": "acme/shop",
    "default_branch": "main",
    "archived": False,
    "created_at": 1296068472,
}


def deployment_event(**changes: Any) -> dict[str, Any]:
    """A `deployment` event of a person; `changes` go into the deployment."""
    return {
        "action": "created",
        "deployment": {
            "id": 812,
            "sha": SHA,
            "ref": "main",
            "task": "deploy",
            "payload": {},
            "original_environment": "production",
            "environment": "production",
            "description": None,
            "creator": {"login": "octocat", "id": 583231, "type": "User"},
            "created_at": "2026-09-21T14:13:20Z",
            "updated_at": "2026-09-21T14:13:20Z",
            "transient_environment": False,
            "production_environment": True,
            "performed_via_github_app": None,
            **changes,
        },
        "workflow": None,
        "workflow_run": None,
        "repository": REPOSITORY,
        "installation": {"id": 77, "node_id": "x"},
        "sender": {"login": "octocat", "id": 583231, "type": "User"},
    }


def status_event(**changes: Any) -> dict[str, Any]:
    """A `deployment_status` event."""
    status = {"id": 5, "state": "success", "created_at": "2026-09-21T14:20:00Z"}
    status["creator"] = {"login": "deploybot[bot]", "id": 9, "type": "Bot"}
    return {**deployment_event(**changes), "deployment_status": status}


def push_event(**changes: Any) -> dict[str, Any]:
    """A push of one commit to the default branch."""
    commit = {"id": SHA, "added": [], "removed": [], "modified": ["README.md"]}
    return {
        "ref": "refs/heads/main",
        "before": OTHER_SHA,
        "after": SHA,
        "forced": False,
        "deleted": False,
        "commits": [commit],
        "head_commit": commit,
        "repository": REPOSITORY,
        "installation": {"id": 77},
        **changes,
    }
