"""`setup` and `reset`: one channel, one repository, and whoever does it first wins."""

import pytest
from inline_snapshot import snapshot

from sandbox.world import World
from tests.e2e.running import Bot
from tests.e2e.shop import REPOSITORY, Shop


@pytest.fixture
def fresh(world: World, bot: Bot) -> Shop:
    """#shop before anybody typed anything."""
    return Shop(world, bot)


async def test_setup_binds_and_asks_who_is_who(fresh: Shop) -> None:
    """In the channel: what is bound, CircleCI's webhook, a button for each collaborator.

    Slack turns an address into a link.
    """
    assert await fresh.type("  setup  https://github.com/acme/shop/pull/12/files ") == snapshot("""\
This channel now deploys `acme/shop`. Type `/cimon deploy` to pick an environment.
CircleCI's webhook is set up, so I'll know when a pipeline ends.
Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.
[hubot]  [octocat]\
""")
    assert fresh.world.slack.workspace.bot.id in fresh.world.channel.members


async def test_what_circleci_s_file_lacks(fresh: Shop) -> None:
    """The lines to add, before the first deployment meets them."""
    poor = """\
version: 2.1
parameters:
  deployment_id: {type: boolean, default: false}
  environment: {type: string, default: ""}
jobs: {release: {steps: [checkout]}}
workflows:
  deploy:
    when: << pipeline.parameters.deployment_id >>
    jobs: [release]
"""
    files = {
        ".circleci/config.yml": poor,
        ".github/deploybot.yml": (
            "circleci: {workflow: deploy, send: [environment], parameters: {canary: true}}\n"
        ),
    }
    fresh.world.github.push(REPOSITORY, files=files)
    assert await fresh.type("setup acme/shop") == snapshot("""\
This channel now deploys `acme/shop`. Type `/cimon deploy` to pick an environment.
CircleCI's webhook is set up, so I'll know when a pipeline ends.
`.circleci/config.yml` on the default branch isn't ready for deployments yet:
• I send parameters that it doesn't declare. Add:
```parameters:
  canary: {type: boolean, default: false}
  deployment_id: {type: string, default: ""}
  sha: {type: string, default: ""}```
• No job checks out the deployment's commit. Run `git checkout &lt;&lt; pipeline.parameters.sha &gt;&gt;` after `checkout`.
• Tags can't be deployed: add `filters: {tags: {only: /.*/}}` to `release` in its workflow.
Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.
[hubot]  [octocat]\
""")
    fresh.world.github.push(REPOSITORY, files={".circleci/config.yml": None})
    assert "There's no `.circleci/config.yml`" in await fresh.type("setup acme/shop")


async def test_a_private_channel_that_the_bot_is_not_in(fresh: Shop) -> None:
    """It is bound all the same, and asks for an invitation."""
    fresh.world.slack.add_channel("vault", private=True)
    assert await fresh.type("setup acme/shop", channel="vault") == snapshot("""\
This channel now deploys `acme/shop`. Type `/cimon deploy` to pick an environment.
I'm not a member of this private channel, so I can't post here yet. Invite me: `/invite @deploybot`.
CircleCI's webhook is set up, so I'll know when a pipeline ends.
Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.
[hubot]  [octocat]\
""")


@pytest.mark.parametrize("people", [5, 6, 150])
async def test_many_collaborators(fresh: Shop, people: int) -> None:
    """Up to five get a button each, more a searchable select, more than a hundred two of them."""
    repository = fresh.world.github.state.repository(REPOSITORY)
    for number in range(people - len(repository.collaborators)):
        fresh.world.github.state.user(f"worker-{number:03}")
        repository.collaborators[f"worker-{number:03}"] = "write"
    await fresh.type("setup acme/shop")
    message = fresh.world.slack.messages("shop")[-1]
    controls = fresh.eyes.message(message).split("\n")[-1]
    expected = {
        5: "[hubot]  [octocat]  [worker-000]  [worker-001]  [worker-002]",
        6: "[Your GitHub login: 6 options]",
        150: (
            "[Your GitHub login (hubot – worker-097): 100 options]"
            "  [Your GitHub login (worker-098 – worker-147): 50 options]"
        ),
    }
    assert expected[people] == controls
    last = "worker-147" if people == 150 else "octocat"
    assert f"You're linked to `{last}`" in await fresh.claim("sam", last, message)


async def test_reset_releases(shop: Shop) -> None:
    """For everybody to see; people stay linked; the repository can go elsewhere."""
    assert await shop.type("reset") == snapshot(
        "<@dana> disconnected this channel from `acme/shop`. People stay linked, and deployments on GitHub stay as they are. To connect a repository again, type `/cimon setup owner/repo`."
    )
    shop.world.slack.add_channel("barn")
    answer = await shop.type("setup acme/shop", channel="barn")
    assert "[octocat]" not in answer  # Dana is octocat still
    assert "[hubot]" in answer


async def test_a_rename_on_github_is_followed(shop: Shop) -> None:
    """The id stays: a deployment of the renamed repository comes to the same channel."""
    shop.world.github.rename(REPOSITORY, "store")
    await shop.quiet()
    assert "`acme/store`" in await shop.type("help")
    shop.world.circleci.add_project("gh/acme/store")
    await shop.deploy("deploy production")
    assert "acme/store" == (shop.live[0].metadata or {})["event_payload"]["repository"]


async def test_suspended_lifted_and_uninstalled_while_bound(shop: Shop) -> None:
    """Said while it lasts; then all is as before; then who can install it again is said."""
    shop.world.github.suspend(REPOSITORY)
    await shop.quiet()
    assert await shop.type("deploy production") == snapshot(
        "My GitHub App is suspended for `acme`, so deployments are blocked. An owner of `acme` can unsuspend it in <https://github.com/organizations/acme/settings/installations/<installation>|its settings>. Waiting deployments continue automatically if that happens within ten minutes."
    )
    shop.world.github.unsuspend(REPOSITORY)
    await shop.quiet()
    await shop.deploy("deploy production")
    shop.world.github.uninstall(REPOSITORY)
    await shop.quiet()
    assert await shop.type("deploy production") == snapshot(
        "My GitHub App was uninstalled from `acme/shop`, so deployments are blocked. An owner of `acme` can <https://github.com/apps/deploybot/installations/new|install it again>. Waiting deployments continue automatically if that happens within ten minutes."
    )
