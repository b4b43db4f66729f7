"""Links: one Slack user, one GitHub login, also under a race, on every engine."""

import asyncio

import msgspec

from app.model.project import User

ANN = User(
    slack_userid="U1",
    github_user_id=11,
    github_username="ann",
    slack_username="Ann",
    linked_at=3.5,
    verified=True,
)


def changed(user, **values):
    """A link with other values."""
    return msgspec.structs.replace(user, **values)


async def test_a_person_is_linked_and_found_both_ways(store):
    """By Slack id and by GitHub id, whole; the others are not there."""
    assert await store.link(ANN) == ANN

    assert await store.user_of_slack("U1") == ANN
    assert await store.user_of_slack("U2") is None
    assert await store.users_of_github([10, 11, 11, 12]) == {11: ANN}
    assert await store.users_of_github([]) == {}


async def test_a_login_that_is_claimed_stays_with_its_person(store):
    """The link in the way is returned, also to the same person again."""
    await store.link(ANN)

    assert await store.link(changed(ANN, slack_userid="U2")) == ANN
    assert await store.link(changed(ANN, verified=False)) == ANN
    assert await store.user_of_slack("U2") is None


async def test_claiming_another_login_moves_the_link(store):
    """The old login is free, the new one taken, and the link is the new one alone."""
    await store.link(ANN)
    moved = changed(ANN, github_user_id=22, github_username="ann-two", slack_username="")
    assert await store.link(moved) == moved

    assert await store.user_of_slack("U1") == moved
    assert await store.users_of_github([11, 22]) == {22: moved}
    bob = changed(ANN, slack_userid="U2")
    assert await store.link(bob) == bob


async def test_moving_to_a_claimed_login_changes_nothing(store):
    """A person keeps the old link when the new login belongs to somebody."""
    bob = changed(ANN, slack_userid="U2", github_user_id=22)
    await store.link(ANN)
    await store.link(bob)

    assert await store.link(changed(ANN, github_user_id=22)) == bob
    assert await store.user_of_slack("U1") == ANN


async def test_of_twenty_people_that_race_for_a_login_one_gets_it(engine, store):
    """Everybody is told the same winner, and only the winner is linked."""
    replicas = await engine.replicas(store, 20)
    wanted = [changed(ANN, slack_userid=f"U{number}") for number in range(20)]
    results = await asyncio.gather(
        *(replica.link(user) for replica, user in zip(replicas, wanted, strict=True))
    )

    assert {user.slack_userid for user in results} == {results[0].slack_userid}
    found = [await store.user_of_slack(f"U{number}") for number in range(20)]
    assert [user for user in found if user] == [results[0]]


async def test_one_person_racing_for_many_logins_ends_with_one(engine, store):
    """Buttons pressed at once: whichever is last, exactly one login is taken."""
    replicas = await engine.replicas(store, 4)
    await asyncio.gather(
        *(
            replica.link(changed(ANN, github_user_id=number))
            for number, replica in enumerate(replicas, 1)
        )
    )

    mine = await store.user_of_slack("U1")
    assert await store.users_of_github([1, 2, 3, 4]) == {mine.github_user_id: mine}


async def test_an_unlinked_person_and_login_are_free_again(store):
    """Unlinking tells what was linked; nobody there is None."""
    await store.link(ANN)
    assert await store.unlink("U1") == ANN
    assert await store.unlink("U1") is None

    assert await store.users_of_github([11]) == {}
    bob = changed(ANN, slack_userid="U2")
    assert await store.link(bob) == bob


async def test_more_people_than_one_read_takes_are_found(store):
    """Over DynamoDB's 100 keys a batch."""
    people = [changed(ANN, slack_userid=f"U{n}", github_user_id=n) for n in range(120)]
    for user in people:
        await store.link(user)

    assert await store.users_of_github(range(130)) == {user.github_user_id: user for user in people}
