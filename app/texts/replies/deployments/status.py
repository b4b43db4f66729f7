"""`status`: how far a deployment has got, one line per step."""

from collections.abc import Callable, Sequence

from msgspec import structs

from app.model.build import Build, BuildState, Origin
from app.model.chain import Hop, HopName, HopState
from app.model.chat.card import Answer, Button
from app.model.effects import Backoff, Effect
from app.model.github.repository import GITHUB_SITE
from app.model.github.states import state_of
from app.model.reasons.ci import CIUnseen
from app.model.reasons.pipeline import WebhookLost
from app.texts.cards.description import state_word
from app.texts.cards.stuck import stuck_at
from app.texts.failures.catalogue import explain, explain_all
from app.texts.links import name_of, ref_link, sha_link
from app.texts.markup import blocks, bold, code, link, local_time, words
from app.texts.phrases import duration
from app.texts.speech import provider_name
from app.texts.triggers import asker_of, trigger_words


def hop_text(hop: Hop, build: Build, now: float) -> str:
    """What to say about one step of a deployment (markup); `now` is epoch seconds."""
    if hop.pause is not None:
        return _no_answer(hop, hop.pause, build, now)
    return _HOPS[hop.name](hop, build)


def _asked(_: Hop, build: Build) -> str:
    who = words(build.created_by) or "somebody"
    return f"{asker_of(build, who)}{trigger_words(build.trigger).how}"


def _webhook(hop: Hop, build: Build) -> str:
    if build.webhook_at is not None:
        return "GitHub's webhook received"
    if hop.state is HopState.WAITING:
        return "GitHub's webhook"
    return "GitHub's webhook hasn't arrived, but wasn't needed"


def _gates(hop: Hop, _: Build) -> str:
    if hop.over:
        return _because(hop)
    if hop.state is HopState.DONE:
        return "checks and queue: clear"
    return f"checks and queue: {explain_all(hop.reasons)}" if hop.reasons else "checks and queue"


def _pipeline(hop: Hop, build: Build) -> str:
    if hop.over:
        return _because(hop)
    if build.pipeline_id is not None:
        number = f"pipeline {build.build_number}" if build.build_number else "the pipeline"
        return f"CircleCI started {link(build.build_url, number)}"
    guard = build.guards.get(Effect.TRIGGER)
    if guard is None:
        return "pipeline on CircleCI"
    if guard.ambiguous:
        return (
            "CircleCI's answer got lost. "
            "The pipeline may already have started; I'll check before retrying"
        )
    return "asked CircleCI to start the pipeline"


def _no_answer(hop: Hop, pause: Backoff, build: Build, now: float) -> str:
    """A provider doesn't answer: since when, how often it was tried, and when next."""
    unseen = stuck_at(build)
    if isinstance(unseen, CIUnseen) and hop.provider == "ci":
        return explain(unseen)
    name = provider_name(hop.provider)
    tries = "1 try" if pause.attempts == 1 else f"{pause.attempts} tries"
    last = str(pause.status) if pause.status else (code(pause.error) if pause.error else "")
    told = f"{tries}, last: {last}" if last else tries
    wait = pause.retry_at - now
    again = f"Next try in {duration(wait)}." if wait >= 1 else "Trying now."
    begun = build.pipeline_id is not None or Effect.TRIGGER in build.guards
    before = hop.name is HopName.GATES or (hop.provider == "ci" and not begun)
    none = " No pipeline exists yet." if before else ""
    since = duration(now - pause.since)
    return f"{name}: no answer for {since} ({told}). {again}{none}"


def _jobs(hop: Hop, build: Build) -> str:
    if build.state is BuildState.EXTERNAL:
        return _elsewhere(build)
    if hop.state is HopState.WAITING:
        return "jobs"
    if build.state.ended:
        main = [reason for reason in hop.reasons if not isinstance(reason, WebhookLost)]
        lost = [explain(reason) for reason in hop.reasons if isinstance(reason, WebhookLost)]
        said = _because(structs.replace(hop, reasons=tuple(main))) if hop.over else "jobs ended"
        return ". ".join([said, *lost])
    if build.cancel is not None:
        did = "rejected" if build.cancel.rejected else "canceled"
        return f"{name_of(build.cancel.by)} {did} it; CircleCI is stopping its jobs"
    if hop.reasons:
        return explain_all(hop.reasons)
    jobs = build.jobs
    if jobs is None or not jobs.total:
        return "jobs are running"
    current = f", {code(jobs.current)} is running" if jobs.current else ""
    return f"{jobs.done} of {jobs.total} jobs{current}"


def _because(hop: Hop) -> str:
    """Why the deployment got no further."""
    return explain_all(hop.reasons) if hop.reasons else "it stopped here"


def _outcome(hop: Hop, build: Build) -> str:
    if hop.state is HopState.DONE and build.status is not None:
        return f"outcome on GitHub: {code(build.status.state)}"
    return "outcome on GitHub"


def _message(hop: Hop, build: Build) -> str:
    if build.slack_channelid is None:
        return "no channel shows this deployment"
    if hop.reasons:
        return explain_all(hop.reasons)
    if build.message_ts is None:
        return "message in the channel"
    final = build.notified is not None or build.state is BuildState.INACTIVE
    return "message shows the outcome" if final else "message posted, kept up to date"


def _elsewhere(build: Build) -> str:
    """What the other app that runs the deployment says about it."""
    state = state_word(state_of(build.status))
    if build.origin is Origin.OURS:
        return f"I lost my record of it and I'm rebuilding it; GitHub says: {state}"
    who = words(build.created_by or "another app")
    return f"run by {who}, not by me: {state}"


_HOPS: dict[HopName, Callable[[Hop, Build], str]] = {
    HopName.ASKED: _asked,
    HopName.CREATED: lambda _hop, _build: "created on GitHub",
    HopName.WEBHOOK: _webhook,
    HopName.GATES: _gates,
    HopName.PIPELINE: _pipeline,
    HopName.JOBS: _jobs,
    HopName.OUTCOME: _outcome,
    HopName.MESSAGE: _message,
}


def _line(hop: Hop, build: Build, now: float) -> str:
    """A step on one line: its state, its time, what it is."""
    when = f"{local_time(hop.at, '{time_secs}')}  " if hop.at is not None else ""
    return f"`{hop.state.value:<7}` {when}{hop_text(hop, build, now)}"


def chain_answer(
    build: Build,
    chain: Sequence[Hop],
    *,
    now: float,
    buttons: tuple[Button, ...] = (),
    html: str = GITHUB_SITE,
) -> Answer:
    """The answer to `status`: the deployment, its steps, and whose turn it is."""
    ref, sha = ref_link(build, html), sha_link(build, html)
    what = ref if ref == sha else f"{ref} ({sha})"
    head = f"{bold(build.environment)} · deployment {build.deployment_id} · {what}"
    lines = [_line(hop, build, now) for hop in chain]
    turn = turn_of(build, stuck=any(hop.state is HopState.STUCK for hop in chain))
    return Answer(text=head, lines=(*blocks(lines), turn), buttons=buttons)


def late_answer(
    build: Build, chain: Sequence[Hop], *, now: float, html: str = GITHUB_SITE
) -> Answer:
    """Tell the person who requested it that nothing has started for a while, with the steps."""
    answer = chain_answer(build, chain, now=now, html=html)
    waited = duration(now - (build.asked_at or now))
    text = f"Nothing has started yet, {waited} after you asked. {answer.text}"
    return structs.replace(answer, text=text)


def turn_of(build: Build, *, stuck: bool) -> str:
    """Whose turn it is."""
    if build.state is BuildState.ON_HOLD:
        return "Somebody has to approve it on CircleCI."
    if stuck:
        return "One step is stuck; I'm retrying."
    if build.state.ended and build.state is not BuildState.EXTERNAL:
        return "It's finished."
    if build.approval_needed is not None:
        return "Somebody has to approve it."
    return "It continues automatically."
