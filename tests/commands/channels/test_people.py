"""`hello`, `goodbye` and the claim buttons: one Slack user, one GitHub login."""

import asyncio

from inline_snapshot import snapshot

from app.lifecycle.requests.decision import Reply
from tests.commands.conftest import Desk


async def claims(desk: Desk) -> dict[str, str]:
    """What the claim buttons of `hello` carry, by login."""
    decided = await desk.decide("hello")
    assert isinstance(decided, Reply)
    return {button.label: button.value for button in decided.answer.buttons}


async def test_hello_asks_those_who_are_not_linked(desk: Desk) -> None:
    """Everybody in the channel sees the buttons."""
    await desk.bound()

    assert await desk.type("hello") == snapshot("""\
to the channel:
2 people who work on `acme/shop` aren't linked to Slack yet.
Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.
[hubot] [octocat]\
""")


async def test_a_claim_links_who_pressed(desk: Desk) -> None:
    """The answer says what for, and how to undo it."""
    await desk.bound()
    value = (await claims(desk))["octocat"]

    assert await desk.press("claim", value) == snapshot("""\
to the person:
You're linked to `octocat`. I'll mention you when your deployments or commits go out. Not you? `/cimon goodbye` undoes it.\
""")
    assert (await claims(desk)).keys() == {"hubot"}
    assert await desk.press("claim", value) == snapshot("""\
to the person:
You're already linked to `octocat`.\
""")


async def test_a_claimed_login_is_not_taken_away(desk: Desk) -> None:
    """Its owner is named, who alone can give it back."""
    await desk.bound()
    value = (await claims(desk))["octocat"]
    await desk.press("claim", value, user="dana")

    assert await desk.press("claim", value, user="sam") == snapshot("""\
to the person:
`octocat` is already linked to <@dana>. If it's yours, ask them to type `/cimon goodbye`, then choose it again. Nothing was changed.\
""")


async def test_claiming_another_login_moves_the_link(desk: Desk) -> None:
    """A person has one login; the former is free again."""
    await desk.bound()
    values = await claims(desk)
    await desk.press("claim", values["octocat"])

    assert await desk.press("claim", values["hubot"]) == snapshot("""\
to the person:
You're linked to `hubot` instead of `octocat`. I'll mention you when your deployments or commits go out. Not you? `/cimon goodbye` undoes it.\
""")
    assert (await claims(desk)).keys() == {"octocat"}


async def test_two_people_press_the_same_button(desk: Desk) -> None:
    """One of them is linked, the other one is told."""
    await desk.bound()
    value = (await claims(desk))["octocat"]

    answers = await asyncio.gather(
        desk.press("claim", value, "dana"), desk.press("claim", value, "sam")
    )

    assert sum("You're linked to" in answer for answer in answers) == 1
    assert sum("is already linked to <@" in answer for answer in answers) == 1


async def test_a_claim_decided_twice_says_the_same(desk: Desk) -> None:
    """A crash between linking and answering is not told as 'already linked'."""
    await desk.bound()
    ask = desk.ask(action="claim", value=(await claims(desk))["octocat"])
    first = desk.read(await desk.decided(ask))

    assert desk.read(await desk.decided(ask)) == first


async def test_a_claim_that_is_none_of_ours_links_nobody(desk: Desk) -> None:
    """A value that we never put into a button, and one that no store takes, are answered."""
    for value in ("octocat", f"{10**26} octocat", "\u0663 octocat", ""):
        assert await desk.press("claim", value) == snapshot("""\
to the person:
I can't read that button, so nothing was changed. Type `/cimon hello` for a new one.\
"""), value


async def test_setup_where_github_does_not_tell_who_is_who(desk: Desk) -> None:
    """It is bound all the same, and says how people link themselves later."""
    desk.world.github.faults.add("POST /graphql", skip=1, status=503, times=None)

    assert await desk.type("setup acme/shop") == snapshot("""\
to the channel:
This channel now deploys `acme/shop`. Type `/cimon deploy` to pick an environment.
CircleCI's webhook is set up, so I'll know when a pipeline ends.
GitHub didn't tell me who works on `acme/shop` (`503 Service Unavailable`). Deployments still work; `/cimon hello` links people to their logins later.\
""")


async def test_hello_when_everybody_is_known(desk: Desk) -> None:
    """There is nothing to do."""
    await desk.bound()
    for user, login in (("dana", "octocat"), ("sam", "hubot")):
        await desk.press("claim", (await claims(desk))[login], user)

    assert await desk.type("hello") == snapshot("""\
to the person:
Everyone who works on `acme/shop` is already linked to Slack.\
""")


async def test_hello_when_github_lists_nobody(desk: Desk) -> None:
    """A repository without collaborators is not one where everybody is linked."""
    desk.world.github.add_repository("acme/empty")
    await desk.type("setup acme/empty")

    assert await desk.type("hello") == snapshot("""\
to the person:
GitHub won't show me who works on `acme/empty`. Give the App permission to read members, then type `/cimon hello`.\
""")


async def test_goodbye_undoes_the_link(desk: Desk) -> None:
    """The login can be claimed again; a second goodbye has nothing to undo."""
    await desk.bound()
    await desk.press("claim", (await claims(desk))["octocat"])

    assert await desk.type("goodbye") == snapshot("""\
to the person:
You're no longer linked to `octocat`, so I won't mention you anymore. To link again, type `/cimon hello` in a channel with a repository.\
""")
    assert "octocat" in await claims(desk)
    assert await desk.type("goodbye") == snapshot("""\
to the person:
You aren't linked to a GitHub login. To link yourself, type `/cimon hello` in a channel with a repository.\
""")
