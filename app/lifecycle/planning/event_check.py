"""Whether an event still deploys something, and which commit."""

from dataclasses import dataclass

from app.lifecycle.planning.surveying import Surveying
from app.lifecycle.planning.targets.refs import Aim
from app.lifecycle.planning.trigger_rules import later_ones, overtakes, skipped
from app.model.github.source_event import SourceEvent
from app.model.github.survey import Survey
from app.model.reasons import Reason
from app.model.triggers import SourceKind
from app.ports import GitHub, Records


class Outdated(Exception):
    """Nothing is deployed for an event: it is out of date, or changed nothing that matters."""


@dataclass(frozen=True)
class EventCheck:
    """Compares an event, which may come late, with what GitHub says now."""

    github: GitHub
    records: Records
    surveying: Surveying

    async def __call__(
        self, survey: Survey, aim: Aim | Reason, event: SourceEvent, environment: str | None
    ) -> tuple[Survey, Aim | Reason]:
        """The commit to deploy, and the survey that has its checks.

        Raises `Outdated` for an event that has been overtaken, or asks not to be deployed.
        """
        pull = survey.pull_request if event.kind is SourceKind.PULL_REQUEST else None
        if pull is not None and not pull.is_open:
            raise Outdated
        if _skips(survey):
            survey, aim = await self._before_skipped(survey, aim, event, environment)
        at_head = isinstance(aim, Aim) and aim.resolved.sha == event.sha
        if not at_head or _skips(survey):
            raise Outdated
        for number in later_ones(survey.deployments, event.at):
            build = await self.records.build((survey.repository.id, number))
            if overtakes(build, await self.github.by_our_clock(event.at)):
                raise Outdated
        return survey, aim

    async def _before_skipped(
        self, survey: Survey, aim: Aim | Reason, event: SourceEvent, environment: str | None
    ) -> tuple[Survey, Aim | Reason]:
        """The event's own commit, if its ref has since moved on to a commit to be skipped."""
        head, ref = survey.commit.sha if survey.commit else "", survey.repository.ref
        if event.sha in (None, head) or event.from_fork or not isinstance(aim, Aim):
            return survey, aim
        compared = await self.github.compare(ref, base=event.sha or "", head=head)
        if compared is None or compared.behind:
            return survey, aim
        return await self.surveying.pinned(
            ref, survey, environment, named=event.name, sha=event.sha or ""
        )


def _skips(survey: Survey) -> bool:
    """Whether the surveyed commit asks not to be deployed automatically."""
    return survey.commit is not None and skipped(survey.commit.message)
