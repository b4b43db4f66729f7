"""What can't be done about a deployment: there is none, it is over, or it isn't ours."""

from app.model.github.refs import SHORT_SHA, shown_ref
from app.model.reasons import RefusedOnGitHub
from app.model.reasons.base import Linked
from app.model.reasons.deployments import (
    AlreadyFinished,
    ConfirmationExpired,
    DeploymentDeleted,
    DeploymentUnknown,
    Dropped,
    EnvironmentUnseen,
    LiveAlready,
    NeverSucceededThere,
    NothingRunning,
    NothingToPromote,
    NothingToRetry,
    NothingToRollBackTo,
    NotOurs,
    PullRequestClosed,
    Replaced,
    SameCommitRunning,
)
from app.model.reasons.gates import ChecksFailed
from app.texts.failures.explaining import explain_all
from app.texts.failures.failure import failure
from app.texts.markup import code, code_link, link
from app.texts.phrases import coded, codes, deployment, strong, text
from app.texts.speech import typed

_RED = Linked(name="test", url="https://github.com/acme/shop/runs/1")

_STANDS = {
    "on_hold": "waiting for approval",
    "triggering": "starting",
    "running": "deploying now",
    "in_progress": "deploying now",
    "pending": "waiting",
    "queued": "waiting",
}
"""Words for states of our records and of GitHub's that people wouldn't know."""


@failure(
    when="The same commit is still being deployed to the same environment.",
    example=SameCommitRunning(
        environment="production",
        ref="v1.4.0",
        state="running",
        url="https://github.com/acme/shop/deployments/production",
    ),
)
def same_commit_running(r: SameCommitRunning) -> str:
    """Name that deployment, and say how it stands."""
    state = _STANDS.get(r.state) or text(r.state.replace("_", " "), "deploying now")
    return (
        f"This commit is already on its way to {strong(r.environment, 'this environment')}: "
        f"{code_link(r.url, shown_ref(r.ref))} is {state}."
    )


@failure(
    when="`status`, `cancel` or `retry` with a number that isn't a deployment of this repository.",
    example=DeploymentUnknown(typed="999", repository="acme/shop"),
)
def deployment_unknown(r: DeploymentUnknown) -> str:
    """Say where to see the ones that exist."""
    return (
        f"I can't find deployment {coded(r.typed, 'number')} in "
        f"{coded(r.repository, 'this repository')}. {typed('list')} shows the latest ones."
    )


@failure(
    when="`status`, `list`, `cancel` or `retry` of an environment without a deployment.",
    example=EnvironmentUnseen(environment="stagin", closest="staging"),
)
def environment_unseen(r: EnvironmentUnseen) -> str:
    """Name the closest environment."""
    guess = r.closest
    meant = f" Did you mean {code(guess)}?" if guess else f" {typed('list')} shows what runs."
    return f"Nothing has been deployed to {coded(r.environment, 'that environment')} yet.{meant}"


@failure(
    when="`cancel` while nothing runs.",
    example=NothingRunning(environment="production", ref="v1.3.9", outcome="deployed"),
)
def nothing_running(r: NothingRunning) -> str:
    """Say what ran last."""
    outcome = f" ({text(r.outcome)})" if r.outcome else ""
    where = f" in {strong(r.environment)}" if r.environment else ""
    return f"Nothing is running{where}. The last deployment was {coded(r.ref)}{outcome}."


@failure(
    when="A deployment is deleted on GitHub while it waits.",
    example=DeploymentDeleted(),
    undeployed=True,
)
def deployment_deleted(_: DeploymentDeleted) -> str:
    """Say that it was deleted."""
    return "Somebody deleted this deployment on GitHub before it started."


@failure(
    when="A pull request is closed, which ends what is live, runs or waits in its environment.",
    example=PullRequestClosed(number=12, url="https://github.com/acme/shop/pull/12"),
)
def pull_request_closed(r: PullRequestClosed) -> str:
    """Say which pull request."""
    did = "merged" if r.merged else "closed"
    return (
        f"{link(r.url, f'Pull request #{r.number}')} was {did}, so its environment was closed too."
    )


@failure(
    when="Another deployment that deploybot ran went live in the environment afterwards.",
    example=Replaced(
        by=815,
        ref="v1.5.0",
        sha="3f9c2d1a0b5e4c7d8f6a9b2c1d3e5f7a8b9c0d1e",
        url="https://github.com/acme/shop/deployments/production",
    ),
)
def replaced(r: Replaced) -> str:
    """Say what is live there now."""
    if not r.ref:
        return f"Replaced by {link(r.url, f'deployment {r.by}')}."
    name, sha = shown_ref(r.ref), r.sha[:SHORT_SHA]
    commit = f" ({code(sha)})" if sha not in ("", name) else ""
    return f"Replaced by {code_link(r.url, name)}{commit}."


@failure(
    when="`cancel` of a deployment that has ended.",
    example=AlreadyFinished(ref="v1.3.9", environment="production", outcome="deployed"),
)
def already_finished(r: AlreadyFinished) -> str:
    """Say how it ended."""
    outcome = f" ({text(r.outcome)})" if r.outcome.strip() else ""
    return f"{deployment(r.ref, r.environment)} is already over{outcome}. Nothing was changed."


@failure(
    when="`cancel` or `retry` of a deployment that another app runs.",
    example=NotOurs(ref="main", environment="docs", by="github-actions", verb="cancel"),
)
def not_ours(r: NotOurs) -> str:
    """Say who runs it."""
    return (
        f"{deployment(r.ref, r.environment)} is run by {text(r.by, 'somebody else')}, not by me, "
        f"so I can't {text(r.verb, 'change')} it. Do that there instead."
    )


@failure(when="`retry` where nothing was ever deployed.", example=NothingToRetry())
def nothing_to_retry(_: NothingToRetry) -> str:
    """Say how to deploy."""
    return f"Nothing has been deployed yet. To start, type {typed('deploy')}."


@failure(
    when="`rollback` where nothing else went live before.",
    example=NothingToRollBackTo(environment="production", live="v1.4.0"),
    undeployed=True,
)
def nothing_to_roll_back_to(r: NothingToRollBackTo) -> str:
    """Say whether nothing ever went live, or only one thing."""
    where = strong(r.environment)
    if not r.live:
        return f"Nothing is live in {where}, so there's nothing to roll back."
    return f"There's nothing to roll back to: nothing was live in {where} before {coded(r.live)}."


@failure(
    when="`promote` from an environment in which nothing is live.",
    example=NothingToPromote(environment="staging"),
    undeployed=True,
)
def nothing_to_promote(r: NothingToPromote) -> str:
    """Say that nothing is live there."""
    return f"Nothing is live in {strong(r.environment)}, so there's nothing to promote."


@failure(
    when="`rollback` to something that never succeeded there.",
    example=NeverSucceededThere(
        environment="production", typed="v1.4.1", succeeded=("v1.4.0", "v1.3.9")
    ),
    undeployed=True,
)
def never_succeeded_there(r: NeverSucceededThere) -> str:
    """List what did succeed."""
    listed = f" These did: {codes(r.succeeded, most=5)}." if r.succeeded else ""
    return (
        f"{coded(r.typed)} never succeeded in {strong(r.environment)}, "
        f"so I can't roll back to it.{listed}"
    )


@failure(
    when="`rollback` to what is live.",
    example=LiveAlready(environment="production", ref="v1.4.0"),
    undeployed=True,
)
def live_already(r: LiveAlready) -> str:
    """Say that it is live."""
    return f"{coded(r.ref)} is already live in {strong(r.environment)}."


@failure(
    when="`cancel` of a `deploy` that was waiting for GitHub.",
    example=Dropped(by="Sam", typed="deploy production v1.4.0"),
    undeployed=True,
)
def dropped(r: Dropped) -> str:
    """Say who canceled which command."""
    what = typed(r.typed.strip()) if r.typed.strip() else "this"
    return f"{text(r.by, 'Somebody')} canceled {what} before it was created on GitHub."


@failure(
    when="The button of a question is pressed more than 15 minutes after it was asked.",
    example=ConfirmationExpired(typed="deploy production v1.3.9"),
)
def confirmation_expired(r: ConfirmationExpired) -> str:
    """Say how to start over."""
    again = f"Type {typed(r.typed.strip())} again." if r.typed.strip() else "Start again."
    return f"That button is more than 15 minutes old, so I didn't do anything. {again}"


@failure(
    when="A gate stops a deployment that a person created with GitHub's API.",
    example=RefusedOnGitHub(
        creator="octocat",
        reasons=(ChecksFailed(checks=(_RED,), sha="3f9c2d1", forcing=("production", "main")),),
    ),
)
def refused_on_github(r: RefusedOnGitHub) -> str:
    """List every reason: nobody could be asked before it was created on GitHub."""
    told = explain_all(r.reasons) if r.reasons else ""
    if told and not r.creator:
        return told
    lead = (
        f"I refused the deployment that {text(r.creator, 'somebody')} created on GitHub. "
        "Fix this, then create it again or press *Retry*."
    )
    return f"{lead}\n{told}" if told else lead
