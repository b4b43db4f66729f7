"""`verify`: proves who the person is on GitHub."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from msgspec import structs

from app.commands.command import said_of, slack_of
from app.commands.parsing.grammar import Typed, Usage
from app.errors import UserError
from app.lifecycle.requests.decision import Decision, Reply
from app.lifecycle.requests.notices import Notices
from app.lifecycle.requests.proofs import Proofs
from app.model.ask import Ask
from app.model.project import User
from app.model.reasons.binding import CodeInvalid, LoginTaken, VerifyingOff
from app.observe import audited
from app.ports import Bindings, GitHub
from app.texts.replies.channels.people import claim_evicted, verified, verify_link

ATTEMPTS = 3
"""How often a link is tried, if claims by others keep getting in first."""


class AuthorizationLinks(Protocol):
    """Makes the address where people authorize the App."""

    def address(self, client_id: str, state: str) -> str:
        """The page at GitHub, which sends them back to us with the state."""


@dataclass(frozen=True, kw_only=True)
class Verify:
    """Gives a link to GitHub first; after signing in, people type the code they were shown.

    `links` and `proofs` are None where the App's OAuth is not set up: then nobody can verify.
    """

    name: ClassVar[str] = "verify"
    usage: ClassVar[Usage] = Usage("verify [code]", "proves which GitHub login is yours")

    bindings: Bindings
    github: GitHub
    notices: Notices
    links: AuthorizationLinks | None
    proofs: Proofs | None

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Answer with the link, or link the person whose code it is; nobody else sees the answer.

        Raises `UserError` for a wrong code, and for a login that somebody else has verified.
        """
        if self.links is None or self.proofs is None:
            raise UserError(VerifyingOff())
        if not typed.args:
            by = structs.replace(said_of(ask).by, slack_userid=slack_of(ask).user_id)
            client_id = (await self.github.identity()).client_id
            url = self.links.address(client_id, self.proofs.state(by))
            return Reply(answer=verify_link(url))
        here = slack_of(ask)
        proof = await self.proofs.redeem("".join(typed.args), by=here.user_id, ask_id=ask.ask_id)
        if proof is None:
            raise UserError(CodeInvalid())
        user = User(
            slack_userid=here.user_id,
            github_user_id=proof.github_user_id,
            github_username=proof.login,
            slack_username=said_of(ask).by.name,
            linked_at=ask.asked_at,
            verified=True,
        )
        await self._link(user, ask)
        audited("verify", by=here.user_id, login=proof.login, github_id=proof.github_user_id)
        return Reply(answer=verified(user))

    async def _link(self, user: User, ask: Ask) -> None:
        """Link. Unverified claims of the login give way, and so does an old link of the person."""
        for _ in range(ATTEMPTS):
            stands = await self.bindings.link(user)
            if stands == user or (stands.verified and stands.slack_userid == user.slack_userid):
                return
            if stands.verified:
                break
            await self.bindings.unlink(stands.slack_userid)
            if stands.slack_userid != user.slack_userid:
                told = claim_evicted(stands, by=user)
                channel = slack_of(ask).channel_id
                await self.notices.say(f"evicted:{ask.ask_id}:{stands.slack_userid}", channel, told)
        raise UserError(LoginTaken(login=user.github_username, slack_userid=stands.slack_userid))
