"""The effects of an ask's steps: creating a deployment, answering a person."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from msgspec import structs

from app.errors import ProviderError, Refused
from app.lifecycle.backoff import cleared, failed
from app.lifecycle.deployment.answering import Answering
from app.lifecycle.intents import Intend, Sending
from app.lifecycle.requests.step_types import (
    AddAsks,
    Adopt,
    AnswerAsk,
    CreateDeployment,
    NoteBuild,
    ReopenAsk,
)
from app.lifecycle.requests.step_types import AskStep as Step
from app.model.ask import Ask
from app.model.effects import Effect
from app.ports import Clock, GitHub, Key, Store
from app.texts.replies.refusal import refusal

logger = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class AskEffects:
    """Carries out the steps of asks; what came of it is the ask that is returned."""

    store: Store
    github: GitHub
    answer: Answering
    clock: Clock
    holder: str
    wake: Callable[[Key], None]

    async def perform(self, a: Ask, step: Step, intend: Intend[Ask]) -> Ask:
        """Carry out one step; a provider's failure is part of the result."""
        match step:
            case CreateDeployment():
                return await self._create(a, step, intend)
            case Adopt():
                await self.store.adopt(step.build)
                logger.info(  # under the ask's id: the line that joins the two
                    "deployment.recorded",
                    repository=step.build.repository,
                    deployment_id=step.build.deployment_id,
                )
                self.wake(step.build.key)
                return step.ask
            case NoteBuild():
                await self.store.note(step.note)
                self.wake((step.note.repository_id, step.note.deployment_id))
                return step.ask
            case ReopenAsk():
                taken = await self.store.take_ask(step.before, self.holder)
                await self.store.finish_ask(taken, step.after, due_at=0.0)
                self.wake(step.after.key)
                return step.ask
            case AddAsks():
                for ask in step.asks:
                    if await self.store.add_ask(ask):
                        self.wake(ask.key)
                return step.ask
            case AnswerAsk():
                age = self.clock.wall() - a.asked_at
                await self.answer(step.to, step.answer, age=age)
                return cleared(step.ask, step.to.provider)
            case _:
                raise TypeError(f"no effect of an ask: {step}")

    async def _create(self, a: Ask, step: CreateDeployment, intend: Intend[Ask]) -> Ask:
        a = structs.replace(a, plan=step.plan)
        sending = Sending(Effect.CREATE, self.clock.wall(), self.holder)
        a, created = await sending.once(a, intend, lambda: self.github.create_deployment(step.plan))
        if isinstance(created, Refused):
            answer = refusal(created.reason)
            return structs.replace(a, plan=None, guards={}, answer=answer)
        if isinstance(created, ProviderError):
            a = failed(a, created, self.clock.wall(), doing="CreateDeployment")
            if a.guards:
                return a
            # nothing was created: decide again, as it may have been typed again meanwhile
            return structs.replace(a, plan=None, answer=None)
        return structs.replace(
            cleared(a, "github"),
            deployment_id=created.id,
            deployment_sha=created.sha,
            deployment_created_at=created.created_at,
        )
