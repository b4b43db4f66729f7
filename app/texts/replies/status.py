"""`status`: the chain of one deployment, a sentence a hop."""

from collections.abc import Sequence

from msgspec import structs

from app.model.build import Backoff, Build, BuildState, Origin, Reason
from app.model.card import Answer, Button
from app.model.github_states import state_of
from app.texts.cards.description import state_word
from app.texts.failures.catalogue import explain, explain_all
from app.texts.links import GITHUB, name_of, ref_link, sha_link
from app.texts.markup import bold, code, link, local_time, words
from app.texts.replies.listing import blocks
from app.texts.speech import ci_name
from app.texts.times import duration

_TRIGGERS = {"command": "", "api": " with GitHub's API", "retry": " as a retry"}

_PROVIDERS = {"github": "GitHub", "slack": "Slack"}


def asked(build: Build) -> str:
    """Who asked, and how."""
    how = _TRIGGERS.get(build.trigger, f" ({words(build.trigger)})") if build.trigger else ""
    who = words(build.app_slug or build.creator) or "somebody"
    return f"asked by {name_of(build.requester, who)}{how}"


def created() -> str:
    """The deployment is on GitHub."""
    return "created on GitHub"


def webhook_came() -> str:
    """GitHub's own word of it arrived."""
    return "GitHub's webhook received"


def webhook_not_needed() -> str:
    """GitHub's webhook did not arrive, and nothing waits for it."""
    return "GitHub's webhook has not come; its answer to the creation was enough"


def webhook_awaited() -> str:
    """GitHub's webhook may still arrive."""
    return "GitHub's webhook"


def gates_open() -> str:
    """Nothing bars or holds it."""
    return "checks and queue: open"


def gates_judged(reasons: Sequence[Reason]) -> str:
    """What is waited for."""
    return f"checks and queue: {explain_all(reasons)}" if reasons else "checks and queue"


def pipeline_made(build: Build) -> str:
    """CircleCI has a pipeline for it."""
    number = f"pipeline {build.build_number}" if build.build_number else "the pipeline"
    return f"CircleCI started {link(build.build_url, number)}"


def pipeline_asked(*, ambiguous: bool) -> str:
    """CircleCI was asked to start one."""
    if ambiguous:
        return (
            "CircleCI was asked, its answer was lost. "
            "A pipeline may have started: I look for it before I ask again"
        )
    return "CircleCI was asked to start the pipeline"


def pipeline_awaited() -> str:
    """There will be a pipeline."""
    return "pipeline on CircleCI"


def no_answer(provider: str, pause: Backoff, now: float, *, nothing_yet: bool) -> str:
    """A provider hangs: since when, how often it was tried, when it is tried again."""
    name = ci_name() if provider == "ci" else _PROVIDERS.get(provider, provider)
    tries = "1 try" if pause.attempts == 1 else f"{pause.attempts} tries"
    last = str(pause.status) if pause.status else (code(pause.error) if pause.error else "")
    told = f"{tries}, last: {last}" if last else tries
    wait = pause.retry_at - now
    again = f"Next try in {duration(wait)}." if wait >= 1 else "It is being tried now."
    none = " No pipeline exists yet." if nothing_yet else ""
    since = duration(now - pause.since)
    return f"{name}: no answer for {since} ({told}). {again}{none}"


def jobs_running(build: Build) -> str:
    """What CircleCI is doing."""
    jobs = build.jobs
    if jobs is None or not jobs.total:
        return "jobs are running"
    current = f", {code(jobs.current)} is running" if jobs.current else ""
    return f"{jobs.done} of {jobs.total} jobs{current}"


def jobs_held(build: Build) -> str:
    """CircleCI waits for a person."""
    job = build.jobs.approval if build.jobs else ""
    return explain(
        Reason(name="approval_job_waiting", details={"job": job, "url": build.build_url})
    )


def jobs_canceling(build: Build) -> str:
    """A person asked to cancel it."""
    by = name_of(build.cancel.by) if build.cancel else "somebody"
    return f"{by} asked to cancel it; CircleCI is stopping its jobs"


def jobs_ended(build: Build) -> str:
    """The jobs are over."""
    jobs = build.jobs
    if jobs is not None and jobs.failed:
        return f"jobs ended, {code(jobs.failed)} failed"
    return "jobs ended"


def jobs_awaited() -> str:
    """There will be jobs."""
    return "jobs"


def ended_because(reason: Reason | None) -> str:
    """Why it went no further."""
    return explain(reason) if reason else "it went no further"


def outcome_posted(state: str) -> str:
    """GitHub knows the outcome."""
    return f"outcome on GitHub: {code(state)}"


def outcome_awaited() -> str:
    """GitHub will know the outcome."""
    return "outcome on GitHub"


def message_posted(*, final: bool) -> str:
    """The live message is there."""
    return "message shows the outcome" if final else "message posted, kept up to date"


def message_awaited() -> str:
    """The live message will be there."""
    return "message in the channel"


def message_nowhere() -> str:
    """No channel shows this deployment."""
    return "no channel shows this deployment"


def elsewhere(build: Build) -> str:
    """Another app runs it: what it says."""
    state = state_word(state_of(build.status))
    if build.origin is Origin.OURS:
        return f"my record of it was lost and is being rebuilt; GitHub says: {state}"
    who = words(build.app_slug or build.creator or "another app")
    return f"run by {who}, not by me: {state}"


def chain_line(state: str, at: float | None, text: str) -> str:
    """One hop on one line: its state, its time, what it is."""
    when = f"{local_time(at, '{time_secs}')}  " if at is not None else ""
    return f"`{state:<7}` {when}{text}"


def chain_answer(
    build: Build,
    lines: Sequence[str],
    *,
    turn: str,
    buttons: tuple[Button, ...],
    html: str = GITHUB,
) -> Answer:
    """The answer to `status`: the deployment, its chain, and whose turn it is."""
    ref, sha = ref_link(build, html), sha_link(build, html)
    what = ref if ref == sha else f"{ref} ({sha})"
    head = f"{bold(build.environment)} · deployment {build.deployment_id} · {what}"
    return Answer(text=head, lines=(*blocks(lines), turn), buttons=buttons)


def late_answer(
    build: Build,
    chain: Sequence[tuple[str, float | None, str]],
    *,
    waited: float,
    hanging: bool,
    html: str = GITHUB,
) -> Answer:
    """Nothing has started for a while (`waited`, seconds): the chain, to who asked."""
    lines = [chain_line(*hop) for hop in chain]
    turn = turn_of(build, hanging=hanging)
    answer = chain_answer(build, lines, turn=turn, buttons=(), html=html)
    text = f"Nothing has started yet, {duration(waited)} after you asked. {answer.text}"
    return structs.replace(answer, text=text)


def turn_of(build: Build, *, hanging: bool) -> str:
    """Whose turn it is."""
    if build.state is BuildState.HELD:
        return "It waits for somebody to approve it on CircleCI."
    if hanging:
        return "One hop hangs, and I keep trying. There is nothing to type."
    if build.state.ended and build.state is not BuildState.EXTERNAL:
        return "It has ended. There is nothing to wait for."
    return "It goes on by itself. There is nothing to type."
