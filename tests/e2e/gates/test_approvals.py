"""Deployments that wait for people to agree."""

import asyncio

import pytest
from inline_snapshot import snapshot

from sandbox.slack.state import Message
from sandbox.world import World
from tests.e2e.people.proving import prove
from tests.e2e.recovery.test_resync_lost import lose_the_store
from tests.e2e.running import Bot, until
from tests.e2e.shop import CHANNEL, REPOSITORY, Shop

BOUNDS = {
    "LEASE_SECONDS": "4",
    "WATCH_INTERVAL": "60",
    "CHECKS_SETTLE": "0.1",
    "PEOPLE_AFTER": "7200",
}
SECRET = {**BOUNDS, "GITHUB_CLIENT_SECRET": "the-sandbox's-client-secret"}
HEAD = "version: 1\ncircleci: {workflow: deploy}\n"
ONE = HEAD + "environments: {production: {approvals: 1}}\n"
TWO = HEAD + "environments: {production: {approvals: 2}}\n"
PUSHED = HEAD + "environments: {preview: {approvals: 1, deploy_on: {push: [main]}}}\n"
LEADS = (
    HEAD
    + """\
environments:
  production:
    approvals: {count: 2, from: ["@octocat", "team:acme/leads"]}
  staging:
    allow: ["@octocat"]
"""
)


@pytest.fixture
def config() -> str:
    """One approval."""
    return ONE


@pytest.fixture
def environ() -> dict[str, str]:
    """Time passes on the bot's clock alone."""
    return BOUNDS


async def waiting(shop: Shop, text: str = "deploy production", user: str = "dana") -> Message:
    """Type a command whose deployment waits; its live message."""
    live = len(shop.live)
    await shop.world.slack.type_command(CHANNEL, user, text)
    await until(lambda: len(shop.live) > live, what="a live message")
    await shop.quiet()
    return shop.live[-1]


@pytest.mark.parametrize("config", [TWO])
async def test_two_people_other_than_who_asked(shop: Shop) -> None:
    """By button and by command; each is a status on GitHub; the requester is told to ask."""
    shop.world.slack.add_user("kim", "Kim")
    shop.world.slack.add_user("pat", "Pat", is_restricted=True)
    live = await waiting(shop)
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `main` to *production* needs 2 approvals from other people. Anyone else here can press *Approve* or *Reject* above. (also sent to the channel)"
    )
    assert await shop.press(live, "Approve") == snapshot(
        "`<https://github.test/acme/shop/deployments/production|main>` to *production* is yours, so someone else has to approve it."
    )
    assert await shop.press(live, "Approve", "pat") == snapshot(
        "Guests can't approve deployments. Ask a full member of this workspace."
    )
    assert await shop.press(live, "Approve", "sam") == snapshot(
        "You approved `main` for *production*. It needs 1 more approval."
    )
    await shop.press(live, "Approve", "sam")
    assert shop.eyes.message(live) == snapshot("""\
“Waiting for approval: main to production, requested by dana.”
*production* · Waiting for approval · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| Approved by sam (1 of 2). Needs 1 more (not dana's).
| [Approve]  [Reject]  [Details]  [Cancel]\
""")
    assert "waiting for approval" in await shop.type("list")
    assert not shop.world.circleci.pipelines
    assert await shop.type("approve production", "kim") == snapshot(
        "You approved `main` for *production*. It starts now, or next if something is deploying there."
    )
    await shop.quiet()
    assert 1 == len(shop.world.circleci.pipelines)
    assert shop.states() == snapshot(
        [
            "pending: Needs 2 approvals (not dana's).",
            "pending: Approved by sam (1 of 2).",
            "pending: Approved by kim (2 of 2).",
            "in_progress: Pipeline 1 is running on CircleCI.",
        ]
    )
    assert shop.eyes.message(live).split("\n")[1] == snapshot(
        "*production* · Deploying · requested by dana · approved by sam, kim"
    )
    assert await shop.type("approve production", "kim") == snapshot(
        "Nothing is waiting for approval in *production*."
    )
    assert await shop.type(f"reject {shop.deployments[0].id}", "kim") == snapshot(
        "`main` to *production* isn't waiting for approval (deploying)."
    )
    await shop.finish()
    await waiting(shop, "retry production")  # asks anew
    assert 1 == len(shop.world.circleci.pipelines)


async def test_a_rejection_names_who_and_why(shop: Shop) -> None:
    """It ends as an error; no reason need be given, nor the environment."""
    live = await waiting(shop)
    assert await shop.type("reject production not before the weekend", "sam") == snapshot(
        "You rejected `main` for *production*."
    )
    await shop.quiet()
    assert shop.eyes.message(live) == snapshot("""\
“Rejected by sam: main to production, requested by dana.”
*production* · Rejected by sam · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| Rejected by sam at <time>: not before the weekend.
| [Retry]\
""")
    assert shop.eyes.thread(live).split("\n")[-1] == snapshot(
        "  ↳ <@dana> `main` to *production* was rejected by sam: not before the weekend."
    )
    assert shop.states()[-1] == snapshot("error: Rejected by sam: not before the weekend.")
    assert await shop.type("approve", "sam") == snapshot("Nothing is waiting for approval.")
    live = await waiting(shop)
    await shop.type("reject too late today", "sam")
    assert "Rejected by sam" in shop.eyes.message(live)
    live = await waiting(shop)
    await shop.press(live, "Reject", "sam")
    assert "error: Rejected by sam." == shop.states()[-1]
    assert not shop.world.circleci.pipelines


async def test_one_approves_and_one_rejects_at_once(shop: Shop) -> None:
    """One clear result, whichever comes first."""
    shop.world.slack.add_user("kim", "Kim")
    live = await waiting(shop)
    await asyncio.gather(shop.press(live, "Approve", "sam"), shop.press(live, "Reject", "kim"))
    await shop.quiet()
    rejected = "Rejected by kim" in shop.eyes.message(live)
    pipelines = shop.world.circleci.pipelines
    assert rejected == (shop.deployments[0].state == "error")
    assert rejected or len(pipelines) == 1
    assert not rejected or not any(pipeline.open for pipeline in pipelines)


async def test_a_check_and_people_are_waited_for_together(shop: Shop) -> None:
    """Both are told; people may agree meanwhile, and `--force` does not stand in for them."""
    sha = shop.world.github.push(REPOSITORY, message="Slow", branch="slow")
    shop.world.github.set_check(REPOSITORY, sha, "test", "pending")
    live = await waiting(shop, "deploy production slow")
    assert shop.eyes.message(live) == snapshot("""\
“Waiting for approval: slow to production, requested by dana.”
*production* · Waiting for approval · requested by dana
| `<https://github.test/acme/shop/tree/slow|slow>` · `<https://github.test/acme/shop/commit/c005…|c005>` Slow — by dana
| • Waiting for `test` (0 of 1 checks passed). Deploys automatically once it passes.
| • Needs 1 approval (not dana's).
| [Approve]  [Reject]  [Details]  [Cancel]\
""")
    await shop.press(live, "Approve", "sam")
    assert shop.eyes.message(live).split("\n")[1:4:2] == snapshot(
        [
            "*production* · Waiting for checks · requested by dana · approved by sam",
            "| Waiting for `test` (0 of 1 checks passed). Deploys automatically once it passes.",
        ]
    )
    assert not shop.world.circleci.pipelines
    shop.world.github.set_check(REPOSITORY, sha, "test", "success")
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")
    await shop.quiet()
    await waiting(shop, "deploy production main --force")
    assert 1 == len(shop.world.circleci.pipelines)


async def test_which_one_is_asked_where_several_wait(shop: Shop) -> None:
    """Each by its number."""
    await waiting(shop)
    await waiting(shop, "deploy production v1.4.0")
    assert await shop.type("approve", "sam") == snapshot(
        "Several deployments are waiting for approval. Type `/cimon approve <d2>` for v1.4.0 to production, or `/cimon approve <d1>` for main to production."
    )
    await shop.type(f"approve {shop.deployments[1].id}", "sam")
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")
    await shop.quiet()
    assert ["pending", "in_progress"] == [one.state for one in shop.deployments]


async def test_who_asked_on_github_is_told_apart_by_a_link(shop: Shop) -> None:
    """A person's deployment by the API: known by their login alone."""
    shop.world.github.person_deploys(REPOSITORY, "production", "v1.4.0", "hubot")
    await until(lambda: shop.live, what="a live message")
    await shop.quiet()
    assert shop.eyes.thread(shop.live[0]) == snapshot(
        "  ↳ `v1.4.0` to *production* needs approval from anyone but hubot. Press *Approve* or *Reject* above. (also sent to the channel)"
    )
    assert await shop.press(shop.live[0], "Approve", "sam") == snapshot(
        "`hubot` requested this on GitHub, and I don't know your GitHub login. Link it with `/cimon hello`, then approve again."
    )
    await shop.press(shop.live[0], "Approve", "dana")
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")


async def test_nobody_agrees(shop: Shop) -> None:
    """It ends after `PEOPLE_AFTER`, and says so."""
    live = await waiting(shop)
    await shop.later(7205)
    assert shop.eyes.message(live) == snapshot("""\
“Not started: main to production, requested by dana.”
*production* · Not started · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| It wasn't approved within 2 h, so I dropped it. Press *Retry* to ask again. Nothing was deployed.
| [Retry]\
""")
    assert shop.states()[-1] == snapshot(
        "error: It wasn't approved within 2 h, so I dropped it. Nothing was deployed."
    )


@pytest.mark.parametrize("config", [TWO])
async def test_the_store_is_lost(shop: Shop) -> None:
    """So are the approvals, and the card says so; they are asked for anew."""
    shop.world.slack.add_user("kim", "Kim")
    live = await waiting(shop)
    await shop.press(live, "Approve", "sam")
    await lose_the_store(shop)
    assert shop.eyes.message(live) == snapshot("""\
“Waiting for approval: main to production, requested by dana.”
*production* · Waiting for approval · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by octocat
| Needs 2 approvals (not dana's).
| My database was lost, so earlier approvals don't count. Please approve again.
| [Approve]  [Reject]  [Details]  [Cancel]\
""")
    await shop.press(live, "Approve", "kim")
    assert not shop.world.circleci.pipelines
    await shop.press(live, "Approve", "sam")
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")


@pytest.mark.parametrize(("config", "environ"), [(LEADS, SECRET)])
async def test_only_those_who_are_named(world: World, bot: Bot) -> None:
    """By a proven link; who lost their access before it starts does not count any more."""
    shop = Shop(world, bot)
    world.slack.add_user("kim", "Kim")
    world.slack.add_user("lee", "Lee")
    world.github.set_collaborator(REPOSITORY, "kim-lead", "write")
    world.github.set_team("acme/leads", "hubot", "kim-lead")
    for user, login in (("dana", "octocat"), ("sam", "hubot")):
        await prove(shop, user, login)
    await shop.bound()
    live = await waiting(shop, user="lee")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> <@sam>: `main` to *production*, requested by lee, needs 2 approvals. Press *Approve* or *Reject* above."
    )
    assert await shop.press(live, "Approve", "kim") == snapshot(
        "Only `octocat` and the GitHub team `acme/leads` can approve deployments to *production*. To show me who you are on GitHub, type `/cimon verify`. Nothing was changed."
    )
    await shop.press(live, "Approve", "sam")
    assert shop.eyes.message(live) == snapshot("""\
“Waiting for approval: main to production, requested by lee.”
*production* · Waiting for approval · requested by lee
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| Approved by sam (1 of 2). Needs 1 more from `@octocat`, `team:acme/leads`.
| [Approve]  [Reject]  [Details]  [Cancel]\
""")
    world.github.set_team("acme/leads", "kim-lead")
    await shop.later(301)
    await prove(shop, "kim", "kim-lead")
    await shop.press(live, "Approve", "kim")
    assert not world.circleci.pipelines
    assert shop.states()[-1] == snapshot("pending: Approved by kim-lead (1 of 2).")
    assert await shop.press(live, "Approve", "sam") == snapshot(
        "Only `octocat` and the GitHub team `acme/leads` can approve deployments to *production*, not `hubot`. Nothing was changed."
    )
    await shop.press(live, "Approve", "dana")
    await until(lambda: world.circleci.pipelines, what="a pipeline")
    await shop.quiet()
    assert shop.eyes.message(live).split("\n")[1] == snapshot(
        "*production* · Deploying · requested by lee · approved by kim, dana"
    )


@pytest.mark.by_setup
@pytest.mark.parametrize("config", [LEADS])
async def test_where_nobody_can_prove_who_they_are(shop: Shop) -> None:
    """Nothing is created that nobody could approve, and `setup` has said so."""
    assert shop.eyes.channel().split("\n")[-4:] == snapshot(
        [
            "CircleCI's webhook is set up, so I'll know when a pipeline ends.",
            "`environments.production.approvals`, `environments.staging.allow` name people, but I can't verify GitHub logins yet: whoever runs me has to set `GITHUB_CLIENT_SECRET`.",
            "Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.",
            "[hubot]  [octocat]",
        ]
    )
    assert await shop.type("deploy production") == snapshot(
        "Only `octocat` and the GitHub team `acme/leads` can approve deployments to *production*, and I can't verify GitHub logins yet: whoever runs me has to set `GITHUB_CLIENT_SECRET`. Nothing was deployed."
    )
    assert not shop.deployments


async def held(shop: Shop, text: str = "deploy staging") -> Message:
    """A deployment whose job CircleCI holds; its live message."""
    live = await shop.deploy(text)
    shop.world.circleci.hold(len(shop.world.circleci.pipelines))
    await shop.later(60)
    return live


async def test_a_held_job_is_approved(shop: Shop) -> None:
    """By anybody but guests, once, where nobody is named; who asked included."""
    shop.world.slack.add_user("pat", "Pat", is_restricted=True)
    live = await held(shop)
    assert shop.eyes.message(live) == snapshot("""\
“Waiting for approval: main to staging, requested by dana.”
*staging* · Waiting for approval · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| Needs approval: `hold`. <https://circleci.test/pipelines/gh/acme/shop/1|Approve it on CircleCI>, or press *Approve*.
| [Approve]  [Reject]  [Cancel]\
""")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `hold` needs approval to deploy `main` to *staging*. Press *Approve* above, or <https://circleci.test/pipelines/gh/acme/shop/1|approve it on CircleCI>. (also sent to the channel)"
    )
    assert "Guests" in await shop.press(live, "Approve", "pat")
    shop.world.circleci.faults.add("POST .*/approve/", drop="after")
    assert await shop.press(live, "Approve") == snapshot(
        "You approved `hold` for *staging*. CircleCI continues."
    )
    await shop.later(30)
    [pipeline] = shop.world.circleci.pipelines
    assert "running" == pipeline.workflows[0].status
    assert shop.eyes.message(live).split("\n")[1] == snapshot(
        "*staging* · Deploying · requested by dana · approved by dana"
    )
    await shop.finish()
    assert "success" == shop.deployments[0].state


async def test_a_button_means_the_job_that_it_was_shown_for(shop: Shop) -> None:
    """Not the next one, which waits by the time of the press."""
    live = await held(shop)
    shop.world.slack.refuse("chat.update", "cant_update_message", times=None)
    shop.world.circleci.approve_in_page(1)
    shop.world.circleci.hold(1)
    await shop.later(60)
    assert await shop.press(live, "Approve", "sam") == snapshot(
        "That job isn't waiting anymore; another one is. Check that one before you approve it."
    )
    assert "on_hold" == shop.world.circleci.pipelines[0].workflows[0].status


@pytest.mark.by_setup
async def test_another_link_makes_nobody_somebody_else(shop: Shop) -> None:
    """Who pushed or asked on GitHub stays that, though their Slack user claims another login."""
    setup = shop.world.slack.messages(CHANNEL)[0]
    path = ".github/deploybot.yml"
    shop.world.github.push(REPOSITORY, message="Agree", files={path: PUSHED}, author="octocat")
    await until(lambda: shop.live, what="a live message")
    shop.world.github.person_deploys(REPOSITORY, "preview", "v1.4.0", "octocat")
    await until(lambda: len(shop.live) == 2, what="another")
    await shop.quiet()
    assert "is yours" in await shop.press(shop.live[0], "Approve")
    assert "hubot" in await shop.claim("dana", "hubot", setup)
    for live in shop.live:
        assert "is yours" in await shop.press(live, "Approve")
    await shop.later(61)
    assert not shop.world.circleci.pipelines
    await shop.press(shop.live[0], "Approve", "sam")
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")


async def test_a_held_job_is_rejected(shop: Shop) -> None:
    """Its workflow is canceled, with who and why."""
    live = await held(shop)
    await shop.type("reject staging looks wrong", "sam")
    await shop.later(10)
    assert "canceled" == shop.world.circleci.pipelines[0].workflows[0].status
    assert shop.eyes.message(live).split("\n")[1:4:2] == snapshot(
        [
            "*staging* · Rejected by sam · requested by dana",
            "| Rejected by sam at <time>: looks wrong.",
        ]
    )
    assert "error: Rejected by sam: looks wrong." == shop.states()[-1]


async def test_circleci_takes_no_approval_from_us(shop: Shop) -> None:
    """Its token may not: the card says so, and where to approve instead."""
    live = await held(shop)
    shop.world.circleci.forbid("POST .*/approve/", 60)
    await shop.press(live, "Approve")
    assert shop.eyes.message(live).split("\n")[3] == snapshot(
        "| Needs approval: `hold`. CircleCI rejected my approval: `Forbidden`. <https://circleci.test/pipelines/gh/acme/shop/1|Approve it on CircleCI>."
    )
    shop.world.circleci.approve_in_page(1)
    await shop.later(60)
    await shop.finish()
    assert "success" == shop.deployments[0].state


@pytest.mark.parametrize(("config", "environ"), [(LEADS, SECRET)])
async def test_a_held_job_is_for_whom_the_file_names(world: World, bot: Bot) -> None:
    """`approvals.from`, else `allow`."""
    shop = Shop(world, bot)
    await prove(shop, "dana", "octocat")
    await shop.bound()
    live = await held(shop)
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana>: `hold` needs approval to deploy `main` to *staging*, requested by dana. Press *Approve* above, or <https://circleci.test/pipelines/gh/acme/shop/1|approve it on CircleCI>."
    )
    assert await shop.press(live, "Approve", "sam") == snapshot(
        "Only `octocat` can approve deployments to *staging*. To show me who you are on GitHub, type `/cimon verify`. Nothing was changed."
    )
    await shop.type("approve staging", "dana")
    await until(lambda: world.circleci.pipelines[0].workflows[0].status == "running", what="it")


@pytest.mark.parametrize("environ", [SECRET])
async def test_nobody_approves_their_own_push_by_a_claim(world: World, bot: Bot) -> None:
    """Nobody has verified the pusher's login: Sam may be the pusher, whatever Sam claims."""
    shop = Shop(world, bot)
    world.github.set_collaborator(REPOSITORY, "kim", "write")
    await prove(shop, "dana", "hubot")
    await shop.bound()
    setup = world.slack.messages(CHANNEL)[0]
    path = ".github/deploybot.yml"
    world.github.push(REPOSITORY, message="Agree", files={path: PUSHED}, author="octocat")
    await until(lambda: shop.live, what="a live message")
    await shop.quiet()
    assert await shop.press(shop.live[-1], "Approve", "sam") == snapshot(
        "`octocat` requested this on GitHub, and your GitHub login isn't verified. Verify it with `/cimon verify`, then approve again."
    )
    assert "octocat" in await shop.claim("sam", "octocat", setup)
    assert "is yours" in await shop.press(shop.live[-1], "Approve", "sam")
    assert "kim" in await shop.claim("sam", "kim", setup)
    assert "isn't verified" in await shop.press(shop.live[-1], "Approve", "sam")
    await shop.later(61)
    assert not world.circleci.pipelines
    await shop.press(shop.live[-1], "Approve", "dana")
    await until(lambda: world.circleci.pipelines, what="a pipeline")
