"""Showing on a pull request's head commit what its change of the configuration would do."""

from dataclasses import dataclass

import structlog
from msgspec import convert

from app.errors import Refused
from app.lifecycle.configuration.differences import changes
from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.configuration.reading import InvalidConfig, parse_config
from app.lifecycle.requests.decision import Decide, Decision
from app.lifecycle.requests.events.config_push import report_on
from app.lifecycle.requests.events.triggers import bound_project
from app.model.ask import Ask
from app.model.configuration.file import ProposedFile
from app.model.github.commit import CheckRunReport
from app.model.github.source_event import SourceEvent
from app.model.project import Project
from app.model.reasons.gates import BOTH_FILES
from app.ports import Bindings, GitHub
from app.texts.replies.config_changes import (
    proof_line,
    proposed_changes,
    proposed_problems,
    proposed_title,
)

logger = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class DryRun:
    """Compares a pull request's file with the default branch's, without using it.

    This costs one call for each event, as GitHub's payload does not say which files the pull
    request changes. `then` decides what the event deploys.
    https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request
    """

    bindings: Bindings
    github: GitHub
    then: Decide

    async def __call__(self, ask: Ask) -> Decision:
        """May be repeated: of several check runs with one name GitHub shows the newest."""
        project = await bound_project(self.bindings, ask)
        if project is not None:
            try:
                await self._show(project, convert(ask.body["source"], SourceEvent))
            except Refused as error:
                logger.warning("configuration.no_dry_run", error=error.message)
        return await self.then(ask)

    async def _show(self, project: Project, source: SourceEvent) -> None:
        if source.number is None or source.sha is None:
            return
        found = await self.github.proposed_config(project.ref, source.number, source.sha)
        if found.changed:
            await self.github.post_check_run(project.ref, dry_run(source.sha, found))


def dry_run(sha: str, found: ProposedFile) -> CheckRunReport:
    """The check run (pure): the problems of the file, or what it would change."""
    try:
        after = proposed(found)
    except InvalidConfig as error:
        problems = error.reasons
        title, summary = proposed_title(len(problems), found.path), proposed_problems(problems)
        return report_on(sha, problems, found.path, title=title, summary=summary)
    before = in_force(found)
    difference = None
    if before is not None:
        difference = changes(before, after, default_branch=found.default_branch)
    remarks = [proof_line(key) for key in after.keys_naming_people()]
    summary = proposed_changes(difference, remarks, branch=found.default_branch)
    title = proposed_title(0, found.path, removed=found.text is None)
    return report_on(sha, (), found.path, title=title, summary=summary)


def proposed(found: ProposedFile) -> RepoConfig:
    """The configuration that the commit would bring; raises `InvalidConfig`."""
    if found.twice:
        raise InvalidConfig((BOTH_FILES,))
    return parse_config(found.text)


def in_force(found: ProposedFile) -> RepoConfig | None:
    """The configuration of the default branch; None if that is invalid."""
    try:
        return parse_config(found.default_text)
    except InvalidConfig:
        return None
