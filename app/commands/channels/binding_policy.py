"""Who may bind a channel to a repository, and who may claim a GitHub login."""

from dataclasses import dataclass
from typing import Literal

from app.errors import UserError
from app.model.github.repository import Repository
from app.model.reasons.binding import GuestMayNotBind, IdentityUnverified, WrongWorkspace
from app.ports import Bindings, Chat, GitHub

SetupBy = Literal["members", "verified"]
"""Who may bind: all full members of the workspace, or only those with a verified GitHub login."""

Access = Literal["", "read", "write"]
"""What somebody's verified login must be able to do in a repository; empty: no proof needed."""

_WRITES = frozenset({"write", "maintain", "admin"})


@dataclass(frozen=True, kw_only=True)
class BindingPolicy:
    """Checks people. `provable` says whether `verify` works here (the App's OAuth is set up)."""

    bindings: Bindings
    github: GitHub
    chat: Chat
    setup_by: SetupBy = "members"
    provable: bool = False

    async def require_member(self, user: str) -> None:
        """Raise `UserError` for guests and people of other workspaces."""
        member = await self.chat.member(user)
        if not member.ours:
            raise UserError(WrongWorkspace())
        if member.guest:
            raise UserError(GuestMayNotBind())

    async def require_proof(self, user: str, repository: Repository) -> None:
        """Raise `UserError` if the person needs a verified GitHub login with access, and has none.

        Which access is needed, `proof_for` says.
        """
        access = proof_for(self.setup_by, provable=self.provable, private=repository.private)
        if not access:
            return
        linked = await self.bindings.user_of_slack(user)
        if linked is None or not linked.verified:
            raise UserError(IdentityUnverified(repository=repository.full_name))
        people = await self.github.collaborators(repository.ref)
        may = {one.id for one in people if access == "read" or one.permission in _WRITES}
        if linked.github_user_id not in may:
            name, login = repository.full_name, linked.github_username
            raise UserError(IdentityUnverified(repository=name, login=login, access=access))


def proof_for(setup_by: SetupBy, *, provable: bool, private: bool) -> Access:
    """The access that a person must prove to bind a repository.

    Where people can verify their login, a private repository always takes that: binding it shows
    its commits to the whole channel.
    """
    if setup_by == "verified":
        return "write"
    return "read" if provable and private else ""
