"""The effects of an ask's steps: creating a deployment, answering a person."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from msgspec import structs

from app.errors import Refused, Unavailable
from app.lifecycle.backoff import cleared, failed
from app.lifecycle.deployment.answering import answer_person
from app.lifecycle.requests.step_types import Adopt, AnswerAsk, CreateDeployment, NoteBuild
from app.lifecycle.requests.step_types import AskStep as Step
from app.model.ask import Ask
from app.model.build import Guard, Reason
from app.model.card import Answer
from app.model.slot import SlotChange
from app.ports import Chat, Clock, GitHub, Key, Store
from app.texts.failures.catalogue import explain

logger = structlog.get_logger()

IntendAsk = Callable[[Ask, SlotChange | None], Awaitable[None]]
"""Records an intent under the lease."""


@dataclass(frozen=True, kw_only=True)
class AskEffects:
    """Carries out the steps of asks; what came of it is the ask that is returned."""

    store: Store
    github: GitHub
    chat: Chat
    clock: Clock
    holder: str
    wake: Callable[[Key], None]

    async def perform(self, a: Ask, step: Step, intend: IntendAsk) -> Ask:
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
            case AnswerAsk():
                age = self.clock.wall() - a.asked_at
                await answer_person(self.chat, step.to, step.answer, age=age)
                return cleared(step.ask, "slack")
            case _:
                raise TypeError(f"no effect of an ask: {step}")

    async def _create(self, a: Ask, step: CreateDeployment, intend: IntendAsk) -> Ask:
        before = a.guard
        guard = Guard(sent_at=self.clock.wall(), sender=self.holder)
        a = structs.replace(a, plan=step.plan, guard=guard)
        await intend(a, None)
        try:
            created = await self.github.create_deployment(step.plan)
        except Refused as error:
            reason = Reason(name=error.name, details={"message": error.message, **error.details})
            answer = Answer(text=explain(reason))
            return structs.replace(a, plan=None, guard=None, answer=answer)
        except Unavailable as error:
            a = failed(a, error, self.clock.wall(), doing="CreateDeployment")
            if error.ambiguous:
                return a
            if before is None:  # nothing was made: decide anew, it may be typed again meanwhile
                return structs.replace(a, plan=None, guard=None, answer=None)
            return structs.replace(a, guard=before)
        return structs.replace(
            cleared(a, "github"),
            deployment_id=created.id,
            deployment_sha=created.sha,
            deployment_created_at=created.created_at,
        )
