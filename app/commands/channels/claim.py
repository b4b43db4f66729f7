"""The buttons and menus of `hello`: link the person who uses one to the GitHub login it names."""

from dataclasses import dataclass

from app.commands.channels.binding_policy import BindingPolicy
from app.commands.command import said_of, slack_of
from app.errors import UserError
from app.lifecycle.requests.decision import Decision, Reply
from app.model.ask import Ask
from app.model.project import User
from app.model.reasons.binding import ClaimUnreadable, LoginTaken
from app.observe import audited
from app.ports import Bindings
from app.texts.replies.channels.people import linked, linked_already, read_claim


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Links people to logins. If two claim the same login, the store lets the first one have it."""

    bindings: Bindings
    policy: BindingPolicy

    async def run(self, ask: Ask) -> Decision:
        """Link the person, replacing a link they had; `UserError` if the login is taken."""
        here = slack_of(ask)
        claimed = read_claim(said_of(ask).value)
        if claimed is None:
            raise UserError(ClaimUnreadable())
        github_user_id, login = claimed
        await self.policy.require_member(here.user_id)
        before = await self.bindings.user_of_slack(here.user_id)
        user = await self.bindings.link(
            User(
                slack_userid=here.user_id,
                github_user_id=github_user_id,
                github_username=login,
                slack_username=said_of(ask).by.name,
                linked_at=ask.asked_at,
            )
        )
        if user.slack_userid != here.user_id:
            taken = LoginTaken(login=user.github_username, slack_userid=user.slack_userid)
            raise UserError(taken)
        same = before is not None and before.github_user_id == github_user_id
        if same and user.linked_at != ask.asked_at:
            return Reply(answer=linked_already(user))
        audited("claim", by=here.user_id, login=login, channel=here.channel_id)
        moved_from = before.github_username if before is not None and not same else None
        return Reply(answer=linked(user, before=moved_from))
