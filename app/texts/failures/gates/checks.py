"""A commit's checks: failed, not readable, or not finished yet."""

from app.model.reasons.base import Linked
from app.model.reasons.gates import ChecksFailed, ChecksPending, ChecksWithheld
from app.texts.failures.failure import failure
from app.texts.markup import code
from app.texts.phrases import anyway, at_time, coded, codes, links

_RED = (
    Linked(name="test", url="https://github.com/acme/shop/runs/1"),
    Linked(name="lint", url="https://github.com/acme/shop/runs/2"),
)


@failure(
    when="A check that the deployment depends on failed.",
    example=ChecksFailed(checks=_RED, sha="3f9c2d1"),
    undeployed=True,
)
def checks_failed(r: ChecksFailed) -> str:
    """Name each failed check, what to do now, and how to deploy anyway."""
    them, passing = ("them", "they pass") if len(r.checks) > 1 else ("it", "it passes")
    then = "type the command again"
    if r.forcing:
        then = "deploy it again"
    once = f"Push a fix or rerun {them}, then {then}."
    if r.automatic:
        once = f"Rerun {them}, and this deploys automatically once {passing}."
    return (
        f"{links(r.checks) or 'A check'} failed on {coded(r.sha, 'this commit')}. {once} "
        f"{anyway(r.force, r.forcing)}"
    )


@failure(
    when="The GitHub App may not read the commit's checks.",
    example=ChecksWithheld(permission="Checks: read", sha="3f9c2d1"),
    undeployed=True,
)
def checks_withheld(r: ChecksWithheld) -> str:
    """Name the missing permission, who can grant it, and how to deploy anyway."""
    return (
        f"I can't see the checks on {coded(r.sha, 'this commit')}: the GitHub App is missing the "
        f"permission {code(r.permission)}. An owner of the organization can grant it. "
        f"{anyway(r.force, r.forcing)}"
    )


@failure(
    when="A check that the deployment depends on hasn't finished.",
    example=ChecksPending(checks=(Linked(name="ci/build"),), green=2, total=3),
)
def checks_pending(r: ChecksPending) -> str:
    """Say what it waits for, and that it starts automatically."""
    if not r.checks and r.until is not None:
        until = at_time(r.until)
        return f"No checks on this commit yet. If none show up, it deploys anyway at {until}."
    running, missing = links(r.checks), codes(r.missing)
    waited = [
        (running or "a check") if running or not missing else "",
        f"{missing} to start" if missing else "",
    ]
    counted = f" ({r.green} of {r.total} checks passed)" if r.total else ""
    shown = ", and for ".join(part for part in waited if part)
    then = "they pass" if len(r.checks) + len(r.missing) > 1 else "it passes"
    return f"Waiting for {shown}{counted}. Deploys automatically once {then}."
