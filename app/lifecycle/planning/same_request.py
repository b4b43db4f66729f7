"""Whether the same commit, inputs and task are already on their way there (pure)."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from app.lifecycle.planning import origins
from app.lifecycle.planning.deploy_request import request_of
from app.lifecycle.planning.pipelines.inputs import Given, given_in, resolve
from app.lifecycle.planning.plan_rules import Ground
from app.model.build import Build
from app.model.configuration.environment_names import folded
from app.model.github.deployment import Deployment
from app.model.github.states import is_open, state_of
from app.model.reasons import Reason
from app.model.reasons.deployments import SameCommitRunning


def under_way(ground: Ground, slug: str, now: float) -> tuple[int, ...]:
    """The ids of deployments of this same request that are open on GitHub.

    They count if our App (`slug`) created them, or a person whose deployment we may be about to
    run; we don't wait for what other apps run. `now` is epoch seconds, by GitHub's clock.
    """
    return tuple(
        deployment.id
        for deployment in ground.survey.deployments
        if (folded(deployment.environment), deployment.sha)
        == (folded(ground.environment.name), ground.aim.resolved.sha)
        and _alike(ground, given_in(deployment, slug), deployment.task)
        and is_open(deployment.status)
        and _may_be_ours(deployment, f"{slug}[bot]", now)
    )


def already_running(
    ground: Ground, builds: Mapping[int, Build], open_ones: Iterable[int]
) -> Reason | None:
    """The newest deployment of this same request that hasn't ended, if any, as a refusal.

    `builds` are our records by deployment id; one of `open_ones` without a record counts by its
    state on GitHub. An event isn't refused if something else comes after that deployment: a branch
    that is moved away and back would otherwise end up on the wrong commit. Nor is a person who
    already knows of that deployment and asked for another one (`besides`).
    """
    name, sha = ground.environment.name, ground.aim.resolved.sha
    on_github = {d.id: (d.ref, state_of(d.status)) for d in ground.survey.deployments}
    known = {number: on_github[number] for number in open_ones if number not in builds}
    others = []
    for number, build in builds.items():
        if build.slot_name != folded(name) or build.state.ended:
            continue
        if build.sha == sha and _alike(ground, request_of(build).inputs, build.task):
            known[number] = (build.ref, build.state.value)
        else:
            others.append(number)
    newest, other = max(known, default=0), max(others, default=0)
    left = ground.request.event is not None and other > newest
    if left or newest <= ground.request.besides:
        return None
    ref, state = known[newest]
    html_url = ground.survey.repository.html_url
    return SameCommitRunning(
        deployment_id=newest,
        environment=name,
        ref=ref,
        state=state,
        url=f"{html_url}/deployments/{quote(name, safe='')}" if html_url else "",
    )


def _alike(ground: Ground, given: Given, task: str) -> bool:
    """Whether inputs and task are the request's; a default counts the same typed or left out."""
    inputs = resolve(ground.config.inputs, given, environment="")
    return task == ground.request.task and inputs.values == ground.inputs.values


def _may_be_ours(deployment: Deployment, bot: str, now: float) -> bool:
    if deployment.creator == bot:
        return True
    untouched = deployment.status is None or deployment.status.creator == bot
    young = now - deployment.created_at <= origins.ADOPT_WITHIN
    return deployment.creator_type == "User" and untouched and young
