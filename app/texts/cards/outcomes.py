"""The reply when a deployment ends, and the description of its status on GitHub."""

from collections.abc import Sequence

from app.model.build import Build, BuildState
from app.model.build_parts import CancelRequest
from app.model.github.refs import ref_or_sha
from app.model.plan import Person
from app.model.reasons import Reason, RefusedOnGitHub
from app.model.reasons.approvals import ApprovalNeeded
from app.model.reasons.deployments import Replaced
from app.model.reasons.gates import Busy, Superseded
from app.model.reasons.pipeline import TimedOut
from app.model.triggers import Trigger
from app.texts.cards.approvals import approval_status
from app.texts.cards.headlines import UNKNOWN, headline, superseded, took
from app.texts.cards.lines import beside, doubled, happening
from app.texts.cards.remarks import forced
from app.texts.failures.catalogue import (
    LONGEST_DESCRIPTION,
    briefly,
    describe,
    describe_markup,
    shorten,
)
from app.texts.failures.gates.queue import newer
from app.texts.links import mention_of, name_of, ran_before
from app.texts.markup import bold, capitalized, code, mention, plain, words
from app.texts.phrases import duration
from app.texts.speech import typed, word
from app.texts.triggers import asked_by

LONGEST_TRACE = 60
"""Characters of the description that may say that a deployment was forced, and why."""


def outcome_reply(build: Build, mentions: Sequence[Person] | None = None) -> str:
    """The one reply in the thread when a deployment ends (markup).

    It is for `mentions`, by default the requester and the committer. Those who are linked to Slack
    are mentioned, the others only named.
    """
    concerned = (build.requester, build.committer) if mentions is None else mentions
    people = [person for person in concerned if person is not None]
    linked = [mention_of(person) for person in people if person.slack_userid]
    left = build.plan.payload.left if build.plan else None
    if left is not None and left.user and build.state is BuildState.SUCCEEDED:
        linked.append(mention(left.user))
    told = " ".join(dict.fromkeys(linked))
    name = code(ref_or_sha(build.ref, build.sha))
    ref = f"{name}{_credit(build, people)}{_forced(build)}"
    return " ".join([told, _outcome(build, ref), *doubled(build)]).strip()


def _credit(build: Build, people: Sequence[Person]) -> str:
    """In parentheses, the names of people who aren't linked to Slack; it notifies nobody."""
    said: dict[str, str] = {}
    number = build.plan.pull_request if build.plan else None
    for person in people:
        name = words(person.login or person.name)
        if name and not person.slack_userid:
            committed = person == build.committer
            said[name] = f"by {name}" if committed else asked_by(build.trigger, name, number)
    return f" ({', '.join(said.values())})" if said else ""


def _forced(build: Build) -> str:
    said = forced(build)
    return f" ({said})" if said else ""


def doubled_reply(build: Build) -> str:
    """The reply when a second pipeline is found after the outcome was posted (markup)."""
    return " ".join(doubled(build))


def aside_reply(build: Build) -> str:
    """The reply while it runs at the same time as another deployment (markup)."""
    who = mention_of(build.requester) if build.requester else ""
    return " ".join(part for part in (who, *beside(build)) if part)


def is_bad_news(build: Build) -> bool:
    """Whether the reply is also sent to the channel."""
    return build.state in (BuildState.FAILED, BuildState.ERRORED)


def _outcome(build: Build, ref: str) -> str:
    where = bold(build.environment)
    still = _before(build)
    if build.state is BuildState.SUCCEEDED and build.trigger == Trigger.ROLLBACK:
        return _rolled_back(build, ref)
    if build.state is BuildState.SUCCEEDED:
        return f"{ref} is live in {where}."
    if build.state is BuildState.FAILED:
        job = build.jobs.failed if build.jobs else ""
        at = f" at {code(job)}" if job else ""
        return f"{ref} failed in {where}{at}{still}. Press *Retry* above or deploy a fix."
    if build.state is BuildState.CANCELED and build.cancel is not None:
        by = name_of(build.cancel.by)
        verb = "rejected" if build.cancel.rejected else "canceled"
        return f"{ref} to {where} was {verb} by {by}{_because(build.cancel)}{still}."
    if isinstance(build.reason, Replaced):
        return f"{ref} went live in {where} and has since been replaced."
    if build.state is BuildState.INACTIVE or superseded(build):
        by = newer(build.reason) if isinstance(build.reason, Superseded) else ""
        return f"{ref} to {where} was superseded by {by or 'a newer one'}."
    ended = "ended with an error" if build.pipeline_id else "didn't start"
    if isinstance(build.reason, UNKNOWN):
        ended = "has an unknown outcome"
    if isinstance(build.reason, TimedOut):
        ended = "timed out"
    verb = "was canceled" if build.state is BuildState.CANCELED else ended
    return f"{ref} to {where} {verb}{still}. {_why(build)}The message above says what to do."


def _rolled_back(build: Build, ref: str) -> str:
    """Who rolled back from what to what, and that automatic deployments are on hold now."""
    left = build.plan.payload.left if build.plan else None
    whose = f"{words(left.by)}'s " if left is not None and left.by else ""
    off = f" from {whose}{code(left.ref)}" if left is not None else ""
    return (
        f"{name_of(build.requester, 'Somebody')} rolled {bold(build.environment)} back{off} to "
        f"{ref}. Automatic deployments there are on hold until "
        f"{typed(f'resume {word(build.environment)}')}."
    )


def _why(build: Build) -> str:
    """What happened, in a sentence for each reason (markup)."""
    reason = build.why
    if isinstance(reason, RefusedOnGitHub) and reason.reasons:
        return "".join(f"{briefly(one)} " for one in reason.reasons)
    return f"{briefly(reason)} " if reason is not None else ""


def _before(build: Build) -> str:
    live = build.live_before
    if live is None:
        return ""
    was = "was live before" if build.ran else "is still live"
    return f"; {ran_before(build, live)} {was}"


def _because(cancel: CancelRequest) -> str:
    """The reason given for a cancel or a rejection (markup), without a full stop; or empty."""
    return f": {words(cancel.why).rstrip('.')}" if cancel.why.strip() else ""


def status_description(build: Build) -> str:
    """The description of the deployment's status on GitHub: plain, at most 140 characters.

    If the channel can't be posted to, it says so: people may look on GitHub instead.
    https://docs.github.com/en/rest/deployments/statuses#create-a-deployment-status
    """
    said = _description(build)
    if build.channel_problem is not None:
        said = shorten(f"{said} {describe(build.channel_problem)}")
    trace = capitalized(plain(forced(build))[:LONGEST_TRACE])
    return f"{shorten(said, LONGEST_DESCRIPTION - len(trace) - 1)} {trace}".rstrip()


def _waiting_for(reason: Reason) -> str:
    """What it waits for; a place in the queue only once it is the next.

    The place changes with every deployment ahead, and each change would take one more status.
    """
    if isinstance(reason, Busy) and reason.position > 1:
        return f"Queued for {plain(reason.environment)}. Starts automatically."
    return describe(reason)


def _description(build: Build) -> str:
    if build.state in (BuildState.WAITING, BuildState.TRIGGERING):
        given = approval_status(build)
        reasons = [
            one for one in build.waits_for if not (given and isinstance(one, ApprovalNeeded))
        ]
        waits = " ".join((given, *(_waiting_for(reason) for reason in reasons)))
        return shorten(waits) or "Waiting for CircleCI to start the pipeline."
    if build.state is BuildState.RUNNING:
        number = f"Pipeline {build.build_number} is running" if build.build_number else "Running"
        return f"{number} on CircleCI."
    if build.state is BuildState.SUCCEEDED:
        seconds = took(build)
        return "Deployed." if seconds is None else f"Deployed in {duration(seconds)}."
    if build.state is BuildState.CANCELED and build.cancel is not None:
        by, verb = name_of(build.cancel.by), "Rejected" if build.cancel.rejected else "Canceled"
        return shorten(plain(f"{verb} by {by}{_because(build.cancel)}."))
    if isinstance(build.reason, RefusedOnGitHub) and build.reason.reasons:
        return shorten(" ".join(describe(reason) for reason in build.reason.reasons))
    lines = happening(build)
    return describe_markup(lines[0] if lines else f"{headline(build)}.")
