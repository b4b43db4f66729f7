"""From a request and a survey to a plan: the pure rules, as decision tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.gates.question import Verdict
from app.lifecycle.planning.pipelines.inputs import Given
from app.lifecycle.planning.plan_rules import (
    Ground,
    never_deployable,
    newer_success,
    older_than_live,
    plan_of,
    run_of,
)
from app.model.github.commit import PullRequest
from app.model.github.deployment import Deployment, StatusSummary
from app.model.github.live import Comparison, Live
from app.model.github.refs import ResolvedRef
from app.model.github.repository import Repository
from app.model.plan import Payload, Person, Plan, RefKind, RepositoryRef, Run
from app.model.reasons.gates import ChecksPending, OlderThanLive
from app.model.reasons.typed import PullRequestFromFork
from app.texts.cards.description import deployment_description
from tests.lifecycle.conftest import (
    BARE,
    BOT,
    BRANCH,
    FORK,
    OTHER,
    PULL,
    SHA,
    TAG,
    deployed,
    ground,
    resolved,
)


@pytest.mark.parametrize(
    ("ref", "head", "branch", "tag"),
    [
        (BRANCH, True, "main", None),
        (TAG, True, None, "v1.4.0"),
        (PULL, True, "pull/7/head", None),
        (BARE, False, "trunk", None),
        (resolved(RefKind.TAG, "v1"), False, "trunk", None),
    ],
)
def test_what_circleci_builds(ref: ResolvedRef, head: bool, branch: str | None, tag: str | None):
    """By branch or tag; what is no head runs on the default branch."""
    run = run_of(ground(ref, head=head), project="gh/acme/shop")

    assert (run.branch, run.tag) == (branch, tag)
    assert run.project == "gh/acme/shop"
    assert run.parameters["sha"] == SHA


def test_the_parameters_without_a_file():
    """Everything that a pipeline can be told."""
    assert run_of(ground(TAG), project="gh/acme/shop").parameters == {
        "deployment_id": "",
        "environment": "production",
        "ref": "v1.4.0",
        "sha": SHA,
        "version": "v1.4.0",
        "url": "",
        "task": "deploy",
    }


CONFIG = """
circleci:
  project: circleci/a/b
  definition_id: abc
  workflow: ship
  parameters: {service: web, region: us, migrate: true}
  send: [environment, version, url]
defaults: {timeout: 10m}
inputs: {note: {type: string, default: ""}, count: {type: integer, default: 2}}
environments:
  production: {circleci: {parameters: {region: eu}}, url: https://shop.example.com, timeout: 20m}
  "pr{number}": {url: "https://pr{number}.example.com", transient: true}
"""


def test_the_parameters_of_a_file():
    """Constants under the environment's, defaults of inputs, and what is sent."""
    run = run_of(ground(BRANCH, config=CONFIG), project="gh/acme/shop")

    assert run.parameters == {
        "service": "web",
        "region": "eu",
        "migrate": True,
        "count": 2,
        "note": "",
        "deployment_id": "",
        "environment": "production",
        "sha": BRANCH.sha,
        "version": "production-3f9c2d1",
        "url": "https://shop.example.com",
    }
    assert (run.project, run.definition, run.workflow) == ("circleci/a/b", "abc", "ship")


def test_pinned_inputs_go_over_defaults():
    """A retry sends what its deployment was sent."""
    request = DeployRequest(
        environment="production",
        request_id="r",
        trigger="retry",
        inputs=Given(values={"count": 5, "gone": "x"}, checked=True),
    )

    told = run_of(ground(config=CONFIG, request=request), project="gh/acme/shop").parameters
    assert (told["count"], told["gone"]) == (5, "x")


@pytest.mark.parametrize(
    ("environment", "ref", "url"),
    [
        ("production", BRANCH, "https://shop.example.com"),
        ("pr7", BRANCH, "https://pr7.example.com"),
        ("pr7", FORK, "https://pr7.example.com"),
        ("staging", BRANCH, ""),
    ],
)
def test_where_it_can_be_seen(environment: str, ref: ResolvedRef, url: str):
    """The environment's own number goes before the ref's."""
    assert ground(ref, config=CONFIG, environment=environment).deploy_url == url


@pytest.mark.parametrize(
    ("on", "names"),
    [
        (ground(), []),
        (ground(BARE), []),
        (ground(BARE, config="circleci: {send: []}"), []),
        (ground(FORK), ["pull_request_from_fork"]),
        (ground(FORK, config="environments: {production: {forks: true}}"), []),
        (ground(PULL), []),
        (
            ground(
                FORK, repository=Repository(id=1, full_name="a/b", installation_id=2, archived=True)
            ),
            ["repository_archived", "pull_request_from_fork"],
        ),
    ],
)
def test_what_is_barred_for_good(on: Ground, names: list[str]):
    """All reasons at once: archived, a fork, a commit that CircleCI could not be told."""
    assert [reason.name for reason in never_deployable(on)] == names


def test_the_fork_is_named():
    """So that people find the key that allows it."""
    on = ground(FORK)

    assert never_deployable(on)[0] == PullRequestFromFork(number=8)


def test_the_whole_plan():
    """What is created, shown and run."""
    request = DeployRequest(
        environment="prod",
        request_id="r1",
        trigger="command",
        reason="the sale",
        force=True,
        requester=Person(name="Dana", slack_userid="U1", login="octocat"),
        channel="C1",
        retry_of=4,
    )
    on = ground(
        TAG,
        config=CONFIG,
        request=request,
        pull_request=PullRequest(number=482),
        deployments=(
            deployed(9, "failure"),
            deployed(8, "success", environment="staging"),
            deployed(7, "success", sha=OTHER),
        ),
    )
    waits = (ChecksPending(),)

    plan = plan_of(
        on,
        run_of(on, project="gh/acme/shop"),
        Verdict(waits=waits),
        bot=BOT,
    )
    assert (plan.repository.full_name, plan.repository.installation_id) == ("acme/shop", 2)
    assert (plan.environment, plan.ref, plan.ref_kind, plan.sha) == (
        "production",
        "v1.4.0",
        RefKind.TAG,
        SHA,
    )
    assert deployment_description(plan) == "v1.4.0, requested by Dana: the sale"
    assert plan.production
    assert not plan.transient
    assert plan.timeout == 1200.0
    assert not plan.judged
    assert plan.requester == request.requester
    assert (plan.subject, plan.pull_request) == ("Fix rounding", 482)
    assert plan.live is not None
    assert (plan.live.deployment_id, plan.live.sha) == (7, OTHER)
    assert plan.deploy_url == plan.payload.url == "https://shop.example.com"
    said = plan.payload
    assert (said.request, said.trigger, said.requester) == ("r1", "command", "Dana")
    assert (said.user, said.login, said.channel) == ("U1", "octocat", "C1")
    assert (said.force, said.reason, said.retry_of) == (True, "the sale", 4)


@pytest.mark.parametrize(
    ("ref", "trigger", "description"),
    [
        (BARE, "command", "3f9c2d1, by deploybot"),
        (BRANCH, "push", "main, by a push"),
        (TAG, "tag", "v1.4.0, by a tag"),
        (PULL, "pull_request", "pull/7/head, by its pull request"),
    ],
)
def test_how_it_describes_itself(ref: ResolvedRef, trigger: str, description: str):
    """What is deployed and by what, for GitHub's pages."""
    on = ground(ref, request=DeployRequest(environment="x", request_id="r", trigger=trigger))

    plan = plan_of(on, run_of(on, project="gh/acme/shop"), Verdict(), bot=BOT)
    assert deployment_description(plan) == description
    assert plan.judged


def test_how_it_describes_who_pushed():
    """Nobody requested it."""
    request = DeployRequest(
        environment="x", request_id="r", trigger="push", requester=Person(name="Dana")
    )
    on = ground(BRANCH, request=request)

    plan = plan_of(on, run_of(on, project="gh/acme/shop"), Verdict(), bot=BOT)
    assert deployment_description(plan) == "main, pushed by Dana"


@given(st.text(max_size=300), st.text(max_size=300))
def test_the_description_fits_github(name: str, reason: str):
    """At most 140 characters, on one line, whatever people are called."""
    request = DeployRequest(
        environment="x",
        request_id="r",
        trigger="command",
        reason=reason,
        requester=Person(name=name),
    )
    on = ground(request=request)

    plan = plan_of(on, run_of(on, project="gh/acme/shop"), Verdict(), bot=BOT)
    said = deployment_description(plan)
    assert len(said) <= 140
    assert len(said.splitlines()) <= 1


@pytest.mark.parametrize(
    ("newer", "found"),
    [
        (deployed(7, "success"), 7),
        (deployed(7, "success", creator="vercel[bot]", environment="Production"), 7),
        (deployed(7, "failure"), None),
        (deployed(7, "success", environment="staging"), None),
        (deployed(4, "success"), None),
    ],
    ids=["ours", "foreign, spelled otherwise", "failed", "elsewhere", "older"],
)
def test_what_was_created_later_and_went_live(newer: Deployment, found: int | None):
    """Whoever ran it."""
    assert newer_success(ground(deployments=(newer, deployed(5, "pending"))), 5) == found


BACK = Plan(
    repository=RepositoryRef(id=1, full_name="acme/shop"),
    environment="production",
    ref="main",
    ref_kind=RefKind.BRANCH,
    sha=SHA,
    payload=Payload(request="r", trigger="command", inputs={"n": 1, "m": 2}, chosen=("n",)),
    run=Run(project="gh/acme/shop"),
    production=True,
    live=Live(deployment_id=3, ref="v1.5.0", sha=OTHER, since=9.0),
    compared=Comparison(behind=2),
)


def test_older_code_is_named_with_what_deploys_it_all_the_same():
    """With the inputs that were chosen."""
    refusal = OlderThanLive(
        environment="production",
        ref="main",
        live="v1.5.0",
        behind=2,
        typed="deploy production main",
        inputs={"n": 1},
    )
    assert older_than_live(BACK) == (refusal,)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"environment": "eu west"}, {"typed": 'deploy "eu west" main'}),
        ({"ref": ""}, {"ref": "3f9c2d1", "typed": f"deploy production {SHA}"}),
        ({"live": Live(deployment_id=3, ref="", sha=OTHER, since=9.0)}, {"live": "9ab01c2"}),
        ({"compared": Comparison(ahead=1, behind=2)}, None),
        ({"production": False}, None),
        ({"live": None}, None),
        ({"payload": Payload(request="r", trigger="rollback", rollback_of=3)}, None),
    ],
)
def test_what_is_older_than_live(facts: dict[str, object], told: dict[str, str] | None):
    """In production, and no rollback, which goes back on purpose."""
    found = older_than_live(structs.replace(BACK, **facts))
    assert bool(found) is (told is not None)
    for reason in found:
        assert told is not None
        assert told.items() <= structs.asdict(reason).items()


THEIRS = {
    state: StatusSummary(state=state, creator="vercel[bot]") for state in ("success", "in_progress")
}


@pytest.mark.parametrize(
    ("deployment", "active", "neighbour"),
    [
        (deployed(7, "success"), (7,), ""),
        (deployed(7, "success", environment="Production"), (7,), ""),
        (deployed(7, "success", environment="staging"), (), ""),
        (deployed(7, "inactive"), (), ""),
        (deployed(7, None), (), ""),
        (deployed(7, "success", creator="octocat"), (7,), ""),
        (deployed(7, "success", status=THEIRS["success"]), (7,), ""),
        (deployed(7, "success", creator="octocat", status=THEIRS["success"]), (), ""),
        (deployed(7, "in_progress"), (), ""),
        (deployed(7, "", status=THEIRS["in_progress"]), (), "vercel"),
        (deployed(7, "", environment="staging", status=THEIRS["in_progress"]), (), ""),
    ],
)
def test_who_else_is_there(deployment: Deployment, active: tuple[int, ...], neighbour: str):
    """What we ran and is active is replaced by a success; others that deploy just now are told."""
    on = ground(deployments=(deployment,))
    run = run_of(on, project="gh/acme/shop")
    plan = plan_of(on, run, Verdict(), bot=BOT)
    assert (plan.active, plan.neighbour) == (active, neighbour)


def test_what_is_transient_ends_by_itself():
    """With its pull request."""
    on = ground(
        config="environments: {production: {transient: true}}",
        deployments=(deployed(7, "success"),),
    )
    run = run_of(on, project="gh/acme/shop")
    assert plan_of(on, run, Verdict(), bot=BOT).active == ()
