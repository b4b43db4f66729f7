"""What people do on the page. Each action takes the body it was asked with."""

import itertools
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.page.plan import Plan
from sandbox.page.snapshot import Snapshot, Typing
from sandbox.page.trouble import Trouble
from sandbox.slack.interactions import Answered
from sandbox.slack.typed import escaped
from sandbox.story import Story
from sandbox.world import PEOPLE, World

Json = dict[str, Any]
Action = Callable[[Json], Awaitable[str]]

CHANGES = (
    "Round refunds to the cent",
    "Show delivery times",
    "Remember the cart",
    "Search hats by colour",
    "Send receipts at once",
    "Tidy the checkout",
)
BY_HAND = "staging"
"""The environment of a deployment that is made on GitHub."""

FEATURES = ("gift-cards", "wish-lists", "hat-sizes", "store-finder", "loyalty-points")


class Impossible(Exception):
    """Something cannot be done; says why, in a sentence."""


@dataclass(kw_only=True)
class Actions:
    """`order_bot` is told `kill` or `restart`; `changed` that the page should look again."""

    world: World
    plan: Plan
    story: Story
    troubles: dict[str, Trouble]
    snapshot: Snapshot
    order_bot: Callable[[str], None]
    changed: Callable[[], None]
    _changes: Iterator[str] = field(default_factory=lambda: itertools.cycle(CHANGES))
    _features: Iterator[str] = field(default_factory=lambda: itertools.cycle(FEATURES))

    def all(self) -> dict[str, Action]:
        """Every action by its name; it returns what happened, in a sentence, or nothing."""
        return {
            "type": self.type,
            "press": self.press,
            "story": self.step,
            "push": self.push,
            "pull_request": self.pull_request,
            "tag": self.tag,
            "deploy": self.deploy,
            "plan": self.plan_next,
            "pipeline": self.pipeline,
            "trouble": self.trouble,
            "bot": self.bot,
        }

    async def type(self, body: Json) -> str:
        """Send what a person typed: a command to the bot, anything else to the channel."""
        user, text = self._person(body), _text(body, "text").strip()
        slash = self.world.slack.command
        if not text:
            raise Impossible("There is nothing to send.")
        if text == slash or text.startswith(f"{slash} "):
            await self._command(user, text)
        elif text.startswith("/"):
            raise Impossible(f"{text.split()[0]} is not a command here. Try {slash} help.")
        else:
            self.world.slack.say(self.world.channel.id, user, escaped(text))
        return ""

    async def press(self, body: Json) -> str:
        """Press a button, or choose an option of a select."""
        user, ts, action_id = self._person(body), _text(body, "ts"), _text(body, "action_id")
        value = body.get("value")
        slack, channel = self.world.slack, self.world.channel
        try:
            message = slack.find_message(channel, ts)
            answered = await slack.press(channel.id, user, message, action_id, value=value)
        except (LookupError, StopIteration) as error:
            raise Impossible("That button is not there any more.") from error
        return self._complaint(answered)

    async def step(self, body: Json) -> str:
        """Do a step of the story for a person."""
        user, name = self._person(body), _text(body, "step")
        try:
            await self.story.do(name, user, self._short_command, lambda: self.plan.set(fail=True))
        except LookupError as error:
            raise Impossible("There is nothing to press yet. Bind the channel first.") from error
        return ""

    async def push(self, body: Json) -> str:
        """Push a commit to main."""
        author = PEOPLE[self._person(body)]
        branch = self._repository.default_branch
        sha = self.world.github.push(
            self.world.repository, branch, message=next(self._changes), author=author
        )
        return f"{author} pushed {sha[:7]} to {branch}."

    async def pull_request(self, body: Json) -> str:
        """Open a pull request from a new branch."""
        author, feature = PEOPLE[self._person(body)], next(self._features)
        branch = feature
        for number in itertools.count(2):
            if branch not in self._repository.branches:
                break
            branch = f"{feature}-{number}"
        title = f"Add {feature.replace('-', ' ')}"
        pull = self.world.github.open_pull_request(
            self.world.repository, branch, title=title, author=author
        )
        return f"{author} opened pull request #{pull.number} from {branch}."

    async def tag(self, body: Json) -> str:
        """Tag the head of main with the next version."""
        login, name = PEOPLE[self._person(body)], next_version(self._repository.tags)
        self.world.github.tag(self.world.repository, name, login=login)
        return f"{login} tagged {self._repository.default_branch} as {name}."

    async def deploy(self, body: Json) -> str:
        """Make a deployment on GitHub, as `gh api` makes one."""
        login, branch = PEOPLE[self._person(body)], self._repository.default_branch
        deployment = self.world.github.person_deploys(self.world.repository, BY_HAND, branch, login)
        return f"{login} made deployment {deployment.id} of {branch} to {BY_HAND} with gh api."

    async def plan_next(self, body: Json) -> str:
        """Let the next build fail or wait for approval, or not after all."""
        self.plan.set(fail=_flag(body, "fail"), hold=_flag(body, "hold"))
        return ""

    async def pipeline(self, body: Json) -> str:
        """Approve, cancel or rerun a pipeline on CircleCI's page."""
        user, what, key = self._person(body), _text(body, "do"), _text(body, "id")
        name = self.world.slack.workspace.user(user).real_name
        circleci = self.world.circleci
        try:
            if what == "approve":
                circleci.approve_in_page(key, name)
            elif what == "cancel":
                circleci.cancel_in_page(key, name)
            elif what == "rerun":
                circleci.rerun(key)
            else:
                raise Impossible(f"A pipeline cannot {what}.")
        except LookupError as error:
            raise Impossible("There is no such pipeline.") from error
        return ""

    async def trouble(self, body: Json) -> str:
        """Make a provider slow, down or normal; lose its next webhook or answer."""
        trouble = self.troubles.get(_text(body, "provider"))
        if trouble is None:
            raise Impossible("There is no such provider.")
        if "mode" in body:
            try:
                trouble.set_mode(_text(body, "mode"))
            except ValueError as error:
                raise Impossible(f"{error}.") from error
        if (lost := _flag(body, "lose_webhook")) is not None:
            trouble.lose_webhook(on=lost)
        if (lost := _flag(body, "lose_answer")) is not None:
            trouble.lose_answer(on=lost)
        return ""

    async def bot(self, body: Json) -> str:
        """Kill the bot, or restart it cleanly."""
        what = _text(body, "do")
        if what not in {"kill", "restart"}:
            raise Impossible(f"The bot cannot be told to {what}.")
        self.order_bot(what)
        return "deploybot was killed." if what == "kill" else "deploybot was told to restart."

    @property
    def _repository(self) -> Any:
        return self.snapshot.repository

    def _person(self, body: Json) -> str:
        user = _text(body, "user")
        if user not in PEOPLE:
            raise Impossible(f"{user} is nobody here.")
        return user

    async def _short_command(self, user: str, text: str) -> None:
        await self._command(user, f"{self.world.slack.command} {text}")

    async def _command(self, user: str, text: str) -> None:
        slack = self.world.slack
        typing = Typing(ts=slack.workspace.next_ts(), user=slack.workspace.user(user).id, text=text)
        self.snapshot.typed.append(typing)
        self.changed()
        answered = await slack.type_command(self.world.channel.id, user, text)
        typing.state = "failed" if answered.error else "sent"
        self.changed()

    def _complaint(self, answered: Answered) -> str:
        if answered.error:
            raise Impossible("deploybot did not answer in time, so nothing came of it.")
        return ""


def next_version(tags: Any) -> str:
    """The tag after the highest `v<major>.<minor>.<patch>`."""
    versions = [
        tuple(map(int, found.groups()))
        for name in tags
        if (found := re.fullmatch(r"v(\d+)\.(\d+)\.(\d+)", name))
    ]
    major, minor, patch = max(versions, default=(1, 0, -1))
    return f"v{major}.{minor}.{patch + 1}"


def _text(body: Json, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise Impossible(f"{name} must be a text.")
    return value


def _flag(body: Json, name: str) -> bool | None:
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise Impossible(f"{name} must be true or false.")
    return value
