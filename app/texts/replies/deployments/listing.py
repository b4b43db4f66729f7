"""`list`: what is live in each environment, and the latest deployments."""

from collections.abc import Sequence

from msgspec import Struct, structs

from app.model.build import Build, BuildState, Origin
from app.model.chat.card import Answer
from app.model.github.refs import SHORT_SHA, shown_ref
from app.model.github.repository import GITHUB_SITE, page
from app.model.github.states import GitHubState, as_build_state
from app.model.reasons.approvals import Rejected
from app.model.reasons.gates import Canceled
from app.model.reasons.pipeline import PipelineCanceledElsewhere
from app.model.slot import EVERYWHERE, Hold, Lock
from app.texts.cards.description import state_word
from app.texts.cards.headlines import standing, superseded
from app.texts.failures.gates.locks import held_by
from app.texts.links import site_link
from app.texts.markup import blocks, bold, code, code_link, link, words
from app.texts.phrases import day_time
from app.texts.speech import typed
from app.texts.triggers import asker_of

CANCELED, REJECTED = "canceled", "rejected"

_AS_ON_THE_CARD = (BuildState.ERRORED, BuildState.INACTIVE)
"""States that can have several causes; only our record knows which."""


class Row(Struct, frozen=True, kw_only=True):
    """A deployment as it is listed; `by` is a name, times are epoch seconds.

    `stands` is more precise than GitHub's `state`. `ended_by` is who canceled it, and then `asked`
    is who had requested it (markup).
    """

    id: int
    environment: str
    ref: str
    sha: str
    state: str
    by: str
    at: float
    log_url: str = ""
    environment_url: str = ""
    stands: str = ""
    ended_by: str = ""
    asked: str = ""


class EnvironmentRow(Struct, frozen=True, kw_only=True):
    """An environment: what is live there, and what waits or runs, in the order of its queue."""

    environment: str
    runs: Row | None
    coming: tuple[Row, ...] = ()
    lock: Lock | None = None
    hold: Hold | None = None

    @property
    def rows(self) -> tuple[Row, ...]:
        """All its deployments."""
        return (self.runs, *self.coming) if self.runs else self.coming


def listing(
    repository: str,
    live: Sequence[EnvironmentRow],
    latest: Sequence[Row],
    *,
    hidden: int,
    older: bool,
    environment: str = "",
    everywhere: Lock | None = None,
    html: str = GITHUB_SITE,
) -> Answer:
    """The answer to `list`, for one `environment` or for all.

    `hidden` is the number of environments that aren't shown, `everywhere` the lock on all
    environments, and `older` whether there are more deployments than were read.
    """
    if environment and not latest:
        return Answer(text=f"Nothing has been deployed to {bold(environment)} yet.")
    if not latest:
        return Answer(
            text=f"Nothing has been deployed from {code(repository)} yet. "
            f"To start, type {typed('deploy')}."
        )
    count = sum(each.runs is not None for each in live)
    environments = "environment" if count == 1 else "environments"
    where = f"is deployed to {count} {environments}" if count else "isn't live anywhere"
    if environment and not count:
        where = f"isn't live in {bold(environment)}"
    rest = f" {hidden} more: {typed('list --all')}." if hidden > 0 else ""
    beyond = (
        f"This covers the latest 100 deployments; {typed('list production')} goes back further."
    )
    return Answer(
        text=f"{code(repository)} {where}.{rest}",
        lines=(
            *((held_by(EVERYWHERE, everywhere),) if everywhere else ()),
            *blocks([_environment_line(repository, each, html) for each in live]),
            *blocks(["Latest:", *(_latest_line(repository, row, html) for row in latest)]),
            *((beyond,) if older else ()),
        ),
    )


def as_recorded(row: Row, build: Build | None) -> Row:
    """The row, with the ref, the state and another app's name that our record of it has."""
    if build is None or not build.sha:
        return row
    stands = _stands(row.state, build)
    ended_by = _ended_by(build) if stands in (CANCELED, REJECTED) else ""
    by = build.created_by if build.origin is Origin.FOREIGN else row.by
    asked = asker_of(build, words(by))
    return structs.replace(row, ref=build.ref, by=by, stands=stands, ended_by=ended_by, asked=asked)


def _ended_by(build: Build) -> str:
    """Who canceled it; empty if that isn't known."""
    why = build.why
    return why.by if isinstance(why, Canceled | Rejected | PipelineCanceledElsewhere) else ""


def _stands(state: str, build: Build) -> str:
    held = state == GitHubState.IN_PROGRESS and build.state is BuildState.ON_HOLD
    if held or (build.state is BuildState.WAITING and build.approval_needed):
        return "waiting for approval"
    if state == GitHubState.ERROR and build.state is BuildState.CANCELED:
        if build.cancel is not None and build.cancel.rejected:
            return REJECTED
        return "superseded" if superseded(build) else CANCELED
    if as_build_state(state) is build.state and build.state in _AS_ON_THE_CARD:
        return standing(build)
    return ""


def _environment_line(repository: str, live: EnvironmentRow, html: str) -> str:
    runs, lock, hold = live.runs, live.lock, live.hold
    parts = [
        bold(live.environment),
        f"{_what(repository, runs, html)} since {day_time(runs.at)} · by {words(runs.by)}"
        if runs
        else "nothing live",
        site_link(runs.environment_url) if runs else "",
        f"locked by {words(lock.by.display_name) or 'somebody'}" if lock else "",
        f"automatic deployments on hold since {words(hold.by) or 'somebody'} rolled back"
        if hold
        else "",
        *(
            f"{_word(row)}: {_what(repository, row, html)} since {day_time(row.at)}"
            for row in live.coming[:3]
        ),
    ]
    return " · ".join(part for part in parts if part)


def _latest_line(repository: str, row: Row, html: str) -> str:
    parts = [
        f"{row.id}",
        f"{_what(repository, row, html)} to {bold(row.environment)}",
        f"{_word(row)}{'' if as_build_state(row.state).ended else ' since'} {day_time(row.at)}",
        row.asked if row.ended_by else f"by {words(row.by)}",
        link(row.log_url, "logs") if row.log_url else "",
    ]
    return " · ".join(part for part in parts if part)


def _word(row: Row) -> str:
    word = row.stands or state_word(row.state)
    return f"{word} by {words(row.ended_by)}" if row.ended_by else word


def _what(repository: str, row: Row, html: str) -> str:
    ref, sha = shown_ref(row.ref), row.sha[:SHORT_SHA]
    commit = code_link(page(html, repository, "commit", row.sha), sha)
    return commit if ref == sha else f"{code(ref)} ({commit})"
