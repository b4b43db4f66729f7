"""Planning what does not exist yet, on real parts."""

from datetime import UTC, datetime, timedelta

import pytest

from app.model.github.source_event import SourceEvent
from app.model.plan import Person, RefKind
from app.model.project import User
from app.model.triggers import SourceKind
from tests.lifecycle.conftest import SHOP, Bench, requested


async def test_a_plain_deployment_takes_one_read(bench: Bench):
    """The default branch's head, judged and ready, for one GraphQL query."""
    head = bench.world.github.head(SHOP, "main")

    plan = await bench.planner.plan(bench.project, requested())
    assert (plan.environment, plan.ref, plan.sha) == ("staging", "main", head)
    assert plan.judged
    assert plan.run.branch == "main"
    assert plan.run.parameters["sha"] == head
    assert plan.subject == "Wrap the hats"
    assert bench.calls == ["/graphql"]


async def test_the_linked_committer_is_known(bench: Bench):
    """By the id of their GitHub account; without a link by name."""
    author = bench.world.github.state.users["octocat"]
    plan = await bench.planner.plan(bench.project, requested())
    assert plan.committer is not None
    assert (plan.committer.login, plan.committer.slack_userid) == ("octocat", None)

    await bench.store.link(
        User(slack_userid="U7", github_user_id=author.id, github_username="octocat")
    )
    plan = await bench.planner.plan(bench.project, requested())
    assert plan.committer is not None
    assert plan.committer.slack_userid == "U7"


async def test_a_committer_without_an_account_is_a_name(bench: Bench):
    """GitHub does not know who that is: nobody to link."""
    bench.world.github.push(SHOP, author="Mona", known_author=False)

    plan = await bench.planner.plan(bench.project, requested())
    assert plan.committer == Person(name="Mona")


async def test_tickets_are_found_in_the_commit(bench: Bench):
    """In the message, the branch and the pull request."""
    bench.world.github.push(SHOP, message="Fix the hats\n\nCloses #12")

    plan = await bench.planner.plan(bench.project, requested())
    assert [ticket.key for ticket in plan.tickets] == ["12"]


@pytest.mark.parametrize(
    ("ref", "kind", "name"),
    [
        ("main", RefKind.BRANCH, "main"),
        ("v1.4.0", RefKind.TAG, "v1.4.0"),
        ("heads/main", RefKind.BRANCH, "heads/main"),
    ],
)
async def test_refs_are_found(bench: Bench, ref: str, kind: RefKind, name: str):
    """Branches and tags, with the way to say which."""
    plan = await bench.planner.plan(bench.project, requested(ref=ref))

    assert (plan.ref_kind, plan.ref) == (kind, name)


async def test_a_pull_request_and_a_fork(bench: Bench):
    """Ours deploys as its branch; a fork's is refused."""
    mine = bench.world.github.open_pull_request(SHOP, "hats")
    theirs = bench.world.github.open_pull_request(SHOP, "evil", fork=True, author="mallory")

    plan = await bench.planner.plan(bench.project, requested(ref=f"#{mine.number}"))
    assert plan.run.branch == plan.ref == "hats"
    assert plan.pull_request == mine.number
    assert await bench.refused(ref=f"#{theirs.number}") == ["pull_request_from_fork"]


async def test_gates_and_the_rest_are_told_together(bench: Bench):
    """A repository that is archived, a fork, and a red check."""
    pull = bench.world.github.open_pull_request(SHOP, "evil", fork=True)
    ref = f"#{pull.number}"
    bench.world.github.commit_status(SHOP, pull.head_sha, "test", "failure")
    bench.world.github.archive(SHOP)

    assert await bench.refused(ref=ref) == [
        "repository_archived",
        "pull_request_from_fork",
        "checks_failed",
    ]


async def test_an_archived_repository(bench: Bench):
    """Told with whatever else is wrong."""
    bench.world.github.archive(SHOP)

    assert await bench.refused(environment="") == ["repository_archived", "environment_missing"]


async def test_an_invalid_file_deploys_nothing(bench: Bench):
    """Every problem of the file is a reason; a mended one deploys at once."""
    bench.config("enviroments: {}\ndefaults: {timeout: 5}\n")
    assert await bench.refused() == ["configuration_invalid", "configuration_invalid"]

    bench.config("defaults: {timeout: 5m}\n")
    plan = await bench.planner.plan(bench.project, requested())
    assert plan.timeout == 300.0


async def test_another_default_ref_takes_a_second_read_once(bench: Bench):
    """What the file says is learned from the first read, and known after that."""
    bench.world.github.push(SHOP, branch="develop")
    bench.config("environments: {staging: {aliases: [st], ref: develop}}")

    plan = await bench.planner.plan(bench.project, requested(environment="st"))
    assert (plan.environment, plan.ref) == ("staging", "develop")
    assert bench.calls == ["/graphql", "/graphql"]
    plan = await bench.planner.plan(bench.project, requested(environment="st"))
    assert plan.ref == "develop"
    assert bench.calls == ["/graphql"] * 3
    bench.planner.configs.drop(bench.project.repository_id)
    await bench.planner.plan(bench.project, requested(environment="st"))
    assert bench.calls == ["/graphql"] * 5


async def test_the_environment_of_a_pull_request(bench: Bench):
    """It deploys its own pull request without a ref, to its own address."""
    bench.config(
        'environments: {"pr{number}": {deploy_on: {pull_request: true}, transient: true,'
        ' url: "https://pr{number}.example.com"}}'
    )
    pull = bench.world.github.open_pull_request(SHOP, "hats")

    plan = await bench.planner.plan(bench.project, requested(environment=f"pr{pull.number}"))
    assert plan.ref == "hats"
    assert plan.deploy_url == f"https://pr{pull.number}.example.com"
    assert plan.transient


async def test_a_pinned_commit(bench: Bench):
    """As its ref while that means it still; by itself, on the default branch, after a push."""
    head = bench.world.github.head(SHOP, "main")
    plan = await bench.planner.plan(bench.project, requested(ref="main", sha=head))
    assert (plan.ref, plan.run.branch) == ("main", "main")

    bench.world.github.push(SHOP)
    plan = await bench.planner.plan(bench.project, requested(ref="main", sha=head))
    assert (plan.ref, plan.ref_kind, plan.sha) == (head, RefKind.SHA, head)
    assert (plan.run.branch, plan.run.parameters["sha"]) == ("main", head)
    alone = await bench.planner.plan(bench.project, requested(sha=head))
    assert alone.ref == head
    again = await bench.planner.plan(bench.project, requested(ref=head, sha=head))
    assert again.ref == head
    assert await bench.refused(sha="0" * 40) == ["sha_unknown"]


async def test_pending_checks_wait_and_red_ones_refuse(bench: Bench):
    """Such a plan is judged again once it exists; `--force` skips both."""
    head = bench.world.github.head(SHOP, "main")
    bench.world.github.commit_status(SHOP, head, "test", "pending")
    plan = await bench.planner.plan(bench.project, requested())
    assert not plan.judged

    bench.world.github.commit_status(SHOP, head, "test", "failure")
    assert await bench.refused() == ["checks_failed"]
    forced = await bench.planner.plan(bench.project, requested(force=True))
    assert forced.judged
    assert forced.payload.force


async def test_an_automatic_one_waits_for_a_first_check(bench: Bench):
    """For as long as is set; then nothing more is expected."""
    request = requested(trigger="push", automatic=True, asked_at=bench.clock.now)
    plan = await bench.planner.plan(bench.project, request)
    assert not plan.judged

    bench.clock.now += 30
    assert (await bench.planner.plan(bench.project, request)).judged


@pytest.mark.parametrize("wrong", [-7200.0, 7200.0])
@pytest.mark.parametrize("automatic", [False, True])
async def test_a_window_opens_by_githubs_clock(bench: Bench, wrong: float, automatic: bool):
    """Ours is hours wrong: what is closed stays closed, and what is open is open."""
    request = requested(automatic=automatic, trigger="push" if automatic else "command")
    bench.config(f"environments: {{staging: {{windows: [{window(0)}]}}}}")
    bench.clock.now += wrong
    assert (await bench.planner.plan(bench.project, request)).judged

    bench.config(f"environments: {{staging: {{windows: [{window(wrong)}]}}}}")
    bench.planner.configs.drop(bench.project.repository_id)
    if automatic:
        assert not (await bench.planner.plan(bench.project, request)).judged
    else:
        assert await bench.refused() == ["outside_window"]


def window(later: float) -> str:
    """An hour around a moment that is so many seconds from now, as the file has it."""
    opens = datetime.now(UTC) + timedelta(seconds=later - 1800)
    closes = opens + timedelta(hours=1)
    return f"'{opens:%a} {opens:%H:%M}-{closes:%H:%M} UTC'"


@pytest.mark.parametrize(
    ("kind", "ref"), [(SourceKind.TAG, "tags/1.x"), (SourceKind.PUSH, "heads/1.x")]
)
async def test_an_event_says_whether_a_branch_or_a_tag_is_meant(
    bench: Bench, kind: SourceKind, ref: str
):
    """A person is asked; nobody is there to answer for an event."""
    github = bench.world.github
    shas = {"push": github.push(SHOP, branch="1.x", message="On the branch")}
    shas["tag"] = github.head(SHOP, "main") or ""
    github.tag(SHOP, "1.x")
    assert await bench.refused(ref="1.x") == ["ref_ambiguous"]

    sha, now = shas[kind], github.state.now()
    event = SourceEvent(kind=kind, name="1.x", default_branch="main", sha=sha, at=now)
    request = requested(trigger=kind, automatic=True, ref="1.x", event=event)
    plan = await bench.planner.plan(bench.project, request)
    assert (plan.sha, plan.ref) == (sha, ref)
