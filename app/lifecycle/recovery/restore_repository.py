"""Restoring one repository's binding and builds from GitHub after the store was lost.

They come from GitHub's deployments and their `payload.deploybot`. The looks that follow find each
deployment's pipeline by its parameters and its message by its metadata (`phases/identifying.py`).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import structlog
from msgspec import Struct, structs

from app.errors import Conflict, Refused, Unavailable
from app.lifecycle.deployment.github_facts import with_facts
from app.lifecycle.planning import origins
from app.lifecycle.planning.history.rollback_hold import hold_on
from app.lifecycle.requests.notices import Notices
from app.model.build import Build, BuildKey, BuildState
from app.model.configuration.environment_names import folded
from app.model.github.deployment import Deployment, DeploymentPage
from app.model.github.repository import Repository
from app.model.github.states import is_open
from app.model.note import Note
from app.model.plan import RepositoryRef
from app.model.project import Project
from app.model.reasons.ours import LocksLost
from app.model.slot import Slot
from app.observe import audited
from app.ports import Chat, Clock, GitHub, Store
from app.texts.replies.refusals import refusal

logger = structlog.get_logger()

RECENT = 10
"""How many ended deployments of ours come back for each repository; GitHub has the others."""

REACH = 30 * 86400.0
"""The age in seconds at which no deployment can still be waiting or running."""

MOST_PAGES = 50
"""The most pages, of 100 deployments each, that are read of one repository."""


class RepositoryPlace(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a repository's deployments were read.

    `cursor` is where the next page begins, `pages` counts those read, and `ended` the deployments
    of ours that have ended and came back.
    """

    cursor: str = ""
    pages: int = 0
    ended: int = 0


class Restored(Struct, frozen=True, kw_only=True):
    """What came back from one page of a repository's deployments.

    `noted` are the builds. `whole` is False if some have to be tried again. `next` is where the
    next page begins; None after the last.
    """

    noted: tuple[BuildKey, ...] = ()
    whole: bool = True
    next: RepositoryPlace | None = None


@dataclass(frozen=True, kw_only=True)
class RepositoryRestorer:
    """Restores one page of a repository at a time; doing so twice changes nothing."""

    store: Store
    github: GitHub
    chat: Chat
    notices: Notices
    clock: Clock

    async def repository(self, full_name: str) -> Repository:
        """The repository of that name; raises `Refused` if the App is not installed there."""
        return await self.github.repository(full_name)

    async def restore(self, repository: Repository, place: RepositoryPlace) -> Restored:
        """Bind the channel again if needed, and write notes for deployments without a record."""
        slug = (await self.github.identity()).slug
        page = await self.github.deployments_page(repository.ref, place.cursor)
        deployments = page.deployments
        ours = [one for one in deployments if origins.is_bot(one.creator, slug)]
        ended = [one for one in ours if not is_open(one.status)][: RECENT - place.ended]
        project = await self.store.project_of_repository(repository.id)
        if project is None:
            project = await self._bound_again(repository, ours, _on_hold(deployments, slug))
        noted: list[BuildKey] = []
        whole = True
        for deployment in deployments if project else ():
            if not is_open(deployment.status) and deployment not in ended:
                continue
            note = note_of(repository.ref, deployment, believed=deployment in ours)
            key = (note.repository_id, note.deployment_id)
            build = await self.store.build(key)
            if build is not None and not (deployment in ours and _taken_for_unbound(build)):
                continue
            if build is not None and not await self._undo(build):
                whole = False
                continue
            await self.store.note(note)
            noted.append(key)
        after = RepositoryPlace(
            cursor=page.older or "", pages=place.pages + 1, ended=place.ended + len(ended)
        )
        return Restored(noted=tuple(noted), whole=whole, next=self._next_page(page, after))

    def _next_page(self, page: DeploymentPage, after: RepositoryPlace) -> RepositoryPlace | None:
        """Where the next page begins; None if nothing there can be waiting or running."""
        oldest = min((one.created_at for one in page.deployments), default=0.0)
        recent = oldest >= self.clock.wall() - REACH
        return after if after.cursor and recent and after.pages < MOST_PAGES else None

    async def _undo(self, build: Build) -> bool:
        """Undo what was decided of a build without a channel; False: to be tried again later."""
        if build.holder is not None:
            return False
        try:
            taken = await self.store.take(build, "restoring")
            undecided = structs.replace(taken, origin=None, state=BuildState.WAITING)
            await self.store.finish(taken, undecided, due_at=0.0)
        except Conflict:
            return False
        return True

    async def _bound_again(
        self, repository: Repository, ours: Sequence[Deployment], on_hold: tuple[str, ...]
    ) -> Project | None:
        """Bind the repository to the channel that our newest deployment names, and tell it.

        `on_hold` are the environments that wait for a `resume` again: an earlier one may be lost.
        Returns None if no deployment names a channel that can be bound.
        """
        payloads = (origins.payload_in(one.payload) for one in ours)
        channel = next((one.channel for one in payloads if one is not None and one.channel), None)
        if channel is None:
            return None
        try:
            name, private = await self.chat.channel_name(channel)
        except Refused as error:
            logger.warning("restore.channel_gone", repository=repository.full_name, why=error.name)
            return None
        except Unavailable:
            name, private = "", True  # its name is not worth waiting for
        wanted = Project(
            slack_channelid=channel,
            slack_channel=name,
            private=private,
            repository_id=repository.id,
            repository=repository.full_name,
            installation_id=repository.installation_id,
            bound_at=await self.github.by_our_clock(min(one.created_at for one in ours)),
        )
        bound = await self.store.bind(wanted)
        if bound.repository_id != repository.id:
            return None
        audited("bind", by="resync", repository=bound.repository, channel=channel)
        await self._tell(bound, on_hold)
        return bound

    async def _tell(self, project: Project, on_hold: tuple[str, ...]) -> None:
        """Tell the channel once what is lost, and which environments are on hold again."""
        answer = refusal(LocksLost(repository=project.repository, on_hold=on_hold))
        notice = f"locks:{project.repository_id}"
        await self.notices.say(notice, project.slack_channelid, answer)


def locks_notice(repository_id: int) -> str:
    """The id of the ask that tells a channel that its locks are gone."""
    return f"notice:locks:{repository_id}"


def _on_hold(deployments: Sequence[Deployment], slug: str) -> tuple[str, ...]:
    """The environments that a rollback put on hold; GitHub's list has nothing of a `resume`."""
    places: dict[str, list[Deployment]] = defaultdict(list)
    for one in deployments:
        places[folded(one.environment)].append(one)
    return tuple(
        listed[0].environment
        for name, listed in places.items()
        if hold_on(Slot(repository_id=0, name=name), listed, slug)
    )


def _taken_for_unbound(build: Build) -> bool:
    """Whether the build was looked at before its channel was bound again."""
    return build.state is BuildState.EXTERNAL and build.slack_channelid is None


def note_of(
    ref: RepositoryRef, deployment: Deployment, *, believed: bool, restored: bool = True
) -> Note:
    """The note for a deployment that one of GitHub's lists shows.

    The list does not name the app behind a deployment. So a deployment that is not ours is read
    again before it is judged, and its facts are left out of the note unless they are `believed`.
    """
    facts = {"repository": ref.full_name, "installation_id": ref.installation_id}
    if restored:
        facts["restored"] = True
    if believed:
        unknown = Build(repository_id=ref.id, deployment_id=deployment.id)
        known = msgspec.to_builtins(with_facts(unknown, deployment))
        facts |= {
            name: known[name] for name in known if name not in ("repository_id", "deployment_id")
        }
    return Note(repository_id=ref.id, deployment_id=deployment.id, facts=facts)
