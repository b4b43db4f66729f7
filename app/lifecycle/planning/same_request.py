"""Whether what is asked for is on its way already: the commit, its inputs and its task (pure)."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from app.lifecycle.planning.deploy_request import request_of
from app.lifecycle.planning.pipelines.inputs import Given, given_in, resolve
from app.lifecycle.planning.plan_rules import Ground
from app.model.build import Build
from app.model.configuration.environment_names import folded
from app.model.github.deployment import Deployment
from app.model.github.states import is_open, state_of
from app.model.reasons import Reason
from app.model.reasons.deployments import SameCommitRunning

ADOPTABLE = 3600.0
"""Seconds for which a person's deployment without a record may still be taken up."""


def under_way(ground: Ground, slug: str, now: float) -> tuple[int, ...]:
    """Deployments of this very request that GitHub's records call open.

    Those without a record of ours count if they are ours (the App's `slug`) or may be a
    person's that is about to be taken up; what other apps run is not waited for.
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


def same_commit(
    ground: Ground, builds: Mapping[int, Build], open_ones: Iterable[int]
) -> Reason | None:
    """The newest deployment of this very request that has not ended, if any.

    `builds` are our records, by deployment; where there is none, GitHub's state counts for
    those among `open_ones`. An event is not answered with one that something newer comes after:
    a branch that went forth and back would end with what it left. Nor is somebody who asked for
    a second one with the first, though with that second one.
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
    """Whether inputs and task are those that are asked for; a default that is typed is one."""
    inputs = resolve(ground.config.inputs, given, environment="")
    return task == ground.request.task and inputs.values == ground.inputs.values


def _may_be_ours(deployment: Deployment, bot: str, now: float) -> bool:
    if deployment.creator == bot:
        return True
    untouched = deployment.status is None or deployment.status.creator == bot
    young = now - deployment.created_at <= ADOPTABLE
    return deployment.creator_type == "User" and untouched and young
