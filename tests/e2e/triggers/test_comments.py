"""`/deploy` in a comment on a pull request: the outcome stands in one comment of ours."""

import re

import pytest
from inline_snapshot import snapshot

from sandbox.github.records import Comment, PullRequest
from tests.e2e.recovery.test_resync_lost import lose_the_store
from tests.e2e.shop import REPOSITORY, Shop

CONFIG = """\
version: 1
circleci: {workflow: deploy}
environments:
  production: {confirm: true}
  staging: {allow: ["@octocat"]}
  qa: {checks: [one, two, three]}
  live: {production: true}
  "pr{number}": {transient: true, forks: true}
"""
SINCE = re.compile(r"[0-9]{4}-[0-9-]{5} [0-9:]{5} UTC")
pytestmark = pytest.mark.parametrize("config", [CONFIG])


def pull(shop: Shop, **how: bool) -> PullRequest:
    """An open pull request."""
    return shop.world.github.open_pull_request(REPOSITORY, "hats", "Sell more hats", **how)


async def say(shop: Shop, on: PullRequest, body: str, login: str = "octocat") -> Comment:
    """Comment, and wait for what comes of it."""
    made = shop.world.github.person_comments(REPOSITORY, on.number, body, login)
    await shop.quiet()
    return made


def ours(shop: Shop, on: PullRequest) -> list[Comment]:
    """Our comments."""
    bot = shop.world.github.app_record.bot
    return [one for one in shop.world.github.comments(REPOSITORY, on.number) if one.user is bot]


def said(shop: Shop, on: PullRequest) -> list[str]:
    """What our comments say, without their hidden marks; each has one."""
    texts = [one.body.rpartition("\n\n<!-- deploybot:") for one in ours(shop, on)]
    assert all(mark for _, mark, _ in texts)
    return [SINCE.sub("<time>", shop.eyes.plain(text)) for text, _, _ in texts]


def reactions(shop: Shop, made: Comment) -> list[str]:
    """How we reacted."""
    bot = shop.world.github.app_record.bot
    return [content for user, content in made.reactions if user == bot.id]


async def test_a_comment_deploys_the_head_of_its_pull_request(shop: Shop) -> None:
    """Seen at once; one comment says how it goes, however often GitHub tells of theirs."""
    on = pull(shop)
    shop.world.github.deliverer.copies = 3
    made = await say(shop, on, "/deploy preview\n\nthanks @dana")
    assert reactions(shop, made) == ["eyes"]
    [deployment] = shop.deployments
    assert (deployment.environment, deployment.ref, deployment.sha) == (
        "preview",
        "hats",
        on.head_sha,
    )
    assert said(shop, on) == snapshot(
        [
            """\
**preview** · Deploying · requested by dana

[`hats`](https://github.test/acme/shop/pull/1) · [`c005`](https://github.test/acme/shop/commit/c005…) Sell more hats — by dana

Running since <time>\
"""
        ]
    )
    await shop.finish(1)
    assert said(shop, on) == snapshot(
        [
            """\
**preview** · Deployed in <n s> · requested by dana

[`hats`](https://github.test/acme/shop/pull/1) · [`c005`](https://github.test/acme/shop/commit/c005…) Sell more hats — by dana

[logs](https://circleci.test/pipelines/gh/acme/shop/1)\
"""
        ]
    )
    assert len(shop.live) == 1


async def test_while_it_waits(shop: Shop) -> None:
    """Each check changes the live message; the comment, only that it goes on."""
    on = pull(shop)
    await say(shop, on, "/deploy qa")
    assert said(shop, on)[0].startswith("**qa** · Waiting for checks")
    shop.forget_calls()
    for name in ("one", "two"):
        shop.world.github.set_check(REPOSITORY, on.head_sha, name, "success")
        await shop.quiet()
    assert [call.method for call in shop.calls() if "/issues/" in call.path] == []
    shop.world.github.set_check(REPOSITORY, on.head_sha, "three", "success")
    await shop.quiet()
    assert said(shop, on)[0].startswith("**qa** · Deploying")


async def test_what_nobody_meant(shop: Shop) -> None:
    """Bots, apps, quoted lines, later lines, other words, issues: no call and no word."""
    github = shop.world.github
    on, issue = pull(shop), github.open_issue(REPOSITORY, "Hats")
    await shop.quiet()
    shop.forget_calls()
    await say(shop, on, "> /deploy preview")
    await say(shop, on, "Please\n/deploy preview")
    await say(shop, on, "/deployment preview")
    await say(shop, on, "/deploy preview", "github-actions[bot]")
    await say(shop, issue, "/deploy preview")
    github.person_comments(REPOSITORY, on.number, "/deploy preview", "octocat", app="zapier")
    mine = await say(shop, on, "Looks good")
    github.person_edits(mine, "/deploy preview")
    await shop.quiet()
    assert (shop.calls(), shop.deployments, ours(shop, on)) == ([], [], [])


async def test_who_may(shop: Shop) -> None:
    """Whoever may write; GitHub itself names who comments, which counts for `allow`, too."""
    on = pull(shop)
    stranger = await say(shop, on, "/deploy preview", "mallory")
    assert (reactions(shop, stranger), shop.deployments) == ([], [])
    await say(shop, on, "/deploy staging", "hubot")
    await say(shop, on, "/deploy staging")
    assert [one.environment for one in shop.deployments] == ["staging"]
    assert said(shop, on) == snapshot(
        [
            "Only people with write access to acme/shop can deploy from a comment. Nothing was deployed.",
            "Only `octocat` can deploy to **staging**, not `hubot`. Nothing was deployed.",
            """\
**staging** · Deploying · requested by dana

[`hats`](https://github.test/acme/shop/pull/1) · [`c005`](https://github.test/acme/shop/commit/c005…) Sell more hats — by dana

Running since <time>\
""",
        ]
    )


async def test_what_is_refused(shop: Shop) -> None:
    """With the reason, as a command is; what asks first is asked in Slack."""
    on = pull(shop)
    await say(shop, on, "/deploy stagign")
    await say(shop, on, "/deploy preview --froce")
    await say(shop, on, "/deploy production")
    await say(shop, on, "/deploy")
    assert (said(shop, on), shop.deployments) == (
        snapshot(
            [
                "I don't know the environment `stagign`. Did you mean `/deploy staging`? To create it: `/deploy stagign --new`. Nothing was deployed.",
                "Unknown option `--froce`. Did you mean `--force`? Nothing was deployed.",
                "Deploy `hats` (`c005`) to **production**? Nothing is live there yet. All checks passed. To confirm, type `/cimon deploy production hats` in Slack. Nothing was deployed.",
                """\
Which environment? Type one of these:
- `/deploy production`
- `/deploy staging`
- `/deploy qa`
- `/deploy live`

Nothing was deployed.\
""",
            ]
        ),
        [],
    )


async def test_older_code(shop: Shop) -> None:
    """Nobody can press a button there: what to type."""
    on = pull(shop)
    older = on.head_sha
    shop.world.github.push(REPOSITORY, "hats", "More")
    await shop.deploy("deploy live hats")
    await shop.finish(1)
    shop.world.github.force_push(REPOSITORY, "hats", older)
    await say(shop, on, "/deploy live")
    assert said(shop, on) == snapshot(
        [
            "`hats` (`c005`) is 1 commit behind `hats`, which is live in **live**. Deploy it anyway? To confirm, type `/cimon deploy live hats` in Slack. Nothing was deployed."
        ]
    )
    assert len(shop.deployments) == 1


async def test_what_is_locked(shop: Shop) -> None:
    """Who holds it is in the comment."""
    on = pull(shop)
    await shop.type("lock preview the big move", user="sam")
    await say(shop, on, "/deploy preview")
    assert (said(shop, on), shop.deployments) == (
        snapshot(
            [
                "**preview** has been locked by sam since <time>: the big move. Ask sam, or `/cimon unlock preview`. Nothing was deployed."
            ]
        ),
        [],
    )


async def test_a_fork_is_deployed_by_its_commit_alone(shop: Shop) -> None:
    """Its head may have moved since it was looked at."""
    on = pull(shop, fork=True)
    place = f"pr{on.number}"
    await say(shop, on, f"/deploy {place}")
    assert shop.deployments == []
    assert said(shop, on) == snapshot(
        [
            "This pull request comes from a fork, so say which commit. `/deploy pr1 c005` deploys the latest one. Nothing was deployed."
        ]
    )
    for head in (f"#{on.number}", f"pull/{on.number}/head", '""'):
        await say(shop, on, f"/deploy {place} {head}")
        assert shop.deployments == []
    await say(shop, on, f"/deploy {place} {on.head_sha[:7]}")
    assert [one.sha for one in shop.deployments] == [on.head_sha]
    await say(shop, on, f"/deploy preview {on.head_sha[:7]}")
    assert len(shop.deployments) == 1


async def test_somebody_elses_words_mean_nothing(shop: Shop) -> None:
    """A title can neither mention, nor link, nor show a picture."""
    github = shop.world.github
    on = github.open_pull_request(REPOSITORY, "evil", "![x](https://evil.test/x.png) @acme/all")
    await say(shop, on, "/deploy preview")
    [text] = said(shop, on)
    assert "![x](" not in text
    assert "@acme" not in text


async def test_a_comment_heard_of_late(shop: Shop) -> None:
    """An hour later its author has moved on."""
    github = shop.world.github
    on = pull(shop)
    await shop.quiet()
    github.deliverer.hold = True
    github.person_comments(REPOSITORY, on.number, "/deploy preview", "octocat")
    github.clock.ahead += 3600
    github.deliverer.hold = False
    github.deliverer.release()
    await shop.quiet()
    assert (said(shop, on), shop.deployments) == (
        snapshot(
            [
                "I just got this comment. If you still want this, comment again. Nothing was deployed."
            ]
        ),
        [],
    )


async def test_it_goes_on_after_the_store_was_lost(shop: Shop) -> None:
    """The deployment's payload names the comment, and ours is found on the pull request."""
    on = pull(shop)
    await say(shop, on, "/deploy preview")
    await lose_the_store(shop)
    await shop.finish(1, "failed")
    await shop.later(10)  # a lease: until then the comment may be one that is on its way
    [text] = said(shop, on)
    assert text.startswith("**preview** · Failed")


async def test_ours_that_was_deleted_stays_away(shop: Shop) -> None:
    """Somebody did not want to see it."""
    on = pull(shop)
    await say(shop, on, "/deploy preview")
    shop.world.github.delete_comment(ours(shop, on)[0])
    await shop.finish(1)
    assert (ours(shop, on), shop.deployments[0].state) == ([], "success")


async def test_an_unbound_repository_says_nothing(shop: Shop) -> None:
    """Nobody there asked for us."""
    on = pull(shop)
    await shop.type("reset")
    shop.forget_calls()
    await say(shop, on, "/deploy preview")
    assert (shop.calls(), ours(shop, on)) == ([], [])
