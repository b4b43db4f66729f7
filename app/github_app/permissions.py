"""The GitHub App's permissions and events, and which call needs which permission.

https://docs.github.com/en/apps/creating-github-apps/registering-a-github-app/choosing-permissions-for-a-github-app
"""

PERMISSIONS = {
    "metadata": "read",
    "contents": "read",
    "deployments": "write",
    "statuses": "read",
    "checks": "write",
    "pull_requests": "write",
    "issues": "write",
    "actions": "read",
    "members": "read",
}
"""Names, as an App manifest spells them, and levels; `members` is an organization permission."""

SHOWN = {
    "statuses": "Commit statuses",
    "pull_requests": "Pull requests",
}
"""Names on GitHub's pages, where capitalizing the first letter is not enough."""

EVENTS = (
    "deployment",
    "deployment_status",
    "push",
    "create",
    "pull_request",
    "issue_comment",
    "status",
    "check_run",
    "check_suite",
    "repository",
)
"""The events that the App subscribes to."""

UNASKED_EVENTS = ("installation", "installation_repositories", "ping")
"""Events that every App receives without subscribing to them."""

ACTING_EVENTS = frozenset({*EVENTS, "installation", "installation_repositories"})
"""Events that deploybot acts on; only lost deliveries of these are redelivered."""

CALLS = {
    "GET /app": None,
    "GET /app/hook/config": None,
    "GET /app/hook/deliveries": None,
    "POST /app/hook/deliveries/{id}/attempts": None,
    "POST /app/installations/{id}/access_tokens": None,
    "GET /app/installations": None,
    "GET /installation/repositories": "metadata:read",
    "GET /repos/{owner}/{repo}/installation": None,
    "GET /users/{owner}/installation": None,
    "GET /repositories/{id}": "metadata:read",
    "GET /repos/{owner}/{repo}": "metadata:read",
    "GET /repos/{owner}/{repo}/collaborators": "metadata:read",
    "GET /repos/{owner}/{repo}/collaborators/{login}/permission": "metadata:read",
    "GET /orgs/{org}/teams/{slug}/members": "members:read",
    "GET /repos/{owner}/{repo}/compare/{basehead}": "contents:read",
    "GET /repos/{owner}/{repo}/commits/{ref}/check-runs": "checks:read",
    "GET /repos/{owner}/{repo}/commits/{ref}/statuses": "statuses:read",
    "GET /repos/{owner}/{repo}/commits/{ref}/branches-where-head": "contents:read",
    "GET /repos/{owner}/{repo}/deployments": "deployments:read",
    "POST /repos/{owner}/{repo}/deployments": "deployments:write",
    "GET /repos/{owner}/{repo}/deployments/{id}": "deployments:read",
    "GET /repos/{owner}/{repo}/deployments/{id}/statuses": "deployments:read",
    "POST /repos/{owner}/{repo}/deployments/{id}/statuses": "deployments:write",
    "POST /repos/{owner}/{repo}/check-runs": "checks:write",
    "GET /repos/{owner}/{repo}/issues/{number}/comments": "issues:read",
    "POST /repos/{owner}/{repo}/issues/{number}/comments": "issues:write",
    "PATCH /repos/{owner}/{repo}/issues/comments/{id}": "issues:write",
    "POST /repos/{owner}/{repo}/issues/comments/{id}/reactions": "issues:write",
}
"""Every REST call and the permission that it needs; None if the App's JWT is enough."""

FIELDS = {
    "object": "contents:read",
    "ref": "contents:read",
    "refs": "contents:read",
    "pullRequest": "pull_requests:read",
    "associatedPullRequests": "pull_requests:read",
    "environments": "actions:read",
    "deployments": "deployments:read",
    "statusCheckRollup": "statuses:read",
    "contexts": "checks:read",
    "collaborators": "members:read",
}
"""Every GraphQL field that needs a permission, and which one."""


def shown(need: str) -> str:
    """A permission (`name:level`) as GitHub's pages show it: `Checks: read`."""
    name, _, level = need.partition(":")
    return f"{SHOWN.get(name, name.capitalize())}: {level}"
