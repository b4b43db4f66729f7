"""`setup` and `reset`: one channel, one repository, and whoever does it first wins."""

import asyncio

import pytest
from inline_snapshot import snapshot

from sandbox.slack.state import Message
from sandbox.world import World
from tests.e2e.running import Bot, until
from tests.e2e.shop import REPOSITORY, Shop


@pytest.fixture
def fresh(world: World, bot: Bot) -> Shop:
    """#shop before anybody typed anything."""
    return Shop(world, bot)


async def test_setup_binds_and_asks_who_is_who(fresh: Shop) -> None:
    """In the channel: what is bound, CircleCI's webhook, a button for each collaborator."""
    assert await fresh.type("setup acme/shop") == snapshot("""\
This channel now deploys `acme/shop`. Type `/cimon deploy` to pick an environment.
CircleCI's webhook is set up, so I'll know when a pipeline ends.
Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.
[hubot]  [octocat]\
""")
    assert fresh.world.slack.workspace.bot.id in fresh.world.channel.members


@pytest.mark.parametrize(
    "typed",
    [
        "setup https://github.com/acme/shop",
        "setup https://github.com/acme/shop/pull/12/files",
        "setup git@github.com:acme/shop.git",
        "setup ACME/Shop",
        "  setup   acme/shop  ",
    ],
)
async def test_a_pasted_address_is_understood(fresh: Shop, typed: str) -> None:
    """Slack turns it into a link; case and spaces do not matter."""
    assert (await fresh.type(typed)).startswith("This channel now deploys `acme/shop`")


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


async def test_no_file_for_circleci(fresh: Shop) -> None:
    """Said; a refusal to read it is not."""
    fresh.world.github.push(REPOSITORY, files={".circleci/config.yml": None})
    assert "There's no `.circleci/config.yml`" in await fresh.type("setup acme/shop")


async def test_again_by_somebody_else(shop: Shop) -> None:
    """The same two once more is no mistake."""
    assert await shop.type("setup acme/shop", "sam") == snapshot("""\
This channel already deploys `acme/shop`. Type `/cimon deploy` to pick an environment.
CircleCI's webhook is set up, so I'll know when a pipeline ends.
Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.
[hubot]\
""")


async def test_a_channel_that_has_another_repository(shop: Shop) -> None:
    """Which one, and how to change that."""
    shop.world.github.add_repository("acme/barn")
    assert await shop.type("setup acme/barn") == snapshot(
        "This channel already deploys `acme/shop`. To change that, type `/cimon reset` first. Nothing was changed."
    )


async def test_a_repository_that_another_channel_has(shop: Shop) -> None:
    """Which channel, linked."""
    shop.world.slack.add_channel("barn")
    assert await shop.type("setup acme/shop", channel="barn") == snapshot(
        "`acme/shop` already deploys from <#shop>, and it can only have one channel. To move it here, type `/cimon reset` there first. Nothing was changed."
    )


async def test_a_repository_that_a_private_channel_has(fresh: Shop) -> None:
    """That it is bound, not where."""
    fresh.world.slack.add_channel("vault", private=True, bot=True)
    fresh.world.slack.add_channel("barn")
    await fresh.type("setup acme/shop", channel="vault")
    assert await fresh.type("setup acme/shop", "sam", "barn") == snapshot(
        "`acme/shop` already deploys from another channel, and it can only have one channel. To move it here, type `/cimon reset` there first. Nothing was changed."
    )


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


async def test_not_installed(fresh: Shop) -> None:
    """The App is not on that owner's account: where to install it."""
    fresh.world.github.add_repository("globex/mill", installed=False, private=False)
    assert await fresh.type("setup globex/mill") == snapshot(
        "My GitHub App isn't installed on `globex/mill`. <https://github.com/apps/deploybot/installations/new|Install it> for `globex` (an owner of the organization may have to approve it), then type the command again. Nothing was changed."
    )


async def test_suspended(fresh: Shop) -> None:
    """Who can lift it."""
    fresh.world.github.suspend(REPOSITORY)
    assert await fresh.type("setup acme/shop") == snapshot(
        "My GitHub App is suspended for `acme`, so deployments are blocked. An owner of `acme` can unsuspend it in <https://github.com/organizations/acme/settings/installations/<installation>|its settings>. Waiting deployments continue automatically if that happens within ten minutes."
    )


async def test_archived(fresh: Shop) -> None:
    """GitHub takes no deployments for it."""
    fresh.world.github.archive(REPOSITORY)
    assert await fresh.type("setup acme/shop") == snapshot(
        "`acme/shop` is archived, so GitHub won't accept deployments for it. Someone with admin access can unarchive it. Nothing was changed."
    )


async def test_unknown(fresh: Shop) -> None:
    """A typo, or one that the App cannot see: GitHub does not say which."""
    assert await fresh.type("setup acme/shpo") == snapshot(
        "I can't find `acme/shpo`: it doesn't exist, or my GitHub App can't see it. Check the spelling, or <https://github.com/apps/deploybot/installations/new|install the App there>. Nothing was changed."
    )


@pytest.mark.parametrize(
    "typed", ["setup", "setup shop", "setup acme/", "setup a b/c", "setup ../etc"]
)
async def test_malformed(fresh: Shop, typed: str) -> None:
    """The form is shown, and nothing was changed."""
    answer = await fresh.type(typed)
    assert "setup owner/repo" in answer or "I don't understand" in answer
    assert not fresh.world.github.faults.made("/repos/")


async def test_what_malformed_looks_like(fresh: Shop) -> None:
    """With and without a word."""
    assert [await fresh.type("setup shop"), await fresh.type("setup")] == snapshot(
        [
            "`shop` isn't a repository name. Type it as `owner/repo` or paste its address: `/cimon setup owner/repo`. Nothing was changed.",
            "The repository's name is missing. Type it as `owner/repo` or paste its address: `/cimon setup owner/repo`. Nothing was changed.",
        ]
    )


async def test_a_direct_message(fresh: Shop) -> None:
    """A repository belongs to a channel."""
    slack = fresh.world.slack
    channel = slack.add_channel("dana-bot", members=["dana"], bot=True)
    channel.is_im = True
    assert await fresh.type("setup acme/shop", channel="dana-bot") == snapshot(
        "That only works in a channel, not in a direct message. Type `/cimon setup owner/repo` in the channel you want to deploy from."
    )


async def test_two_people_race_for_a_repository(fresh: Shop) -> None:
    """In two channels at the same instant: one wins, the other learns who did."""
    fresh.world.slack.add_channel("barn")
    answers = await race(fresh, ("shop", "dana", "acme/shop"), ("barn", "sam", "acme/shop"))
    told = "\n".join(answers)
    assert any(f"already deploys from <#{channel}>" in told for channel in ("shop", "barn"))
    assert told.count("This channel now deploys `acme/shop`") == 1


async def test_two_people_race_for_a_channel(fresh: Shop) -> None:
    """With two repositories in the same channel."""
    fresh.world.github.add_repository("acme/barn")
    answers = await race(fresh, ("shop", "dana", "acme/shop"), ("shop", "sam", "acme/barn"))
    told = "\n".join(answers)
    assert told.count("This channel already deploys `acme/") == 1
    assert told.count("This channel now deploys") == 1


async def race(fresh: Shop, *setups: tuple[str, str, str]) -> list[str]:
    """Type several `setup`s at once; the refusals, then the successes."""
    slack = fresh.world.slack
    await asyncio.gather(
        *(slack.type_command(channel, user, f"setup {name}") for channel, user, name in setups)
    )

    def told() -> list[Message]:
        channels = dict.fromkeys(channel for channel, _, _ in setups)
        posted = [message for channel in channels for message in slack.messages(channel)]
        return [*posted, *slack.workspace.ephemerals]

    await until(lambda: len(told()) == len(setups), what="an answer to each")
    await fresh.quiet()
    answers = [fresh.eyes.message(message) for message in told()]
    return sorted(answers, key=lambda answer: "to this channel now" in answer)


@pytest.mark.parametrize("people", [5, 6, 12, 150])
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
        12: "[Your GitHub login: 12 options]",
        150: (
            "[Your GitHub login (hubot – worker-097): 100 options]"
            "  [Your GitHub login (worker-098 – worker-147): 50 options]"
        ),
    }
    assert expected[people] == controls
    last = "worker-147" if people == 150 else "octocat"
    assert f"You're linked to `{last}`" in await fresh.claim("sam", last, message)


async def test_circlecis_webhook_cannot_be_created(fresh: Shop) -> None:
    """The token may not: the steps, with address, event and the name of the secret."""
    fresh.world.circleci.project("gh/acme/shop").webhooks.clear()
    fresh.world.circleci.switches.admin = False
    assert await fresh.type("setup acme/shop") == snapshot("""\
This channel now deploys `acme/shop`. Type `/cimon deploy` to pick an environment.
CircleCI doesn't tell me yet when a pipeline ends (Forbidden), so outcomes show up a bit late. To fix it, open <https://circleci.test/settings/project/gh/acme/shop/webhooks|Project Settings → Webhooks> on CircleCI, add `https://bot.test/circleci/webhook` with the event *Workflow Completed* and the secret from `CIRCLECI_WEBHOOK_SECRET`.
Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.
[hubot]  [octocat]\
""")


async def test_circleci_does_not_know_the_project(fresh: Shop) -> None:
    """It is bound, and what is missing is said."""
    del fresh.world.circleci.state.projects["gh/acme/shop"]
    assert await fresh.type("setup acme/shop") == snapshot("""\
This channel now deploys `acme/shop`. Type `/cimon deploy` to pick an environment.
CircleCI doesn't know the project `gh/acme/shop` yet. Follow it on CircleCI or set `circleci.project` in `.github/deploybot.yml`, then type `/cimon setup acme/shop` again to check.
Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.
[hubot]  [octocat]\
""")


async def test_circleci_is_down(fresh: Shop) -> None:
    """It is bound all the same."""
    fresh.world.circleci.faults.add("^", status=503, times=None)
    assert await fresh.type("setup acme/shop") == snapshot("""\
This channel now deploys `acme/shop`. Type `/cimon deploy` to pick an environment.
I couldn't check CircleCI's webhook (`HTTP 503`). Deployments work without it, but outcomes show up a bit late.
Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.
[hubot]  [octocat]\
""")


async def test_reset_releases(shop: Shop) -> None:
    """For everybody to see; people stay linked; the repository can go elsewhere."""
    assert await shop.type("reset") == snapshot(
        "<@dana> disconnected this channel from `acme/shop`. People stay linked, and deployments on GitHub stay as they are. To connect a repository again, type `/cimon setup owner/repo`."
    )
    shop.world.slack.add_channel("barn")
    answer = await shop.type("setup acme/shop", channel="barn")
    assert "[octocat]" not in answer  # Dana is octocat still
    assert "[hubot]" in answer


async def test_reset_of_nothing(fresh: Shop) -> None:
    """There is no repository to release."""
    assert await fresh.type("reset") == snapshot(
        "This channel has no repository yet. Connect one: `/cimon setup owner/repo`."
    )


async def test_a_rename_on_github_is_followed(shop: Shop) -> None:
    """The id stays: a deployment of the renamed repository comes to the same channel."""
    shop.world.github.rename(REPOSITORY, "store")
    await shop.quiet()
    assert "`acme/store`" in await shop.type("help")
    shop.world.circleci.add_project("gh/acme/store")
    await shop.deploy("deploy production")
    assert "acme/store" == (shop.live[0].metadata or {})["event_payload"]["repository"]


async def test_uninstalled_while_bound(shop: Shop) -> None:
    """The next command says who can install it again."""
    shop.world.github.uninstall(REPOSITORY)
    await shop.quiet()
    assert await shop.type("deploy production") == snapshot(
        "My GitHub App was uninstalled from `acme/shop`, so deployments are blocked. An owner of `acme` can <https://github.com/apps/deploybot/installations/new|install it again>. Waiting deployments continue automatically if that happens within ten minutes."
    )


async def test_suspended_and_lifted_while_bound(shop: Shop) -> None:
    """Said while it lasts; then all is as before."""
    shop.world.github.suspend(REPOSITORY)
    await shop.quiet()
    assert await shop.type("deploy production") == snapshot(
        "My GitHub App is suspended for `acme`, so deployments are blocked. An owner of `acme` can unsuspend it in <https://github.com/organizations/acme/settings/installations/<installation>|its settings>. Waiting deployments continue automatically if that happens within ten minutes."
    )
    shop.world.github.unsuspend(REPOSITORY)
    await shop.quiet()
    await shop.deploy("deploy production")
