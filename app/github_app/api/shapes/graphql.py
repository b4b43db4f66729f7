"""Types for the parts of GitHub's GraphQL answers that are needed (pure)."""

import base64
from datetime import datetime
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct

from app.model.github.deployment import Deployment, StatusSummary
from app.model.github.repository import Collaborator

T = TypeVar("T")


class Shape(Struct, frozen=True, kw_only=True, rename="camel"):
    """A part of an answer; GitHub spells the fields' names in camelCase."""


class PageInfo(Shape, frozen=True, kw_only=True):
    """Whether a connection has another page."""

    has_next_page: bool = False
    end_cursor: str | None = None


class Nodes(Shape, Generic[T], frozen=True, kw_only=True):
    """A page of a connection; a node that GitHub cannot show is null."""

    nodes: list[T | None] | None = None
    page_info: PageInfo = PageInfo()

    @property
    def present(self) -> list[T]:
        """The nodes that are there."""
        return [node for node in self.nodes or () if node is not None]


class Named(Shape, frozen=True, kw_only=True):
    """Something with a name."""

    name: str


class ActorNode(Shape, frozen=True, kw_only=True):
    """The user or bot who did something."""

    kind: str = msgspec.field(name="__typename", default="")
    login: str = ""
    database_id: int | None = None


class StatusNode(Shape, frozen=True, kw_only=True):
    """A deployment status."""

    state: str
    created_at: datetime
    description: str | None = None
    log_url: str | None = None
    environment_url: str | None = None
    creator: ActorNode | None = None

    def summary(self) -> StatusSummary:
        """As the rest of deploybot knows it."""
        creator = self.creator or ActorNode()
        return StatusSummary(
            state=self.state.lower(),
            description=self.description or "",
            log_url=self.log_url or "",
            environment_url=self.environment_url or "",
            creator=rest_login(creator),
            created_at=self.created_at.timestamp(),
        )


class PastStatus(Shape, frozen=True, kw_only=True):
    """One status of a deployment's history: its state, since when, and who reported it."""

    state: str
    created_at: datetime
    creator: ActorNode | None = None


class DeploymentIds(Shape, frozen=True, kw_only=True):
    """A deployment's ids."""

    id: str
    database_id: int | None = None

    @property
    def number(self) -> int | None:
        """The id that REST uses; None if the answer does not hold it.

        `databaseId` is a 32-bit integer, too small for newer deployments. The node id holds the
        number as well: `DE_` and the base64 of msgpack's `[0, repository id, deployment id]`.
        """
        if self.database_id is not None:
            return self.database_id
        encoded = self.id.partition("_")[2]
        try:
            packed = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
            return msgspec.msgpack.decode(packed, type=list[int])[-1]
        except (ValueError, IndexError):
            return None


class DeploymentAtCommit(DeploymentIds, frozen=True, kw_only=True):
    """A deployment's ids and its commit."""

    commit_oid: str


class DeploymentNode(DeploymentAtCommit, frozen=True, kw_only=True):
    """A deployment. GraphQL has neither its App nor whether it is transient or production.

    Any status may change `environment`; `original_environment` is what it was created for.
    """

    created_at: datetime
    environment: str | None = None
    original_environment: str | None = None
    task: str | None = None
    payload: str | None = None
    ref: Named | None = None
    creator: ActorNode | None = None
    latest_status: StatusNode | None = None
    statuses: Nodes[PastStatus] | None = None

    def deployment(self, number: int) -> Deployment:
        """As the rest of deploybot knows it."""
        creator = self.creator or ActorNode()
        return Deployment(
            id=number,
            sha=self.commit_oid,
            ref=self.ref.name if self.ref else self.commit_oid,
            environment=self.original_environment or self.environment or "",
            task=self.task or "deploy",
            created_at=self.created_at.timestamp(),
            creator=rest_login(creator),
            creator_id=creator.database_id,
            creator_type=creator.kind,
            payload=unwrapped(self.payload),
            status=self.latest_status.summary() if self.latest_status else None,
            history=self._history(),
            reported_by=self._reported_by(),
        )

    def _reported_by(self) -> tuple[str, ...]:
        """The logins of those who posted a status on it."""
        creators = [each.creator for each in self._marks()]
        if self.latest_status is not None:
            creators.append(self.latest_status.creator)
        return tuple(dict.fromkeys(rest_login(each) for each in creators if each is not None))

    def _history(self) -> tuple[tuple[str, float], ...]:
        """The states of its statuses and when each was posted (epoch seconds), oldest first.

        GitHub lists them newest first, without promising it; times are whole seconds.
        """
        marks = [(each.state.lower(), each.created_at.timestamp()) for each in self._marks()]
        latest = self.latest_status
        if latest is not None:
            last = (latest.state.lower(), latest.created_at.timestamp())
            marks = [*marks, last] if last not in marks else marks
        return tuple(sorted(marks, key=lambda mark: mark[1]))

    def _marks(self) -> list[PastStatus]:
        marks = self.statuses.present if self.statuses else []
        oldest_first = bool(marks) and marks[0].created_at < marks[-1].created_at
        return marks if oldest_first else marks[::-1]


class AnyRepository(Shape, frozen=True, kw_only=True):
    """A repository; each query adds the fields that it asks for."""

    database_id: int


class CollaboratorNode(Shape, frozen=True, kw_only=True):
    """A person."""

    database_id: int | None = None
    login: str = ""
    name: str | None = None


class CollaboratorEdge(Shape, frozen=True, kw_only=True):
    """A person and their permission."""

    permission: str
    node: CollaboratorNode

    def collaborator(self) -> Collaborator:
        """As the rest of deploybot knows them."""
        return Collaborator(
            id=self.node.database_id or 0,
            login=self.node.login,
            name=self.node.name or "",
            permission=self.permission.lower(),
        )


class CollaboratorPage(Shape, frozen=True, kw_only=True):
    """A page of people."""

    edges: list[CollaboratorEdge | None] | None = None
    page_info: PageInfo = PageInfo()

    @property
    def present(self) -> list[CollaboratorEdge]:
        """The people that GitHub shows us."""
        return [e for e in self.edges or () if e is not None and e.node.database_id is not None]


class RepositoryCollaborators(AnyRepository, frozen=True, kw_only=True):
    """The people with access; None if GitHub withholds the list."""

    collaborators: CollaboratorPage | None = None


class RepositoryDeployments(AnyRepository, frozen=True, kw_only=True):
    """A repository's deployments."""

    deployments: Nodes[DeploymentNode] | None = None


class CommitDeployments(Shape, frozen=True, kw_only=True):
    """A commit's deployments."""

    deployments: Nodes[DeploymentNode] | None = None


class RepositoryAndCommitDeployments(RepositoryDeployments, frozen=True, kw_only=True):
    """A repository's deployments, and a commit's."""

    object: CommitDeployments | None = None


class RepositoryRefs(AnyRepository, frozen=True, kw_only=True):
    """Names of branches and tags."""

    branches: Nodes[Named] | None = None
    branches_like: Nodes[Named] | None = None
    tags: Nodes[Named] | None = None
    tags_like: Nodes[Named] | None = None

    @property
    def names(self) -> list[str]:
        """All names, each once."""
        lists = (self.branches, self.branches_like, self.tags, self.tags_like)
        return list(dict.fromkeys(one.name for nodes in lists if nodes for one in nodes.present))


def rest_login(actor: ActorNode) -> str:
    """A login as REST and webhooks spell it: GraphQL leaves out the `[bot]`."""
    if actor.kind == "Bot" and not actor.login.endswith("[bot]"):
        return f"{actor.login}[bot]"
    return actor.login


def unwrapped(payload: str | None) -> str:
    """A payload as JSON text; where GitHub wrapped it in a JSON string, the string's content."""
    if not payload:
        return ""
    try:
        inner = msgspec.json.decode(payload, type=str)
    except msgspec.MsgspecError:
        return payload
    try:
        msgspec.json.decode(inner, type=dict[str, msgspec.Raw])
    except msgspec.MsgspecError:
        return payload
    return inner


def deployments(nodes: Nodes[DeploymentNode] | None) -> list[Deployment]:
    """The deployments of a page, in its order."""
    present = nodes.present if nodes else []
    return [node.deployment(node.number) for node in present if node.number is not None]
