"""`diff`: what a deployment would change in an environment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.commands.command import Addresses, project_here
from app.commands.deployments.find import Finder
from app.commands.parsing.grammar import Typed, Usage, environment_first
from app.errors import UserError
from app.lifecycle.planning.history.live_deployment import live_in
from app.lifecycle.planning.people.linked_people import slack_names
from app.lifecycle.planning.planner import FindTickets
from app.lifecycle.planning.targets.refs import Aim, find_ref, pasted
from app.lifecycle.requests.decision import Decision, Reply
from app.model.ask import Ask
from app.model.chat.card import Answer
from app.model.github.commit import IncomingCommit
from app.model.github.live import Live
from app.model.github.survey import Survey
from app.model.plan import Ticket
from app.model.project import Project
from app.ports import Bindings, GitHub
from app.texts.replies.deployments.diff import Difference, Side, difference

MOST = 50
"""Most commits read for each side of the comparison; a message has no room for more."""


@dataclass(frozen=True, kw_only=True)
class Diff:
    """Compares what is live with what would be deployed; it changes nothing."""

    name: ClassVar[str] = "diff"
    usage: ClassVar[Usage] = Usage(
        "diff <environment> [ref]",
        "shows what a deployment would change",
        arguments=2,
        arrange=environment_first,
        synonyms=("compare", "changes", "changelog"),
    )

    bindings: Bindings
    github: GitHub
    finder: Finder
    find_tickets: FindTickets
    links: Addresses

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Answer with the difference; raises `UserError` for an unknown environment or ref.

        Takes two calls and, if the commits differ, one to compare them and one for each side.
        """
        project = await project_here(self.bindings, ask)
        place, ref = (*typed.args, "", "")[:2]
        survey, names = await self.finder.places(project, place, needed_by=self.name)
        wanted = pasted(ref, project.repository) or self.finder.default_ref(survey, names[0])
        survey = await self.github.survey(
            project.ref, target=wanted, environment=names[0], also=names[1:]
        )
        aim = await self._aim(project, survey, wanted)
        live = live_in(each for each in survey.deployments if each.environment in names)
        return Reply(answer=await self._answer(project, names[0], aim, live))

    async def _aim(self, project: Project, survey: Survey, wanted: str | None) -> Aim:
        """The commit that was typed; raises `UserError` with the closest name if there is none."""
        similar: list[str] = []
        if not survey.refs and wanted:
            similar = await self.github.closest_refs(project.ref, wanted)
        aim = find_ref(survey, wanted, similar)
        if isinstance(aim, Aim):
            return aim
        raise UserError(aim, of=self.name)

    async def _answer(
        self, project: Project, environment: str, aim: Aim, live: Live | None
    ) -> Answer:
        sha = aim.resolved.sha
        compared = None
        brings = takes = Side()
        if live is not None and live.sha != sha:
            compared = await self.github.compare(project.ref, base=live.sha, head=sha)
        if live is not None and compared is not None:
            brings = await self._side(project, live.sha, sha, compared.ahead)
            takes = await self._side(project, sha, live.sha, compared.behind)
        return difference(
            Difference(
                repository=project.repository,
                environment=environment,
                ref=aim.ref,
                sha=sha,
                live=live,
                compared=compared,
                brings=brings,
                takes=takes,
                authors=await slack_names(
                    self.bindings,
                    (one.commit.author_id for one in (*brings.changes, *takes.changes)),
                ),
            ),
            html=self.links.html,
        )

    async def _side(self, project: Project, base: str, head: str, ahead: int) -> Side:
        """The commits that `head` has and `base` does not; `ahead` is how many there are."""
        if not ahead:
            return Side()
        changes = await self.github.changes(
            project.ref, base=base, head=head, ahead=ahead, most=MOST
        )
        return Side(count=ahead, changes=tuple(changes), tickets=self._tickets(project, changes))

    def _tickets(self, project: Project, changes: Sequence[IncomingCommit]) -> tuple[Ticket, ...]:
        """The tickets that the commits and their pull requests name, except these pull requests."""
        pulls = {one.pull_request.number: one.pull_request for one in changes if one.pull_request}
        texts = [one.commit.message for one in changes]
        for pull in pulls.values():
            texts += [pull.branch, pull.title, pull.body]
        found = self.find_tickets(texts, repository=project.repository)
        listed = {str(number) for number in pulls}
        return tuple(one for one in found if one.system != "github" or one.key not in listed)
