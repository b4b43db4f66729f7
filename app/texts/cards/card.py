"""The live message of a deployment, state by state (pure)."""

from app.model.build import Build, BuildState, Origin
from app.model.chat.card import Button, Card
from app.model.github.refs import SHORT_SHA, ref_or_sha
from app.model.github.repository import GITHUB_SITE
from app.model.github.states import as_build_state, state_of
from app.model.reasons.ci import CISkipped, CIStartedNothing
from app.model.reasons.gates import HeldAfterRollback, RefMoved
from app.model.reasons.pipeline import CINoTagFilter
from app.texts.cards.approvals import approval_buttons, approvals_lost, approved_by
from app.texts.cards.headlines import headline, superseded
from app.texts.cards.lines import happening, live_url, log_url
from app.texts.cards.remarks import forced
from app.texts.failures.catalogue import shorten
from app.texts.inputs import chosen
from app.texts.links import (
    diff_link,
    name_of,
    pull_request_link,
    ref_link,
    sha_link,
    ticket_link,
)
from app.texts.markup import bold, capitalized, cut, link, plain, words
from app.texts.replies.deployments.confirmation import ROLL_BACK
from app.texts.triggers import asker_of

_COLORS = {
    BuildState.WAITING: "waiting",
    BuildState.TRIGGERING: "waiting",
    BuildState.RUNNING: "running",
    BuildState.ON_HOLD: "waiting",
    BuildState.SUCCEEDED: "good",
    BuildState.FAILED: "bad",
    BuildState.ERRORED: "bad",
    BuildState.CANCELED: "quiet",
    BuildState.INACTIVE: "quiet",
}

_ENDS_ALIKE = CIStartedNothing | CISkipped | CINoTagFilter | RefMoved
"""Reasons without *Retry*: the same commit would end the same way, or isn't the one meant."""

LONGEST_SUBJECT = 120
MOST_TICKETS = 5


def card_of(build: Build, *, html: str = GITHUB_SITE) -> Card:
    """The live message as it should look now.

    `html` is the base URL of GitHub's pages. Times are absolute and in the reader's own zone, so
    that an old card stays true.
    """
    head = headline(build)
    said = (bold(build.environment), head, _who(build), approved_by(build), forced(build))
    first = " · ".join(filter(None, said))
    lines = (
        first,
        _what(build, html),
        *_inputs(build),
        *happening(build, before=True),
        *approvals_lost(build),
    )
    return Card(
        repository=build.repository,
        deployment_id=build.deployment_id,
        state=state_of(build.status),
        text=_sentence(build, head),
        lines=lines,
        color=_color(build),
        buttons=_unlinked(build, buttons_of(build), lines),
    )


def _unlinked(
    build: Build, buttons: tuple[Button, ...], lines: tuple[str, ...]
) -> tuple[Button, ...]:
    """The buttons, except those whose URL a line already links; at least *Details*."""
    said = " ".join(lines)
    left = tuple(one for one in buttons if not one.url or link(one.url, "")[:-1] not in said)
    return left if left or build.state is BuildState.EXTERNAL else (_details(build),)


def buttons_of(build: Build) -> tuple[Button, ...]:
    """The buttons, most useful first."""
    if build.state is BuildState.EXTERNAL:
        return _links(build)
    links = _links(build)
    cancel = (_cancel(build),) if build.stoppable and build.cancel is None else ()
    if not build.state.ended:
        asked = approval_buttons(build)
        return (*asked, *(links or (_details(build),)), *_resume(build), *cancel)
    if build.state in (BuildState.FAILED, BuildState.ERRORED, BuildState.CANCELED):
        again = () if isinstance(build.reason, _ENDS_ALIKE) else (_retry(build),)
        return (*again, *_roll_back(build), *links, *cancel) or (_details(build),)
    if superseded(build) and build.origin is not Origin.FOREIGN:
        return (_retry(build, "Deploy anyway"), *(links or (_details(build),)))
    return (*(links or (_details(build),)), *_roll_back(build))


def _resume(build: Build) -> tuple[Button, ...]:
    """*Resume*, while a rollback holds automatic deployments."""
    if not any(isinstance(reason, HeldAfterRollback) for reason in build.waits_for):
        return ()
    return (Button(label="Resume", action="resume", value=build.environment),)


def _roll_back(build: Build) -> tuple[Button, ...]:
    """*Roll back*, if something else was live before; pressing it only opens a question."""
    went = build.state is BuildState.SUCCEEDED or (build.state.ended and build.ran)
    before = build.live_before
    same = before is None or before.sha == build.sha
    if not went or same or build.state is BuildState.INACTIVE:
        return ()
    return (Button(label=ROLL_BACK, action="rollback", value=str(build.deployment_id)),)


def _links(build: Build) -> tuple[Button, ...]:
    live, logs = live_url(build), log_url(build)
    is_live = build.state in (BuildState.SUCCEEDED, BuildState.EXTERNAL)
    opened = (Button(label="Open", url=live, style="primary"),) if live and is_live else ()
    return (*opened, *((Button(label="Logs", url=logs),) if logs else ()))


def _details(build: Build) -> Button:
    return Button(label="Details", action="status", value=str(build.deployment_id))


def _cancel(build: Build) -> Button:
    question = (
        f"Cancel the deployment of {ref_or_sha(build.ref, build.sha)} to {build.environment}?"
    )
    return Button(
        label="Cancel",
        action="cancel",
        value=str(build.deployment_id),
        style="danger",
        confirm=question,
        agree="Cancel deployment",
        decline="Keep it running",
    )


def _retry(build: Build, label: str = "Retry") -> Button:
    style = "primary" if label == "Retry" else ""
    return Button(label=label, action="retry", value=str(build.deployment_id), style=style)


def _color(build: Build) -> str:
    if build.state is BuildState.EXTERNAL:
        return _COLORS[as_build_state(state_of(build.status))]
    return _COLORS[build.state]


def _who(build: Build) -> str:
    if build.origin is Origin.FOREIGN:
        verb = "deployed" if build.state is BuildState.EXTERNAL else "requested"
        return f"{verb} by {words(build.created_by or 'another app')}"
    if build.origin is Origin.PERSON:
        return f"created on GitHub by {words(build.created_by)}"
    return asker_of(build)


def _what(build: Build, html: str) -> str:
    commit = f"{sha_link(build, html)} {words(_subject(build))}".rstrip()
    by = name_of(build.committer, "")
    parts = [
        ref_link(build, html) if ref_or_sha(build.ref, build.sha) != build.sha[:SHORT_SHA] else "",
        f"{commit} — by {by}" if by else commit,
        diff_link(build, html),
        pull_request_link(build, html),
        *(ticket_link(ticket) for ticket in build.tickets[:MOST_TICKETS]),
    ]
    return " · ".join(part for part in parts if part)


def _inputs(build: Build) -> tuple[str, ...]:
    """The chosen inputs; not for deployments that others run, since those don't get them."""
    said = "" if build.state is BuildState.EXTERNAL else chosen(build.plan)
    return (capitalized(said),) if said else ()


def _subject(build: Build) -> str:
    return cut(" ".join(build.plan.subject.split()), LONGEST_SUBJECT) if build.plan else ""


def _sentence(build: Build, head: str) -> str:
    what, where = words(ref_or_sha(build.ref, build.sha)), words(build.environment)
    said = f"{capitalized(head)}: {what} to {where}, {_who(build)}."
    return words(shorten(plain(said), 300))
