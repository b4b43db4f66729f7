"""`POST /slack/interactive`: records a pressed button or chosen option as an ask.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from collections.abc import Collection
from dataclasses import dataclass

import msgspec
import structlog
from aiohttp import web
from msgspec import Struct

from app.http.parsing import Id, decode, form_fields
from app.http.requests import RejectedRequest
from app.model.ask import AskKind, Said
from app.model.chat.reply import SlackAddress
from app.model.plan import Person
from app.slack.card import action_of, value_of
from app.slack.entrances.recorder import Recorder
from app.slack.entrances.signature import ask_id_of

logger = structlog.get_logger()


class _Named(Struct):
    id: Id = ""
    name: Id = ""
    username: Id = ""
    team_id: Id = ""


class _Container(Struct):
    channel_id: Id = ""
    message_ts: Id = ""


class _Option(Struct):
    value: str = ""


class _Action(Struct):
    action_id: str = ""
    value: str | None = None
    selected_option: _Option | None = None


class _Interaction(Struct):
    type: str
    team: _Named | None = None
    enterprise: _Named | None = None
    user: _Named | None = None
    channel: _Named | None = None
    container: _Container | None = None
    response_url: str = ""
    trigger_id: str = ""
    actions: list[_Action] = []


_DECODER = msgspec.json.Decoder(_Interaction)


@dataclass(frozen=True, kw_only=True)
class SlackInteractive:
    """The entrance for buttons and select menus; only `actions` are recorded, link buttons are not.

    A press that cannot be recorded is answered with 503, which Slack shows beside the button.
    """

    recorder: Recorder
    actions: Collection[str]

    def routes(self) -> list[web.RouteDef]:
        """The route to this entrance."""
        return [web.post("/slack/interactive", self.handle)]

    async def handle(self, request: web.Request) -> web.Response:
        """Verify the request, record what was pressed, answer 200; raises `RejectedRequest`."""
        body, signature = await self.recorder.signature.read(request)
        fields = form_fields(body)
        if "payload" not in fields:
            raise RejectedRequest(400, "missing field payload")
        await self.accept(fields["payload"].encode(), signature)
        return web.Response()

    async def accept(self, payload: bytes, request: str) -> None:
        """Record what was pressed in a verified interaction (JSON).

        `request` identifies the request: see `ask_id_of`. `RejectedRequest` 400 if the payload is
        malformed. Raises `StoreError` if it is not recorded.
        """
        interaction = decode(payload, _DECODER)
        if interaction.type != "block_actions":
            return
        named = (interaction.team, interaction.user, interaction.enterprise)
        team, user, enterprise = (each or _Named() for each in named)
        if self.recorder.ours((team.id, user.team_id), enterprise.id):
            for number, action in enumerate(interaction.actions):
                await self._take(interaction, action, ask_id_of(request, number))

    async def _take(self, interaction: _Interaction, action: _Action, ask_id: str) -> None:
        name = action_of(action.action_id)
        if name not in self.actions:
            logger.info("action.not_taken", action=name)
            return
        said, address = _read(interaction, action)
        ask = self.recorder.ask(AskKind.ACTION, ask_id, said, address)
        where = {"channel": address.channel_id, "user": address.user_id}
        await self.recorder.record(ask, "action.recorded", action=name, **where)


def _read(interaction: _Interaction, action: _Action) -> tuple[Said, SlackAddress]:
    """What was pressed, and where; `RejectedRequest` 400 if a field is missing."""
    user = interaction.user or _Named()
    channel = interaction.channel or _Named()
    container = interaction.container or _Container()
    channel_id = channel.id or container.channel_id
    if not user.id or not channel_id:
        raise RejectedRequest(400, "missing field user or channel")
    chosen = action.selected_option.value if action.selected_option else action.value or ""
    said = Said(
        by=Person(name=user.username or user.name, slack_userid=user.id),
        action=action_of(action.action_id),
        value=value_of(chosen),
    )
    address = SlackAddress(
        channel_id=channel_id,
        user_id=user.id,
        team_id=interaction.team.id if interaction.team else user.team_id,
        person_team_id=user.team_id,
        enterprise_id=interaction.enterprise.id if interaction.enterprise else "",
        channel_name=channel.name,
        response_url=interaction.response_url,
        trigger_id=interaction.trigger_id,
        message_ts=container.message_ts,
    )
    return said, address
