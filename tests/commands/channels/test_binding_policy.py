"""Who must have proved what before a repository is bound."""

import pytest
from msgspec import structs

from app.commands.channels.binding_policy import Access, BindingPolicy, SetupBy, proof_for
from app.errors import UserError
from app.model.chat.workspace import Member, Workspace
from app.model.project import User
from app.model.reasons.binding import IdentityUnverified
from app.slack.web_api.identity import member_of
from tests.commands.conftest import Desk


@pytest.mark.parametrize(
    ("setup_by", "provable", "private", "access"),
    [
        ("members", False, True, ""),
        ("members", True, False, ""),
        ("members", True, True, "read"),
        ("verified", True, False, "write"),
        ("verified", True, True, "write"),
    ],
)
def test_what_must_be_proved(setup_by: SetupBy, provable: bool, private: bool, access: Access):
    """Nobody opens a private repository to a channel without proof, where there can be one."""
    assert proof_for(setup_by, provable=provable, private=private) == access


async def test_a_proven_login_must_be_able_to_push(desk: Desk):
    """Not a claim, and not a reader."""
    outside = desk.outside
    policy = BindingPolicy(
        bindings=outside.store, github=outside.github, chat=outside.chat, setup_by="verified"
    )
    repository = await outside.github.repository("acme/shop")

    async def refusal() -> object:
        try:
            await policy.require_proof("U1", repository)
        except UserError as error:
            return error.reasons[0]
        return None

    octocat = desk.world.github.state.user("octocat")
    claimed = User(slack_userid="U1", github_user_id=octocat.id, github_username="octocat")
    await outside.store.link(claimed)
    assert await refusal() == IdentityUnverified(repository="acme/shop")
    await outside.store.unlink("U1")
    await outside.store.link(structs.replace(claimed, verified=True))
    assert await refusal() is None
    await outside.store.unlink("U1")
    reader = structs.replace(claimed, github_user_id=9, github_username="ghost", verified=True)
    await outside.store.link(reader)
    assert await refusal() == IdentityUnverified(
        repository="acme/shop", login="ghost", access="write"
    )


@pytest.mark.parametrize(
    ("user", "member"),
    [
        ({"team_id": "T1"}, Member(ours=True)),
        ({}, Member(ours=True)),
        ({"team_id": "T2"}, Member(ours=False)),
        ({"team_id": "T2", "enterprise_user": {"enterprise_id": "E1"}}, Member(ours=True)),
        ({"team_id": "T2", "enterprise_user": {"enterprise_id": "E2"}}, Member(ours=False)),
        ({"team_id": "T1", "is_stranger": True}, Member(ours=False)),
        ({"team_id": "T1", "is_restricted": True}, Member(ours=True, guest=True)),
    ],
)
def test_who_is_a_member(user: dict[str, object], member: Member):
    """By the person's own workspace or organization; guests and strangers are told apart."""
    assert member_of(user, Workspace(team_id="T1", enterprise_id="E1")) == member
