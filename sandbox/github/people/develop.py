"""What people do with a repository: push, tag, open pull requests, comment; what CI reports."""

from collections.abc import Mapping

from sandbox.github.changes.checking import (
    OPEN,
    NewCheckRun,
    NewCommitStatus,
    post_check_run,
    post_commit_status,
)
from sandbox.github.changes.commenting import (
    NewIssue,
    change_pull,
    comment,
    edit_comment,
    fork_of,
    open_issue,
    open_pull,
)
from sandbox.github.changes.committing import (
    NewCommit,
    adopt,
    commit,
    make_tag,
    merge,
    move_branch,
    remove_branch,
)
from sandbox.github.hub import Hub
from sandbox.github.records import CheckRun, Comment, Commit, CommitStatus, PullRequest, Tag


class DevelopmentActions:
    """Actions on a repository's code; `repo` is `owner/name`."""

    hub: Hub

    def head(self, repo: str, ref: str) -> str | None:
        """The SHA that a ref points to now; None if there is no such ref."""
        return self.hub.state.resolve(self.hub.state.repository(repo), ref)

    def commit_of(self, repo: str, sha: str) -> Commit:
        """A commit by its SHA."""
        return self.hub.state.repository(repo).commits[sha]

    def push(
        self,
        repo: str,
        branch: str = "main",
        message: str = "Change something",
        author: str = "octocat",
        files: Mapping[str, str | None] | None = None,
        *,
        known_author: bool = True,
    ) -> str:
        """Commit to a branch (new ones grow from the default branch) and push; the SHA.

        `known_author` False: GitHub knows the author's name, but no account of theirs.
        """
        repository = self.hub.state.repository(repo)
        start = repository.branches.get(branch) or repository.branches.get(
            repository.default_branch
        )
        change = {"CHANGES.md": f"{message}\n{len(repository.commits)}\n"}
        user = self.hub.state.user(author) if known_author else None
        made = commit(
            self.hub,
            NewCommit(
                repository=repository,
                message=message,
                user=user,
                name="" if known_author else author,
                parents=() if start is None else (start,),
                files=change if files is None else files,
            ),
        )
        sender = user or self.hub.state.user("web-flow")
        move_branch(self.hub, repository, branch, made.sha, sender)
        self._synchronize(repo, branch, made.sha)
        return made.sha

    def push_to_fork(
        self, repo: str, login: str, message: str = "Change something", base: str = ""
    ) -> str:
        """Push to somebody's fork; the parent shows the commit by its SHA, but has no ref to it."""
        repository, user = self.hub.state.repository(repo), self.hub.state.user(login)
        fork = fork_of(self.hub, repository, user)
        start = self.hub.state.resolve(repository, base or repository.default_branch)
        change = NewCommit(
            repository=fork,
            message=message,
            user=user,
            parents=() if start is None else (start,),
            files={"FORK.md": f"{message}\n"},
        )
        made = commit(self.hub, change)
        move_branch(self.hub, fork, fork.default_branch, made.sha, user)
        adopt(self.hub, repository, fork, made.sha)
        return made.sha

    def force_push(self, repo: str, branch: str, sha: str, login: str = "octocat") -> None:
        """Point a branch at an existing commit."""
        user = self.hub.state.user(login)
        move_branch(self.hub, self.hub.state.repository(repo), branch, sha, user)
        self._synchronize(repo, branch, sha)

    def delete_branch(self, repo: str, branch: str, login: str = "octocat") -> None:
        """Delete a branch."""
        user = self.hub.state.user(login)
        remove_branch(self.hub, self.hub.state.repository(repo), branch, user)

    def tag(
        self, repo: str, name: str, ref: str = "", login: str = "octocat", *, message: str = ""
    ) -> Tag:
        """Tag a ref (by default the default branch); with a message the tag is annotated."""
        repository = self.hub.state.repository(repo)
        sha = self.hub.state.resolve(repository, ref or repository.default_branch)
        if sha is None:
            raise KeyError(ref)
        user = self.hub.state.user(login)
        return make_tag(self.hub, repository, name, sha, user, message=message)

    def open_pull_request(
        self,
        repo: str,
        branch: str,
        title: str = "",
        body: str = "",
        author: str = "octocat",
        *,
        fork: bool = False,
        draft: bool = False,
        files: Mapping[str, str | None] | None = None,
    ) -> PullRequest:
        """Push a branch (with `fork`, to the author's fork) and open a pull request from it."""
        new = NewIssue(
            repository=self.hub.state.repository(repo),
            title=title or f"Merge {branch}",
            body=body,
            user=self.hub.state.user(author),
        )
        return open_pull(self.hub, new, branch, fork=fork, draft=draft, files=files)

    def close_pull_request(
        self, repo: str, number: int, login: str = "octocat", *, merged: bool = False
    ) -> PullRequest:
        """Close a pull request, merging it or not."""
        pull = self.hub.state.repository(repo).issues[number]
        pull.state, pull.merged, pull.closed_at = "closed", merged, self.hub.state.now()
        change_pull(self.hub, pull, "closed", self.hub.state.user(login))
        return pull

    def retarget_pull_request(
        self, repo: str, number: int, base: str, login: str = "octocat"
    ) -> PullRequest:
        """Change the base branch of a pull request."""
        repository = self.hub.state.repository(repo)
        pull = repository.issues[number]
        changes = {"base": {"ref": {"from": pull.base_ref}, "sha": {"from": pull.base_sha}}}
        pull.base_ref, pull.base_sha = base, repository.branches[base]
        change_pull(self.hub, pull, "edited", self.hub.state.user(login), changes=changes)
        return pull

    def merge_pull_request(self, repo: str, number: int, login: str = "octocat") -> PullRequest:
        """Merge a pull request by a merge commit and delete its branch.

        Raises ValueError for a conflict.
        """
        repository, user = self.hub.state.repository(repo), self.hub.state.user(login)
        pull = repository.issues[number]
        head = pull.head_repository or repository
        base = repository.branches[pull.base_ref]
        title = f"Merge pull request #{number} from {head.owner.login}/{pull.head_ref}"
        message = f"{title}\n\n{pull.title}"
        made = merge(self.hub, repository, base, pull.head_sha, user, message=message)
        if made is None:
            raise ValueError(f"#{number} conflicts with {pull.base_ref}")
        move_branch(self.hub, repository, pull.base_ref, made.sha, user)
        self.close_pull_request(repo, number, login, merged=True)
        remove_branch(self.hub, head, pull.head_ref, user)
        return pull

    def reopen_pull_request(self, repo: str, number: int, login: str = "octocat") -> PullRequest:
        """Reopen a closed pull request."""
        pull = self.hub.state.repository(repo).issues[number]
        pull.state, pull.closed_at = "open", None
        change_pull(self.hub, pull, "reopened", self.hub.state.user(login))
        return pull

    def ready_for_review(self, repo: str, number: int, login: str = "octocat") -> PullRequest:
        """Mark a draft pull request as ready for review."""
        pull = self.hub.state.repository(repo).issues[number]
        pull.draft = False
        change_pull(self.hub, pull, "ready_for_review", self.hub.state.user(login))
        return pull

    def open_issue(
        self, repo: str, title: str, body: str = "", login: str = "octocat"
    ) -> PullRequest:
        """Open an issue."""
        repository = self.hub.state.repository(repo)
        user = self.hub.state.user(login)
        return open_issue(
            self.hub, NewIssue(repository=repository, title=title, body=body, user=user)
        )

    def person_comments(
        self, repo: str, number: int, body: str, login: str, *, app: str = ""
    ) -> Comment:
        """Comment on an issue or pull request; with `app`, through that App."""
        issue = self.hub.state.repository(repo).issues[number]
        through = self.hub.state.app(app) if app else None
        return comment(self.hub, issue, body, self.hub.state.account(login), app=through)

    def person_edits(self, made: Comment, body: str) -> None:
        """Edit a comment as its author."""
        edit_comment(self.hub, made, body, made.user)

    def delete_comment(self, made: Comment) -> None:
        """Delete a comment."""
        made.issue.comments.remove(made)

    def comments(self, repo: str, number: int) -> list[Comment]:
        """The comments on an issue or pull request, oldest first."""
        return list(self.hub.state.repository(repo).issues[number].comments)

    def set_check(
        self,
        repo: str,
        sha: str,
        name: str,
        state: str,
        kind: str = "status",
        app: str = "circleci-checks",
        url: str = "",
        workflow: str = "",
    ) -> CommitStatus | CheckRun:
        """Report a check: a commit status, or (`kind` `check_run`) a check run of an app.

        A check run's `state` is its status while it is open, then its conclusion. Each `workflow`
        of an app has its own check suite, so several may report checks with the same name.
        """
        if kind == "status":
            return self.commit_status(repo, sha, name, state, url=url, creator=f"{app}[bot]")
        new = NewCheckRun(
            sha=sha,
            name=name,
            app=self.hub.state.app(app),
            status=state if state in OPEN else "completed",
            conclusion=None if state in OPEN else state,
            details_url=url,
            workflow=workflow,
        )
        return post_check_run(self.hub, self.hub.state.repository(repo), new)

    def commit_status(
        self,
        repo: str,
        sha: str,
        context: str,
        state: str,
        *,
        url: str = "",
        description: str = "",
        creator: str = "circleci-checks[bot]",
    ) -> CommitStatus:
        """Post a commit status (error, failure, pending, success), as a CI does for each job."""
        new = NewCommitStatus(
            sha=sha,
            context=context,
            state=state,
            creator=self.hub.state.account(creator),
            description=description or None,
            target_url=url or None,
        )
        return post_commit_status(self.hub, self.hub.state.repository(repo), new)

    def _synchronize(self, repo: str, branch: str, sha: str) -> None:
        head = self.hub.state.repository(repo)
        for repository in list(self.hub.state.repositories.values()):
            for pull in repository.pulls:
                if pull.state == "open" and pull.head_repository is head:
                    if pull.head_ref != branch:
                        continue
                    before, pull.head_sha = pull.head_sha, sha
                    adopt(self.hub, repository, head, sha)
                    change_pull(self.hub, pull, "synchronize", pull.user, before=before, after=sha)
