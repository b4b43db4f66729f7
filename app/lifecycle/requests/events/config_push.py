"""A push that changed the configuration: its problems are shown on the commit and told."""

from dataclasses import dataclass

import structlog
from msgspec import structs

from app.errors import Refused
from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.configuration.reading import ConfigCache, InvalidConfig
from app.lifecycle.requests.inbox import Inbox
from app.lifecycle.requests.notices import Notices
from app.model.configuration.file import CONFIG_CHECK, CONFIG_FILE
from app.model.github.commit import CheckRunReport
from app.model.note import Note
from app.model.project import Project
from app.model.reasons.gates import ConfigurationInvalid
from app.ports import GitHub, Records
from app.texts.failures.gates.configuration import config_note
from app.texts.replies.config import config_wrong
from app.texts.replies.config_changes import check_summary, check_title

logger = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class ConfigPush:
    """Judges the file as it is on the default branch now, not as the push left it.

    So a push that arrives late, after the file was fixed, reports no problem. `html` is the address
    of GitHub's pages.
    """

    github: GitHub
    configs: ConfigCache
    records: Records
    inbox: Inbox
    notices: Notices
    html: str

    async def apply(self, project: Project, sha: str) -> RepoConfig | None:
        """Post a check run on the pushed commit, and tell the channel if there are problems.

        Deployments that wait are judged again. Returns the configuration in force now; None if it
        is invalid.
        """
        survey = await self.github.survey(project.ref, target=None, environment=None)
        config: RepoConfig | None = None
        problems: tuple[ConfigurationInvalid, ...] = ()
        try:
            config = self.configs.read(survey.repository.id, survey.config)
        except InvalidConfig as error:
            problems = error.reasons
        run = check_run(sha, problems, survey.config_path)
        try:
            await self.github.post_check_run(survey.repository.ref, run)
        except Refused as error:
            logger.warning("configuration.no_check_run", sha=sha, error=error.message)
        if problems:
            answer = config_wrong(survey.repository, problems, html=self.html)
            answer = structs.replace(answer, in_channel=True)
            await self.notices.say(
                f"config:{project.repository_id}:{sha}", project.slack_channelid, answer
            )
        await self._judge_again(project.repository_id)
        return config

    async def _judge_again(self, repository_id: int) -> None:
        """Make due what waits in the repository: the new file may open or close its gates."""
        for slot in await self.records.slots(repository_id):
            for place in (*slot.waiting, *slot.aside):
                note = Note(repository_id=repository_id, deployment_id=place.deployment_id)
                await self.inbox.note(note)


def check_run(
    sha: str, problems: tuple[ConfigurationInvalid, ...], path: str = CONFIG_FILE
) -> CheckRunReport:
    """The check run on a commit of the default branch (pure)."""
    title, summary = check_title(len(problems)), check_summary(problems)
    return report_on(sha, problems, path, title=title, summary=summary)


def report_on(
    sha: str, problems: tuple[ConfigurationInvalid, ...], path: str, *, title: str, summary: str
) -> CheckRunReport:
    """A check run on a commit about its file, with each problem on its line (pure)."""
    return CheckRunReport(
        sha=sha,
        name=CONFIG_CHECK,
        conclusion="failure" if problems else "success",
        title=title,
        summary=summary,
        annotations=tuple((problem.line, config_note(problem)) for problem in problems),
        path=path,
    )
