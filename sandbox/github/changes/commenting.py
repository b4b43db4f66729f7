"""Records issues, pull requests, comments and reactions, and sends their events."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.github.changes.committing import NewCommit, adopt, commit, move_branch
from sandbox.github.hub import Hub
from sandbox.github.payloads.issues import comment_json, issue_json, pull_json, reaction_json
from sandbox.github.records import AppRecord, Comment, PullRequest, Repository, User


@dataclass(frozen=True, kw_only=True)
class NewIssue:
    """The fields of a new issue or pull request."""

    repository: Repository
    title: str
    body: str
    user: User


def open_issue(hub: Hub, new: NewIssue) -> PullRequest:
    """Record an issue."""
    return _record(hub, new, is_issue=True)


def open_pull(
    hub: Hub,
    new: NewIssue,
    branch: str,
    *,
    fork: bool = False,
    draft: bool = False,
    files: Mapping[str, str | None] | None = None,
) -> PullRequest:
    """Open a pull request from a branch; push first if the branch is new or `files` are given."""
    base = new.repository
    head = fork_of(hub, base, new.user) if fork else base
    sha = head.branches.get(branch)
    if sha is None or files is not None:
        change = {f"{branch.replace('/', '-')}.md": new.title} if files is None else files
        parent = sha or head.branches[head.default_branch]
        made = commit(
            hub,
            NewCommit(
                repository=head,
                message=new.title,
                user=new.user,
                parents=(parent,),
                files=change,
            ),
        )
        sha = made.sha
        move_branch(hub, head, branch, sha, new.user)
    adopt(hub, base, head, sha)
    pull = _record(hub, new, is_issue=False)
    pull.head_repository, pull.head_ref, pull.head_sha = head, branch, sha
    pull.base_ref, pull.base_sha = base.default_branch, base.branches[base.default_branch]
    pull.draft = draft
    change_pull(hub, pull, "opened", new.user)
    return pull


def change_pull(hub: Hub, pull: PullRequest, action: str, sender: User, **extra: Any) -> None:
    """Send a `pull_request` event with an action."""
    pull.updated_at = hub.state.now()
    payload = {
        "action": action,
        "number": pull.number,
        **extra,
        "pull_request": pull_json(hub.payloads, pull),
    }
    hub.emit("pull_request", pull.repository, sender, payload)


def comment(
    hub: Hub, issue: PullRequest, body: str, user: User, *, app: AppRecord | None = None
) -> Comment:
    """Comment on an issue or pull request and send `issue_comment`."""
    number, now = hub.state.new_id(), hub.state.now()
    made = Comment(
        id=number,
        node_id=hub.state.node_id("IC", number),
        user=user,
        body=body,
        issue=issue,
        created_at=now,
        updated_at=now,
        app=app,
    )
    issue.comments.append(hub.state.remember(made))
    _tell_comment(hub, made, "created", user)
    return made


def edit_comment(hub: Hub, made: Comment, body: str, user: User) -> None:
    """Change a comment's text and send `issue_comment`."""
    before, made.body, made.updated_at = made.body, body, hub.state.now()
    _tell_comment(hub, made, "edited", user, changes={"body": {"from": before}})


def react(hub: Hub, made: Comment, content: str, user: User) -> tuple[dict[str, Any], bool]:
    """React to a comment; returns the reaction and whether it is new. No event is sent."""
    key = (user.id, content)
    new = key not in made.reactions
    number, at = made.reactions.setdefault(key, (hub.state.new_id(), hub.state.now()))
    return reaction_json(hub.payloads, number, user, content, at), new


def _tell_comment(hub: Hub, made: Comment, action: str, user: User, **extra: Any) -> None:
    payload = {
        "action": action,
        **extra,
        "issue": issue_json(hub.payloads, made.issue),
        "comment": comment_json(hub.payloads, made),
    }
    hub.emit("issue_comment", made.issue.repository, user, payload)


def _record(hub: Hub, new: NewIssue, *, is_issue: bool) -> PullRequest:
    number, now = hub.state.new_id(), hub.state.now()
    made = PullRequest(
        id=number,
        node_id=hub.state.node_id("I" if is_issue else "PR", number),
        number=max(new.repository.issues, default=new.repository.numbered) + 1,
        title=new.title,
        body=new.body,
        user=new.user,
        repository=new.repository,
        created_at=now,
        updated_at=now,
        is_issue=is_issue,
    )
    new.repository.issues[made.number] = hub.state.remember(made)
    return made


def fork_of(hub: Hub, base: Repository, owner: User) -> Repository:
    """Somebody's fork of a repository; it is made if there is none yet."""
    name = f"{owner.login}/{base.name}"
    known = hub.state.names.get(name.lower())
    if known is not None:
        return hub.state.repositories[known]
    number, now = hub.state.new_id(), hub.state.now()
    made = Repository(
        id=number,
        node_id=hub.state.node_id("R", number),
        owner=owner,
        name=base.name,
        created_at=now,
        pushed_at=now,
        private=base.private,
        default_branch=base.default_branch,
        parent=base,
        commits=dict(base.commits),
        blobs=dict(base.blobs),
        branches={base.default_branch: base.branches[base.default_branch]},
    )
    hub.state.repositories[number] = hub.state.remember(made)
    hub.state.names[name.lower()] = number
    return made
