"""Who agreed and who may, as the bindings and GitHub have it now: through the stand-in."""

import pytest

from app.lifecycle.planning.gates.question import Consent
from app.lifecycle.planning.people.approving import MOST_NAMED
from app.model.build import Build
from app.model.build_parts import Approval, Approvers
from app.model.plan import Person
from app.model.project import User
from tests.lifecycle.conftest import SHOP, Bench

LEADS = ("team:acme/leads",)


async def link(bench: Bench, user: str, login: str, *, verified: bool = True) -> None:
    """Somebody in Slack is that login."""
    account = bench.world.github.hub.state.user(login)
    await bench.store.link(
        User(
            slack_userid=user,
            github_user_id=account.id,
            github_username=login,
            verified=verified,
        )
    )


async def may(bench: Bench, *listed: str, besides: str = "U0") -> Approvers:
    """Who can be mentioned."""
    asker = Person(name="Dana", slack_userid=besides)
    return await bench.planner.approving.approvers(bench.project.ref, listed, besides=asker)


async def test_those_who_have_proved_who_they_are_can_be_mentioned(bench: Bench) -> None:
    """Each once; not who asked, nor who has only claimed a login or lost their access."""
    hub = bench.world.github
    hub.set_team("acme/leads", "octocat", "hubot", "kim", "lee")
    await link(bench, "U1", "octocat")
    await link(bench, "U2", "hubot")
    await link(bench, "U3", "kim", verified=False)
    assert (await may(bench, *LEADS, "@octocat")).people == ("U1", "U2")
    assert (await may(bench, *LEADS, besides="U1")).people == ("U2",)
    hub.set_collaborator(SHOP, "hubot", "read")
    assert (await may(bench, "@hubot", "@nobody-here", "team:acme/gone")) == Approvers()


async def test_a_few_are_mentioned(bench: Bench) -> None:
    """And it is known that there are more."""
    logins = [f"lead-{number}" for number in range(MOST_NAMED + 1)]
    bench.world.github.set_team("acme/leads", *logins)
    for number, login in enumerate(logins):
        await link(bench, f"U{number + 10}", login)
    found = await may(bench, *LEADS)
    assert (len(found.people), found.more) == (MOST_NAMED, True)
    bench.clock.now += 301
    bench.world.github.set_team("acme/leads", *logins[1:])
    found = await may(bench, *LEADS)
    assert (len(found.people), found.more) == (MOST_NAMED, False)


async def test_approvals_are_as_their_people_are_now(bench: Bench) -> None:
    """Oldest first; a link that is gone is no link, whatever it was when they agreed."""
    given = {
        "U2": Approval(by=Person(name="Sam", slack_userid="U2", login="hubot"), at=20.0),
        "U1": Approval(by=Person(name="Kim", slack_userid="U1"), at=10.0),
    }
    b = Build(repository_id=1, deployment_id=812, approvals=given)
    await link(bench, "U1", "octocat")
    found = await consents(bench, b)
    assert [(one.key, one.by.login) for one in found] == [("U1", "octocat"), ("U2", None)]
    assert not bench.calls
    named = await consents(bench, b, "@octocat")
    assert [one.asker.login for one in named] == ["octocat", ""]
    assert await consents(bench, None) == ()


@pytest.mark.parametrize(
    ("asker", "approver", "lacks"),
    [
        ("nobody", "nobody", "proof"),
        ("nobody", "claimed", "proof"),
        ("claimed", "nobody", "proof"),
        ("claimed", "claimed", "proof"),
        ("nobody", "verified", ""),
        ("verified", "nobody", ""),
    ],
)
async def test_a_claim_tells_nobody_from_who_asked_on_github(
    bench: Bench, asker: str, approver: str, lacks: str
) -> None:
    """Where links can be verified, one of the two must be."""
    for user, login, how in (("U1", "octocat", asker), ("U2", "hubot", approver)):
        if how != "nobody":
            await link(bench, user, login, verified=how == "verified")
    octocat = Person(login="octocat", github_id=bench.world.github.hub.state.user("octocat").id)
    sam = Person(name="Sam", slack_userid="U2")
    found = await bench.planner.approving.consent(bench.project.ref, sam, (), asked=octocat)
    assert found.lacks == lacks


async def consents(bench: Bench, b: Build | None, *listed: str) -> tuple[Consent, ...]:
    """The approvals of a deployment."""
    return await bench.planner.approving.consents(bench.project.ref, b, listed, asked=None)
