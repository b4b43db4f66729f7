"""Accounts, repositories, apps and installations as JSON."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.github.records import AppRecord, Installation, Repository, User

WEB = "https://github.com"

REPOSITORY_LINKS = {
    "forks_url": "/forks",
    "keys_url": "/keys{/key_id}",
    "collaborators_url": "/collaborators{/collaborator}",
    "teams_url": "/teams",
    "hooks_url": "/hooks",
    "issue_events_url": "/issues/events{/number}",
    "events_url": "/events",
    "assignees_url": "/assignees{/user}",
    "branches_url": "/branches{/branch}",
    "tags_url": "/tags",
    "blobs_url": "/git/blobs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "trees_url": "/git/trees{/sha}",
    "statuses_url": "/statuses/{sha}",
    "languages_url": "/languages",
    "stargazers_url": "/stargazers",
    "contributors_url": "/contributors",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "commits_url": "/commits{/sha}",
    "git_commits_url": "/git/commits{/sha}",
    "comments_url": "/comments{/number}",
    "issue_comment_url": "/issues/comments{/number}",
    "contents_url": "/contents/{+path}",
    "compare_url": "/compare/{base}...{head}",
    "merges_url": "/merges",
    "archive_url": "/{archive_format}{/ref}",
    "downloads_url": "/downloads",
    "issues_url": "/issues{/number}",
    "pulls_url": "/pulls{/number}",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "labels_url": "/labels{/name}",
    "releases_url": "/releases{/id}",
    "deployments_url": "/deployments",
}
USER_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}


def iso(at: float) -> str:
    """Epoch seconds in GitHub's format: UTC, whole seconds."""
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_or_none(at: float | None) -> str | None:
    """Like `iso`; None stays None."""
    return None if at is None else iso(at)


@dataclass(frozen=True)
class Payloads:
    """Builds JSON; `api` is the address of the REST API, without a trailing slash."""

    api: str

    def user(self, user: User) -> dict[str, Any]:
        """A simple user."""
        url = f"{self.api}/users/{user.login}"
        web = f"{WEB}/apps/{user.login[:-5]}" if user.type == "Bot" else f"{WEB}/{user.login}"
        return {
            "login": user.login,
            "id": user.id,
            "node_id": user.node_id,
            "avatar_url": f"https://avatars.githubusercontent.com/u/{user.id}?v=4",
            "gravatar_id": "",
            "url": url,
            "html_url": web,
            **{key: url + tail for key, tail in USER_LINKS.items()},
            "type": user.type,
            "user_view_type": "public",
            "site_admin": False,
        }

    def organization(self, owner: User) -> dict[str, Any]:
        """An organization in a webhook."""
        url = f"{self.api}/orgs/{owner.login}"
        return {
            "login": owner.login,
            "id": owner.id,
            "node_id": owner.node_id,
            "url": url,
            "repos_url": f"{url}/repos",
            "events_url": f"{url}/events",
            "hooks_url": f"{url}/hooks",
            "issues_url": f"{url}/issues",
            "members_url": f"{url}/members{{/member}}",
            "public_members_url": f"{url}/public_members{{/member}}",
            "avatar_url": f"https://avatars.githubusercontent.com/u/{owner.id}?v=4",
            "description": "",
        }

    def repository(self, repository: Repository) -> dict[str, Any]:
        """A repository in a webhook."""
        return {
            **self.small_repository(repository),
            "created_at": iso(repository.created_at),
            "updated_at": iso(repository.pushed_at),
            "pushed_at": iso(repository.pushed_at),
            "git_url": f"git://github.com/{repository.full_name}.git",
            "ssh_url": f"git@github.com:{repository.full_name}.git",
            "clone_url": f"{WEB}/{repository.full_name}.git",
            "svn_url": f"{WEB}/{repository.full_name}",
            "homepage": None,
            "size": len(repository.blobs),
            "stargazers_count": 0,
            "watchers_count": 0,
            "language": "Python",
            "has_issues": True,
            "has_projects": True,
            "has_downloads": True,
            "has_wiki": True,
            "has_pages": False,
            "has_discussions": False,
            "forks_count": 0,
            "mirror_url": None,
            "archived": repository.archived,
            "disabled": False,
            "open_issues_count": _open_issues(repository),
            "license": None,
            "allow_forking": True,
            "is_template": False,
            "web_commit_signoff_required": False,
            "topics": [],
            "visibility": "private" if repository.private else "public",
            "forks": 0,
            "open_issues": _open_issues(repository),
            "watchers": 0,
            "default_branch": repository.default_branch,
        }

    def small_repository(self, repository: Repository) -> dict[str, Any]:
        """A repository inside something else."""
        url = f"{self.api}/repos/{repository.full_name}"
        return {
            "id": repository.id,
            "node_id": repository.node_id,
            "name": repository.name,
            "full_name": repository.full_name,
            "private": repository.private,
            "owner": self.user(repository.owner),
            "html_url": f"{WEB}/{repository.full_name}",
            "description": None,
            "fork": repository.parent is not None,
            "url": url,
            **{key: url + tail for key, tail in REPOSITORY_LINKS.items()},
        }

    def pushed_repository(self, repository: Repository) -> dict[str, Any]:
        """The fields of a repository that differ in a `push` event: its times are numbers."""
        owner = repository.owner
        return {
            "owner": {"name": owner.login, "email": owner.email, **self.user(owner)},
            "url": f"{WEB}/{repository.full_name}",
            "created_at": int(repository.created_at),
            "pushed_at": int(repository.pushed_at),
            "stargazers": 0,
            "master_branch": repository.default_branch,
        }

    def full_repository(self, repository: Repository, permission: str) -> dict[str, Any]:
        """The answer of `GET /repos/{owner}/{repo}`."""
        return {
            **self.repository(repository),
            "permissions": permission_flags(permission),
            "network_count": 0,
            "subscribers_count": 1,
            "temp_clone_token": None,
        }

    def app(self, app: AppRecord) -> dict[str, Any]:
        """A GitHub App."""
        return {
            "id": app.id,
            "client_id": app.client_id,
            "slug": app.slug,
            "node_id": app.node_id,
            "owner": self.user(app.owner),
            "name": app.name,
            "description": "",
            "external_url": "https://example.com",
            "html_url": f"{WEB}/apps/{app.slug}",
            "created_at": iso(app.created_at),
            "updated_at": iso(app.created_at),
            "permissions": dict(app.permissions),
            "events": list(app.events),
        }

    def installation(self, installation: Installation, app: AppRecord) -> dict[str, Any]:
        """Our App's installation on an account."""
        account, suspended_by = installation.account, installation.suspended_by
        return {
            "id": installation.id,
            "client_id": app.client_id,
            "node_id": installation.node_id,
            "account": self.user(account),
            "repository_selection": "selected",
            "access_tokens_url": f"{self.api}/app/installations/{installation.id}/access_tokens",
            "repositories_url": f"{self.api}/installation/repositories",
            "html_url": f"{WEB}/organizations/{account.login}/settings/installations/"
            f"{installation.id}",
            "app_id": app.id,
            "app_slug": app.slug,
            "target_id": account.id,
            "target_type": account.type,
            "permissions": dict(installation.permissions),
            "events": list(app.events),
            "created_at": iso(installation.created_at),
            "updated_at": iso(installation.updated_at),
            "single_file_name": None,
            "has_multiple_single_files": False,
            "single_file_paths": [],
            "suspended_by": None if suspended_by is None else self.user(suspended_by),
            "suspended_at": iso_or_none(installation.suspended_at),
        }

    def installed_repository(self, repository: Repository) -> dict[str, Any]:
        """A repository as installation events list it."""
        return {
            "id": repository.id,
            "node_id": repository.node_id,
            "name": repository.name,
            "full_name": repository.full_name,
            "private": repository.private,
        }


def permission_flags(permission: str) -> dict[str, bool]:
    """The flags that a permission implies; `none` implies none of them."""
    order = ["read", "triage", "write", "maintain", "admin"]
    names = ["pull", "triage", "push", "maintain", "admin"]
    rank = order.index(permission) if permission in order else -1
    return {name: order.index(level) <= rank for level, name in zip(order, names, strict=True)}


def _open_issues(repository: Repository) -> int:
    return sum(item.state == "open" for item in repository.issues.values())
