"""The effects of a build's steps: intent first where it cannot be repeated, then the call."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from msgspec import structs

from app.errors import ProviderError, Refused, Unavailable
from app.lifecycle.backoff import cleared, failed
from app.lifecycle.deployment.answering import answer_person
from app.lifecycle.deployment.phases.transitions import MESSAGE_GONE, ended, running, unshown
from app.lifecycle.deployment.step_types import BuildStep as Step
from app.lifecycle.deployment.step_types import (
    CancelDouble,
    CancelPipeline,
    Notify,
    PostMessage,
    PostStatus,
    RemoveMessage,
    TellRequester,
    TriggerPipeline,
    UpdateMessage,
    repository_of,
)
from app.lifecycle.look_types import Now
from app.model.build import Build, BuildState, Guard, Reason
from app.model.slot import SlotChange
from app.ports import CI, Chat, Clock, GitHub

logger = structlog.get_logger()

Intend = Callable[[Build, SlotChange | None], Awaitable[None]]
"""Records an intent under the lease, with the slot in the same transaction."""


@dataclass(frozen=True, kw_only=True)
class BuildEffects:
    """Carries out the steps of builds; what came of it is the build that is returned."""

    github: GitHub
    ci: CI
    chat: Chat
    clock: Clock
    holder: str

    async def perform(self, b: Build, step: Step, intend: Intend) -> Build:
        """Carry out one step; a provider's failure is part of the result."""
        match step:
            case TriggerPipeline():
                return await self._trigger(b, step, intend)
            case PostStatus():
                return await self._post_status(b, step, intend)
            case PostMessage():
                return await self._post_message(b, step, intend)
            case UpdateMessage():
                return await self._update_message(b, step, intend)
            case Notify():
                return await self._notify(b, step, intend)
            case CancelPipeline() | CancelDouble() | RemoveMessage() | TellRequester():
                return await self._small(step)
            case _:
                raise TypeError(f"no effect of a build: {step}")

    async def _trigger(self, b: Build, step: TriggerPipeline, intend: Intend) -> Build:
        """Nothing was sent by this call unless its answer says so; an older one may still land."""
        before = b.guard
        sends = before.sends + 1 if before else 1
        guard = Guard(sent_at=self._wall(), sender=self.holder, ambiguous=b.unsure, sends=sends)
        b = structs.replace(
            b,
            state=BuildState.TRIGGERING,
            guard=guard,
            waits_for=(),
            slot_held=b.slot_held or step.slot is not None,
            in_line=False,
        )
        await intend(b, step.slot)
        try:
            pipeline = await self.ci.trigger(step.run)
        except Refused as error:
            details = {"ref": b.ref, "message": error.message, **error.details}
            b = structs.replace(b, guard=before)
            return ended(
                b, BuildState.ERRORED, self._now(), Reason(name=error.name, details=details)
            )
        except Unavailable as error:
            b = failed(b, error, self._wall(), doing="TriggerPipeline")
            if error.ambiguous:
                unsure = structs.replace(guard, ambiguous=True)
                return structs.replace(b, guard=unsure, unsure=True)
            return structs.replace(b, guard=before)
        return running(cleared(b, "circleci"), pipeline, self._now())

    async def _post_status(self, b: Build, step: PostStatus, intend: Intend) -> Build:
        """Unsure from the intent on, so that after a crash the last status is read first.

        One whose answer is not known may land after a later one: its guard has that read again.
        """
        before = b.status_guard
        sends = before.sends + 1 if before else 1
        guard = Guard(sent_at=self._wall(), sender=self.holder, sends=sends)
        b = structs.replace(b, status_unsure=True, status_guard=guard)
        await intend(b, None)
        try:
            await self.github.post_status(repository_of(b), b.deployment_id, step.status)
        except ProviderError as error:
            unsure = isinstance(error, Unavailable) and error.ambiguous
            b = failed(b, error, self._wall(), doing="PostStatus")
            kept = guard if unsure else before
            return structs.replace(b, status_unsure=unsure, status_guard=kept)
        posted = structs.replace(step.status, at=self._wall())
        return structs.replace(
            cleared(b, "github"), status=posted, status_unsure=False, status_guard=before
        )

    async def _post_message(self, b: Build, step: PostMessage, intend: Intend) -> Build:
        guard = Guard(sent_at=self._wall(), sender=self.holder)
        b = structs.replace(b, message_guard=guard)
        await intend(b, None)
        try:
            ts = await self.chat.post_card(step.channel, step.card)
        except ProviderError as error:
            kept = guard if isinstance(error, Unavailable) and error.ambiguous else None
            return structs.replace(self._closed(b, error, "PostMessage"), message_guard=kept)
        b = structs.replace(_opened(b), message_guard=None)
        return structs.replace(b, message_ts=ts, message_at=self._wall(), card_digest=step.digest)

    async def _update_message(self, b: Build, step: UpdateMessage, intend: Intend) -> Build:
        """One whose answer is not known may land after a later one: its guard has it sent again."""
        before = b.card_guard
        sends = before.sends + 1 if before else 1
        guard = Guard(sent_at=self._wall(), sender=self.holder, sends=sends)
        b = structs.replace(b, card_guard=guard)
        await intend(b, None)
        try:
            await self.chat.update_card(step.channel, step.ts, step.card)
        except Refused as error:
            if error.name == MESSAGE_GONE:
                return unshown(b)
            return structs.replace(self._closed(b, error, "UpdateMessage"), card_guard=before)
        except Unavailable as error:
            kept = guard if error.ambiguous else before
            failure = failed(b, error, self._wall(), doing="UpdateMessage")
            return structs.replace(failure, card_guard=kept)
        return structs.replace(
            _opened(b), card_digest=step.digest, card_guard=before, message_at=self._wall()
        )

    async def _notify(self, b: Build, step: Notify, intend: Intend) -> Build:
        guard = Guard(sent_at=self._wall(), sender=self.holder)
        b = structs.replace(b, notify_guard=guard)
        await intend(b, None)
        try:
            await self.chat.reply(
                step.channel, step.ts, step.text, outcome=step.outcome, broadcast=step.broadcast
            )
        except ProviderError as error:
            if isinstance(error, Refused) and error.name == MESSAGE_GONE:
                return unshown(b)
            kept = guard if isinstance(error, Unavailable) and error.ambiguous else None
            return structs.replace(self._closed(b, error, "Notify"), notify_guard=kept)
        return structs.replace(_opened(b), notified=step.outcome, notify_guard=None)

    async def _small(
        self, step: CancelPipeline | CancelDouble | RemoveMessage | TellRequester
    ) -> Build:
        """The effects that may be repeated freely."""
        match step:
            case CancelPipeline():
                await self.ci.cancel(step.workflow_ids)
                return cleared(step.build, "circleci")
            case CancelDouble():
                await self._cancel_open(step.pipeline.id)
                logger.warning("pipeline.doubled", pipeline=step.pipeline.number)
                return cleared(step.build, "circleci")
            case RemoveMessage():
                await self.chat.delete(step.channel, step.ts)
                return cleared(step.build, "slack")
            case TellRequester():
                asked_at = step.build.asked_at or step.build.created_at or 0.0
                age = self._wall() - asked_at
                await answer_person(self.chat, step.to, step.answer, age=age)
                return cleared(step.build, "slack")

    async def _cancel_open(self, pipeline_id: str) -> None:
        reading = await self.ci.read(pipeline_id)
        open_ones = [workflow.id for workflow in reading.workflows if not workflow.state.ended]
        if open_ones:
            await self.ci.cancel(open_ones)

    def _closed(self, b: Build, error: ProviderError, doing: str) -> Build:
        """The build after Slack failed; a refusal is remembered, to be told elsewhere."""
        b = failed(b, error, self._wall(), doing=doing)
        if not isinstance(error, Refused):
            return b
        return structs.replace(b, channel_problem=error.name, channel_details=error.details)

    def _wall(self) -> float:
        return self.clock.wall()

    def _now(self) -> Now:
        return Now(wall=self.clock.wall())


def _opened(b: Build) -> Build:
    """The build after Slack took a message."""
    return structs.replace(cleared(b, "slack"), channel_problem="", channel_details={})
