"""`reset`: disconnects the channel from its repository; people stay linked to their logins."""

from dataclasses import dataclass
from typing import ClassVar

from app.commands.channels.binding_policy import BindingPolicy
from app.commands.command import slack_of
from app.commands.deployments.cancel import open_and_ours
from app.commands.deployments.find import Finder
from app.commands.deployments.kept import KeptCommands
from app.commands.parsing.grammar import Typed, Usage
from app.errors import Refused, Unavailable, UserError
from app.lifecycle.requests.decision import Confirm, Decision, Later, Reply
from app.model.ask import Ask
from app.model.chat.card import Answer
from app.model.project import Project
from app.model.reasons.binding import ChannelNotBound
from app.observe import audited
from app.ports import Bindings
from app.texts.replies.channels.connecting import connected_since, released
from app.texts.replies.deployments.whose import reset_unseen, reset_while


@dataclass(frozen=True, kw_only=True)
class Reset:
    """Deletes the channel's binding."""

    name: ClassVar[str] = "reset"
    usage: ClassVar[Usage] = Usage(
        "reset",
        "disconnects this channel; people stay linked",
        arguments=0,
        synonyms=("unbind", "disconnect"),
    )

    bindings: Bindings
    finder: Finder
    kept: KeptCommands
    policy: BindingPolicy

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Unbind, and tell the channel who did it; if something runs or waits there, ask first.

        The first run only records on the ask which binding is meant. If the channel is bound again
        before the next run, that newer binding stays.
        """
        del typed
        here = slack_of(ask)
        project = await self.bindings.project_of_channel(here.channel_id)
        if "bound_at" not in ask.body:
            if project is None:
                raise UserError(ChannelNotBound())
            meant = {"repository": project.repository, "bound_at": project.bound_at}
            return Later(seconds=0.0, body={**ask.body, **meant})
        if project is None:  # an earlier run of this ask released it
            return Reply(answer=released(ask.body["repository"], by=here.user_id))
        if project.bound_at != ask.body["bound_at"]:
            return Reply(answer=connected_since(project))
        await self.policy.require_member(here.user_id)
        question = None if ask.confirmed else await self._unfinished(project)
        if question is not None:
            return Confirm(question=question, agree="Disconnect", decline="Keep", style="danger")
        released_now = await self.bindings.unbind(here.channel_id)
        if released_now is not None:
            where = {"repository": released_now.repository, "channel": here.channel_id}
            audited("release", by=here.user_id, **where)
        return Reply(answer=released(project.repository, by=here.user_id))

    async def _unfinished(self, project: Project) -> Answer | None:
        """A question that names what runs or waits there; None if nothing does.

        None also if GitHub denies us access: then there is nothing that we could run.
        """
        kept = await self.kept.waiting(project)
        try:
            meant = await self.finder.meant(project, "")
        except UserError:
            return reset_while(project, (), kept) if kept else None
        except Refused:
            return None
        except Unavailable:
            return reset_unseen(project)
        unfinished = [build for build in meant.builds if open_and_ours(build)]
        return reset_while(project, unfinished, kept) if unfinished or kept else None
