"""The main job: a command typed in the channel goes out and comes back as one live message."""

from inline_snapshot import snapshot

from tests.e2e.shop import REPOSITORY, Shop


async def test_a_command_becomes_one_live_message(shop: Shop) -> None:
    """It is posted when the pipeline runs, and says in place that it succeeded.

    Other programs find it by its metadata, and read GitHub's state from it.
    """
    live = await shop.deploy("deploy production v1.4.0")
    seen = [live.metadata]
    assert shop.eyes.message(live) == snapshot("""\
“Deploying: v1.4.0 to production, requested by dana.”
*production* · Deploying · requested by dana
| `<https://github.test/acme/shop/tree/v1.4.0|v1.4.0>` · `<https://github.test/acme/shop/commit/c003…|c003>` Count the hats (#1) — by hubot · <https://github.test/acme/shop/issues/1|#1>
| Running since <time>
| [Logs]  [Cancel]\
""")
    await shop.finish()
    assert [live] == shop.live
    number = shop.deployments[0].id
    assert [one and one["event_payload"] for one in (*seen, live.metadata)] == [
        {"repository": "acme/shop", "deployment_id": number, "state": state}
        for state in ("in_progress", "success")
    ]
    assert shop.eyes.message(live) == snapshot("""\
“Deployed in <n s>: v1.4.0 to production, requested by dana.”
*production* · Deployed in <n s> · requested by dana
| `<https://github.test/acme/shop/tree/v1.4.0|v1.4.0>` · `<https://github.test/acme/shop/commit/c003…|c003>` Count the hats (#1) — by hubot · <https://github.test/acme/shop/issues/1|#1>
| <https://circleci.test/pipelines/gh/acme/shop/1|logs>
| [Details]\
""")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `v1.4.0` (by hubot) is live in *production*."
    )


async def test_what_github_and_circleci_are_told(shop: Shop) -> None:
    """The deployment pins the commit and tells who asked; the pipeline gets what is declared.

    Everything but locks, links and bindings can be read back from GitHub.
    """
    await shop.deploy('deploy production v1.4.0 --reason "the hats are in"')
    [pipeline] = shop.world.circleci.pipelines
    assert (None, "v1.4.0") == (pipeline.branch, pipeline.tag)
    told = {name: shop.eyes.plain(str(value)) for name, value in pipeline.parameters.items()}
    assert told == snapshot(
        {
            "deployment_id": "<d1>",
            "environment": "production",
            "ref": "v1.4.0",
            "sha": "c003…",
            "version": "v1.4.0",
            "url": "",
            "task": "deploy",
        }
    )
    await shop.finish()
    [made] = shop.deployments
    assert ("v1.4.0", "production", "deploy") == (made.ref, made.environment, made.task)
    assert made.creator.login == "deploybot[bot]"
    payload = made.payload["deploybot"]
    assert ("command", "dana", "octocat", "the hats are in") == tuple(
        payload[key] for key in ("trigger", "requester", "login", "reason")
    )
    assert shop.world.channel.id == payload["channel"]
    assert payload["request"]
    assert shop.states() == snapshot(
        ["in_progress: Pipeline 1 is running on CircleCI.", "success: Deployed in <n s>."]
    )
    assert shop.eyes.plain(made.statuses[-1].log_url) == snapshot(
        "https://circleci.test/pipelines/gh/acme/shop/1"
    )


async def test_without_a_ref_the_default_branch_is_deployed(shop: Shop) -> None:
    """The head of the default branch, pinned at the moment of asking."""
    await shop.deploy("deploy staging")
    [pipeline] = shop.world.circleci.pipelines
    assert "main" == pipeline.branch
    assert shop.world.github.head(REPOSITORY, "main") == shop.deployments[0].sha


async def test_a_branch(shop: Shop) -> None:
    """A branch with a slash in its name runs on itself."""
    sha = shop.world.github.push(REPOSITORY, "fix/hat-rounding", "Round the hats")
    live = await shop.deploy("deploy staging fix/hat-rounding")
    [pipeline] = shop.world.circleci.pipelines
    assert ("fix/hat-rounding", sha) == (pipeline.branch, pipeline.parameters["sha"])
    assert shop.eyes.message(live) == snapshot("""\
“Deploying: fix/hat-rounding to staging, requested by dana.”
*staging* · Deploying · requested by dana
| `<https://github.test/acme/shop/tree/fix/hat-rounding|fix/hat-rounding>` · `<https://github.test/acme/shop/commit/c005…|c005>` Round the hats — by dana
| Running since <time>
| [Logs]  [Cancel]\
""")


async def test_a_pull_request(shop: Shop) -> None:
    """Its branch for GitHub and CircleCI, and a pull request for people."""
    pull = shop.world.github.open_pull_request(
        REPOSITORY, "fix/brims", "Mend the brims", "Closes #7", author="hubot"
    )
    live = await shop.deploy(f"deploy staging pull/{pull.number}/head")
    [pipeline] = shop.world.circleci.pipelines
    assert "fix/brims" == pipeline.branch == shop.deployments[0].ref
    assert pull.head_sha == shop.deployments[0].sha
    assert shop.eyes.message(live) == snapshot("""\
“Deploying: fix/brims to staging, requested by dana.”
*staging* · Deploying · requested by dana
| `<https://github.test/acme/shop/pull/1|fix/brims>` · `<https://github.test/acme/shop/commit/c005…|c005>` Mend the brims — by hubot · <https://github.test/acme/shop/issues/7|#7>
| Running since <time>
| [Logs]  [Cancel]\
""")


async def test_a_bare_sha(shop: Shop) -> None:
    """A commit that is no ref's head runs on the default branch and is checked out by `sha`."""
    sha = shop.world.github.head(REPOSITORY, "v1.4.0")
    assert sha is not None
    live = await shop.deploy(f"deploy staging {sha[:8]}")
    [pipeline] = shop.world.circleci.pipelines
    assert ("main", sha) == (pipeline.branch, pipeline.parameters["sha"])
    assert sha == shop.deployments[0].sha
    assert shop.eyes.message(live) == snapshot("""\
“Deploying: c003 to staging, requested by dana.”
*staging* · Deploying · requested by dana
| `<https://github.test/acme/shop/commit/c003…|c003>` Count the hats (#1) — by hubot · <https://github.test/acme/shop/issues/1|#1>
| Running since <time>
| [Logs]  [Cancel]\
""")


async def test_tickets_and_changes_are_linked(shop: Shop) -> None:
    """The card links the tickets that the commit names, and what changed since last time."""
    await shop.deploy("deploy production v1.4.0")
    await shop.finish()
    shop.world.github.push(REPOSITORY, message="Wear hats\n\nFixes acme/hats#12 and #3.")
    live = await shop.deploy("deploy production")
    assert shop.eyes.message(live) == snapshot("""\
“Deploying: main to production, requested by dana.”
*production* · Deploying · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c005…|c005>` Wear hats — by dana · <https://github.test/acme/shop/compare/c003…...c005…|changes since the last success> · <https://github.test/acme/hats/issues/12|acme/hats#12> · <https://github.test/acme/shop/issues/3|#3>
| Running since <time>
| [Logs]  [Cancel]\
""")


async def test_a_deployed_url_can_be_opened(shop: Shop) -> None:
    """The environment's address is on GitHub's status and behind *Open*."""
    config = "version: 1\nenvironments: {production: {url: 'https://shop.example.com'}}\n"
    shop.world.github.push(REPOSITORY, files={".github/deploybot.yml": config})
    live = await shop.deploy("deploy production")
    await shop.finish()
    assert "https://shop.example.com" == shop.deployments[0].statuses[-1].environment_url
    assert shop.eyes.message(live) == snapshot("""\
“Deployed in <n s>: main to production, requested by dana.”
*production* · Deployed in <n s> · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c005…|c005>` Change something — by dana
| Open <https://shop.example.com|shop.example.com> · <https://circleci.test/pipelines/gh/acme/shop/1|logs>
| [Details]\
""")
