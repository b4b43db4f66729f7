"""What a person typed about deployments that cannot be done: there is none, or it is over."""

from app.texts.failures.failure import Details, Failure
from app.texts.markup import code

_STANDS = {"held": "waiting for approval", "triggering": "starting"}
"""States of our records that people know by other words."""


def _same_commit_running(d: Details) -> str:
    number = d.text("deployment_id")
    which = d.link("url", f"Deployment {number}" if number else "A deployment")
    state = _STANDS.get(d.raw("state")) or d.text("state", "under way")
    return (
        f"{which} of the same commit to {d.bold('environment', 'this environment')} "
        f"has not ended: it is {state}. Its message shows the outcome."
    )


def _deployment_unknown(d: Details) -> str:
    return (
        f"{d.code('repository', 'This repository')} has no deployment "
        f"{d.code('typed', 'of that number')} that I know of. {d.typed('list')} shows the latest."
    )


def _environment_unseen(d: Details) -> str:
    guess = d.raw("closest")
    meant = f" Did you mean {code(guess)}?" if guess else f" {d.typed('list')} shows what runs."
    return f"Nothing was deployed to {d.code('environment', 'that environment')} yet.{meant}"


def _nothing_running(d: Details) -> str:
    of = f" of {d.code('ref')}" if d.raw("ref") else ""
    last = f"deployment {d.text('last')}{of}{d.so('outcome', ': {}')}"
    after = f" The last one was {last}." if d.raw("last") else ""
    where = f" in {d.bold('environment')}" if d.raw("environment") else ""
    return f"Nothing is running{where}, so there is nothing to cancel.{after}"


def _already_finished(d: Details) -> str:
    number = d.text("deployment_id")
    which = d.link("url", f"Deployment {number}" if number else "That deployment")
    return f"{which} has ended already: {d.text('outcome', 'it is over')}. Nothing was changed."


def _already_decided(d: Details) -> str:
    number = d.text("deployment_id")
    which = d.link("url", f"Deployment {number}" if number else "That deployment")
    return f"{which} knows its pipeline already. Nothing was changed."


def _not_ours(d: Details) -> str:
    number = d.text("deployment_id")
    which = d.link("url", f"Deployment {number}" if number else "That deployment")
    return (
        f"{which} is run by {d.text('by', 'somebody else')}, not by me, "
        f"so I cannot {d.text('verb', 'change')} it. Do that where it runs."
    )


def _nothing_to_retry(d: Details) -> str:
    where = f" to {d.bold('environment')}" if d.raw("environment") else ""
    return f"Nothing was deployed{where} yet. Type {d.typed('deploy')} to begin."


DEPLOYMENTS = (
    Failure(
        "same_commit_running",
        "The same commit to the same environment while one has not ended.",
        _same_commit_running,
        {
            "deployment_id": "812",
            "environment": "production",
            "state": "running",
            "url": "https://github.com/acme/shop/deployments/production",
        },
    ),
    Failure(
        "deployment_unknown",
        "`status`, `cancel` or `retry` of a number that is no deployment of this repository.",
        _deployment_unknown,
        {"typed": "999", "repository": "acme/shop"},
    ),
    Failure(
        "environment_unseen",
        "`status`, `list`, `cancel` or `retry` of an environment without a deployment.",
        _environment_unseen,
        {"environment": "stagin", "closest": "staging"},
    ),
    Failure(
        "nothing_running",
        "`cancel` while nothing runs.",
        _nothing_running,
        {"environment": "production", "last": "811", "ref": "v1.3.9", "outcome": "deployed"},
    ),
    Failure(
        "already_finished",
        "`cancel` of a deployment that has ended.",
        _already_finished,
        {"deployment_id": "811", "outcome": "deployed"},
    ),
    Failure(
        "already_decided",
        "A button that says which pipeline it is, pressed after somebody else did.",
        _already_decided,
        {"deployment_id": "811"},
    ),
    Failure(
        "not_ours",
        "`cancel` or `retry` of a deployment that another app runs.",
        _not_ours,
        {"deployment_id": "813", "by": "github-actions", "verb": "cancel"},
    ),
    Failure(
        "nothing_to_retry",
        "`retry` where nothing was ever deployed.",
        _nothing_to_retry,
        {"environment": "production"},
    ),
)
