"""Who created a deployment, and whether its payload can be trusted (pure)."""

from collections.abc import Iterable

import msgspec

from app.model.build import Build, Origin
from app.model.github.deployment import StatusSummary
from app.model.plan import Payload

ADOPT_WITHIN = 3600.0
"""A person's deployment is run only if it was younger than this (seconds) when we heard of it."""


class _Envelope(msgspec.Struct, frozen=True):
    deploybot: Payload | None = None


def is_ours(build: Build, slug: str) -> bool:
    """Whether our own bot created it; what a person does with our App's user token is theirs.

    https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
    """
    return is_bot(build.creator, slug)


def is_bot(login: str, slug: str) -> bool:
    """Whether a login is our own App's: `<slug>[bot]`, a name that no person can have."""
    return login == f"{slug}[bot]"


def origin_of(build: Build, slug: str, last_status: StatusSummary | None) -> Origin:
    """Ours, another app's or a person's; `last_status` is the one at our first look."""
    if is_ours(build, slug):
        return Origin.OURS
    through_another = build.app_slug is not None and build.app_slug != slug
    if build.creator_type == "Bot" or through_another or build.workflow_run:
        return Origin.FOREIGN
    if last_status is not None and not is_bot(last_status.creator, slug):
        return Origin.FOREIGN
    return Origin.PERSON


def runs_for(build: Build, run_by: Iterable[str]) -> bool:
    """Whether `run_deployments_by` names the app or bot that created it."""
    names = {name.lower() for name in run_by}
    created_by = {(build.app_slug or "").lower()}
    if build.creator_type == "Bot":
        created_by.add(build.creator.removesuffix("[bot]").lower())
    return bool(names & (created_by - {""}))


def payload_of(build: Build) -> Payload | None:
    """The deployment's `payload.deploybot`; trust it only if the deployment is ours."""
    return payload_in(build.payload)


def payload_in(text: str) -> Payload | None:
    """The `deploybot` part of a payload (JSON text); None if there is none that we understand."""
    try:
        return msgspec.json.decode(text or "{}", type=_Envelope).deploybot
    except (msgspec.MsgspecError, RecursionError):
        return None
