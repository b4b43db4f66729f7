"""Types for a survey's GraphQL answer: commits with their checks, refs, pull requests (pure)."""

from datetime import datetime

import msgspec

from app.github_app.api.shapes.graphql import (
    ActorNode,
    AnyRepository,
    DeploymentAtCommit,
    DeploymentIds,
    DeploymentNode,
    Named,
    Nodes,
    Shape,
)
from app.github_app.api.shapes.rest import epoch
from app.model.github.commit import PullRequest


class SuiteApp(Shape, frozen=True, kw_only=True):
    """The App of a check suite."""

    slug: str = ""
    database_id: int | None = None


class ActionsWorkflow(Shape, frozen=True, kw_only=True):
    """A workflow of GitHub Actions."""

    id: str = ""


class WorkflowRun(Shape, frozen=True, kw_only=True):
    """A run of a workflow of GitHub Actions."""

    workflow: ActionsWorkflow = ActionsWorkflow()


class Suite(Shape, frozen=True, kw_only=True):
    """A check suite: the runs of one App or, for GitHub Actions, of one workflow."""

    id: str = ""
    app: SuiteApp | None = None
    workflow_run: WorkflowRun | None = None


class ContextNode(Shape, frozen=True, kw_only=True):
    """A check run or a commit status."""

    kind: str = msgspec.field(name="__typename")
    name: str = ""
    status: str = ""
    conclusion: str | None = None
    started_at: datetime | None = None
    details_url: str | None = None
    check_suite: Suite | None = None
    context: str = ""
    state: str = ""
    created_at: datetime | None = None
    target_url: str | None = None

    @property
    def seen_at(self) -> float | None:
        """When it began, in epoch seconds; None for a check run that is queued."""
        return epoch(self.started_at if self.kind == "CheckRun" else self.created_at)


class Rollup(Shape, frozen=True, kw_only=True):
    """All checks of a commit."""

    contexts: Nodes[ContextNode]


class Author(Shape, frozen=True, kw_only=True):
    """Who wrote a commit; `user` where GitHub knows them."""

    name: str | None = None
    user: ActorNode | None = None


class PullNode(Shape, frozen=True, kw_only=True):
    """A pull request."""

    number: int
    title: str = ""
    body: str = ""
    url: str = ""
    head_ref_name: str = ""
    head_ref_oid: str = ""
    is_cross_repository: bool = False
    state: str = ""

    def pull_request(self) -> PullRequest:
        """As the rest of deploybot knows it."""
        return PullRequest(
            number=self.number,
            title=self.title,
            body=self.body,
            url=self.url,
            branch=self.head_ref_name,
            is_open=self.state in ("", "OPEN"),
        )


class CommitNode(Shape, frozen=True, kw_only=True):
    """A commit, or a tag that points to one (`target`); any other object has no `oid`."""

    oid: str = ""
    message: str = ""
    url: str = ""
    author: Author | None = None
    status_check_rollup: Rollup | None = None
    associated_pull_requests: Nodes[PullNode] | None = None
    deployments: Nodes[DeploymentIds] | None = None
    target: "CommitNode | None" = None

    @property
    def pulls(self) -> list[PullNode]:
        """The pull requests that brought it."""
        return self.associated_pull_requests.present if self.associated_pull_requests else []

    @property
    def peeled(self) -> "CommitNode | None":
        """The commit, or the one that the tag points to in the end; None if there is none."""
        if self.target is not None:
            return self.target.peeled
        return self if self.oid else None


class RefNode(Shape, frozen=True, kw_only=True):
    """A branch or tag."""

    name: str
    target: CommitNode | None = None


class PullCommit(Shape, frozen=True, kw_only=True):
    """A commit of a pull request."""

    commit: CommitNode


class AskedPull(PullNode, frozen=True, kw_only=True):
    """The pull request that was asked for, with its head."""

    commits: Nodes[PullCommit] = Nodes()


class BlobNode(Shape, frozen=True, kw_only=True):
    """A file; a directory of that name has no `oid` here."""

    oid: str = ""
    text: str | None = None
    is_truncated: bool = False


class CommitOfRepository(AnyRepository, frozen=True, kw_only=True):
    """One commit that was asked for."""

    object: CommitNode | None = None


class RepositoryNode(AnyRepository, frozen=True, kw_only=True):
    """All that a survey reads."""

    name_with_owner: str = ""
    is_archived: bool = False
    is_private: bool = False
    url: str = ""
    default_branch_ref: RefNode | None = None
    config: BlobNode | None = None
    other_config: BlobNode | None = None
    branch: RefNode | None = None
    tag: RefNode | None = None
    commit: CommitNode | None = None
    pull_request: AskedPull | None = None
    environments: Nodes[Named] | None = None
    named: Nodes[Named] | None = None
    deployments: Nodes[DeploymentNode] | None = None
    recent: Nodes[DeploymentAtCommit] | None = None


class RepositoryFile(AnyRepository, frozen=True, kw_only=True):
    """One file."""

    object: BlobNode | None = None
