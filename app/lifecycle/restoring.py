"""Rebuilding the store from GitHub: bindings and builds, after all of it was lost.

What comes back is what `payload.deploybot` and the deployments say; the looks that follow find
pipelines by their deployment and messages by their metadata (`phases/identifying.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import structlog

from app.errors import Refused
from app.lifecycle import origins
from app.lifecycle.planning import OPEN_ON_GITHUB
from app.model.ask import RepositoryRef
from app.model.build import Build, BuildKey, Note, Reason
from app.model.card import Answer
from app.model.github import Deployment, Repository
from app.model.project import Project
from app.ports import Chat, GitHub, Store
from app.texts.failures import explain

logger = structlog.get_logger()

RECENT = 10
"""Ended deployments of ours that come back for each repository; GitHub keeps the others."""


@dataclass(frozen=True, kw_only=True)
class Restorer:
    """Restores one repository at a time; doing it twice changes nothing."""

    store: Store
    github: GitHub
    chat: Chat
    command: str

    async def all(self) -> list[Repository]:
        """The repositories to restore: every one that the App may see."""
        return await self.github.installed()

    async def named(self, full_name: str) -> Repository:
        """One repository to restore; `Refused` where the App is not installed."""
        return await self.github.repository(full_name)

    async def restore(self, repository: Repository) -> list[BuildKey]:
        """Bind the channel again if need be, and note the builds; those that were noted."""
        slug = (await self.github.identity()).slug
        deployments = await self.github.deployments(repository.ref, limit=100)
        ours = [one for one in deployments if origins.is_bot(one.creator, slug)]
        project = await self.store.project_of_repository(repository.id)
        if project is None:
            project = await self._bound_again(repository, ours)
        if project is None:
            return []
        noted = []
        for deployment in _to_restore(deployments, ours):
            note = note_of(repository.ref, deployment, believed=deployment in ours)
            key = (note.repository_id, note.deployment_id)
            if await self.store.build(key) is None:
                await self.store.note(note)
                noted.append(key)
        return noted

    async def _bound_again(
        self, repository: Repository, ours: Sequence[Deployment]
    ) -> Project | None:
        """The binding that the newest deployment of ours names; its channel is told."""
        for deployment in ours:
            payload = origins.payload_in(deployment.payload)
            if payload is None or not payload.channel:
                continue
            try:
                name, private = await self.chat.channel_name(payload.channel)
            except Refused as error:
                logger.warning(
                    "restore.channel_gone", repository=repository.full_name, why=error.name
                )
                return None
            wanted = Project(
                slack_channelid=payload.channel,
                slack_channel=name,
                private=private,
                repository_id=repository.id,
                repository=repository.full_name,
                installation_id=repository.installation_id,
                bound_at=min(one.created_at for one in ours),
            )
            bound = await self.store.bind(wanted)
            if bound.repository_id != repository.id:
                return None
            await self._tell(bound)
            return bound
        return None

    async def _tell(self, project: Project) -> None:
        """Say in the channel what did not come back; a closed channel stops nothing."""
        reason = Reason(name="locks_lost", details={"repository": project.repository})
        try:
            await self.chat.say(
                project.slack_channelid, Answer(text=explain(reason, command=self.command))
            )
        except Refused as error:
            logger.warning("restore.not_told", repository=project.repository, why=error.name)


def _to_restore(deployments: Sequence[Deployment], ours: Sequence[Deployment]) -> list[Deployment]:
    """What is open, whoever's, and the latest of ours that ended."""
    ended = [one for one in ours if not is_open(one)][:RECENT]
    return [one for one in deployments if is_open(one) or one in ended]


def is_open(deployment: Deployment) -> bool:
    """Whether GitHub shows the deployment as not ended."""
    return deployment.status is None or deployment.status.state in OPEN_ON_GITHUB


def note_of(ref: RepositoryRef, deployment: Deployment, *, believed: bool) -> Note:
    """What a list of GitHub's says of a deployment.

    The list does not name the app behind a deployment, so one that is not ours is read again
    before it is judged: its facts are left out unless they are `believed`.
    """
    facts = {"repository": ref.full_name, "installation_id": ref.installation_id, "restored": True}
    if believed:
        build = Build(
            repository_id=ref.id,
            deployment_id=deployment.id,
            sha=deployment.sha,
            ref=deployment.ref,
            environment=deployment.environment,
            task=deployment.task,
            description=deployment.description,
            created_at=deployment.created_at,
            creator=deployment.creator,
            creator_id=deployment.creator_id,
            creator_type=deployment.creator_type,
            payload=deployment.payload,
            transient=deployment.transient,
            production=deployment.production,
        )
        known = msgspec.to_builtins(build)
        facts |= {
            name: known[name] for name in known if name not in ("repository_id", "deployment_id")
        }
    return Note(repository_id=ref.id, deployment_id=deployment.id, facts=facts)
