"""`.github/deploybot.yml`: what is wrong with it stops deployments, and is said with its line."""

import pytest
from inline_snapshot import snapshot

from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

FILE = ".github/deploybot.yml"
WRONG = """\
version: 1
enviroments:
  production:
    url: https://shop.example.com
"""
SEVERAL = """\
version: 1
circleci:
  workflw: deploy
defaults:
  concurrency: on
environments:
  production:
    chekcs: [test]
"""
FULL = """\
version: 1
circleci:
  workflow: deploy
  parameters: {service: web}
  send: [deployment_id, sha]
defaults: {ref: main, timeout: 20m}
environments:
  production:
    aliases: [prod, live]
    url: https://shop.example.com
    checks: [test]
  staging: {ref: v1.4.0}
"""


async def test_an_unknown_key_stops_deployments(shop: Shop) -> None:
    """File, line, key and the closest key; nothing deploys until it is mended."""
    shop.world.github.push(REPOSITORY, files={FILE: WRONG})
    await shop.quiet()
    assert await shop.type("deploy production") == snapshot(
        "`.github/deploybot.yml`, line 2: `enviroments`: unknown key. Did you mean `environments`? Deployments are blocked until this is fixed on the default branch. Nothing was deployed."
    )
    assert not shop.deployments
    shop.world.github.push(REPOSITORY, files={FILE: "version: 1\n"})
    await shop.quiet()
    await shop.deploy("deploy production")


@pytest.mark.parametrize("config", [SEVERAL])
async def test_everything_that_is_wrong_at_once(shop: Shop) -> None:
    """All problems are told, not the first one only."""
    assert await shop.type("deploy production") == snapshot("""\
3 problems:
• `.github/deploybot.yml`, line 3: `circleci.workflw`: unknown key. Did you mean `workflow`?
• `.github/deploybot.yml`, line 5: `defaults.concurrency`: unknown value on; use queue, cancel, allow.
• `.github/deploybot.yml`, line 8: `environments.production.chekcs`: unknown key. Did you mean `checks`?
Deployments are blocked until this is fixed on the default branch. Nothing was deployed.\
""")
    assert await shop.type("config") == snapshot("""\
<https://github.test/acme/shop/blob/main/.github/deploybot.yml|.github/deploybot.yml> has 3 problems. Deployments are blocked until this is fixed on `main`.
• line 3: circleci.workflw: unknown key; did you mean workflow?
• line 5: defaults.concurrency: unknown value on; use queue, cancel, allow
• line 8: environments.production.chekcs: unknown key; did you mean checks?\
""")


@pytest.mark.parametrize("config", [WRONG])
async def test_a_persons_deployment_is_refused_by_it_too(shop: Shop) -> None:
    """On GitHub's status and in the channel."""
    shop.world.github.person_deploys(REPOSITORY)
    await until(lambda: shop.deployments[0].state == "error", what="the refusal")
    await shop.quiet()
    assert shop.states() == snapshot(
        ["error: .github/deploybot.yml, line 2: enviroments: unknown key."]
    )
    assert shop.eyes.message(shop.live[0]) == snapshot("""\
“Not started: main to production, created on GitHub by octocat.”
*production* · Not started · created on GitHub by octocat
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>`
| I refused the deployment that octocat created on GitHub. Fix this, then create it again or press *Retry*.
| `.github/deploybot.yml`, line 2: `enviroments`: unknown key. Did you mean `environments`? Deployments are blocked until this is fixed on the default branch. Nothing was deployed.
| [Retry]\
""")
    assert not shop.world.circleci.pipelines


@pytest.mark.parametrize("config", [FULL])
async def test_what_it_says_is_shown_and_done(shop: Shop) -> None:
    """Alias, the environment's own ref, constants and the parameters to send."""
    assert await shop.type("config") == snapshot("""\
`acme/shop` uses <https://github.test/acme/shop/blob/main/.github/deploybot.yml|.github/deploybot.yml>.
`circleci.project` `gh/acme/shop` (default)
`circleci.workflow` `deploy` (file)
`circleci.parameters` `service: web` (file)
`circleci.send` `deployment_id, sha` (file)
`defaults.ref` `main` (file)
`defaults.timeout` 20 m (file)
`defaults.concurrency` `queue` (default)
*production*: `aliases` `prod, live` (file) · `url` `https://shop.example.com` (file) · `checks` `test` (file)
*staging*: `ref` `v1.4.0` (file)\
""")
    declared = shop.world.circleci.project("gh/acme/shop").declared
    declared["service"] = "string"
    await shop.deploy("deploy staging")
    [pipeline] = shop.world.circleci.pipelines
    assert "v1.4.0" == pipeline.tag
    assert {"deployment_id", "sha", "service"} == set(pipeline.parameters)
    sha = shop.world.github.head(REPOSITORY, "main") or ""
    shop.world.github.set_check(REPOSITORY, sha, "test", "success")
    await shop.deploy("deploy Live main")
    assert "production" == shop.deployments[-1].environment


async def test_a_branch_cannot_loosen_its_own_rules(shop: Shop) -> None:
    """The file is read from the default branch, whatever branch is deployed."""
    shop.world.github.push(
        REPOSITORY, "mine", files={FILE: "version: 1\ncircleci: {workflow: other}\n"}
    )
    await shop.quiet()
    await shop.deploy("deploy production mine")
    await shop.finish()
    assert "success" == shop.deployments[0].state  # `deploy`, of `main`'s file, is what counts


async def test_a_push_drops_what_was_read_before(shop: Shop) -> None:
    """The very next command goes by the new file."""
    await shop.deploy("deploy staging")
    await shop.finish()
    shop.world.github.push(
        REPOSITORY, files={FILE: "version: 1\nenvironments: {staging: {ref: v1.4.0}}\n"}
    )
    await shop.quiet()
    await shop.deploy("deploy staging")
    assert "v1.4.0" == shop.deployments[-1].ref
