"""`approve` and `reject`: people let a deployment that needs approval go ahead, or end it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from msgspec import structs

from app.commands.command import Addresses, config_of, person_of, project_here
from app.commands.deployments.find import Finder, Meant, meant_by
from app.commands.parsing.grammar import MANY, Typed, Usage
from app.errors import UserError
from app.lifecycle.look_types import SKEW
from app.lifecycle.planning.deploy_request import request_of
from app.lifecycle.planning.gates.allow import barred
from app.lifecycle.planning.gates.approvals import objection
from app.lifecycle.planning.people.approving import Approving
from app.lifecycle.planning.targets.environments import environment_meant
from app.lifecycle.requests.decision import Audit, Decision, WriteNote
from app.model.ask import Ask, AskKind
from app.model.build import Build, BuildState
from app.model.build_parts import Approval, CancelRequest
from app.model.effects import Effect
from app.model.github.refs import shown_ref
from app.model.github.repository import page
from app.model.note import Entry, note_on
from app.model.plan import Person
from app.model.project import Project
from app.model.reasons.approvals import (
    ApprovalByGuest,
    ApprovalOwn,
    NotAwaited,
    WhichDeployment,
)
from app.model.reasons.deployments import AlreadyFinished, EnvironmentUnseen
from app.ports import Bindings, Chat, GitHub
from app.texts.cards.headlines import standing
from app.texts.replies.deployments.controls import approving, rejecting


@dataclass(frozen=True, kw_only=True)
class ApprovalFinder:
    """Finds the deployment to approve or reject among those that wait for approval."""

    bindings: Bindings
    finder: Finder

    async def find(
        self,
        project: Project,
        typed: str,
        waits: Callable[[Build], bool],
        *,
        ask: Ask,
        command: str,
    ) -> Build:
        """The one deployment that `typed` means; raises `UserError` if there is none, or several.

        A deployment that was requested after the command was typed counts only if it was named by
        its number: the command may have waited for GitHub, and its person meant an earlier one.
        """
        meant = await self.finder.meant(project, typed)
        waiting = [
            build
            for build in meant.builds
            if waits(build) and (meant.by_number or _heard_at(build) - SKEW <= ask.asked_at)
        ]
        if not waiting:
            raise UserError(_why_not(meant), of=command)
        if len(waiting) > 1:
            raise UserError(WhichDeployment(command=command, known=_known(waiting)), of=command)
        return waiting[0]


def _heard_at(build: Build) -> float:
    """When we first heard of the deployment, in epoch seconds by our clock; 0: unknown."""
    return build.asked_at or build.webhook_at or 0.0


def _why_not(meant: Meant) -> NotAwaited | AlreadyFinished:
    last = meant.builds[0]
    stands = standing(last)
    if not meant.by_number:
        return NotAwaited(environment=meant.environment)
    if last.state.ended:
        return AlreadyFinished(ref=last.ref, environment=last.environment, outcome=stands)
    return NotAwaited(ref=last.ref, environment=last.environment, stands=stands)


def _known(waiting: Sequence[Build]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (str(build.deployment_id), f"{shown_ref(build.ref)} to {build.environment}")
        for build in waiting
    )


def _held_job(build: Build) -> str:
    """The id of the CI's job that waits for approval; empty if none does."""
    return build.jobs.approval_id if build.jobs is not None else ""


def _means_job(ask: Ask, typed: Typed, build: Build) -> bool:
    """Whether the approval is for the job that waits now; a button names the job it was for."""
    named = typed.args[1:]
    return named == (_held_job(build),) or (not named and ask.kind is not AskKind.ACTION)


def approvable(build: Build) -> bool:
    """Whether it waits for an approval, of ours or of a job of the CI."""
    held = build.state is BuildState.ON_HOLD and bool(_held_job(build))
    return build.cancel is None and (build.approval_needed is not None or held)


def rejectable(build: Build) -> bool:
    """Whether it can be rejected: even with enough approvals, until its pipeline starts."""
    guarded = build.plan is not None and build.plan.approvals > 0
    waits = build.state is BuildState.WAITING and Effect.TRIGGER not in build.guards
    return build.cancel is None and (build.state is BuildState.ON_HOLD or (guarded and waits))


@dataclass(frozen=True, kw_only=True)
class Approve:
    """Notes who approves on the deployment's record; the gates count approvals at its next look."""

    name: ClassVar[str] = "approve"
    usage: ClassVar[Usage] = Usage(
        "approve [environment or id]",
        "approves a waiting deployment",
        synonyms=("accept", "agree", "lgtm"),
    )

    finder: ApprovalFinder
    approving: Approving
    github: GitHub
    chat: Chat
    links: Addresses

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Note the approval; raises `UserError` if this person's approval would not count."""
        project = await project_here(self.finder.bindings, ask)
        build = await self.finder.find(
            project, meant_by(ask, typed), approvable, ask=ask, command=self.name
        )
        by = await person_of(self.finder.bindings, ask)
        member = await self.chat.member(by.slack_userid or "")
        if member.guest or not member.ours:
            raise UserError(ApprovalByGuest(), of=self.name)
        reason = build.approval_needed
        if reason is None and not _means_job(ask, typed, build):
            raise UserError(NotAwaited(job=True), of=self.name)
        if reason is None:
            return await self._job(ask, project, build, by)
        request = request_of(build)
        consent = await self.approving.consent(
            project.ref, by, reason.listed, asked=request.requester
        )
        wrong = objection(consent, request, reason.listed, environment=build.environment)
        if isinstance(wrong, ApprovalOwn):
            url = page(self.links.html, build.repository, "deployments", build.environment)
            wrong = structs.replace(wrong, ref=build.ref or build.sha, url=url)
        if wrong is not None:
            raise UserError(wrong, of=self.name)
        known = structs.replace(by, github_id=consent.by.github_id)
        entry = Entry(
            attribute="approvals",
            key=by.slack_userid or "",
            value=Approval(by=known, at=ask.asked_at),
        )
        return WriteNote(
            note=note_on(project, build.deployment_id, entry=entry),
            answer=approving(build, by),
            audit=Audit(did=self.name, by=by, build=build),
        )

    async def _job(self, ask: Ask, project: Project, build: Build, by: Person) -> Decision:
        """Approve the CI's job; the people in `approvals.from` may, else in `allow`, else anybody.

        Raises `UserError` for others.
        """
        survey = await self.github.survey(project.ref, target=None, environment=None)
        listed = environment_meant(build.environment, config_of(survey)).rules.approvers
        asker = await self.approving.who_may.asker(project.ref, by, [listed])
        wrong = barred(asker, listed, environment=build.environment, doing="approve")
        if wrong:
            raise UserError(*wrong, of=self.name)
        assert build.jobs is not None
        entry = Entry(
            attribute="job_approvals",
            key=build.jobs.approval_id,
            value=Approval(by=by, at=ask.asked_at),
        )
        return WriteNote(
            note=note_on(project, build.deployment_id, entry=entry),
            answer=approving(build, by, job=build.jobs.approval),
            audit=Audit(did=self.name, by=by, build=build),
        )


@dataclass(frozen=True, kw_only=True)
class Reject:
    """Ends a deployment that waits for approval; anybody may."""

    name: ClassVar[str] = "reject"
    usage: ClassVar[Usage] = Usage(
        "reject [environment or id] [reason]",
        "rejects a waiting deployment",
        arguments=MANY,
        synonyms=("deny", "decline", "refuse"),
    )

    finder: ApprovalFinder

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Note a cancel with the reason; if several people reject it, the first one counts."""
        project = await project_here(self.finder.bindings, ask)
        build, why = await self._meant(ask, project, typed)
        by = await person_of(self.finder.bindings, ask)
        order = CancelRequest(by=by, at=ask.asked_at, rejected=True, why=why)
        note = structs.replace(note_on(project, build.deployment_id), once={"cancel": order})
        audit = Audit(did=self.name, by=by, build=build)
        return WriteNote(note=note, answer=rejecting(build), audit=audit)

    async def _meant(self, ask: Ask, project: Project, typed: Typed) -> tuple[Build, str]:
        """The deployment and the reason; all words are the reason if the first names nothing."""
        first, *rest = typed.args or ("",)
        find = partial(self.finder.find, project, waits=rejectable, ask=ask, command=self.name)
        try:
            build = await find(first)
        except UserError as error:
            unseen = error.reasons[0]
            if not isinstance(unseen, EnvironmentUnseen) or unseen.closest:
                raise
            build = await find("")
            return build, " ".join(typed.args)
        return build, " ".join(rest)
