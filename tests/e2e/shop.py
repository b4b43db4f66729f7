"""A shop with a channel: what its people do, and what they can see of what came of it."""

import asyncio
from collections import Counter
from dataclasses import dataclass

from app.model.project import Project, User
from sandbox.core.faults import Call
from sandbox.github.records import Deployment
from sandbox.slack.requests.typed import controls
from sandbox.slack.state import Message
from sandbox.world import World
from tests.e2e.running import Bot, until
from tests.e2e.seen import Eyes

REPOSITORY = "acme/shop"
CHANNEL = "shop"
LIVE = "deploybot_deployment"


@dataclass(frozen=True, repr=False)
class Shop:
    """Dana and Sam in #shop, the bot beside them, the providers behind it."""

    world: World
    bot: Bot

    @property
    def eyes(self) -> Eyes:
        """Reads the channel."""
        return Eyes(self.world)

    async def bound(self, *people: tuple[str, str]) -> None:
        """Bind #shop to acme/shop; each of `people` claims a login."""
        await self.world.slack.type_command(CHANNEL, "dana", f"setup {REPOSITORY}")
        message = await until(lambda: self._newest(0), what="setup's answer")
        await self.quiet()
        for user, login in people:
            await self.claim(user, login, message)

    async def recorded(self, *people: tuple[str, str]) -> None:
        """Bind #shop and link `people` in the store, without the calls that `bound` takes."""
        workspace, github = self.world.slack.workspace, self.world.github
        channel = workspace.channel(CHANNEL)
        repository = github.state.repository(REPOSITORY)
        installation = github.state.installation_of(repository)
        assert installation is not None
        channel.members.append(workspace.bot.id)
        now = self.bot.clock.wall()
        await self.bot.store.bind(
            Project(
                slack_channelid=channel.id,
                repository_id=repository.id,
                repository=REPOSITORY,
                slack_channel=CHANNEL,
                installation_id=installation.id,
                bound_at=now,
            )
        )
        for user, login in people:
            await self.bot.store.link(
                User(
                    slack_userid=workspace.user(user).id,
                    github_user_id=github.state.account(login).id,
                    github_username=login,
                    slack_username=user,
                    linked_at=now,
                )
            )

    async def claim(self, user: str, login: str, message: Message) -> str:
        """Press the button, or choose the option, of a login; what the person is told."""
        before = len(self.world.slack.ephemerals(user))
        for _, element, _ in controls(message):
            shown = element.get("text", {}).get("text")
            if shown == login:
                pressed = {"value": element["value"]}
                action = element["action_id"]
                await self.world.slack.press(message.channel, user, message, action, **pressed)
                break
            values = [one["value"] for one in element.get("options", ())]
            chosen = next((value for value in values if value.endswith(f" {login}")), None)
            if chosen:
                action = element["action_id"]
                await self.world.slack.choose(message.channel, user, message, action, chosen)
                break
        else:
            raise LookupError(login)
        await until(lambda: len(self.world.slack.ephemerals(user)) > before, what="an answer")
        return self.eyes.whispers(user)[-1]

    async def type(
        self, text: str, user: str = "dana", channel: str = CHANNEL, **how: object
    ) -> str:
        """Type a command; what its answer looks like, wherever that appears."""
        slack = self.world.slack
        whispers, messages = len(slack.ephemerals(user)), len(slack.messages(channel))
        answered = await slack.type_command(channel, user, text, **how)  # type: ignore[arg-type]
        assert answered.status == 200, answered
        if answered.shown is not None:
            return self.eyes.message(answered.shown)
        await until(
            lambda: (
                len(slack.ephemerals(user)) > whispers or len(slack.messages(channel)) > messages
            ),
            what=f"an answer to {text!r}",
        )
        await self.quiet()
        if len(slack.ephemerals(user)) > whispers:
            return self.eyes.whispers(user)[-1]
        return self.eyes.message(slack.messages(channel)[-1])

    async def press(self, message: Message, label: str, user: str = "dana") -> str:
        """Press the button of that label; what the person alone is told, if anything."""
        before = len(self.world.slack.ephemerals(user))
        element = next(
            element
            for _, element, _ in controls(message)
            if element.get("text", {}).get("text") == label
        )
        answered = await self.world.slack.press(
            message.channel, user, message, element["action_id"], value=element.get("value")
        )
        assert answered.status == 200, answered
        await self.quiet()
        told = self.eyes.whispers(user)[before:]
        return told[-1] if told else ""

    async def deploy(self, text: str = "deploy production", user: str = "dana") -> Message:
        """Type a command that deploys, and wait for its pipeline; the live message."""
        pipelines, live = len(self.world.circleci.pipelines), len(self.live)
        answered = await self.world.slack.type_command(CHANNEL, user, text)
        assert answered.status == 200, answered
        await until(lambda: len(self.world.circleci.pipelines) > pipelines, what="a pipeline")
        await until(lambda: len(self.live) > live, what="a live message")
        await self.quiet()
        return self.live[-1]

    async def finish(self, number: int = 1, status: str = "success") -> None:
        """End a pipeline, and wait until nothing is left to do about it."""
        self.world.circleci.finish(number, status)
        await self.quiet()

    async def later(self, seconds: float) -> None:
        """Let so much time pass for the bot, and wait for what it does then."""
        await self.bot.later(seconds)
        await self.quiet()

    async def quiet(self) -> None:
        """Wait until the providers have nothing under way and the bot nothing due now."""
        calm = 0
        async with asyncio.timeout(120):
            while calm < 2:
                await self.world.settle()
                calm = calm + 1 if self.bot.worker.idle else 0
                await asyncio.sleep(0.01)

    @property
    def live(self) -> list[Message]:
        """The live messages, oldest first."""
        return [
            message
            for message in self.world.slack.messages(CHANNEL)
            if message.metadata and message.metadata["event_type"] == LIVE
        ]

    @property
    def deployments(self) -> list[Deployment]:
        """The deployments on GitHub, oldest first."""
        return self.world.github.deployments(REPOSITORY)

    def states(self, number: int = -1) -> list[str]:
        """Every status of a deployment, oldest first: its state and what it says."""
        return [
            f"{status.state}: {self.eyes.plain(status.description)}"
            for status in self.deployments[number].statuses
        ]

    def calls(self) -> list[Call]:
        """Every call that the bot has made, provider by provider."""
        world = self.world
        return [
            *world.github.faults.calls,
            *world.circleci.faults.calls,
            *world.slack.faults.calls,
        ]

    def forget_calls(self) -> None:
        """Count from here."""
        for provider in (self.world.github, self.world.circleci, self.world.slack):
            provider.faults.calls.clear()

    def counted(self) -> dict[str, int]:
        """How often each provider was called, by method and path; ids are taken out."""
        lines = (f"{one.provider}: {one.method} {self._path(one.path)}" for one in self.calls())
        return dict(sorted(Counter(lines).items()))

    def by_provider(self) -> dict[str, int]:
        """How often each provider was called."""
        return dict(Counter(call.provider for call in self.calls()))

    def _path(self, path: str) -> str:
        parts = self.eyes.plain(path).split("/")
        if parts[1] in {"commands", "actions"}:
            return f"/{parts[1]}/…"
        return "/".join("…" if part.isdigit() else part for part in parts)

    def _newest(self, before: int) -> Message | None:
        messages = self.world.slack.messages(CHANNEL)
        return messages[-1] if len(messages) > before else None
