"""What Slack's entrances share: they verify requests, and record asks of our workspace."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import structlog

from app.http.guard import SLACK_DEADLINE, within
from app.model.ask import Ask, AskKind, Said
from app.model.chat.reply import SlackAddress
from app.model.chat.workspace import Workspace
from app.model.waiting import Tally
from app.observe import log_context
from app.ports import Intake, MachineClock, Wake
from app.slack.entrances.signature import SlackSignature

logger = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Recorder:
    """Records asks; `workspace` returns our workspace, or None while we do not know it."""

    signature: SlackSignature
    intake: Intake
    wake: Wake
    workspace: Callable[[], Workspace | None]
    clock: MachineClock

    def ours(self, teams: Collection[str], enterprise: str) -> bool:
        """Whether these teams, of the request and its person, may be ours.

        In a channel that is shared with another company, some are not. True while we do not know
        our workspace: then it is checked when the ask is decided.
        """
        ours = self.workspace()
        if ours is None or ours.may_match(teams, enterprise):
            return True
        logger.warning("workspace.refused", team_ids=sorted(set(teams)))
        return False

    def ask(self, kind: AskKind, ask_id: str, said: Said, address: SlackAddress) -> Ask:
        """The ask for what a person typed or pressed just now."""
        return Ask(
            ask_id=ask_id,
            kind=kind,
            asked_at=self.clock.wall(),
            tally=Tally(at=self.clock.moment()),
            said=said,
            reply_to=address,
        )

    async def record(self, ask: Ask, logged: str, **facts: str) -> None:
        """Record an ask, log it and wake the worker; an ask that is recorded already is ignored.

        Raises `StoreError`, also if the store takes longer than `SLACK_DEADLINE` seconds.
        """
        with log_context(ask_id=ask.ask_id):
            if await within(SLACK_DEADLINE, self.intake.add_ask(ask)):
                self.wake(ask.ask_id, awaited=ask.said is not None)
                logger.info(logged, **facts)
