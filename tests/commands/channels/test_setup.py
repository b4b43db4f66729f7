"""`setup` and `reset`: one channel, one repository, whatever is typed and whoever races."""

import asyncio

import pytest
from inline_snapshot import snapshot

from tests.commands.conftest import Desk

JSON = {"Content-Type": "application/json"}


async def test_setup_binds_and_asks_who_is_who(desk: Desk) -> None:
    """The answer is for the channel: who binds it need not be who claims a login."""
    assert await desk.type("setup acme/shop") == snapshot("""\
to the channel:
This channel now deploys `acme/shop`. Type `/cimon deploy` to pick an environment.
CircleCI's webhook is set up, so I'll know when a pipeline ends.
Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.
[hubot] [octocat]\
""")

    project = await desk.outside.store.project_of_channel(desk.world.channel.id)
    assert project is not None
    assert (project.repository, project.slack_channel) == ("acme/shop", "shop")
    assert desk.world.slack.workspace.bot.id in desk.world.channel.members


@pytest.mark.parametrize(
    "typed",
    [
        "https://github.com/acme/shop/tree/main?x=1",
        "ACME/Shop",
    ],
)
async def test_a_pasted_address_is_understood(desk: Desk, typed: str) -> None:
    """Whatever a browser or git shows names the repository."""
    await desk.type(f"setup {typed}")

    project = await desk.outside.store.project_of_channel(desk.world.channel.id)
    assert project is not None
    assert project.repository == "acme/shop"


async def test_setup_twice_is_no_mistake(desk: Desk) -> None:
    """What is bound to each other already is said to be so."""
    await desk.bound()

    assert await desk.type("setup acme/shop") == snapshot("""\
to the person:
This channel already deploys `acme/shop`. Type `/cimon deploy` to pick an environment.
CircleCI's webhook is set up, so I'll know when a pipeline ends.
Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.
[hubot] [octocat]\
""")


async def test_an_ask_decided_twice_says_the_same(desk: Desk) -> None:
    """A crash between binding and answering is not told as 'already bound'."""
    ask = desk.ask(text="setup acme/shop")
    first = desk.read(await desk.decided(ask))

    assert desk.read(await desk.decided(ask)) == first


async def test_a_bound_channel_names_its_repository(desk: Desk) -> None:
    """The way out is `reset`."""
    desk.world.github.add_repository("acme/other")
    await desk.bound()

    assert await desk.type("setup acme/other") == snapshot("""\
to the person:
This channel already deploys `acme/shop`. To change that, type `/cimon reset` first. Nothing was changed.\
""")


async def test_a_bound_repository_links_its_channel(desk: Desk) -> None:
    """The other channel is linked, because anybody may look into it."""
    desk.world.slack.add_channel("other")
    await desk.bound()

    assert await desk.type("setup acme/shop", channel="other") == snapshot("""\
to the person:
`acme/shop` already deploys from <#shop>, and it can only have one channel. To move it here, type `/cimon reset` there first. Nothing was changed.\
""")


async def test_a_private_channel_is_not_given_away(desk: Desk) -> None:
    """That it is bound elsewhere is all that is said of a private channel."""
    desk.world.slack.add_channel("secret", private=True)
    desk.world.slack.invite_bot("secret")
    await desk.type("setup acme/shop", channel="secret")

    assert await desk.type("setup acme/shop") == snapshot("""\
to the person:
`acme/shop` already deploys from another channel, and it can only have one channel. To move it here, type `/cimon reset` there first. Nothing was changed.\
""")


async def test_two_people_race_for_a_repository(desk: Desk) -> None:
    """One of two channels gets it, the other one is told which."""
    desk.world.slack.add_channel("other")

    answers = await asyncio.gather(
        desk.type("setup acme/shop", "dana", "shop"),
        desk.type("setup acme/shop", "sam", "other"),
    )

    assert sum("This channel now deploys" in answer for answer in answers) == 1
    assert sum("already deploys from <#" in answer for answer in answers) == 1


async def test_two_people_race_for_a_channel(desk: Desk) -> None:
    """One of two repositories gets the channel."""
    desk.world.github.add_repository("acme/other")

    answers = await asyncio.gather(
        desk.type("setup acme/shop", "dana"), desk.type("setup acme/other", "sam")
    )

    assert sum("This channel now deploys" in answer for answer in answers) == 1
    assert sum("This channel already deploys" in answer for answer in answers) == 1


async def test_a_repository_that_is_not_there(desk: Desk) -> None:
    """Not there and not visible are the same to us; the App can be installed by the link."""
    assert await desk.type("setup acme/shpo") == snapshot("""\
to the person:
I can't find `acme/shpo`: it doesn't exist, or my GitHub App can't see it. Check the spelling, or <https://github.com/apps/deploybot/installations/new|install the App there>. Nothing was changed.\
""")


async def test_a_repository_without_the_app(desk: Desk) -> None:
    """The install link is for that owner."""
    desk.world.github.add_repository("umbrella/lab", installed=False, private=False)

    assert await desk.type("setup umbrella/lab") == snapshot("""\
to the person:
My GitHub App isn't installed on `umbrella/lab`. <https://github.com/apps/deploybot/installations/new|Install it> for `umbrella` (an owner of the organization may have to approve it), then type the command again. Nothing was changed.\
""")


async def test_a_suspended_app(desk: Desk) -> None:
    """Who can lift it is said."""
    desk.world.github.suspend("acme/shop")

    assert await desk.type("setup acme/shop") == snapshot("""\
to the person:
My GitHub App is suspended for `acme`, so deployments are blocked. An owner of `acme` can unsuspend it in <https://github.com/organizations/acme/settings/installations/186853010|its settings>. Waiting deployments continue automatically if that happens within ten minutes.\
""")


async def test_an_archived_repository(desk: Desk) -> None:
    """GitHub takes no deployments for it, so it is not bound."""
    desk.world.github.archive("acme/shop")

    assert await desk.type("setup acme/shop") == snapshot("""\
to the person:
`acme/shop` is archived, so GitHub won't accept deployments for it. Someone with admin access can unarchive it. Nothing was changed.\
""")
    assert await desk.outside.store.project_of_channel(desk.world.channel.id) is None


async def test_a_name_that_is_none(desk: Desk) -> None:
    """The form is shown, with and without a word; GitHub is not asked."""
    assert [await desk.type("setup shop"), await desk.type("setup")] == snapshot(
        [
            """\
to the person:
`shop` isn't a repository name. Type it as `owner/repo` or paste its address: `/cimon setup owner/repo`. Nothing was changed.\
""",
            """\
to the person:
The repository's name is missing. Type it as `owner/repo` or paste its address: `/cimon setup owner/repo`. Nothing was changed.\
""",
        ]
    )
    assert not desk.world.github.faults.made("/repos/")


async def test_a_direct_message_has_no_repository(desk: Desk) -> None:
    """A repository belongs to a channel."""
    desk.world.slack.add_channel("talk").is_im = True

    assert await desk.type("setup acme/shop", channel="talk") == snapshot("""\
to the person:
That only works in a channel, not in a direct message. Type `/cimon setup owner/repo` in the channel you want to deploy from.\
""")


async def test_circleci_without_the_project(desk: Desk) -> None:
    """What is missing at CircleCI is said at once, not at the first deployment."""
    desk.world.github.add_repository("acme/new", {}, {"octocat": "admin"})

    assert await desk.type("setup acme/new") == snapshot("""\
to the channel:
This channel now deploys `acme/new`. Type `/cimon deploy` to pick an environment.
CircleCI doesn't know the project `gh/acme/new` yet. Follow it on CircleCI or set `circleci.project` in `.github/deploybot.yml`, then type `/cimon setup acme/new` again to check.
`.circleci/config.yml` on the default branch isn't ready for deployments yet:
• I send parameters that it doesn't declare. Add:
```parameters:
  deployment_id: {type: string, default: ""}
  sha: {type: string, default: ""}
  environment: {type: string, default: ""}
  ref: {type: string, default: ""}
  version: {type: string, default: ""}
  url: {type: string, default: ""}
  task: {type: string, default: ""}```
• No workflow is set up for deployments. Add `when: &lt;&lt; pipeline.parameters.deployment_id &gt;&gt;` to the one that deploys.
• No job checks out the deployment's commit. Run `git checkout &lt;&lt; pipeline.parameters.sha &gt;&gt;` after `checkout`.
Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.
[octocat]\
""")


async def test_circleci_down_does_not_hinder(desk: Desk) -> None:
    """The channel is bound all the same."""
    desk.world.circleci.faults.add("webhook|project", status=503, times=None)

    assert await desk.type("setup acme/shop") == snapshot("""\
to the channel:
This channel now deploys `acme/shop`. Type `/cimon deploy` to pick an environment.
I couldn't check CircleCI's webhook (`HTTP 503`). Deployments work without it, but outcomes show up a bit late.
Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.
[hubot] [octocat]\
""")


@pytest.mark.parametrize("config", ["version: 1\nenviroments: {}\n"])
async def test_an_invalid_configuration_is_told(desk: Desk) -> None:
    """Binding works; that nothing would deploy is said."""
    assert await desk.type("setup acme/shop") == snapshot("""\
to the channel:
This channel now deploys `acme/shop`. Type `/cimon deploy` to pick an environment.
`.github/deploybot.yml`, line 2: `enviroments`: unknown key. Did you mean `environments`? Deployments are blocked until this is fixed on the default branch. Nothing was deployed.
Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.
[hubot] [octocat]\
""")


async def test_reset_keeps_the_links_of_people(desk: Desk) -> None:
    """The channel is told; a second reset has nothing to release."""
    await desk.bound()
    await desk.press("claim", "583231 octocat")

    assert await desk.type("reset") == snapshot("""\
to the channel:
<@dana> disconnected this channel from `acme/shop`. People stay linked, and deployments on GitHub stay as they are. To connect a repository again, type `/cimon setup owner/repo`.\
""")
    assert await desk.type("reset") == snapshot("""\
to the person:
This channel has no repository yet. Connect one: `/cimon setup owner/repo`.\
""")
    dana = desk.world.slack.dana.id
    assert await desk.outside.store.user_of_slack(dana) is not None


async def test_a_channel_that_cannot_be_joined_asks_for_an_invitation(desk: Desk) -> None:
    """Slack may forbid joining; binding works all the same."""
    desk.world.slack.faults.add(
        "conversations.join",
        status=200,
        body='{"ok": false, "error": "missing_scope"}',
        headers=JSON,
    )

    assert "I'm not a member of this channel" in await desk.type("setup acme/shop")


async def test_circleci_that_may_not_make_the_webhook(desk: Desk) -> None:
    """The steps to make it by hand."""
    desk.world.circleci.project("gh/acme/shop").webhooks.clear()
    desk.world.circleci.faults.add("POST /api/v2/webhook", status=403, body='{"message": "Denied"}')

    assert await desk.type("setup acme/shop") == snapshot("""\
to the channel:
This channel now deploys `acme/shop`. Type `/cimon deploy` to pick an environment.
CircleCI doesn't tell me yet when a pipeline ends (Denied), so outcomes show up a bit late. To fix it, open <https://circleci.test/settings/project/gh/acme/shop/webhooks|Project Settings → Webhooks> on CircleCI, add `https://bot.example/circleci/webhook` with the event *Workflow Completed* and the secret from `CIRCLECI_WEBHOOK_SECRET`.
Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.
[hubot] [octocat]\
""")


async def test_collaborators_that_github_keeps_to_itself(desk: Desk) -> None:
    """Who is who can wait; the missing permission is said."""
    desk.world.github.faults.add(
        "/collaborators", status=403, body='{"message": "Must have push access"}', headers=JSON
    )
    desk.world.github.faults.add(
        "POST /graphql",
        skip=2,
        status=200,
        body='{"errors": [{"type": "FORBIDDEN", "message": "Must have push access"}]}',
        headers=JSON,
    )

    assert await desk.type("setup acme/shop") == snapshot("""\
to the channel:
This channel now deploys `acme/shop`. Type `/cimon deploy` to pick an environment.
CircleCI's webhook is set up, so I'll know when a pipeline ends.
GitHub refused this: `Must have push access`. An owner of the organization can check the App's permissions in its settings. Nothing was deployed.\
""")
