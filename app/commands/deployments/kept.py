"""Commands that wait for a provider that does not answer: recorded, shown, dropped by `cancel`."""

from asyncio import gather
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from msgspec import structs

from app.commands.command import said_of, slack_of
from app.commands.deployments.deploy import AGAIN
from app.commands.parsing.grammar import Grammar, parse_id
from app.errors import Unavailable, UserError
from app.lifecycle.configuration.reading import ConfigCache
from app.lifecycle.planning.targets.environments import Environment, find_environment
from app.lifecycle.requests.cancel_orders import (
    deploys,
    dropped,
    dropping,
    order_of,
    with_kept,
    with_order,
)
from app.lifecycle.requests.decision import AskEach, Create, Decision, Later, Reply
from app.model.ask import Ask, Said
from app.model.plan import Person
from app.model.project import CancelOrder, Project
from app.ports import Bindings, Records
from app.texts.replies.deployments.kept import dropped_now, kept_lines, only_kept
from app.texts.replies.refusals import refusal

SHOWING = ("list", "status")
"""Commands whose answers also list the commands that wait."""

AT_WORK = 0.5
"""Seconds after which `cancel` is decided again if an ask that it drops is being looked at now."""


@dataclass(frozen=True, kw_only=True)
class KeptCommands:
    """Reads and writes the project's record; the rules are in `requests/cancel_orders.py`."""

    bindings: Bindings
    records: Records
    configs: ConfigCache
    grammar: Grammar

    async def deciding(self, ask: Ask, decide: Callable[[], Awaitable[Decision]]) -> Decision:
        """Decide an ask; one that was kept waiting is dropped if somebody has canceled it since.

        Otherwise it is recorded on the project as waiting. An ask that is decided for the first
        time needs neither: the orders to cancel are read again before a deployment is created.
        """
        if not ask.backoff or ask.said is None or not deploys(ask.said):
            return await decide()
        project = await self._project(ask)
        if project is None:
            return await decide()
        typed = self._environment_typed(ask)
        canceled = await self._dropped(project, ask, (typed,))
        if canceled is not None:
            return canceled
        if ask.ask_id not in project.kept:
            await self.bindings.update_project(project, with_kept(project, ask))
        decision = await decide()
        now = await self._project(ask) if isinstance(decision, Create) else None
        if now is None or not isinstance(decision, Create):
            return decision
        spelled = self._spellings(now, decision.plan.environment)
        return await self._dropped(now, ask, (typed, *spelled)) or decision

    async def showing(self, ask: Ask, decide: Callable[[], Awaitable[Decision]]) -> Decision:
        """The command's answer with a list of what waits; only the list if the provider is down."""
        project = await self._project(ask)
        waiting = await self.waiting(project) if project is not None else []
        if not waiting:
            return await decide()
        try:
            decision = await decide()
        except Unavailable as error:
            return Reply(answer=only_kept(waiting, error.provider))
        except UserError as error:
            lines = kept_lines(waiting)
            return Reply(answer=structs.replace(refusal(*error.reasons, of=error.of), lines=lines))
        if not isinstance(decision, Reply):
            return decision
        answer = decision.answer
        lines = (*answer.lines, *kept_lines(waiting))
        return Reply(answer=structs.replace(answer, lines=lines))

    async def cancel(self, ask: Ask, project: Project, by: Person, typed: str) -> Decision | None:
        """Record the order on the project, and answer with what it drops; None if that is nothing.

        If another look holds one of the asks to be dropped, it may not have read the order, so
        `cancel` is decided again shortly.
        """
        order = order_of(project, ask)
        if order is None:
            order = CancelOrder(ask_id=ask.ask_id, by=by, at=ask.asked_at, environment=typed)
            project = await self.bindings.update_project(project, with_order(project, order))
        if order.told:
            told = await gather(*(self.records.ask(one) for one in order.told))
            return Reply(answer=dropped_now([one for one in told if one is not None], by))
        alone = structs.replace(project, cancels=(order,))
        meant = [
            one
            for one in await self._open(project)
            if dropping(alone, one, (self._environment_typed(one),)) and not one.guards
        ]
        if any(one.holder for one in meant):
            return Later(seconds=AT_WORK)
        if not meant:
            return None
        told_now = structs.replace(order, told=tuple(one.ask_id for one in meant))
        await self.bindings.update_project(project, with_order(project, told_now))
        return Reply(answer=dropped_now(meant, by))

    async def _dropped(
        self, project: Project, ask: Ask, environments: tuple[str, ...]
    ) -> AskEach | None:
        order = dropping(project, ask, environments)
        if order is None:
            return None
        return dropped(ask, order, await self.records.ask(order.ask_id))

    async def waiting(self, project: Project) -> list[Ask]:
        """The asks that wait: their person was told so, and no order drops them."""
        return [
            one
            for one in await self._open(project)
            if one.kept_until and not dropping(project, one, (self._environment_typed(one),))
        ]

    async def _open(self, project: Project) -> list[Ask]:
        asks = await gather(*(self.records.ask(one) for one in project.kept))
        return [
            one
            for one in asks
            if one is not None and one.answered_at is None and one.deployment_id is None
        ]

    async def _project(self, ask: Ask) -> Project | None:
        return await self.bindings.project_of_channel(slack_of(ask).channel_id)

    def _spellings(self, project: Project, environment: str) -> list[str]:
        """The environment's name, and the aliases that orders call it by, as of the file now."""
        config = self.configs.last(project.repository_id)
        called = [order.environment for order in project.cancels if order.environment]
        found = ((one, find_environment(one, config, (environment,))) for one in called if config)
        meant = (one for one, it in found if isinstance(it, Environment) and it.name == environment)
        return [environment, *meant]

    def _environment_typed(self, ask: Ask) -> str:
        """The environment that a command or its button names; empty if it names none."""
        try:
            typed = self.grammar.parse(_typed_by(said_of(ask)))
        except UserError:
            return ""
        named = typed.args[0] if typed.args else ""
        return "" if parse_id(named) is not None else named


def _typed_by(said: Said) -> str:
    """The line that was typed or, for a button, the line that it stands for."""
    if not said.action:
        return said.text
    value = said.value.partition(" ")[2] if said.action == AGAIN else said.value
    return f"deploy {value}"
