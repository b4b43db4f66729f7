"""The checks of a commit: red ones refuse, pending ones are waited for, ours do not count."""

import pytest
from inline_snapshot import snapshot

from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

NAMED = """\
version: 1
circleci: {workflow: deploy}
environments:
  production:
    checks: [test, "ci/*"]
"""


def head(shop: Shop) -> str:
    """The commit that `main` points to."""
    sha = shop.world.github.head(REPOSITORY, "main")
    assert sha is not None
    return sha


def report(shop: Shop, name: str, state: str, kind: str = "status") -> None:
    """A CI reports on the head of `main`."""
    url = f"https://ci.example.com/{name}"
    shop.world.github.set_check(REPOSITORY, head(shop), name, state, kind, url=url)


async def test_red_checks_refuse_with_links(shop: Shop) -> None:
    """All of them at once, and nothing was deployed."""
    report(shop, "test", "failure")
    report(shop, "lint", "timed_out", "check_run")
    report(shop, "docs", "success")
    assert await shop.type("deploy production") == snapshot(
        "<https://ci.example.com/lint|lint>, <https://ci.example.com/test|test> failed on `c004`. Push a fix or rerun them, then type the command again. To deploy anyway, add `--force`. Nothing was deployed."
    )
    assert not shop.deployments
    assert not shop.live


async def test_force_skips_checks(shop: Shop) -> None:
    """`--force` deploys in spite of them; it and its reason stay on the card and on GitHub."""
    report(shop, "test", "failure")
    live = await shop.deploy('deploy production --force --reason "The site is DOWN"')
    assert shop.deployments[0].payload["deploybot"]["force"]
    assert "forced: The site is DOWN" in shop.eyes.message(live)
    await shop.finish()
    assert "forced: The site is DOWN" in shop.eyes.message(live)
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `main` (forced: The site is DOWN) is live in *production*."
    )
    assert shop.states() == snapshot(
        [
            "in_progress: Pipeline 1 is running on CircleCI. Forced: The site is DOWN",
            "success: Deployed in <n s>. Forced: The site is DOWN",
        ]
    )


@pytest.mark.parametrize("config", [NAMED.replace("checks:", "aliases: [prod]\n    checks:")])
async def test_another_spelling_of_the_environment_evades_no_check(shop: Shop) -> None:
    """Neither created elsewhere, nor retried or typed once GitHub lists that name."""
    shop.world.github.person_deploys(REPOSITORY, "prod")
    await until(lambda: shop.live, what="a card")
    await shop.quiet()
    assert "pending" == shop.deployments[0].state
    report(shop, "test", "failure")
    await until(lambda: shop.deployments[0].state == "error", what="the refusal")
    await shop.quiet()
    assert "failed on" in await shop.press(shop.live[0], "Retry")
    assert "failed on" in await shop.type("deploy prod")
    assert not shop.world.circleci.pipelines


async def test_a_pending_check_is_waited_for(shop: Shop) -> None:
    """GitHub and the card say what is waited for; it starts by itself when that is green."""
    report(shop, "test", "success")
    report(shop, "ci/build", "in_progress", "check_run")
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await until(lambda: shop.live, what="a card")
    await shop.quiet()
    [live] = shop.live
    assert shop.eyes.message(live) == snapshot("""\
“Waiting for checks: main to production, requested by dana.”
*production* · Waiting for checks · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| Waiting for <https://ci.example.com/ci/build|ci/build> (1 of 2 checks passed). Deploys automatically once it passes.
| [Details]  [Cancel]\
""")
    assert shop.states() == snapshot(
        [
            "pending: Waiting for ci/build (1 of 2 checks passed). Deploys automatically once it passes."
        ]
    )
    assert not shop.world.circleci.pipelines
    report(shop, "ci/build", "success", "check_run")
    await until(lambda: shop.deployments[0].state == "in_progress", what="it starts by itself")
    await shop.finish()
    assert shop.states() == snapshot(
        [
            "pending: Waiting for ci/build (1 of 2 checks passed). Deploys automatically once it passes.",
            "in_progress: Pipeline 1 is running on CircleCI.",
            "success: Deployed in <n s>.",
        ]
    )
    assert [live] == shop.live


async def test_a_pending_check_that_fails(shop: Shop) -> None:
    """What was waited for turns red: refused, and said where it waited."""
    report(shop, "ci/build", "pending")
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await until(lambda: shop.live, what="a card")
    await shop.quiet()
    report(shop, "ci/build", "failure")
    await until(lambda: shop.deployments[0].state == "error", what="the refusal")
    await shop.quiet()
    [live] = shop.live
    assert shop.eyes.message(live) == snapshot("""\
“Not started: main to production, requested by dana.”
*production* · Not started · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| <https://ci.example.com/ci/build|ci/build> failed on `c004`. Push a fix or rerun it, then type the command again. To deploy anyway, add `--force`. Nothing was deployed.
| [Retry]\
""")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `main` to *production* didn't start. <https://ci.example.com/ci/build|ci/build> failed on `c004`. The message above says what to do. (also sent to the channel)"
    )
    assert shop.states() == snapshot(
        [
            "pending: Waiting for ci/build (0 of 1 checks passed). Deploys automatically once it passes.",
            "error: ci/build failed on c004. Push a fix or rerun it, then type the command again. To deploy anyway, add --force. Nothing was deployed.",
        ]
    )


async def test_an_event_that_was_lost(shop: Shop) -> None:
    """A check's event does not arrive: the watch sees that it is green."""
    report(shop, "test", "pending")
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await until(lambda: shop.live, what="a card")
    await shop.quiet()
    shop.world.github.deliverer.lose = 1
    report(shop, "test", "success")
    await shop.quiet()
    assert not shop.world.circleci.pipelines
    await shop.later(60)
    assert shop.world.circleci.pipelines


async def test_our_own_pipelines_jobs_do_not_bar_a_retry(shop: Shop) -> None:
    """CircleCI posts a red status for the failed deploy job on the very commit."""
    live = await shop.deploy("deploy production")
    shop.world.circleci.fail(1, "migrate")
    await shop.quiet()
    states = {
        one.context: one.state
        for one in shop.world.github.state.repository(REPOSITORY).statuses[head(shop)]
    }
    assert "failure" == states["ci/circleci: migrate"]
    await shop.press(live, "Retry")
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="a second pipeline")
    await shop.finish(2)
    assert ["failure", "success"] == [one.state for one in shop.deployments]


def runs(shop: Shop) -> list[str]:
    """The names of the check runs on the head."""
    suites = shop.world.github.state.repository(REPOSITORY).suites.get(head(shop), [])
    return [run.name for suite in suites for run in suite.runs]


async def test_nor_does_an_approval_that_was_never_given(shop: Shop) -> None:
    """Its status names the workflow too, and the canceled workflow has a red check run."""
    shop.world.circleci.next_pipeline(hold=True)
    await shop.deploy("deploy staging")
    shop.world.circleci.advance(1)
    shop.world.circleci.advance(1)
    shop.world.circleci.cancel_in_page(1, by="Dana")
    await shop.quiet()
    repository = shop.world.github.state.repository(REPOSITORY)
    statuses = {one.context: one.state for one in repository.statuses[head(shop)]}
    assert "error" == statuses["ci/circleci: deploy/hold"]
    assert ["deploy"] == runs(shop)
    await shop.deploy("deploy production")
    assert 2 == len(shop.world.circleci.pipelines)


BY_APP = "version: 1\ncircleci: {project: circleci/org/app, definition_id: %s}\n"


async def test_nor_does_the_check_run_of_a_github_app_s_project(shop: Shop) -> None:
    """It is named by the workflow and the definition, and there are no statuses."""
    project = shop.world.circleci.add_project("circleci/org/app", organization="acme", name="shop")
    project.repository_id = str(shop.world.github.state.repository(REPOSITORY).id)
    shop.world.circleci.add_webhook(project.slug)
    file = {".github/deploybot.yml": BY_APP % project.definition_id}
    shop.world.github.push(REPOSITORY, files=file)
    await shop.quiet()
    await shop.deploy("deploy staging")
    shop.world.circleci.finish(1, "failed")
    await shop.quiet()
    assert f"deploy-{project.definition_id[:8]}" == runs(shop)[-1]
    await shop.deploy("deploy production")
    assert 2 == len(shop.world.circleci.pipelines)


async def test_a_red_job_of_another_pipeline_still_bars(shop: Shop) -> None:
    """The same commit's own CI failed before we deployed anything: it counts."""
    report(shop, "ci/circleci: build", "failure")
    assert "ci/circleci: build" in await shop.type("deploy production")
    assert not shop.deployments


@pytest.mark.parametrize("config", [NAMED])
async def test_named_checks(shop: Shop) -> None:
    """Only those count; one that was not reported yet is pending."""
    report(shop, "lint", "failure")
    report(shop, "ci/unit", "success")
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await until(lambda: shop.live, what="a card")
    await shop.quiet()
    assert shop.eyes.message(shop.live[0]) == snapshot("""\
“Waiting for checks: main to production, requested by dana.”
*production* · Waiting for checks · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| Waiting for `test` to start (1 of 2 checks passed). Deploys automatically once it passes.
| [Details]  [Cancel]\
""")
    report(shop, "test", "success")
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")


async def test_checks_that_may_not_be_read(shop: Shop) -> None:
    """Nothing is deployed on what nobody can see; the other forbidden parts stop nothing."""
    report(shop, "test", "success")
    shop.world.github.queries.forbidden |= {
        "Commit.associatedPullRequests",
        "Commit.deployments",
        "Repository.environments",
        "Commit.statusCheckRollup",
    }
    assert await shop.type("deploy production") == snapshot(
        "I can't see the checks on `c004`: the GitHub App is missing the permission `Commit statuses: read`. An owner of the organization can grant it. To deploy anyway, add `--force`. Nothing was deployed."
    )
    assert not shop.deployments
    await shop.deploy("deploy production --force")
    await shop.finish()
    assert shop.deployments[0].state == "success"


async def test_an_environment_among_many(shop: Shop) -> None:
    """101 come before it in GitHub's list: what a person names is asked for by name."""
    with shop.world.github.unsubscribed():
        for number in range(101):
            shop.world.github.actions_deploys(REPOSITORY, f"preview-{number:03}")
        shop.world.github.actions_deploys(REPOSITORY, "qa")
    await shop.deploy("deploy qa")
    await shop.finish()
    assert shop.deployments[-1].environment == "qa"
    assert "qa" in await shop.type("list QA")
