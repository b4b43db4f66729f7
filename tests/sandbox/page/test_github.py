"""What people do on GitHub from the page: code, pull requests, deployments, the rules."""

import pytest

from sandbox.page.actions.github import next_version
from sandbox.page.code import RULES
from sandbox.world import World
from tests.sandbox.page.visitor import Visitor

SHOP = "acme/shop"


async def test_people_push_tag_and_open_pull_requests(visitor: Visitor, world: World) -> None:
    """Each is done as the person's GitHub login, and said in a sentence."""
    _, pushed = await visitor.do("push", user="sam")
    sha = world.github.head(SHOP, "main")
    assert sha is not None
    assert f"hubot pushed {sha[:7]} to main." == pushed["said"]
    assert "octocat tagged main as v1.4.1." == (await visitor.do("tag"))[1]["said"]
    opened = [(await visitor.do("pull_request"))[1]["said"] for _ in range(6)]
    assert "octocat opened pull request #2 from gift-cards." == opened[0]
    assert "octocat opened pull request #7 from gift-cards-2." == opened[5]
    code = (await visitor.state())["code"]
    assert [7, 6, 5, 4, 3, 2] == [pull["number"] for pull in code["pulls"]]


async def test_a_deployment_is_made_on_github(visitor: Visitor, world: World) -> None:
    """As a person makes one with `gh api`: neither an App nor a workflow is behind it."""
    _, made = await visitor.do("deploy", user="sam")
    (deployment,) = world.github.deployments(SHOP)
    assert f"hubot made deployment {deployment.id} of main to staging with gh api." == made["said"]
    assert ("hubot", "User", None) == (
        deployment.creator.login,
        deployment.creator.type,
        deployment.app,
    )


def test_the_next_version_follows_the_highest() -> None:
    """Tags of other shapes do not count; without any it begins."""
    assert "v1.10.1" == next_version(["v1.9.9", "v1.10.0", "nightly", "v2"])
    assert "v1.0.0" == next_version([])


async def test_an_open_pull_request_is_pushed_to_and_merged(visitor: Visitor, world: World) -> None:
    """A push moves its head, and a merge puts it on main, where GitHub tells of both."""
    await visitor.do("pull_request")
    _, pushed = await visitor.do("push_to_pull", user="sam", number=2)
    pull = world.github.state.repository(SHOP).issues[2]
    assert f"hubot pushed {pull.head_sha[:7]} to gift-cards." == pushed["said"]
    _, merged = await visitor.do("merge_pull", number=2)
    assert "octocat merged #2 into main." == merged["said"]
    main = world.github.commit_of(SHOP, world.github.head(SHOP, "main") or "")
    assert pull.head_sha in main.parents
    assert "gift-cards.md" in main.files
    assert ("closed", True) == (pull.state, pull.merged)
    assert "Merge pull request #2 from acme/gift-cards" == main.message.partition("\n")[0]
    await world.settle()
    sent = [one.event for one in world.github.deliverer.log]
    assert 3 == sent.count("pull_request")
    code = (await visitor.state())["code"]
    assert ([], ["main"]) == (code["pulls"], [branch["name"] for branch in code["branches"]])


async def test_a_pull_request_that_conflicts_stays_open(visitor: Visitor) -> None:
    """Main has changed the same file since: the person is told."""
    await visitor.do("pull_request")
    await visitor.do("push_to_pull", number=2)
    await visitor.do("push")
    status, answer = await visitor.do("merge_pull", number=2)
    assert (400, "#2 conflicts with main.") == (status, answer["error"])
    assert [2] == [pull["number"] for pull in (await visitor.state())["code"]["pulls"]]


async def test_a_comment_is_written(visitor: Visitor, world: World) -> None:
    """GitHub tells of it as the person's, and the page shows whether the bot has seen it."""
    await visitor.do("pull_request")
    await visitor.do("comment", user="sam", number=2, text=" /deploy preview ")
    await world.settle()
    assert "issue_comment" in [one.event for one in world.github.deliverer.log]
    (pull,) = (await visitor.state())["code"]["pulls"]
    (comment,) = pull["comments"]
    assert ("hubot", "/deploy preview", False) == (
        comment["user"],
        comment["body"],
        comment["seen"],
    )
    (made,) = world.github.comments(SHOP, 2)
    made.reactions[world.github.app_record.bot.id, "eyes"] = 1
    (pull,) = (await visitor.state())["code"]["pulls"]
    assert pull["comments"][0]["seen"] is True
    assert 400 == (await visitor.do("comment", number=2, text=" "))[0]


async def test_a_pull_request_is_closed_once(visitor: Visitor) -> None:
    """What is closed takes nothing any more."""
    await visitor.do("pull_request")
    _, closed = await visitor.do("close_pull", number=2)
    assert "octocat closed #2 without merging it." == closed["said"]
    for action in ("close_pull", "merge_pull", "push_to_pull", "comment"):
        status, answer = await visitor.do(action, number=2, text="/deploy preview")
        assert (400, "That pull request is not open any more.") == (status, answer["error"])
    assert 400 == (await visitor.do("close_pull", number="2"))[0]


async def test_the_rules_are_changed_on_main(visitor: Visitor, world: World) -> None:
    """The page has the file's text; a new one is a commit of the person's, the same one is none."""
    text = (await visitor.state())["rules"]["text"]
    assert 400 == (await visitor.do("rules", text=text))[0]
    before = world.github.head(SHOP, "main")
    await visitor.do("rules", user="sam", text=f"{text}# changed\n")
    main = world.github.commit_of(SHOP, world.github.head(SHOP, "main") or "")
    assert ((before,), "hubot") == (main.parents, main.user and main.user.login)
    assert f"{text}# changed\n" == (await visitor.state())["rules"]["text"]


async def test_the_rules_are_changed_by_a_pull_request(visitor: Visitor, world: World) -> None:
    """The branch has the new file, main the old one until it is merged."""
    text = (await visitor.state())["rules"]["text"]
    for number in (2, 3):
        _, opened = await visitor.do("rules", text=f"{text}# {number}\n", pull_request=True)
        assert f"octocat opened pull request #{number} with the new rules." == opened["said"]
    pull = world.github.state.repository(SHOP).issues[3]
    assert "deployment-rules-2" == pull.head_ref
    assert RULES in world.github.commit_of(SHOP, pull.head_sha).files
    assert text == (await visitor.state())["rules"]["text"]
    await visitor.do("merge_pull", number=3)
    assert f"{text}# 3\n" == (await visitor.state())["rules"]["text"]


async def test_the_next_tests_fail_and_are_rerun(visitor: Visitor, world: World) -> None:
    """One push is red, until its pipeline is rerun; the push after it is green at once."""
    await visitor.do("plan", tests_fail=True)
    assert (await visitor.state())["plan"]["tests_fail"] is True
    await visitor.do("push")
    assert (await visitor.state())["plan"]["tests_fail"] is False
    await world.circleci.settle()
    assert {"ci/circleci: lint": "green", "ci/circleci: test": "red", "ci": "red"} == (
        await checks(visitor)
    )
    await visitor.do("pipeline", do="rerun", id=world.circleci.pipelines[-1].id)
    await world.circleci.settle()
    assert {"green"} == set((await checks(visitor)).values())
    await visitor.do("push")
    await world.circleci.settle()
    assert {"green"} == set((await checks(visitor)).values())


@pytest.mark.parametrize("fail", [True, False])
async def test_the_next_tests_stay_pending(visitor: Visitor, world: World, *, fail: bool) -> None:
    """They hang at their first job until they are let go on, to the end that was planned."""
    await visitor.do("plan", tests_stall=True, tests_fail=fail)
    await visitor.do("push")
    await world.circleci.settle()
    assert {"running"} == set((await checks(visitor)).values())
    (pipeline,) = world.circleci.pipelines
    assert (await visitor.state())[f"pipeline:{pipeline.id}"]["stalled"] is True
    await visitor.do("pipeline", do="resume", id=pipeline.id)
    assert (await visitor.state())[f"pipeline:{pipeline.id}"]["stalled"] is False
    await world.circleci.settle()
    assert ("red" if fail else "green") == (await checks(visitor))["ci/circleci: test"]


async def checks(visitor: Visitor) -> dict[str, str]:
    """How each check of main's head stands."""
    main = (await visitor.state())["code"]["branches"][0]
    return {check["name"]: check["state"] for check in main["checks"]}


async def test_a_check_shows_what_it_reports(visitor: Visitor, world: World) -> None:
    """A check run's title, summary and annotations are shown with its name."""
    sha = world.github.push(SHOP)
    run = world.github.set_check(SHOP, sha, "deploybot", "failure", kind="check_run", app="bot")
    run.output.update(
        title="1 problem",
        summary="Nothing deploys.",
        annotations=[{"start_line": 4, "message": "unknown key"}],
    )
    (shown,) = [
        check
        for check in (await visitor.state())["code"]["branches"][0]["checks"]
        if check["name"] == "deploybot"
    ]
    assert ("red", "1 problem", ["Nothing deploys.", "Line 4: unknown key"]) == (
        shown["state"],
        shown["title"],
        shown["notes"],
    )
