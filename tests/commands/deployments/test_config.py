"""`config`: what is in force, where it comes from, and what is wrong with it."""

import pytest
from inline_snapshot import snapshot

from tests.commands.conftest import Desk

OWN = """\
version: 1
workflow: github-flow
circleci: {workflow: deploy, parameters: {service: web}}
defaults: {timeout: 20m}
environments:
  production:
    aliases: [live]
    checks: [test, "ci/*"]
    url: https://shop.example.com
    allow: ["@octocat"]
"""


async def test_no_file(desk: Desk) -> None:
    """The defaults are in force, and told."""
    await desk.bound()

    assert await desk.type("config") == snapshot("""\
to the person:
`acme/shop` has no `.github/deploybot.yml`, so the defaults apply.
`circleci.project` `gh/acme/shop` (default)
`circleci.send` `environment, ref, version, url, task` (default)
`defaults.timeout` 1 h (default)
`defaults.concurrency` `queue` (default)
`defaults.ref` `main` (default)
*production*: defaults
*staging*: defaults\
""")


@pytest.mark.parametrize("config", [OWN])
async def test_a_file_over_a_preset(desk: Desk) -> None:
    """Each part with where it comes from; what is not enforced yet is said to be so."""
    await desk.bound()

    assert await desk.type("config") == snapshot("""\
to the person:
`acme/shop` uses <https://github.com/acme/shop/blob/main/.github/deploybot.yml|.github/deploybot.yml>, on top of the preset `github-flow`.
`circleci.project` `gh/acme/shop` (default)
`circleci.workflow` `deploy` (file)
`circleci.parameters` `service: web` (file)
`circleci.send` `environment, ref, version, url, task` (default)
`defaults.timeout` 20 m (file)
`defaults.concurrency` `queue` (default)
`defaults.ref` `main` (default)
*pr{number}*: `deploy_on` `pull_request: true` (preset) · `transient` `true` (preset)
*preview*: `deploy_on` `push: {default_branch}` (preset)
*test*: `deploy_on` `push: release*` (preset)
*production*: `aliases` `live` (file) · `deploy_on` `tag: v*, [0-9]*` (preset) · `url` `https://shop.example.com` (file) · `checks` `test, ci/*` (file) · `allow` `@octocat` (file)
*staging*: `requires` `test` (preset)\
""")


@pytest.mark.parametrize("config", ["version: 2\nenviroments: {<!channel>: 1}\n"])
async def test_an_invalid_file(desk: Desk) -> None:
    """Every problem with its line; nothing of the file is shown unescaped."""
    await desk.bound()

    assert await desk.type("config") == snapshot("""\
to the person:
<https://github.com/acme/shop/blob/main/.github/deploybot.yml|.github/deploybot.yml> has 2 problems. Deployments are blocked until this is fixed on `main`.
• line 1: version: must be 1
• line 2: enviroments: unknown key; did you mean environments?\
""")
