"""Keeping bindings true: what a repository is called, who owns it, whether we may see it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from msgspec import structs

from app.errors import ProviderError, Refused
from app.lifecycle.requests.decision import Decision, Nothing
from app.lifecycle.requests.notices import Notices
from app.model.ask import Ask
from app.model.build import Reason
from app.model.card import Answer
from app.model.plan import RepositoryRef
from app.model.project import Project
from app.ports import Bindings, GitHub
from app.texts.failures.catalogue import explain
from app.texts.links import GITHUB, installations_page
from app.texts.replies.bindings import open_again

_PROBLEMS = {
    "app_not_installed": "app_uninstalled",
    "app_suspended": "app_suspended",
    "repository_not_found": "repository_not_found",
}
"""A refusal of GitHub and the problem that it means for a binding."""


@dataclass(frozen=True)
class BindingSync:
    """Follows renames, transfers, archiving, suspension and removal.

    The event only says which bindings to look at; what is true now is read from GitHub, so
    that events may come late, twice and in any order.
    `html` is where GitHub's pages are.
    """

    bindings: Bindings
    github: GitHub
    notices: Notices
    html: str = GITHUB

    async def apply(self, ask: Ask) -> Decision:
        """Look at every binding that the event concerns; nothing is left to say."""
        for project in await self._concerned(ask):
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
        """Read what the repository is now; the channel is told when GitHub closes or opens."""
        details: dict[str, str] = {}
        try:
            now = await self.github.repository_by_id(ref)
        except Refused as refused:
            if refused.name not in _PROBLEMS:
                raise
            details = {**refused.details, "message": refused.message}
            after = structs.replace(before, problem=_PROBLEMS[refused.name])
        else:
            after = structs.replace(
                before,
                repository=now.full_name,
                installation_id=now.installation_id,
                problem="repository_archived" if now.archived else "",
            )
        if after.problem != before.problem:
            await self._tell(after, details)
        if after != before:
            await self.bindings.update_project(before, after)

    async def _tell(self, project: Project, details: dict[str, str]) -> None:
        if project.problem:
            owner = project.repository.partition("/")[0]
            url = await self._way_out(project.problem, owner)
            known = {"repository": project.repository, "owner": owner, "url": url, **details}
            reason = Reason(name=project.problem, details=known)
            answer = Answer(text=explain(reason))
        else:
            answer = open_again(project)
        bound = f"{project.repository_id}:{project.slack_channelid}:{project.bound_at}"
        notice = f"closed:{bound}:{project.version}"  # versions begin anew with each binding
        await self.notices.say(notice, project.slack_channelid, answer)

    async def _way_out(self, problem: str, owner: str) -> str:
        """Where GitHub lets an owner mend it: what was removed is installed, else its settings."""
        if problem != "app_suspended":
            with suppress(ProviderError):
                return f"{(await self.github.identity()).html_url}/installations/new"
        return installations_page(self.html, owner)
