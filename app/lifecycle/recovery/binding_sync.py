"""Keeping bindings in sync with GitHub: a repository's name, its owner, whether we may see it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from msgspec import structs

from app.errors import ProviderError, Refused
from app.lifecycle.requests.decision import AskEach, Decision, Nothing
from app.lifecycle.requests.notices import Notices
from app.model.ask import Ask
from app.model.github.repository import GITHUB_SITE, installations_page
from app.model.plan import RepositoryRef
from app.model.project import Project
from app.model.reasons import Reason
from app.model.reasons.binding import (
    AppNotInstalled,
    AppSuspended,
    AppUninstalled,
    RepositoryArchived,
    RepositoryNotFound,
)
from app.ports import Bindings, GitHub
from app.texts.replies.channels.connecting import open_again
from app.texts.replies.refusals import refusal

_CLOSED = AppNotInstalled | AppSuspended | RepositoryNotFound
"""GitHub's reasons for not letting us see a repository."""


@dataclass(frozen=True)
class BindingSync:
    """Follows renames, transfers, archiving, suspension and removal.

    An event only says which bindings to look at. How things are now is read from GitHub, so
    events may come late, twice and in any order. `html` is the address of GitHub's pages.
    """

    bindings: Bindings
    github: GitHub
    notices: Notices
    html: str = GITHUB_SITE

    async def apply(self, ask: Ask) -> Decision:
        """Bring the binding that the event concerns up to date.

        If it concerns several, each gets an ask of its own, so that a repository that cannot be
        read delays no other.
        """
        concerned = await self._concerned(ask)
        if len(concerned) > 1:
            return AskEach(asks=tuple(_about(project, ask) for project in concerned))
        for project in concerned:
            await self._follow(project, ask)
        return Nothing()

    async def _concerned(self, ask: Ask) -> Sequence[Project]:
        if ask.repository_id is not None:
            project = await self.bindings.project_of_repository(ask.repository_id)
            return [project] if project is not None else []
        installation_id = ask.body.get("installation_id")
        named = set(ask.body.get("repositories") or ())
        return [
            project
            for project in await self.bindings.projects()
            if project.installation_id == installation_id or project.repository_id in named
        ]

    async def _follow(self, before: Project, ask: Ask) -> None:
        ref = RepositoryRef(
            id=before.repository_id,
            full_name=ask.body.get("repository") or before.repository,
            installation_id=ask.body.get("installation_id") or before.installation_id,
        )
        await self.follow(before, ref)

    async def follow(self, before: Project, ref: RepositoryRef) -> None:
        """Read the repository and update its binding; a new problem, or its end, is told."""
        try:
            now = await self.github.repository_by_id(ref)
        except Refused as refused:
            if not isinstance(refused.reason, _CLOSED):
                raise
            problem = await self._problem(refused.reason, before)
            after = structs.replace(before, problem=problem)
        else:
            archived = RepositoryArchived(repository=now.full_name) if now.archived else None
            after = structs.replace(
                before,
                repository=now.full_name,
                installation_id=now.installation_id,
                problem=archived,
            )
        if _name(after) != _name(before):
            await self._tell(after)
        if after != before:
            await self.bindings.update_project(before, after)

    async def _problem(
        self, reason: AppNotInstalled | AppSuspended | RepositoryNotFound, project: Project
    ) -> Reason:
        """The binding's problem after a refusal, with the page where an owner can solve it."""
        repository = reason.repository or project.repository
        url = reason.url or await self._way_out(reason, project.repository.partition("/")[0])
        if isinstance(reason, AppSuspended):
            return AppSuspended(repository=repository, url=url)
        if isinstance(reason, AppNotInstalled):
            return AppUninstalled(repository=repository, url=url)
        return RepositoryNotFound(repository=repository, url=url)

    async def _tell(self, project: Project) -> None:
        answer = refusal(project.problem) if project.problem else open_again(project)
        bound = f"{project.repository_id}:{project.slack_channelid}:{project.bound_at}"
        notice = f"closed:{bound}:{project.version}"  # a new binding counts from 0
        await self.notices.say(notice, project.slack_channelid, answer)

    async def _way_out(self, reason: Reason, owner: str) -> str:
        """GitHub's page where an owner can install the App again, or change its settings."""
        if not isinstance(reason, AppSuspended):
            with suppress(ProviderError):
                return f"{(await self.github.identity()).html_url}/installations/new"
        return installations_page(self.html, owner)


def _about(project: Project, ask: Ask) -> Ask:
    """The ask for one of the repositories that an event concerns."""
    return Ask(
        ask_id=f"{ask.ask_id}:{project.repository_id}",
        kind=ask.kind,
        asked_at=ask.asked_at,
        repository_id=project.repository_id,
        body=ask.body,
    )


def _name(project: Project) -> str:
    return project.problem.name if project.problem else ""
