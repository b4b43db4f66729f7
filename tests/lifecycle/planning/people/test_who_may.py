"""Who asks, as GitHub proves it: by ids, through the stand-in."""

from msgspec import structs

from app.lifecycle.planning.people.who_may import WhoMay
from app.model.plan import Person
from app.model.project import User
from tests.lifecycle.conftest import SHOP, Bench

DANA = Person(name="Dana", slack_userid="U1")
LISTS = [("@octocat", "team:acme/ops")]


async def link(bench: Bench, login: str, *, verified: bool = True) -> None:
    """Dana is that login."""
    account = bench.world.github.state.users[login]
    await bench.store.link(
        User(
            slack_userid="U1",
            github_user_id=account.id,
            github_username=login,
            verified=verified,
        )
    )


async def means(bench: Bench, lists: list[tuple[str, ...]] = LISTS) -> set[str]:
    """The entries that mean Dana."""
    return set((await bench.planner.who_may.asker(bench.project.ref, DANA, lists)).means)


async def test_a_claim_alone_proves_nothing(bench: Bench) -> None:
    """Nothing is asked of GitHub for it, nor where nobody is named."""
    await link(bench, "octocat", verified=False)
    asker = await bench.planner.who_may.asker(bench.project.ref, DANA, LISTS)
    assert ("", True) == (asker.login, asker.provable)
    await link(bench, "octocat")
    assert not await means(bench, [(), ()])
    assert not bench.calls


async def test_without_the_secret_no_link_counts(bench: Bench) -> None:
    """What GitHub itself names does."""
    await link(bench, "octocat")
    who = WhoMay(bench.planner.github, bench.store, bench.clock)
    assert not (await who.asker(bench.project.ref, DANA, LISTS)).login
    number = bench.world.github.state.users["octocat"].id
    creator = Person(login="octocat", github_id=number)
    on_github = await who.asker(bench.project.ref, creator, LISTS, on_github=True)
    assert on_github.means == {"@octocat"}


async def test_ids_are_compared_whatever_the_names_are(bench: Bench) -> None:
    """A renamed account is no longer who the file names; whoever takes the login is."""
    hub = bench.world.github
    await link(bench, "octocat")
    hub.rename_person("octocat", "dana-cat")
    assert not await means(bench, [("@octocat",)])
    assert await means(bench, [("@Dana-Cat",)]) == {"@Dana-Cat"}
    hub.set_collaborator(SHOP, "octocat", "write")
    assert not await means(bench, [("@octocat",)])


async def test_an_access_that_ended_ends_here_within_minutes(bench: Bench) -> None:
    """Of people who cannot push any more, and of teams they have left."""
    hub = bench.world.github
    hub.set_team("acme/ops", "octocat")
    await link(bench, "octocat")
    assert await means(bench, [("@octocat",), ("team:acme/ops",)]) == {"@octocat", "team:acme/ops"}
    hub.set_collaborator(SHOP, "octocat", None)
    hub.set_team("acme/ops", "hubot")
    before = len(bench.calls)
    assert len(await means(bench, [("@octocat",), ("team:acme/ops",)])) == 2
    assert len(bench.calls) == before
    bench.clock.now += 301
    asker = await bench.planner.who_may.asker(bench.project.ref, DANA, LISTS)
    assert (set(asker.means), set(asker.revoked)) == (set(), {"@octocat"})


async def test_what_github_does_not_show(bench: Bench) -> None:
    """A team or a person that is not there, and members that we may not see."""
    await link(bench, "hubot")
    named = [("@nobody-here", "team:acme/gone", "team:elsewhere/ops")]
    asker = await bench.planner.who_may.asker(bench.project.ref, DANA, named)
    assert (set(asker.nobody), asker.login) == ({*named[0]}, "hubot")

    hub = bench.world.github
    hub.set_team("acme/gone", "hubot")
    assert await means(bench, named) == {"team:acme/gone"}
    hub.set_team("acme/ops", "hubot")
    for token in hub.state.tokens.values():
        token.permissions = {name: "read" for name in token.permissions if name != "members"}
    asker = await bench.planner.who_may.asker(bench.project.ref, DANA, LISTS)
    assert (set(asker.withheld), asker.login) == ({"team:acme/ops"}, "hubot")


async def test_the_first_entry_that_means_somebody_is_enough(bench: Bench) -> None:
    """Their own login is asked for first."""
    await link(bench, "octocat")
    listed = ("@hubot", "team:acme/ops", "@octocat")
    assert await means(bench, [listed]) == {"@octocat"}
    assert [f"/repos/{SHOP}/collaborators/octocat/permission"] == bench.calls


async def test_a_login_that_github_named_and_whose_id_was_lost(bench: Bench) -> None:
    """A push's author after the store was lost: the name that GitHub gave is compared."""
    pusher = structs.replace(DANA, login="Octocat")
    who = bench.planner.who_may
    asker = await who.asker(bench.project.ref, pusher, LISTS, on_github=True)
    assert asker.means == {"@octocat"}
