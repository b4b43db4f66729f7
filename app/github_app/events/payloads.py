"""Webhook payloads: the few fields that are needed, and the notes and asks they become (pure).

Payloads differ in what they leave out, so only indispensable fields are required.
https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from typing import Any

import msgspec
from msgspec import Raw, Struct

from app.github_app.api.shapes.rest import (
    Account,
    Anything,
    AppObject,
    DeploymentEventObject,
    EventPayload,
    InstallationFacts,
    RepositoryFacts,
    epoch,
)
from app.github_app.events.comments import CommentEvent
from app.github_app.events.source_payloads import SOURCE_PAYLOADS
from app.model.ask import Ask, AskKind
from app.model.build_parts import SeenStatus
from app.model.github.payloads import kept_payload
from app.model.note import DeploymentFacts, Entry, Note, seen

LONGEST_DESCRIPTION = 140
LONGEST_URL = 2000


class StatusFacts(Struct, frozen=True, gc=False):
    """The deployment status that an event is about."""

    id: int = 0
    state: str = ""
    creator: Account | None = None
    description: str | None = None
    log_url: str | None = None
    environment_url: str | None = None

    @property
    def seen(self) -> SeenStatus:
        """The status as a build keeps it, without addresses that are too long to be of use."""
        log, live = self.log_url or "", self.environment_url or ""
        return SeenStatus(
            id=self.id,
            state=self.state.lower(),
            creator=(self.creator or _NOBODY).login,
            description=(self.description or "")[:LONGEST_DESCRIPTION],
            log_url=log if len(log) <= LONGEST_URL else "",
            environment_url=live if len(live) <= LONGEST_URL else "",
        )


class DeploymentEvent(EventPayload, frozen=True, gc=False):
    """`deployment` and `deployment_status`."""

    deployment: DeploymentEventObject
    deployment_status: StatusFacts | None = None
    workflow_run: Anything | None = None


class StatusEvent(Struct, frozen=True, gc=False):
    """`status`: a commit status."""

    sha: str
    state: str
    repository: RepositoryFacts

    @property
    def decided(self) -> bool:
        """Whether it has ended, and not only begun."""
        return self.state != "pending"


class CheckFacts(Struct, frozen=True, gc=False):
    """A check run or suite."""

    head_sha: str
    status: str | None = None
    app: AppObject | None = None


class CheckedEvent(Struct, frozen=True, gc=False):
    """`check_run` and `check_suite`, which differ only in the name of the field `check`."""

    check: CheckFacts
    repository: RepositoryFacts

    @property
    def sha(self) -> str:
        """The commit that was checked."""
        return self.check.head_sha

    @property
    def decided(self) -> bool:
        """Whether it has ended, and not only begun."""
        return self.check.status == "completed"

    def by_app(self, app: str) -> bool:
        """Whether the App with that id or client id reported it."""
        by = self.check.app
        return by is not None and app in (str(by.id), by.client_id)


class CheckRunEvent(CheckedEvent, frozen=True, gc=False):
    """`check_run`."""

    check: CheckFacts = msgspec.field(name="check_run")


class CheckSuiteEvent(CheckedEvent, frozen=True, gc=False):
    """`check_suite`."""

    check: CheckFacts = msgspec.field(name="check_suite")


class RepositoryChanges(Struct, frozen=True, gc=False):
    """The edited settings of a repository that are of interest."""

    default_branch: Anything | None = None


class RepositoryEvent(EventPayload, frozen=True, gc=False):
    """`repository`: renamed, transferred, archived and so on."""

    action: str
    changes: RepositoryChanges = RepositoryChanges()


class InstallationEvent(Struct, frozen=True, gc=False):
    """`installation` and `installation_repositories`."""

    action: str
    installation: InstallationFacts
    repositories: list[RepositoryFacts] | None = None
    repositories_added: list[RepositoryFacts] | None = None
    repositories_removed: list[RepositoryFacts] | None = None

    @property
    def repository_ids(self) -> list[int]:
        """The ids of all repositories that the event names."""
        named = (self.repositories, self.repositories_added, self.repositories_removed)
        return [repository.id for some in named for repository in some or ()]


_SHAPES: dict[str, type[Struct]] = {
    "deployment": DeploymentEvent,
    "deployment_status": DeploymentEvent,
    **SOURCE_PAYLOADS,
    "issue_comment": CommentEvent,
    "status": StatusEvent,
    "check_run": CheckRunEvent,
    "check_suite": CheckSuiteEvent,
    "repository": RepositoryEvent,
    "installation": InstallationEvent,
    "installation_repositories": InstallationEvent,
}
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(shape) for name, shape in _SHAPES.items()
}
_ANYTHING: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Anything)


def decoder_for(event: str) -> msgspec.json.Decoder[Any]:
    """The decoder for that event's payload; for an event that is not handled, of any object."""
    return _DECODERS.get(event, _ANYTHING)


_NOBODY, _NO_APP = Account(), AppObject()


def deployment_note(data: DeploymentEvent, *, webhook_at: float | None) -> Note:
    """A note of the facts about a deployment in an event; other facts stay as they were recorded.

    `webhook_at` (epoch seconds) stays that of the first `deployment` event.
    """
    deployment = data.deployment
    creator = deployment.creator or _NOBODY
    app = deployment.performed_via_github_app or _NO_APP
    facts = DeploymentFacts(
        repository=data.repository.full_name,
        installation_id=data.installation_id,
        sha=deployment.sha or None,
        ref=deployment.ref or None,
        environment=deployment.created_for or None,
        task=deployment.task,
        created_at=epoch(deployment.created_at),
        creator=creator.login or None,
        creator_id=creator.id,
        creator_type=creator.type or None,
        app_slug=app.slug,
        workflow_run=True if data.workflow_run is not None else None,
        transient=deployment.transient_environment,
        production=deployment.production_environment,
        payload=payload_text(deployment.payload),
    )
    return Note(
        repository_id=data.repository.id,
        deployment_id=deployment.id,
        facts=facts,
        once={} if webhook_at is None else {"webhook_at": webhook_at},
        entry=_seen(data.deployment_status),
    )


def _seen(status: StatusFacts | None) -> Entry | None:
    """The status as an entry; None for GitHub's own, which have no creator and report no work."""
    told = status.seen if status is not None and status.state else None
    return seen(told) if told is not None and told.creator else None


def payload_text(payload: Raw) -> str:
    """The payload's JSON text, be it an object or a string; empty if there is none."""
    raw = bytes(payload)
    return "" if raw in {b"null", b'""'} else kept_payload(raw.decode())


def repository_ask(data: RepositoryEvent, *, delivery: str, at: float) -> Ask:
    """An ask to look at a repository's name, and at whether it can be deployed."""
    return Ask(
        ask_id=delivery,
        kind=AskKind.GITHUB_EVENT,
        asked_at=at,
        repository_id=data.repository.id,
        body={
            "event": "repository",
            "repository": data.repository.full_name,
            "installation_id": data.installation_id,
            "action": data.action,
        },
    )


def installation_ask(data: InstallationEvent, *, event: str, delivery: str, at: float) -> Ask:
    """An ask to look at the bindings of an installation's repositories."""
    return Ask(
        ask_id=delivery,
        kind=AskKind.GITHUB_EVENT,
        asked_at=at,
        body={
            "event": event,
            "action": data.action,
            "installation_id": data.installation.id,
            "repositories": data.repository_ids,
        },
    )
