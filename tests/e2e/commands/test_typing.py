"""What people type, as Slack delivers it: help, mistakes, quotes, spaces, links, mentions."""

from inline_snapshot import snapshot

from tests.e2e.shop import REPOSITORY, Shop


async def test_help_in_a_bound_channel(shop: Shop) -> None:
    """Every command, a line each, in the 200's own body."""
    answered = await shop.world.slack.type_command("shop", "dana", "help")
    assert answered.shown is not None
    assert shop.eyes.message(answered.shown) == snapshot("""\
This channel deploys `acme/shop`.
`/cimon deploy &lt;environment&gt; [ref] [input=value]` deploys a branch, tag, pull request or commit (--force skips checks, windows, freezes and requires, --reason "why", --new for a new environment)
`/cimon list [environment] [--all]` shows what runs where, and the latest deployments
`/cimon status [environment or id]` shows how far a deployment got, step by step
`/cimon diff &lt;environment&gt; [ref]` shows what a deployment would change
`/cimon cancel [environment or id]` cancels the running deployment, or the newest one waiting
`/cimon retry [environment or id]` deploys the same commit again
`/cimon rollback &lt;environment&gt; [ref or id]` goes back to what was live before, or to what you name
`/cimon promote &lt;from&gt; &lt;to&gt;` deploys what's live in one environment to another
`/cimon approve [environment or id]` approves a waiting deployment
`/cimon reject [environment or id] [reason]` rejects a waiting deployment
`/cimon lock &lt;environment&gt;|all [reason]` stops deployments there (--for 2h unlocks it after two hours)
`/cimon unlock &lt;environment&gt;|all` allows deployments again
`/cimon locks` shows what's locked, by whom and why
`/cimon resume &lt;environment&gt;` resumes automatic deployments after a rollback
`/cimon config` shows the configuration in force
`/cimon hello` links people to their GitHub logins
`/cimon verify [code]` proves which GitHub login is yours
`/cimon goodbye` unlinks you from your GitHub login
`/cimon setup owner/repo` connects this channel to a repository
`/cimon reset` disconnects this channel; people stay linked
`/cimon help` shows this list\
""")


async def test_an_environment_typed_as_the_command(shop: Shop) -> None:
    """By its name, or an alias of the file."""
    config = (
        "version: 1\ncircleci: {workflow: deploy}\nenvironments: {up sandbox: {aliases: [box]}}\n"
    )
    shop.world.github.push(REPOSITORY, files={".github/deploybot.yml": config})
    assert await shop.type("production") == snapshot(
        "`production` is an environment, not a command. `/cimon deploy production` deploys to it, `/cimon status production` shows what's happening there."
    )
    await shop.deploy("deploy box")
    assert "up sandbox" == shop.deployments[0].environment
    assert await shop.type("box") == snapshot(
        '`box` is an environment, not a command. `/cimon deploy "up sandbox"` deploys to it, `/cimon status "up sandbox"` shows what\'s happening there.'
    )
    assert await shop.type("deploy") == snapshot("""\
Which environment? Type one of these:
• `/cimon deploy "up sandbox"`
• `/cimon deploy production`
• `/cimon deploy staging`
Nothing was deployed.\
""")


async def test_a_branch_typed_as_the_environment(shop: Shop) -> None:
    """Or a tag, or both the other way round: what it is, and what to type."""
    answers = [
        await shop.type(one)
        for one in ("deploy main", "deploy v1.4.0", "deploy fix/hats production", "deploy mian")
    ]
    shop.world.github.push(REPOSITORY, "fix/hats", "Mend hats")
    answers.append(await shop.type("deploy fix/hats production"))
    assert answers == snapshot(
        [
            """\
`main` is a branch, not an environment. Put the environment first:
• `/cimon deploy production main`
• `/cimon deploy staging main`
Nothing was deployed.\
""",
            """\
`v1.4.0` is a tag, not an environment. Put the environment first:
• `/cimon deploy production v1.4.0`
• `/cimon deploy staging v1.4.0`
Nothing was deployed.\
""",
            """\
2 problems:
• I don't know the environment `fix/hats`. I only know `production`, `staging`. To create it: `/cimon deploy fix/hats --new`.
• `acme/shop` has no branch, tag or commit `production`. Check the spelling or push it first.
Nothing was deployed.\
""",
            "I don't know the environment `mian`. I only know `production`, `staging`. To create it: `/cimon deploy mian --new`. Nothing was deployed.",
            """\
`fix/hats` is a branch, not an environment. Put the environment first:
• `/cimon deploy production fix/hats`
Nothing was deployed.\
""",
        ]
    )
    assert not shop.deployments


async def test_all_mistakes_of_a_line_are_told_at_once(shop: Shop) -> None:
    """To the one who made them."""
    before = len(shop.world.slack.messages("shop"))
    assert await shop.type("deploy production --froce --reason --nwe") == snapshot("""\
3 problems:
• Unknown option `--froce`. Did you mean `--force`?
• Unknown option `--nwe`. Did you mean `--new`?
• `--reason` needs a value: `--reason "why"`.
Nothing was deployed.\
""")
    assert await shop.type("deploy production a=1 b=2") == snapshot("""\
2 problems:
• There's no input `a`: this repository's configuration doesn't have any. If `a=1` is a branch or tag, put it in quotes: `"a=1"`.
• There's no input `b`: this repository's configuration doesn't have any. If `b=2` is a branch or tag, put it in quotes: `"b=2"`.
Nothing was deployed.\
""")
    assert len(shop.world.slack.messages("shop")) == before


async def test_spaces_case_and_quotes(shop: Shop) -> None:
    """None of them matter."""
    await shop.deploy("DEPLOY   “production”    ‘tags/v1.4.0’")
    [deployment] = shop.deployments
    sha = shop.world.github.head(shop.world.repository, "v1.4.0")
    assert ("production", sha) == (deployment.environment, deployment.sha)


async def test_smart_quotes_and_dashes_of_a_telephone(shop: Shop) -> None:
    """`—force —reason “it is fine”` is what a phone makes of it."""
    sha = shop.world.github.head(shop.world.repository, "main") or ""
    shop.world.github.set_check(shop.world.repository, sha, "test", "failure")
    slack = shop.world.slack
    await slack.type_command(
        "shop", "dana", 'deploy production --force --reason "it\'s fine"', smart_quotes=True
    )
    await shop.quiet()
    payload = shop.deployments[0].payload["deploybot"]
    assert (True, "it’s fine") == (payload["force"], payload["reason"])


async def test_a_reason_arrives_as_it_was_typed(shop: Shop) -> None:
    """Brackets, entities and other quotes are its author's, not Slack's."""
    await shop.deploy("deploy `production` *main* --reason “use «quotes» & fix <script> tag &lt;”")
    assert shop.deployments[0].environment == "production"
    assert shop.deployments[0].payload["deploybot"]["reason"] == (
        "use «quotes» & fix <script> tag &lt;"
    )


async def test_an_address_of_a_browser(shop: Shop) -> None:
    """The page of a pull request is what it is about."""
    number = shop.world.github.open_pull_request(REPOSITORY, "fix/hats", title="Mend hats").number
    await shop.deploy(f"deploy staging <https://github.test/{REPOSITORY}/pull/{number}/files>")
    assert ["fix/hats"] == [one.ref for one in shop.deployments]


async def test_a_link_that_slack_made(shop: Shop) -> None:
    """`v1.example.com` in a ref is turned into a link by Slack, and is the ref all the same."""
    shop.world.github.tag(shop.world.repository, "shop.example.com")
    slack = shop.world.slack
    slack.linked_text = False  # this client sends the link as it made it
    answered = await slack.type_command("shop", "dana", "deploy production shop.example.com")
    assert 200 == answered.status
    await shop.quiet()
    assert "shop.example.com" == shop.deployments[0].ref


async def test_markup_that_somebody_types(shop: Shop) -> None:
    """Nothing typed can mention or format."""
    answers = [
        await shop.type("deploy <!channel>"),
        await shop.type("deploy production *`<https://evil.example|main>`*"),
        await shop.type("deploy production @dana"),
    ]
    assert answers == snapshot(
        [
            "`&lt;!channel&gt;` doesn't work as an environment name: use letters from A to Z, digits, spaces and `_ . / -`. For any other name, add it under `environments` in `.github/deploybot.yml`. Nothing was deployed.",
            "`acme/shop` has no branch, tag or commit `&lt;https://evil.example|main&gt;`. Check the spelling or push it first. Nothing was deployed.",
            "`acme/shop` has no branch, tag or commit `@U-dana`. Check the spelling or push it first. Nothing was deployed.",
        ]
    )
    assert not shop.world.slack.notifications


async def test_another_workspace(shop: Shop) -> None:
    """Command, button and event of another `team_id`: refused, and nothing is done."""
    slack = shop.world.slack
    answered = await slack.type_command("shop", "dana", "deploy production", team_id="T0STRANGER")
    assert answered.shown is not None
    assert shop.eyes.message(answered.shown) == snapshot(
        "This deploybot belongs to another Slack workspace, so nothing was done. Type it over there, or have deploybot installed for this workspace."
    )
    live = await shop.deploy("deploy production v1.4.0")
    await slack.press("shop", "sam", live, "cancel", team_id="T0STRANGER")
    await shop.quiet()
    assert 1 == len(shop.deployments)
    assert "in_progress" == shop.deployments[0].state
    channel = shop.world.channel.id
    slack.events.send({"type": "channel_archive", "channel": channel}, team_id="T0STRANGER")
    await shop.quiet()
    assert "acme/shop" in await shop.type("help")
