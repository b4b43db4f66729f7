"""Everything the page shows, as one flat mapping with a key for each thing."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.demo import RULES_TO_TRY
from sandbox.github.records import Deployment, Repository
from sandbox.page.code import code, rules_of
from sandbox.page.health import Health
from sandbox.page.plan import Plan
from sandbox.page.trouble import Trouble
from sandbox.slack.state import page_message
from sandbox.story import Story
from sandbox.world import PEOPLE, World

Json = dict[str, Any]

MOST_MESSAGES = 200
MOST_CARDS = 30


@dataclass(kw_only=True)
class Typing:
    """A command that somebody typed; Slack shows it to nobody, but the page shows it to them."""

    ts: str
    user: str
    text: str
    state: str = "sending"


@dataclass(kw_only=True)
class Snapshot:
    """Reads the world; `run` is an id that differs at each start of the sandbox."""

    world: World
    health: Health
    plan: Plan
    story: Story
    troubles: dict[str, Trouble]
    run: str
    typed: list[Typing] = field(default_factory=list)

    def read(self) -> Json:
        """Read everything now."""
        return {
            "meta": self._meta(),
            "bot": self.health.shown(),
            "plan": self.plan.shown(),
            "story": self.story.shown(),
            "code": code(self.repository),
            "rules": {"text": rules_of(self.repository), "to_try": RULES_TO_TRY},
            **{f"provider:{name}": one.shown() for name, one in self.troubles.items()},
            **self._chat(),
            **self._deployments(),
            **self._pipelines(),
        }

    @property
    def repository(self) -> Repository:
        """The shop's repository, also after it was renamed."""
        return self.world.github.state.repository(self.world.repository)

    def _meta(self) -> Json:
        slack, channel = self.world.slack, self.world.channel
        people = slack.workspace.users.values()
        return {
            "run": self.run,
            "repository": self.repository.full_name,
            "channel": {"id": channel.id, "name": channel.name},
            "command": slack.command,
            "speakers": list(PEOPLE),
            "logins": PEOPLE,
            "users": {one.id: {"name": one.name, "real_name": one.real_name} for one in people},
            "bot_user": slack.workspace.bot.id,
            "hosts": {"github": self.world.github.url, "circleci": self.world.circleci.url},
        }

    def _chat(self) -> Json:
        channel, workspace = self.world.channel, self.world.slack.workspace
        secret = [one for one in workspace.ephemerals if one.channel == channel.id]
        shown: Json = {}
        for message in [*channel.messages[-MOST_MESSAGES:], *secret[-MOST_MESSAGES:]]:
            shown[f"message:{message.ts}"] = page_message(message)
        for typing in self.typed[-MOST_MESSAGES:]:
            shown[f"typed:{typing.ts}"] = {
                "ts": typing.ts,
                "user": typing.user,
                "text": typing.text,
                "state": typing.state,
            }
        return shown

    def _deployments(self) -> Json:
        newest = list(self.repository.deployments.values())[-MOST_CARDS:]
        return {f"deployment:{one.id}": deployment(one) for one in newest}

    def _pipelines(self) -> Json:
        return {f"pipeline:{one['id']}": one for one in self.world.circleci.overview()[:MOST_CARDS]}


def deployment(record: Deployment) -> Json:
    """A deployment with its statuses, oldest first."""
    commit = record.repository.commits.get(record.sha)
    return {
        "id": record.id,
        "environment": record.environment,
        "ref": record.ref,
        "sha": record.sha,
        "subject": commit.message.partition("\n")[0] if commit else "",
        "state": record.state,
        "creator": record.creator.login,
        "created_at": record.created_at,
        "description": record.description,
        "statuses": [
            {
                "id": status.id,
                "state": status.state,
                "description": status.description,
                "at": status.created_at,
                "log_url": status.log_url,
                "environment_url": status.environment_url,
            }
            for status in record.statuses
        ],
    }
