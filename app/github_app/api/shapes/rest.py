"""Types for GitHub's REST answers, and the objects that webhooks share with them (pure).

Only the fields that are needed are named; everything else is skipped while decoding.
"""

from datetime import datetime

import msgspec
from msgspec import Raw, Struct

from app.model import Json
from app.model.github.app import AppIdentity, Delivery
from app.model.github.deployment import Deployment, StatusSummary
from app.model.github.repository import Collaborator, Repository
from app.model.plan import TASK, RepositoryRef


class Anything(Struct, frozen=True, gc=False):
    """A JSON object of which no field is needed."""


class Account(Struct, frozen=True, gc=False):
    """A person, bot or organization."""

    login: str = ""
    id: int | None = None
    type: str = ""


class AppObject(Struct, frozen=True, gc=False):
    """An App: ours from `GET /app`, or the one that did something."""

    id: int | None = None
    slug: str | None = None
    client_id: str | None = None
    html_url: str | None = None

    def identity(self) -> AppIdentity:
        """As the rest of deploybot knows it."""
        return AppIdentity(
            id=self.id or 0,
            slug=self.slug or "",
            client_id=self.client_id or "",
            html_url=self.html_url or "",
        )


class RepositoryObject(Struct, frozen=True, gc=False):
    """A repository."""

    id: int
    full_name: str = ""
    default_branch: str = ""
    archived: bool = False
    private: bool = False
    html_url: str = ""

    def repository(self, installation_id: int) -> Repository:
        """As the rest of deploybot knows it."""
        return Repository(
            id=self.id,
            full_name=self.full_name,
            installation_id=installation_id,
            default_branch=self.default_branch,
            archived=self.archived,
            private=self.private,
            html_url=self.html_url,
        )


class RepositoryFacts(Struct, frozen=True, gc=False):
    """The repository that an event is about."""

    id: int
    full_name: str
    default_branch: str | None = None
    pushed_at: int | str | None = None


class InstallationFacts(Struct, frozen=True, gc=False):
    """The installation that an event was sent for."""

    id: int


class EventPayload(Struct, frozen=True, kw_only=True, gc=False):
    """The payload of an event about a repository; some leave the installation out."""

    repository: RepositoryFacts
    installation: InstallationFacts | None = None

    @property
    def installation_id(self) -> int | None:
        """The installation that the event was sent for, if it says so."""
        return self.installation.id if self.installation else None

    @property
    def repository_ref(self) -> RepositoryRef:
        """The repository, and the installation by which it is reached."""
        return RepositoryRef(
            id=self.repository.id,
            full_name=self.repository.full_name,
            installation_id=self.installation_id,
        )


class InstallationObject(Struct, frozen=True, gc=False):
    """An installation of our App; `suspended_at` where somebody suspended it."""

    id: int
    html_url: str = ""
    suspended_at: str | None = None


class TokenObject(Struct, frozen=True):
    """A new installation token."""

    token: str
    expires_at: datetime


class DeploymentFields(Struct, frozen=True, kw_only=True, gc=False):
    """A deployment without its payload, which webhooks and answers decode differently.

    Any status may change `environment`; what the deployment was created for stays in
    `original_environment`: https://docs.github.com/en/rest/deployments/statuses
    """

    id: int
    sha: str = ""
    ref: str = ""
    environment: str = ""
    original_environment: str | None = None
    task: str | None = None
    created_at: datetime | None = None
    creator: Account | None = None
    transient_environment: bool | None = None
    production_environment: bool | None = None
    performed_via_github_app: AppObject | None = None

    @property
    def created_for(self) -> str:
        """The environment that it was created for."""
        return self.original_environment or self.environment


class DeploymentEventObject(DeploymentFields, frozen=True, kw_only=True, gc=False):
    """A deployment in a webhook; its payload is kept as the JSON text that came."""

    payload: Raw = Raw(b"{}")


class DeploymentObject(DeploymentFields, frozen=True, kw_only=True):
    """A deployment in an answer."""

    payload: Json = None

    def deployment(self) -> Deployment:
        """As the rest of deploybot knows it."""
        creator = self.creator or Account()
        app = self.performed_via_github_app or AppObject()
        return Deployment(
            id=self.id,
            sha=self.sha,
            ref=self.ref,
            environment=self.created_for,
            task=self.task or TASK,
            created_at=epoch(self.created_at) or 0.0,
            creator=creator.login,
            creator_id=creator.id,
            creator_type=creator.type,
            app_slug=app.slug,
            payload=json_text(self.payload),
            transient=bool(self.transient_environment),
            production=bool(self.production_environment),
        )


class StatusObject(Struct, frozen=True):
    """A deployment status."""

    state: str
    id: int = 0
    description: str | None = None
    log_url: str | None = None
    target_url: str | None = None
    environment_url: str | None = None
    creator: Account | None = None
    created_at: datetime | None = None

    def summary(self) -> StatusSummary:
        """As the rest of deploybot knows it."""
        return StatusSummary(
            id=self.id,
            state=self.state.lower(),
            description=self.description or "",
            log_url=self.log_url or self.target_url or "",
            environment_url=self.environment_url or "",
            creator=(self.creator or Account()).login,
            created_at=epoch(self.created_at) or 0.0,
        )


class Reported(Struct, frozen=True):
    """A commit status or check run: its name, and when it appeared."""

    context: str = ""
    name: str = ""
    created_at: datetime | None = None
    started_at: datetime | None = None


class PermissionObject(Struct, frozen=True):
    """What somebody may do in a repository: `admin`, `write`, `read` or `none`."""

    permission: str = ""
    user: Account | None = None


class CollaboratorObject(Struct, frozen=True):
    """A collaborator as REST lists them."""

    id: int
    login: str
    name: str | None = None
    role_name: str = ""

    def collaborator(self) -> Collaborator:
        """As the rest of deploybot knows them."""
        return Collaborator(
            id=self.id, login=self.login, name=self.name or "", permission=self.role_name.lower()
        )


class DeliveryObject(Struct, frozen=True):
    """A webhook delivery of the App."""

    id: int
    guid: str
    delivered_at: datetime
    status: str
    event: str
    status_code: int | None = None
    redelivery: bool = False
    action: str | None = None
    installation_id: int | None = None
    repository_id: int | None = None

    def delivery(self) -> Delivery:
        """As the rest of deploybot knows it."""
        return Delivery(
            id=self.id,
            guid=self.guid,
            delivered_at=self.delivered_at.timestamp(),
            redelivery=self.redelivery,
            status=self.status,
            event=self.event,
            code=self.status_code or 0,
            action=self.action or "",
            installation_id=self.installation_id,
            repository_id=self.repository_id,
        )


def epoch(moment: datetime | None) -> float | None:
    """The moment in epoch seconds."""
    return None if moment is None else moment.timestamp()


def json_text(value: Json) -> str:
    """A payload as JSON text; empty if there is none."""
    if value is None or value == "":
        return ""
    return msgspec.json.encode(value).decode()
