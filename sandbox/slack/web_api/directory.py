"""The methods `auth.test`, `team.info`, `users.*` and `views.*`."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.slack.block_kit.blocks import problems_of_view
from sandbox.slack.state import Json, Workspace, new_slack_id
from sandbox.slack.web_api import render
from sandbox.slack.web_api.access import Access
from sandbox.slack.web_api.arguments import Arguments, SlackError
from sandbox.slack.web_api.chat import refuse
from sandbox.slack.web_api.conversations import paged

TRIGGER_SECONDS = 3.0


@dataclass
class Trigger:
    """A `trigger_id`, which can open one view, within three seconds, for one person."""

    user: str
    at: float
    used: bool = False


@dataclass(kw_only=True)
class Directory:
    """People, the team and views; `triggers` has the trigger ids that were handed out."""

    workspace: Workspace
    access: Access
    triggers: dict[str, Trigger]

    def methods(self) -> Mapping[str, Callable[[Arguments], Json]]:
        """The methods by name."""
        return {
            "auth.test": self.auth_test,
            "team.info": self.team,
            "users.info": self.user,
            "users.list": self.users,
            "views.open": self.open_view,
            "views.publish": self.publish_view,
            "views.update": self.update_view,
        }

    def auth_test(self, _arguments: Arguments) -> Json:
        workspace = self.workspace
        return {
            "url": f"https://{workspace.domain}.slack.com/",
            "team": workspace.domain,
            "team_id": workspace.team_id,
            "user": workspace.bot.name,
            "user_id": workspace.bot.id,
            "bot_id": workspace.bot_id,
            "is_enterprise_install": bool(workspace.enterprise),
            **({"enterprise_id": workspace.enterprise_id} if workspace.enterprise_id else {}),
        }

    def team(self, _arguments: Arguments) -> Json:
        self.access.need("team:read")
        workspace = self.workspace
        team = {"id": workspace.team_id, "name": workspace.domain, "domain": workspace.domain}
        return {"team": team}

    def user(self, arguments: Arguments) -> Json:
        self.access.need("users:read")
        found = self.workspace.users.get(arguments.need("user"))
        if found is None:
            raise SlackError("user_not_found")
        return {"user": render.user_body(self.workspace, found)}

    def users(self, arguments: Arguments) -> Json:
        self.access.need("users:read")
        items = [render.user_body(self.workspace, one) for one in self.workspace.users.values()]
        some, cursor = paged(items, arguments)
        return {"members": some, "response_metadata": {"next_cursor": cursor}}

    def new_trigger(self, user: str) -> str:
        """Make a trigger id for a user."""
        name = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.triggers[name] = Trigger(user, self.workspace.now())
        return name

    def open_view(self, arguments: Arguments) -> Json:
        trigger = self.triggers.get(arguments.need("trigger_id"))
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.workspace.now() - trigger.at > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        view = self._view(arguments, "modal")
        trigger.used = True
        return {"view": self._keep(view, new_slack_id("V"), trigger.user)}

    def update_view(self, arguments: Arguments) -> Json:
        known = self.workspace.views.get(arguments.need("view_id"))
        if known is None:
            raise SlackError("not_found")
        view = self._view(arguments, "modal")
        return {"view": self._keep(view, known["id"], known["user"])}

    def publish_view(self, arguments: Arguments) -> Json:
        user = arguments.need("user_id")
        if user not in self.workspace.users:
            raise SlackError("invalid_arguments")
        view = self._view(arguments, "home") | {"id": new_slack_id("V")}
        self.workspace.homes[user] = view
        self.workspace.tell("slack.home", {"user": user, "view": view})
        return {"view": view}

    def _view(self, arguments: Arguments, kind: str) -> Json:
        view = arguments.json("view", "invalid_arguments")
        refuse(problems_of_view(view), "invalid_arguments")
        if view["type"] != kind:
            raise SlackError("invalid_arguments")
        return dict(view)

    def _keep(self, view: Json, view_id: str, user: str) -> Json:
        view |= {
            "id": view_id,
            "user": user,
            "team_id": self.workspace.team_id,
            "hash": secrets.token_hex(8),
            "state": {"values": {}},
        }
        self.workspace.views[view_id] = view
        self.workspace.tell("slack.view", {"user": user, "view": view})
        return view
