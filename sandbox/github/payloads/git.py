"""Commits, branches, tags and pushes as JSON."""

from typing import Any

from sandbox.github.payloads.accounts import WEB, Payloads, iso
from sandbox.github.records import Commit, Repository, Tag, User
from sandbox.github.state import State

NULL_SHA = "0" * 40
UNSIGNED = {
    "verified": False,
    "reason": "unsigned",
    "signature": None,
    "payload": None,
    "verified_at": None,
}


def commit_json(payloads: Payloads, commit: Commit) -> dict[str, Any]:
    """A commit in REST."""
    repo = f"{payloads.api}/repos/{commit.repository.full_name}"
    web = f"{WEB}/{commit.repository.full_name}/commit"
    who = {"name": commit.name, "email": commit.email, "date": iso(commit.at)}
    account = None if commit.user is None else payloads.user(commit.user)
    return {
        "sha": commit.sha,
        "node_id": commit.node_id,
        "commit": {
            "author": who,
            "committer": dict(who),
            "message": commit.message,
            "tree": {"sha": commit.tree, "url": f"{repo}/git/trees/{commit.tree}"},
            "url": f"{repo}/git/commits/{commit.sha}",
            "comment_count": 0,
            "verification": dict(UNSIGNED),
        },
        "url": f"{repo}/commits/{commit.sha}",
        "html_url": f"{web}/{commit.sha}",
        "comments_url": f"{repo}/commits/{commit.sha}/comments",
        "author": account,
        "committer": account,
        "parents": [
            {"sha": sha, "url": f"{repo}/commits/{sha}", "html_url": f"{web}/{sha}"}
            for sha in commit.parents
        ],
    }


def changed_files(commit: Commit, before: dict[str, str]) -> dict[str, list[str]]:
    """The paths that a commit added, removed and modified, compared with an earlier tree."""
    after = commit.files
    return {
        "added": sorted(set(after) - set(before)),
        "removed": sorted(set(before) - set(after)),
        "modified": sorted(p for p in after if p in before and after[p] != before[p]),
    }


def files_json(repository: Repository, before: Commit, after: Commit) -> list[dict[str, Any]]:
    """The files that differ between two commits; GitHub lists at most 300."""
    changes = changed_files(after, before.files)
    return [
        {
            "sha": after.files.get(path) or before.files[path],
            "filename": path,
            "status": status,
            "additions": 1,
            "deletions": 0 if status == "added" else 1,
            "changes": 1 if status == "added" else 2,
            "blob_url": f"{WEB}/{repository.full_name}/blob/{after.sha}/{path}",
            "raw_url": f"{WEB}/{repository.full_name}/raw/{after.sha}/{path}",
            "contents_url": f"{WEB}/{repository.full_name}/contents/{path}?ref={after.sha}",
            "patch": "@@ -1 +1 @@",
        }
        for status, paths in changes.items()
        for path in paths
    ][:300]


def push_commit(commit: Commit) -> dict[str, Any]:
    """A commit in push events and check suites."""
    parents = commit.repository.commits
    before = parents[commit.parents[0]].files if commit.parents else {}
    who: dict[str, Any] = {"name": commit.name, "email": commit.email}
    if commit.user is not None:
        who["username"] = commit.user.login
    return {
        "id": commit.sha,
        "tree_id": commit.tree,
        "distinct": True,
        "message": commit.message,
        "timestamp": iso(commit.at),
        "url": f"{WEB}/{commit.repository.full_name}/commit/{commit.sha}",
        "author": who,
        "committer": dict(who),
        **changed_files(commit, before),
    }


def push_json(
    state: State, repository: Repository, ref: str, before: str, after: str, sender: User
) -> dict[str, Any]:
    """A `push` event; `before` or `after` is all zeros if the ref did not exist then."""
    tag = repository.tags.get(ref.removeprefix("refs/tags/"))
    target = after if after in repository.commits else (tag.commit if tag else after)
    head = repository.commits.get(target)
    old = {item.sha for item in state.history(repository, before)}
    fresh = (
        [] if head is None or ref.startswith("refs/tags/") else state.history(repository, target)
    )
    new = [item for item in reversed(fresh) if item.sha not in old]
    if before == NULL_SHA:
        new = new[-1:]
    forced = before in repository.commits and before not in {item.sha for item in fresh}
    return {
        "ref": ref,
        "before": before,
        "after": after,
        "pusher": {"name": sender.login, "email": sender.email},
        "created": before == NULL_SHA,
        "deleted": after == NULL_SHA,
        "forced": forced and after != NULL_SHA and ref.startswith("refs/heads/"),
        "base_ref": None,
        "compare": f"{WEB}/{repository.full_name}/compare/{before[:12]}...{after[:12]}",
        "commits": [push_commit(item) for item in new],
        "head_commit": None if head is None else push_commit(head),
    }


def create_json(repository: Repository, ref: str, ref_type: str) -> dict[str, Any]:
    """A `create` event."""
    return {
        "ref": ref,
        "ref_type": ref_type,
        "full_ref": f"refs/{'heads' if ref_type == 'branch' else 'tags'}/{ref}",
        "master_branch": repository.default_branch,
        "description": None,
        "pusher_type": "user",
    }


def branch_json(payloads: Payloads, repository: Repository, name: str) -> dict[str, Any]:
    """A branch in a list."""
    sha = repository.branches[name]
    url = f"{payloads.api}/repos/{repository.full_name}"
    return {
        "name": name,
        "commit": {"sha": sha, "url": f"{url}/commits/{sha}"},
        "protected": False,
    }


def tag_json(payloads: Payloads, tag: Tag) -> dict[str, Any]:
    """A tag in a list."""
    url = f"{payloads.api}/repos/{tag.repository.full_name}"
    return {
        "name": tag.name,
        "zipball_url": f"{url}/zipball/refs/tags/{tag.name}",
        "tarball_url": f"{url}/tarball/refs/tags/{tag.name}",
        "commit": {"sha": tag.commit, "url": f"{url}/commits/{tag.commit}"},
        "node_id": tag.node_id,
    }
