"""`diff`: what a deployment would change, either way round."""

import pytest
import pytest_asyncio
from inline_snapshot import snapshot

from sandbox.github.changes.committing import NewCommit, commit, move_branch
from tests.e2e.shop import REPOSITORY, Shop

CONFIG = """\
version: 1
circleci: {workflow: deploy}
environments:
  production: {aliases: [live], ref: v1.4.0}
  "pr{number}": {deploy_on: {pull_request: true}}
"""


@pytest_asyncio.fixture(autouse=True)
async def old_tag(shop: Shop) -> None:
    """An older release beside those that the world has."""
    repository = shop.world.github.state.repository(REPOSITORY)
    shop.world.github.tag(REPOSITORY, "v1.3.9", ref=next(iter(repository.commits)))
    await shop.quiet()


async def live(shop: Shop, typed: str) -> None:
    """Deploy it, and let it succeed."""
    await shop.deploy(typed)
    await shop.finish(len(shop.deployments))


async def test_what_it_would_bring(shop: Shop) -> None:
    """Commits with their authors and pull requests, and the tickets that they name."""
    assert await shop.type("diff production v1.3.9") == snapshot(
        "Nothing is live in *production* yet. `v1.3.9` (`<https://github.test/acme/shop/commit/c001…|c001>`) would be the first."
    )
    await live(shop, "deploy production v1.3.9")
    shop.world.github.push(
        REPOSITORY, message="Sell hats\n\nhttps://app.asana.com/0/12/34 and acme/docs#7"
    )
    await shop.quiet()
    shop.forget_calls()
    assert await shop.type("diff production") == snapshot("""\
Deploying `main` (`<https://github.test/acme/shop/commit/c005…|c005>`) to *production* would add 4 commits. `v1.3.9` (`<https://github.test/acme/shop/commit/c001…|c001>`) has been live there since <time>. <https://github.test/acme/shop/compare/c001…...c005…|Compare on GitHub>
Added:
• `<https://github.test/acme/shop/commit/c005…|c005>` Sell hats — by dana
• `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
• `<https://github.test/acme/shop/commit/c003…|c003>` Count the hats (#1) — by hubot
• `<https://github.test/acme/shop/commit/c002…|c002>` Sell hats — by dana
Tickets: <https://app.asana.com/0/12/34|Asana task> · <https://github.test/acme/docs/issues/7|acme/docs#7> · <https://github.test/acme/shop/issues/1|#1>\
""")
    assert shop.counted() == snapshot(
        {
            "github: GET /repos/acme/shop/compare/c001…...c005…": 2,
            "github: POST /graphql": 3,
            "slack: POST /commands/…": 1,
        }
    )
    assert await shop.type("diff production v1.3.9") == snapshot(
        "`v1.3.9` (`<https://github.test/acme/shop/commit/c001…|c001>`) is already live in *production*, since <time>."
    )
    assert 1 == len(shop.deployments)


async def test_what_it_would_take_out(shop: Shop) -> None:
    """Older code, and a branch that has left what is live behind."""
    await live(shop, "deploy production main")
    assert await shop.type("diff production v1.4.0") == snapshot("""\
Deploying `v1.4.0` (`<https://github.test/acme/shop/commit/c003…|c003>`) to *production* would remove 1 commit. `main` (`<https://github.test/acme/shop/commit/c004…|c004>`) has been live there since <time>. <https://github.test/acme/shop/compare/c003…...c004…|Compare on GitHub>
Removed:
• `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana\
""")
    github = shop.world.github
    github.force_push(REPOSITORY, "hats", next(iter(github.state.repository(REPOSITORY).commits)))
    github.push(REPOSITORY, "hats", "Sell red hats")
    assert await shop.type("diff production hats") == snapshot("""\
Deploying `hats` (`<https://github.test/acme/shop/commit/c005…|c005>`) to *production* would add 1 commit and remove 3 commits. `main` (`<https://github.test/acme/shop/commit/c004…|c004>`) has been live there since <time>. <https://github.test/acme/shop/compare/c004…...c005…|Compare on GitHub>
Added:
• `<https://github.test/acme/shop/commit/c005…|c005>` Sell red hats — by dana
Removed:
• `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
• `<https://github.test/acme/shop/commit/c003…|c003>` Count the hats (#1) — by hubot
• `<https://github.test/acme/shop/commit/c002…|c002>` Sell hats — by dana
Tickets: <https://github.test/acme/shop/issues/1|#1>\
""")


async def test_many_commits(shop: Shop) -> None:
    """The newest, as many as one message holds, and the page with all."""
    await live(shop, "deploy staging v1.4.0")
    with shop.world.github.unsubscribed():
        for number in range(45):
            shop.world.github.push(REPOSITORY, message=f"Commit {number} {'of a long story ' * 20}")
    shown = (await shop.type("diff staging main")).rpartition("\nAdded:\n")[2].splitlines()
    assert len(shown) > 15
    assert "Commit 44 of a long story" in shown[0]
    assert shown[-1] == snapshot("…and 20 older commits.")


@pytest.mark.parametrize("config", [CONFIG])
async def test_the_environments_own_ref(shop: Shop) -> None:
    """By an alias, in any case; without a ref, what would be deployed."""
    await live(shop, "deploy production main")
    assert "`v1.4.0`" in await shop.type("diff LIVE")
    pull = shop.world.github.open_pull_request(REPOSITORY, "hats")
    await shop.quiet()
    await shop.later(40)
    await shop.finish(2)
    assert await shop.type(f"diff pr{pull.number}") == snapshot(
        "`hats` (`<https://github.test/acme/shop/commit/c005…|c005>`) is already live in *pr1*, since <time>."
    )


async def test_what_was_mistyped(shop: Shop) -> None:
    """As for the other commands that read."""
    assert await shop.type("diff") == snapshot("""\
Which environment? Type one of these:
• `/cimon diff production`
• `/cimon diff staging`\
""")
    assert await shop.type("diff prodction") == snapshot(
        "Nothing has been deployed to `prodction` yet. Did you mean `production`?"
    )
    assert await shop.type("diff production mian") == snapshot(
        "`acme/shop` has no branch, tag or commit `mian`. Did you mean `main`?"
    )
    assert await shop.type("diff production main --force") == snapshot(
        "Unknown option `--force`. `/cimon help` lists the options."
    )
    assert await shop.type("dif production") == snapshot(
        "I don't know `dif`. Did you mean `diff`? `/cimon help` lists everything."
    )
    assert await shop.type("compare production") == snapshot(
        "I don't know `compare`. Did you mean `diff`? `/cimon help` lists everything."
    )


async def test_pull_requests_that_are_not_shown(shop: Shop) -> None:
    """Without the permission the commits are listed all the same; a force push shares nothing."""
    await live(shop, "deploy production v1.3.9")
    github = shop.world.github
    pull = github.open_pull_request(REPOSITORY, "hats", title="Hats for #7")
    await shop.quiet()
    assert f"/pull/{pull.number}|#{pull.number}>" in await shop.type("diff production hats")
    github.queries.forbidden.add("Commit.associatedPullRequests")
    assert await shop.type("diff production hats") == snapshot("""\
Deploying `hats` (`<https://github.test/acme/shop/commit/c005…|c005>`) to *production* would add 4 commits. `v1.3.9` (`<https://github.test/acme/shop/commit/c001…|c001>`) has been live there since <time>. <https://github.test/acme/shop/compare/c001…...c005…|Compare on GitHub>
Added:
• `<https://github.test/acme/shop/commit/c005…|c005>` Hats for #7 — by dana
• `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
• `<https://github.test/acme/shop/commit/c003…|c003>` Count the hats (#1) — by hubot
• `<https://github.test/acme/shop/commit/c002…|c002>` Sell hats — by dana
Tickets: <https://github.test/acme/shop/issues/7|#7> · <https://github.test/acme/shop/issues/1|#1>\
""")
    new = NewCommit(repository=github.state.repository(REPOSITORY), message="Begin", user=None)
    move_branch(
        github.hub,
        new.repository,
        "orphan",
        commit(github.hub, new).sha,
        github.state.user("octocat"),
    )
    assert await shop.type("diff production orphan") == snapshot(
        "`orphan` (`<https://github.test/acme/shop/commit/c006…|c006>`) and `v1.3.9` (`<https://github.test/acme/shop/commit/c001…|c001>`), which is live in *production*, have no common history, so I can't list what would change."
    )
