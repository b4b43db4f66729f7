"""The effects of a build's steps: a call, and before it the intent if it can't be repeated."""

from dataclasses import dataclass
from http import HTTPStatus

import structlog
from msgspec import structs

from app.errors import ProviderError, Refused, Unavailable
from app.lifecycle.backoff import cleared, failed
from app.lifecycle.deployment.answering import Answering
from app.lifecycle.deployment.phases.telling.news import told
from app.lifecycle.deployment.phases.transitions import ended, running, unshown
from app.lifecycle.deployment.step_types import (
    ApproveJob,
    CancelDuplicate,
    CancelPipeline,
    Notify,
    PostMessage,
    PostStatus,
    RemoveMessage,
    ShowComment,
    TellRequester,
    TriggerPipeline,
    UpdateMessage,
    repository_of,
)
from app.lifecycle.deployment.step_types import BuildStep as Step
from app.lifecycle.intents import Intend, Sending, unguarded
from app.lifecycle.look_types import Now
from app.lifecycle.planning.pipelines.projects import Projects
from app.model.build import Build, BuildState
from app.model.build_parts import CancelRequest, Commented
from app.model.ci import Pipeline
from app.model.effects import Effect
from app.model.plan import Run
from app.model.reasons import Reason, RefusedOnGitHub
from app.model.reasons.gates import RefGone
from app.model.reasons.ours import SlackMessageGone, closes_channel
from app.model.slot import Listing
from app.ports import CI, Chat, Clock, GitHub, Records

logger = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class BuildEffects:
    """Carries out the steps of builds; each returns the build with its result."""

    records: Records
    github: GitHub
    ci: CI
    projects: Projects
    chat: Chat
    answer: Answering
    clock: Clock
    holder: str

    async def perform(self, b: Build, step: Step, intend: Intend[Build]) -> Build:
        """Carry out one step. A failure of the provider is on the returned build, or raised."""
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
            case ShowComment():
                return await self._show_comment(b, step, intend)
            case ApproveJob():
                return await self._approve_job(step)
            case CancelPipeline() | CancelDuplicate() | RemoveMessage() | TellRequester():
                return await self._small(step)
            case _:
                raise TypeError(f"no effect of a build: {step}")

    async def _trigger(self, b: Build, step: TriggerPipeline, intend: Intend[Build]) -> Build:
        """Start the pipeline, unless its repository may no longer run that project."""
        barred = await self._barred(b, step.run)
        if barred:
            return ended(b, BuildState.ERRORED, self._now(), RefusedOnGitHub(reasons=barred))
        b = structs.replace(
            b,
            state=BuildState.TRIGGERING,
            waits_for=(),
            standing=Listing.RUNNING if step.slot else b.standing,
            slot=step.slot.after.name if step.slot else b.slot,
            guarded_project=self.ci.project_key(step.run.project),
        )
        sending = Sending(
            Effect.TRIGGER,
            self._wall(),
            self.holder,
            ambiguous=b.unsure,
            slot=step.slot,
            theirs=await self.ci.clock(),
        )
        first = Effect.TRIGGER not in b.guards
        b, answer = await sending.once(b, intend, lambda: self._started(b, step.run, first=first))
        if isinstance(answer, CancelRequest):
            return structs.replace(_after_trigger(unguarded(b, Effect.TRIGGER)), cancel=answer)
        if isinstance(answer, Refused):
            gone = isinstance(answer.reason, RefGone)
            reason = RefGone(ref=b.ref) if gone else answer.reason
            return ended(_after_trigger(b), BuildState.ERRORED, self._now(), reason)
        if isinstance(answer, ProviderError):
            b = failed(b, answer, self._wall(), doing="TriggerPipeline")
            return _after_trigger(structs.replace(b, unsure=b.unsure or _may_have_arrived(answer)))
        return running(cleared(_after_trigger(b), "ci"), answer, self._now())

    async def _started(self, b: Build, run: Run, *, first: bool) -> Pipeline | CancelRequest:
        """Start the pipeline, unless somebody has rejected the deployment meanwhile.

        The record is read once more after the intent was written: whoever rejects it after that
        sees the intent, and is told that it's too late.
        """
        if first and b.plan is not None and b.plan.approvals:
            now = await self.records.build(b.key)
            if now is not None and now.cancel is not None:
                return now.cancel
        return await self.ci.trigger(run)

    async def _approve_job(self, step: ApproveJob) -> Build:
        """Approving twice does no harm. A refusal is shown to people and not tried again."""
        try:
            await self.ci.approve(step.workflow_id, step.job_id)
        except Refused as error:
            logger.warning("approval.refused", job=step.job_id, error=error.message)
            return structs.replace(step.build, approval_refused=error.message or str(error.status))
        return cleared(step.build, "ci")

    async def _barred(self, b: Build, run: Run) -> tuple[Reason, ...]:
        """Why its repository may no longer run this project; it may have waited for days."""
        if b.plan is None or b.unsure:
            return ()
        return await self.projects.barred(b.plan.repository, run.project, run.definition)

    async def _post_status(self, b: Build, step: PostStatus, intend: Intend[Build]) -> Build:
        """Post a status; its guard has the last one read before another is posted.

        A status whose answer was lost may land after a later one, so the guard stays until that was
        read again.
        """
        ref, number = repository_of(b), b.deployment_id
        b, answer = await self._sending(Effect.STATUS).once(
            b, intend, lambda: self.github.post_status(ref, number, step.status)
        )
        if isinstance(answer, ProviderError):
            return failed(b, answer, self._wall(), doing="PostStatus")
        posted = structs.replace(step.status, at=self._wall(), id=answer)
        return structs.replace(cleared(b, "github"), status=posted)

    async def _post_message(self, b: Build, step: PostMessage, intend: Intend[Build]) -> Build:
        b, ts = await self._sending(Effect.MESSAGE).once(
            b, intend, lambda: self.chat.post_card(step.channel, step.card)
        )
        if isinstance(ts, ProviderError):
            return self._slack_failed(b, ts, Effect.MESSAGE)
        return structs.replace(
            _slack_accepted(b, Effect.MESSAGE),
            message_ts=ts,
            message_at=self._wall(),
            card_digest=step.digest,
        )

    async def _update_message(self, b: Build, step: UpdateMessage, intend: Intend[Build]) -> Build:
        """Update the message; if the answer is lost, the guard has the update sent once more.

        It could otherwise land after a later one.
        """
        b, answer = await self._sending(Effect.CARD).once(
            b, intend, lambda: self.chat.update_card(step.channel, step.ts, step.card)
        )
        if isinstance(answer, ProviderError):
            return self._slack_failed(b, answer, Effect.CARD)
        return structs.replace(
            _slack_accepted(b, Effect.CARD), card_digest=step.digest, message_at=self._wall()
        )

    async def _notify(self, b: Build, step: Notify, intend: Intend[Build]) -> Build:
        b, answer = await self._sending(Effect.NOTIFY).once(
            b,
            intend,
            lambda: self.chat.reply(
                step.channel, step.ts, step.text, outcome=step.outcome, broadcast=step.broadcast
            ),
        )
        if isinstance(answer, ProviderError):
            return self._slack_failed(b, answer, Effect.NOTIFY)
        return told(_slack_accepted(b, Effect.NOTIFY), step.outcome)

    async def _show_comment(self, b: Build, step: ShowComment, intend: Intend[Build]) -> Build:
        """A comment that somebody deleted, or that shows something newer, isn't written again."""
        comment = step.comment
        b, shown = await self._sending(Effect.COMMENT).once(
            b, intend, lambda: self.github.show_comment(repository_of(b), comment)
        )
        gone = isinstance(shown, Refused) and shown.status == HTTPStatus.NOT_FOUND
        if isinstance(shown, ProviderError) and not gone:
            method = Effect.COMMENT if isinstance(shown, Refused) else None
            return failed(b, shown, self._wall(), doing="ShowComment", method=method)
        number = None if isinstance(shown, ProviderError) else shown
        known = Commented(digest=step.digest, id=number)
        comments = {**b.comments, comment.key: known}
        return structs.replace(cleared(cleared(b, "github"), Effect.COMMENT), comments=comments)

    async def _small(
        self, step: CancelPipeline | CancelDuplicate | RemoveMessage | TellRequester
    ) -> Build:
        """Carry out an effect that needs no guard, as it may be repeated freely."""
        match step:
            case CancelPipeline():
                await self.ci.cancel(step.workflow_ids)
                return cleared(step.build, "ci")
            case CancelDuplicate():
                await self._cancel_open(step.pipeline.id)
                logger.warning("pipeline.doubled", pipeline=step.pipeline.number)
                return cleared(step.build, "ci")
            case RemoveMessage():
                return cleared(await self._remove(step), "slack")
            case TellRequester():
                asked_at = step.build.asked_at or step.build.created_at or 0.0
                age = self._wall() - asked_at
                await self.answer(step.to, step.answer, age=age)
                return cleared(step.build, "slack")

    async def _cancel_open(self, pipeline_id: str) -> None:
        reading = await self.ci.read(pipeline_id)
        open_ones = [workflow.id for workflow in reading.workflows if not workflow.state.ended]
        if open_ones:
            await self.ci.cancel(open_ones)

    async def _remove(self, step: RemoveMessage) -> Build:
        """Delete a message; one that we aren't allowed to delete stays, and the build goes on."""
        try:
            await self.chat.delete(step.channel, step.ts)
        except Refused as error:
            logger.warning("message.not_removed", ts=step.ts, error=error.message)
            return step.otherwise
        return step.build

    def _slack_failed(self, b: Build, error: ProviderError, effect: Effect) -> Build:
        """The build after Slack failed; a refusal is kept, to be told elsewhere.

        A refusal that concerns one message pauses only that method: an edit that isn't allowed
        doesn't stop the reply. If the message is gone, a new one will be posted.
        """
        if not isinstance(error, Refused):
            return failed(b, error, self._wall(), doing=_DOING[effect])
        if isinstance(error.reason, SlackMessageGone):
            return unshown(b)
        closed = closes_channel(error.reason)
        method = None if closed else effect
        b = failed(b, error, self._wall(), doing=_DOING[effect], method=method)
        if effect is Effect.CARD and not closed:
            return b
        return structs.replace(b, channel_problem=error.reason)

    def _sending(self, effect: Effect) -> Sending:
        return Sending(effect, self._wall(), self.holder)

    def _wall(self) -> float:
        return self.clock.wall()

    def _now(self) -> Now:
        return Now(wall=self.clock.wall())


def _after_trigger(b: Build) -> Build:
    """The build after a trigger; if all of them had clear answers, no unknown pipeline can come."""
    return b if b.unsure else structs.replace(b, guarded_project=None)


_DOING = {
    Effect.MESSAGE: "PostMessage",
    Effect.CARD: "UpdateMessage",
    Effect.NOTIFY: "Notify",
}


def _slack_accepted(b: Build, effect: Effect) -> Build:
    """The build after Slack accepted a message."""
    return structs.replace(cleared(cleared(b, "slack"), effect), channel_problem=None)


def _may_have_arrived(error: ProviderError) -> bool:
    """Whether what was sent may still have arrived."""
    return isinstance(error, Unavailable) and error.ambiguous
