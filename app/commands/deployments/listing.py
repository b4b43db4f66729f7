"""`list`: what runs where, and the latest deployments.

GitHub knows which deployments there are; our records know better how far each one has got.
"""

from asyncio import gather
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from msgspec import structs

from app.commands.command import Addresses, project_here
from app.commands.deployments.find import Finder, lasting_environments, seen_on_github
from app.commands.parsing.grammar import FLAG, Typed, Usage
from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.configuration.reading import ConfigCache
from app.lifecycle.planning.history.live_deployment import live_in
from app.lifecycle.planning.history.rollback_hold import hold_on
from app.lifecycle.planning.people.linked_people import slack_names
from app.lifecycle.planning.targets.environments import Environment, find_environment
from app.lifecycle.requests.decision import Decision, Reply
from app.model.ask import Ask
from app.model.configuration.environment_names import folded
from app.model.github.deployment import Deployment
from app.model.github.states import GitHubState, as_build_state, state_of
from app.model.plan import Person
from app.model.project import Project
from app.model.slot import EVERYWHERE, Hold, Lock, Slot
from app.ports import Bindings, GitHub, Records
from app.texts.replies.deployments.listing import EnvironmentRow, Row, as_recorded, listing

LATEST = 5
MOST = 100
"""Deployments that GitHub lists in one call.

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""
MOST_ENVIRONMENTS = 15
"""Most environments shown without `--all`."""


@dataclass(frozen=True, kw_only=True)
class List:
    """Takes one GraphQL call; a few more for one environment, or with over 100 deployments."""

    name: ClassVar[str] = "list"
    usage: ClassVar[Usage] = Usage(
        "list [environment] [--all]",
        "shows what runs where, and the latest deployments",
        options={"all": FLAG},
        synonyms=("ls", "show", "deployments", "environments"),
    )

    bindings: Bindings
    github: GitHub
    records: Records
    finder: Finder
    configs: ConfigCache
    links: Addresses

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Answer with what runs in each environment, then with the latest deployments."""
        project = await project_here(self.bindings, ask)
        everything = typed.flag("all")
        names = (await self.finder.places(project, typed.args[0]))[1] if typed.args else ()
        newest = await self.github.deployments(project.ref, environments=names, limit=MOST)
        behind = [] if names or len(newest) < MOST else await self._behind(project, newest)
        found = [*newest, *behind]
        slug = (await self.github.identity()).slug
        linked = await slack_names(self.bindings, (each.creator_id for each in found))
        rows = [row_of(project, each, slug, linked) for each in found]
        config = self.configs.last(project.repository_id) or RepoConfig()
        first = {each.environment for each in behind}  # the newest hundred would hide them
        live = live_of(found, rows, config)
        live = sorted(live, key=lambda each: each.environment not in first)
        if not everything and not names:
            live = [each for each in live if each.runs or each.coming]
        shown, latest = await self._as_recorded(
            project,
            live if everything else live[:MOST_ENVIRONMENTS],
            rows[: LATEST * (4 if everything else 1)],
        )
        shown, everywhere = await self._with_controls(project, shown, found, slug)
        answer = listing(
            project.repository,
            shown,
            latest,
            hidden=0 if names else len({row.environment for row in rows}) - len(shown),
            environment=names[0] if names else "",
            everywhere=everywhere,
            older=len(newest) == MOST,
            html=self.links.html,
        )
        return Reply(answer=answer)

    async def _as_recorded(
        self, project: Project, live: Sequence[EnvironmentRow], latest: Sequence[Row]
    ) -> tuple[list[EnvironmentRow], list[Row]]:
        """The rows that are shown, with what our records know better."""
        rows = {row.id: row for row in (*latest, *(row for each in live for row in each.rows))}
        read = (self.records.build((project.repository_id, number)) for number in rows)
        builds = await gather(*read)
        known = {
            row.id: as_recorded(row, build)
            for row, build in zip(rows.values(), builds, strict=True)
        }
        shown = [
            structs.replace(
                each,
                runs=structs.replace(known[each.runs.id], at=each.runs.at) if each.runs else None,
                coming=tuple(known[row.id] for row in each.coming),
            )
            for each in live
        ]
        return shown, [known[row.id] for row in latest]

    async def _with_controls(
        self,
        project: Project,
        live: Sequence[EnvironmentRow],
        found: Sequence[Deployment],
        slug: str,
    ) -> tuple[list[EnvironmentRow], Lock | None]:
        """The rows with their locks and holds, and the lock of all environments if there is one."""
        slots = {each.name: each for each in await self.records.slots(project.repository_id)}
        now = await self.github.clock()
        locks = {
            name: each.lock for name, each in slots.items() if each.lock and each.lock.in_force(now)
        }
        rows = [
            structs.replace(
                each,
                lock=locks.get(folded(each.environment)),
                hold=_hold(each, slots, found, slug),
            )
            for each in live
        ]
        return rows, locks.get(EVERYWHERE)

    async def _behind(self, project: Project, newest: Sequence[Deployment]) -> list[Deployment]:
        """Older deployments, newest first, to lasting environments that have none in `newest`."""
        survey = await self.github.survey(project.ref, target=None, environment=None)
        seen = {each.environment for each in newest}
        names = [name for name in lasting_environments(survey) if name not in seen]
        older = await self.github.latest_in(project.ref, names[:MOST_ENVIRONMENTS])
        return sorted(older, key=lambda each: -each.id)


def _hold(
    one: EnvironmentRow, slots: Mapping[str, Slot], found: Sequence[Deployment], slug: str
) -> Hold | None:
    """The hold that a rollback has put on an environment, if there is one."""
    name = folded(one.environment)
    slot = slots.get(name) or Slot(repository_id=0, name=name)
    there = [each for each in found if folded(each.environment) == name]
    return hold_on(slot, there, slug)


def row_of(project: Project, deployment: Deployment, slug: str, linked: Mapping[int, str]) -> Row:
    """A deployment as a row of the list; `linked` are people's Slack names by GitHub id."""
    person = seen_on_github(project, deployment, slug).requester or Person()
    by = linked.get(deployment.creator_id or 0) or person.display_name
    status = deployment.status
    return Row(
        id=deployment.id,
        environment=deployment.environment,
        ref=deployment.ref,
        sha=deployment.sha,
        state=state_of(status),
        by=by or "somebody",
        at=status.created_at if status and status.created_at else deployment.created_at,
        log_url=status.log_url if status else "",
        environment_url=status.environment_url if status else "",
    )


def live_of(
    deployments: Sequence[Deployment], rows: Sequence[Row], config: RepoConfig
) -> list[EnvironmentRow]:
    """For each environment, what is live and what is on its way; deployments are newest first.

    `rows` are the rows of the same deployments. An environment with several names is one.
    """
    by_environment: dict[str, list[tuple[Deployment, Row]]] = {}
    for each in zip(deployments, rows, strict=True):
        found = find_environment(each[0].environment, config, by_environment, new=True)
        name = found.name if isinstance(found, Environment) else each[0].environment
        by_environment.setdefault(name, []).append(each)
    return [_live(name, found) for name, found in by_environment.items()]


def _live(environment: str, found: Sequence[tuple[Deployment, Row]]) -> EnvironmentRow:
    live = live_in(deployment for deployment, _ in found)
    rows = {row.id: row for _, row in found}
    coming = (
        row
        for row in rows.values()
        if not as_build_state(row.state).ended
        and (live is None or row.id > live.deployment_id or row.at > live.since)
    )
    in_order = sorted(coming, key=lambda row: (row.state != GitHubState.IN_PROGRESS, row.id))
    return EnvironmentRow(
        environment=environment,
        runs=structs.replace(rows[live.deployment_id], at=live.since) if live else None,
        coming=tuple(in_order),
    )
