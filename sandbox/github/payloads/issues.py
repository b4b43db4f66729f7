"""Issues, pull requests and comments as JSON."""

from typing import Any

from sandbox.github.payloads.accounts import WEB, Payloads, iso, iso_or_none
from sandbox.github.records import Comment, PullRequest, Repository, User

REACTIONS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


def issue_json(payloads: Payloads, issue: PullRequest) -> dict[str, Any]:
    """An issue, or a pull request seen as one."""
    url = f"{payloads.api}/repos/{issue.repository.full_name}/issues/{issue.number}"
    kind = "issues" if issue.is_issue else "pull"
    web = f"{WEB}/{issue.repository.full_name}/{kind}/{issue.number}"
    pull_url = f"{payloads.api}/repos/{issue.repository.full_name}/pulls/{issue.number}"
    linked = {
        "url": pull_url,
        "html_url": web,
        "diff_url": f"{web}.diff",
        "patch_url": f"{web}.patch",
        "merged_at": iso_or_none(issue.closed_at if issue.merged else None),
    }
    return {
        "url": url,
        "repository_url": f"{payloads.api}/repos/{issue.repository.full_name}",
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": web,
        "id": issue.id,
        "node_id": issue.node_id,
        "number": issue.number,
        "title": issue.title,
        "user": payloads.user(issue.user),
        "labels": [],
        "state": issue.state,
        "locked": False,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": len(issue.comments),
        "created_at": iso(issue.created_at),
        "updated_at": iso(issue.updated_at),
        "closed_at": iso_or_none(issue.closed_at),
        "author_association": "MEMBER",
        "active_lock_reason": None,
        "body": issue.body,
        "reactions": _reactions(url),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": None,
        "state_reason": None,
        **({} if issue.is_issue else {"draft": issue.draft, "pull_request": linked}),
    }


def comment_json(payloads: Payloads, comment: Comment) -> dict[str, Any]:
    """A comment."""
    issue = comment.issue
    repo = f"{payloads.api}/repos/{issue.repository.full_name}"
    url = f"{repo}/issues/comments/{comment.id}"
    kind = "issues" if issue.is_issue else "pull"
    web = f"{WEB}/{issue.repository.full_name}/{kind}/{issue.number}"
    return {
        "url": url,
        "html_url": f"{web}#issuecomment-{comment.id}",
        "issue_url": f"{repo}/issues/{issue.number}",
        "id": comment.id,
        "node_id": comment.node_id,
        "user": payloads.user(comment.user),
        "created_at": iso(comment.created_at),
        "updated_at": iso(comment.updated_at),
        "author_association": "NONE" if comment.user.type == "Bot" else "MEMBER",
        "body": comment.body,
        "reactions": _reactions(url, comment),
        "performed_via_github_app": None if comment.app is None else payloads.app(comment.app),
    }


def reaction_json(
    payloads: Payloads, number: int, user: User, content: str, at: float
) -> dict[str, Any]:
    """A reaction; `at` is epoch seconds."""
    return {
        "id": number,
        "node_id": f"REA_{number}",
        "user": payloads.user(user),
        "content": content,
        "created_at": iso(at),
    }


_UNTOUCHED = {
    "locked": False,
    "merge_commit_sha": None,
    "assignee": None,
    "assignees": [],
    "requested_reviewers": [],
    "requested_teams": [],
    "labels": [],
    "milestone": None,
    "author_association": "MEMBER",
    "auto_merge": None,
    "active_lock_reason": None,
    "mergeable": None,
    "rebaseable": None,
    "mergeable_state": "unknown",
    "merged_by": None,
    "review_comments": 0,
    "maintainer_can_modify": False,
    "commits": 1,
    "additions": 1,
    "deletions": 0,
    "changed_files": 1,
}
"""Fields that are the same for every pull request here, because nobody reviews or assigns one."""


def pull_json(payloads: Payloads, pull: PullRequest) -> dict[str, Any]:
    """A pull request in its events and in `GET /pulls/{n}`."""
    links = _pull_links(payloads.api, pull)
    return {
        **_UNTOUCHED,
        "url": links["self"],
        "id": pull.id,
        "node_id": pull.node_id,
        "html_url": links["html"],
        "diff_url": f"{links['html']}.diff",
        "patch_url": f"{links['html']}.patch",
        "issue_url": links["issue"],
        "number": pull.number,
        "state": pull.state,
        "title": pull.title,
        "user": payloads.user(pull.user),
        "body": pull.body or None,
        "created_at": iso(pull.created_at),
        "updated_at": iso(pull.updated_at),
        "closed_at": iso_or_none(pull.closed_at),
        "merged_at": iso_or_none(pull.closed_at if pull.merged else None),
        "draft": pull.draft,
        "commits_url": links["commits"],
        "review_comments_url": links["review_comments"],
        "review_comment_url": links["review_comment"],
        "comments_url": links["comments"],
        "statuses_url": links["statuses"],
        "head": _side(payloads, pull.head_repository, pull.head_ref, pull.head_sha),
        "base": _side(payloads, pull.repository, pull.base_ref, pull.base_sha),
        "_links": {name: {"href": href} for name, href in links.items()},
        "merged": pull.merged,
        "comments": len(pull.comments),
    }


def _pull_links(api: str, pull: PullRequest) -> dict[str, str]:
    repo = f"{api}/repos/{pull.repository.full_name}"
    url, issue_url = f"{repo}/pulls/{pull.number}", f"{repo}/issues/{pull.number}"
    return {
        "self": url,
        "html": f"{WEB}/{pull.repository.full_name}/pull/{pull.number}",
        "issue": issue_url,
        "comments": f"{issue_url}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{repo}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{repo}/statuses/{pull.head_sha}",
    }


def _side(payloads: Payloads, repository: Repository | None, ref: str, sha: str) -> dict[str, Any]:
    if repository is None:
        return {"label": ref, "ref": ref, "sha": sha, "user": None, "repo": None}
    settings = {
        "allow_squash_merge": True,
        "allow_merge_commit": True,
        "allow_rebase_merge": True,
        "allow_auto_merge": False,
        "delete_branch_on_merge": False,
        "allow_update_branch": False,
        "use_squash_pr_title_as_default": False,
        "squash_merge_commit_message": "COMMIT_MESSAGES",
        "squash_merge_commit_title": "COMMIT_OR_PR_TITLE",
        "merge_commit_message": "PR_TITLE",
        "merge_commit_title": "MERGE_MESSAGE",
    }
    return {
        "label": f"{repository.owner.login}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": payloads.user(repository.owner),
        "repo": {**payloads.repository(repository), **settings},
    }


def _reactions(url: str, comment: Comment | None = None) -> dict[str, Any]:
    counts = dict.fromkeys(REACTIONS, 0)
    for _, content in comment.reactions if comment is not None else ():
        counts[content] += 1
    return {"url": f"{url}/reactions", "total_count": sum(counts.values()), **counts}
