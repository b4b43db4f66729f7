"""The effects of an ask's steps, such as creating a deployment or answering a person."""

from dataclasses import dataclass

import structlog
from msgspec import structs

from app.errors import ProviderError, Refused
from app.lifecycle.backoff import cleared, failed
from app.lifecycle.deployment.answering import Answering, comment_saying
from app.lifecycle.deployment.facts_reader import SEARCH_MARGIN
from app.lifecycle.intents import Intend, Sending
from app.lifecycle.requests.cancel_orders import dropped, dropping
from app.lifecycle.requests.decision import AskEach, Audit
from app.lifecycle.requests.inbox import Inbox
from app.lifecycle.requests.notices import each_alone, in_the_channel
from app.lifecycle.requests.step_types import (
    AddAsks,
    Adopt,
    AnswerAsk,
    CreateDeployment,
    NoteBuild,
    ReopenAsk,
)
from app.lifecycle.requests.step_types import AskStep as Step
from app.lifecycle.wait_times import age_of
from app.model.ask import Ask
from app.model.build import Build
from app.model.build_parts import CancelRequest
from app.model.chat.card import Answer
from app.model.chat.reply import CommentAddress, CommitAddress, SlackAddress
from app.model.effects import Effect
from app.model.github.deployment import Deployment
from app.model.github.repository import GITHUB_SITE
from app.model.note import written_down
from app.model.plan import Plan
from app.model.project import CancelOrder
from app.model.triggers import AUTOMATIC
from app.observe import audited
from app.ports import Clock, GitHub, Store
from app.texts.replies.refusals import refusal

logger = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class AskEffects:
    """Carries out the steps of asks; each returns the ask as it is afterwards."""

    store: Store
    github: GitHub
    answer: Answering
    clock: Clock
    holder: str
    inbox: Inbox
    html: str = GITHUB_SITE

    async def perform(self, a: Ask, step: Step, intend: Intend[Ask]) -> Ask:
        """Carry out one step; raises `ProviderError` where the failure is not kept on the ask."""
        match step:
            case CreateDeployment():
                return await self._create(a, step, intend)
            case Adopt():
                await self.store.adopt(await self._as_ordered(a, step.build))
                logger.info(  # under the ask's id, so that the log joins the two
                    "deployment.recorded",
                    repository=step.build.repository,
                    deployment_id=step.build.deployment_id,
                )
                _audit_found(a)
                self.inbox.wake(step.build.key)
                return step.ask
            case NoteBuild():
                return await self._note(a, step, intend)
            case ReopenAsk():
                taken = await self.store.take(step.before, self.holder)
                await self.store.finish(taken, step.after, due_at=0.0)
                self.inbox.wake(step.after.key)
                return step.ask
            case AddAsks():
                await self.inbox.add(*step.asks)
                return step.ask
            case AnswerAsk(to=CommentAddress() as to):
                return await self._comment(a, step, to, intend)
            case AnswerAsk(to=SlackAddress(user_id="", response_url="") as to):
                return await self._notice(a, step, to, intend)
            case AnswerAsk():
                age = age_of(a, self.clock.wall())
                told = await self.answer(step.to, step.answer, age=age)
                if not told and isinstance(step.to, CommitAddress):
                    await self._in_channel(a, step.to, step.answer)
                return cleared(step.ask, step.to.provider)
            case _:
                raise TypeError(f"no effect of an ask: {step}")

    async def _note(self, a: Ask, step: NoteBuild, intend: Intend[Ask]) -> Ask:
        """Record the decision on the ask, so that it isn't decided again, then write the note."""
        if not a.noting:
            noting = written_down(step.note)
            await intend(structs.replace(a, noting=noting, answer=step.ask.answer), None)
            if step.audit is not None:
                _audit(step.audit)
        await self.inbox.note(step.note)
        return step.ask

    async def _in_channel(self, a: Ask, to: CommitAddress, answer: Answer) -> None:
        """Tell the channel what GitHub did not show on the commit, if the repository is bound."""
        project = await self.store.project_of_repository(to.repository.id)
        notice = in_the_channel(a, to, answer, project, self.html) if project else None
        if notice is not None:
            await self.inbox.add(notice)

    async def _comment(
        self, a: Ask, step: AnswerAsk, to: CommentAddress, intend: Intend[Ask]
    ) -> Ask:
        """Comment on the pull request; `show_comment` finds a comment whose answer was lost."""
        said = comment_saying(to, step.answer)
        sending = Sending(Effect.COMMENT, self.clock.wall(), self.holder)
        a, shown = await sending.once(
            a, intend, lambda: self.github.show_comment(to.repository, said)
        )
        if isinstance(shown, Refused):
            logger.warning("answer.undeliverable", number=to.number, error=shown.message)
        elif isinstance(shown, ProviderError):
            return failed(a, shown, self.clock.wall(), doing="AnswerAsk")
        return cleared(structs.replace(step.ask, guards=a.guards), "github")

    async def _notice(self, a: Ask, step: AnswerAsk, to: SlackAddress, intend: Intend[Ask]) -> Ask:
        """Post a notice once: after a lost answer, the channel is searched for it first."""
        chat, told = self.answer.chat, structs.replace(step.ask, guards={})
        if Effect.NOTIFY in a.guards and await self._said(a, to):
            return cleared(told, "slack")
        sending = Sending(Effect.NOTIFY, self.clock.wall(), self.holder)
        a, shown = await sending.once(
            a, intend, lambda: chat.say(to.channel_id, step.answer, notice=a.ask_id)
        )
        if isinstance(shown, Refused):
            logger.warning("answer.undeliverable", channel=to.channel_id, error=shown.message)
            await self.inbox.add(*each_alone(a))
        elif isinstance(shown, ProviderError):
            return failed(a, shown, self.clock.wall(), doing="AnswerAsk")
        return cleared(told, "slack")

    async def _said(self, a: Ask, to: SlackAddress) -> bool:
        """Whether the channel has the notice; False if we may not read the channel."""
        since = a.guards[Effect.NOTIFY].sent_at - SEARCH_MARGIN
        try:
            return await self.answer.chat.said(to.channel_id, a.ask_id, since=since)
        except Refused:
            return False

    async def _created(self, a: Ask, plan: Plan) -> Deployment | AskEach:
        """Create the deployment, unless somebody has canceled it meanwhile.

        The orders are read after the intent is recorded: a `cancel` that comes later sees the
        intent, and waits for the outcome.
        """
        order = await self._order(a, plan.repository.id, plan.environment)
        if order is None:
            return await self.github.create_deployment(plan)
        return dropped(a, order, await self.store.ask(order.ask_id))

    async def _as_ordered(self, a: Ask, build: Build) -> Build:
        """The build, canceled if somebody ordered that while it was being created."""
        order = await self._order(a, build.repository_id, build.environment)
        if order is None:
            return build
        return structs.replace(build, cancel=CancelRequest(by=order.by, at=order.at))

    async def _order(self, a: Ask, repository_id: int, environment: str) -> CancelOrder | None:
        """The `cancel` that applies to this ask, if any; only what people ask for has one."""
        if a.said is None:
            return None
        project = await self.store.project_of_repository(repository_id)
        return dropping(project, a, (environment,)) if project is not None else None

    async def _create(self, a: Ask, step: CreateDeployment, intend: Intend[Ask]) -> Ask:
        a = structs.replace(a, plan=step.plan)
        sending = Sending(Effect.CREATE, self.clock.wall(), self.holder)
        a, created = await sending.once(a, intend, lambda: self._created(a, step.plan))
        if isinstance(created, AskEach):
            await self.inbox.add(*created.asks)
            answer = created.answer
            done = None if answer is not None else self.clock.wall()
            return structs.replace(a, plan=None, guards={}, answer=answer, answered_at=done)
        if isinstance(created, Refused):
            answer = refusal(created.reason)
            return structs.replace(a, plan=None, guards={}, answer=answer)
        if isinstance(created, ProviderError):
            a = failed(a, created, self.clock.wall(), doing="CreateDeployment")
            if a.guards:
                return a
            # nothing was created; decided again, as the command may have been repeated meanwhile
            return structs.replace(a, plan=None, answer=None)
        _audit_created(step.plan, created.id)
        return structs.replace(
            cleared(a, "github"),
            deployment_id=created.id,
            deployment_sha=created.sha,
            deployment_created_at=created.created_at,
        )


def _audit(audit: Audit) -> None:
    build = audit.build
    audited(
        audit.did,
        by=audit.by.slack_userid or audit.by.name,
        repository=build.repository,
        deployment_id=build.deployment_id,
        sha=build.sha,
    )


def _audit_found(a: Ask) -> None:
    """Audit a creation whose answer was lost, now that its deployment has been found."""
    sent = a.guards.get(Effect.CREATE)
    if a.plan is not None and a.deployment_id is not None and sent is not None and sent.ambiguous:
        _audit_created(a.plan, a.deployment_id)


def _audit_created(plan: Plan, deployment_id: int) -> None:
    """Audit who had it created, and that it was forced; automatic deployments have no person."""
    said = plan.payload
    if said.trigger in AUTOMATIC:
        return
    where = {"repository": plan.repository.full_name, "environment": plan.environment}
    who = said.user or said.login or said.requester
    did = "deploy" if said.rollback_of is None else "rollback"
    for one in (did, "force") if said.force else (did,):
        audited(one, by=who, deployment_id=deployment_id, sha=plan.sha, **where)
