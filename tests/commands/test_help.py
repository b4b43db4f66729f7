"""`help`, mistyped commands, and who is served at all."""

from pathlib import Path
from typing import get_type_hints

from inline_snapshot import snapshot

from app.commands import ACTIONS, COMMANDS
from app.lifecycle.requests.decision import Nothing
from app.model.triggers import DEPLOYING
from tests.commands.conftest import TEAM_OF_OTHERS, Desk


async def test_help_where_nothing_is_bound(desk: Desk) -> None:
    """Three lines, the first of them how to begin."""
    answer = await desk.type("help")

    assert answer == snapshot("""\
to the person:
`/cimon setup owner/repo` connects this channel to a GitHub repository. Start here.
`/cimon deploy` then deploys it from this channel.
`/cimon goodbye` unlinks you from your GitHub login; `/cimon help` shows this.\
""")
    assert len(answer.splitlines()[1:]) == 3


async def test_help_lists_every_command(desk: Desk) -> None:
    """In the order of `COMMANDS`."""
    await desk.bound()

    assert await desk.type("help") == snapshot("""\
to the person:
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
    assert await desk.type("") == await desk.type("help")


async def test_an_unknown_command_gets_the_closest(desk: Desk) -> None:
    """At once, and again if it was recorded all the same; also of a word for what we call otherwise."""
    for typed, meant in (
        ("depoly production", "deploy"),
        ("liist", "list"),
        ("stauts", "status"),
        ("stop", "cancel"),
        ("abort production", "cancel"),
        ("redeploy", "retry"),
        ("ship it", "deploy"),
        ("revert", "rollback"),
        ("xyzzy", ""),
        ("<!channel>", "cancel"),
    ):
        at_once = await desk.at_once(typed)
        assert at_once is not None
        word = typed.split()[0].replace("<", "&lt;").replace(">", "&gt;")
        guess = f" Did you mean `{meant}`?" if meant else ""
        assert at_once.text == f"I don't know `{word}`.{guess} `/cimon help` lists everything."
        assert await desk.type(typed) == f"to the person:\n{at_once.text}"


async def test_what_is_answered_at_once(desk: Desk) -> None:
    """In the 200's body, for nothing needs to be recorded to say it; commands become asks."""
    for typed in ("", "help", "  HELP  "):
        answer = await desk.at_once(typed)
        assert answer is not None
        assert "setup owner/repo" in answer.text
    answer = await desk.at_once("deploy production --froce")
    assert answer is not None
    assert answer.text == snapshot(
        "Unknown option `--froce`. Did you mean `--force`? Nothing was deployed."
    )

    assert await desk.at_once("list") is None


async def test_commands_need_a_repository(desk: Desk) -> None:
    """Where none is bound, every command says how to bind one."""
    for typed in ("list", "status", "deploy production", "cancel", "retry", "config", "hello"):
        assert await desk.type(typed) == snapshot("""\
to the person:
This channel has no repository yet. Connect one: `/cimon setup owner/repo`.\
""")
    assert "This channel has no repository yet." in await desk.type("reset")


async def test_another_workspace_is_refused(desk: Desk) -> None:
    """Guests of a shared channel too."""
    ask = desk.ask(text="deploy production", team_id=TEAM_OF_OTHERS)

    assert desk.read(await desk.decided(ask)) == snapshot("""\
to the person:
This deploybot belongs to another Slack workspace, so nothing was done. Type it over there, or have deploybot installed for this workspace.\
""")


async def test_an_action_that_nobody_knows_does_nothing(desk: Desk) -> None:
    """A button of an older version, or of nobody."""
    await desk.bound()

    decided = await desk.decided(desk.ask(action="diff", value="1"))

    assert isinstance(decided, Nothing)


async def test_an_event_of_github_is_not_for_commands(desk: Desk) -> None:
    """An ask without a person is left to others."""
    ask = type(desk.ask())(ask_id="x", kind="sweep", asked_at=0.0)

    assert isinstance(await desk.decided(ask), Nothing)


def test_commands_that_deploy_are_listed() -> None:
    """Those that ask the planner: `cancel` drops them, and refusals say that nothing deployed."""
    planning = {one.name for one in COMMANDS if "planner" in get_type_hints(one)}
    assert planning == set(DEPLOYING)


def test_actions_are_those_of_our_buttons() -> None:
    """The entrance lets only these in."""
    assert set(ACTIONS) == {
        "claim",
        "deploy_again",
        "retry_again",
        "cancel",
        "retry",
        "rollback",
        "resume",
        "status",
        "agree",
        "agree_plan",
        "decline",
        "approve",
        "reject",
        "tell_me",
        "unlock",
    }


def test_the_docs_list_every_command() -> None:
    """`docs/commands.md` has each command's line as `help` says it, in the same order."""
    page = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
    usages = [command.usage for command in COMMANDS]
    rows = [f"| `{one.typed.replace('|', chr(92) + '|')}` | {one.does} |" for one in usages]

    assert "\n".join(rows) in page
