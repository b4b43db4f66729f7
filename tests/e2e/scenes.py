"""What can be going on when something breaks: each kind of trigger, from its cause to its end."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from app.errors import StoreUnavailable
from app.model.build import Build
from app.model.effects import Effect
from app.model.project import Project, User
from sandbox.world import World
from tests.e2e.mortal import Mortal
from tests.e2e.running import until

REPOSITORY, CHANNEL = "acme/shop", "shop"
BY_TAG = "deploy production v1.4.0"
PLAIN = "version: 1\ncircleci: {workflow: deploy}\n"
CHECKED = PLAIN + "environments: {production: {checks: [ci/test]}}\n"
AGREED = PLAIN + "environments: {production: {approvals: 1}}\n"
PUSHED = PLAIN + "environments: {preview: {deploy_on: {push: [main]}}}\n"
FLOW = PLAIN + "workflow: github-flow\n"
JOB = 0.5
"""Seconds for which a pipeline runs before the stage ends it."""


@dataclass(kw_only=True)
class Stage:
    """A world with one deploybot, and what people did so far.

    `typed` are the commands that were acknowledged, each with the `response_url`'s path.
    """

    world: World
    bot: Mortal
    typed: list[tuple[str, str]] = field(default_factory=list)
    running: set[int] = field(default_factory=set)

    async def bind(self) -> None:
        """Bind the channel and link Dana, straight in the store."""
        assert self.bot.store is not None
        repository = self.world.github.hub.state.repository(REPOSITORY)
        installation = self.world.github.hub.state.installation_of(repository)
        dana = self.world.github.hub.state.user("octocat")
        await self.bot.store.bind(
            Project(
                slack_channelid=self.world.channel.id,
                slack_channel=CHANNEL,
                repository_id=repository.id,
                repository=REPOSITORY,
                installation_id=installation.id if installation else None,
                bound_at=time.time() - 60,
            )
        )
        self.world.channel.members.append(self.world.slack.workspace.bot.id)  # setup joins it
        await self.bot.store.link(
            User(
                slack_userid=self.world.slack.dana.id,
                slack_username="dana",
                github_user_id=dana.id,
                github_username="octocat",
            )
        )

    async def type(self, text: str, user: str = "dana") -> None:
        """Type a command; again only if it failed and nothing came of it, as the texts say."""
        async with asyncio.timeout(60):
            while not await self._typed(text, user):
                await until(lambda: self.bot.alive, what="a bot to type to")

    async def _typed(self, text: str, user: str) -> bool:
        """Type it; whether it was taken, or something came of it all the same."""
        slack = self.world.slack
        ways = set(slack.response_urls.ways)
        before = len(self.world.github.deployments(REPOSITORY))
        answered = await slack.type_command(CHANNEL, user, text)
        if answered.status == 200 and not answered.body:
            [way] = set(slack.response_urls.ways) - ways
            self.typed.append((text, way))
            return True
        for _ in range(30):
            await asyncio.sleep(0.1)
            if len(self.world.github.deployments(REPOSITORY)) > before:
                return True
        return False

    async def pipelines(self, number: int) -> None:
        """Wait until so many pipelines were started."""
        await until(
            lambda: len(self.world.circleci.pipelines) >= number,
            seconds=60,
            what=f"pipeline {number}",
        )

    async def finish(self, number: int, status: str = "success") -> None:
        """Let a pipeline run for a moment, then end it."""
        await self.pipelines(number)
        await asyncio.sleep(JOB)
        self.world.circleci.finish(number, status)

    async def quiet(self, *, seconds: float = 60.0) -> None:
        """Until no record of a deployment or a command is due any more."""
        ends = time.monotonic() + seconds
        calm = 0
        while calm < 3:
            if time.monotonic() > ends:
                raise AssertionError(f"not quiet within {seconds:g} s: {await self.due()}")
            await asyncio.sleep(0.1)
            busy = not self.bot.alive or bool(await self.due())
            calm = 0 if busy else calm + 1

    async def due(self) -> list[object]:
        """What is due, now or ever, besides the sweep and looks whether people rerun a failure."""
        store = self.bot.store
        if not self.bot.alive or store is None:
            return ["no bot"]
        left: list[object] = []
        try:
            for key in await store.due(time.time() + 1e6, 100):
                if isinstance(key, str):
                    left += [] if key.startswith("sweep:") else [key]
                else:
                    build = await store.build(key)
                    left += [] if build is None or _over(build) else [build]
        except StoreUnavailable:
            return ["the bot just died"]
        return left


def _over(build: Build) -> bool:
    """Whether nothing is left to do for a build: it is only looked at for reruns."""
    searched = build.searched_again or not build.unsure
    told = build.notified is not None and build.message_ts is not None
    certain = not set(build.guards) - {Effect.TRIGGER}
    gone = not build.occupies_slot and not build.in_line and build.holder is None
    now = time.time()
    tries = any(pause.retry_at > now for pause in build.backoff.values())
    idle = (build.due_at or 0.0) > now and not tries
    over = build.pipeline_ended and build.state.ended
    return over and searched and told and certain and gone and idle


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One kind of trigger: what is so before, what happens, and how each deployment ends.

    `before` is over when the faults begin; `act` is what they hit. `comments` of ours are on pull
    requests then; `asks` are replies that asked people for something before it ended.
    """

    name: str
    act: Callable[[Stage], Awaitable[None]]
    ends: tuple[str, ...]
    before: Callable[[Stage], Awaitable[None]] | None = None
    config: str = PLAIN
    comments: int = 0
    asks: int = 0


async def _ended(stage: Stage) -> None:
    await stage.type(BY_TAG)
    await stage.finish(1, "failed")
    await stage.quiet()


async def _runs(stage: Stage) -> None:
    await stage.type(BY_TAG)
    await stage.pipelines(1)
    await until(lambda: _state(stage, 0) == "in_progress", seconds=40, what="running")
    await asyncio.sleep(0.3)


async def _command(stage: Stage) -> None:
    await stage.type(BY_TAG)
    await stage.finish(1)


async def _by_api(stage: Stage) -> None:
    stage.world.github.person_deploys(REPOSITORY, "staging", "main")
    await stage.finish(1)


async def _swept(stage: Stage) -> None:
    """A person's deployment of which no webhook tells: the sweep finds it."""
    github = stage.world.github
    github.webhook_url, url = None, github.webhook_url
    github.person_deploys(REPOSITORY, "staging", "main")
    github.webhook_url = url
    await stage.finish(1)


async def _retry(stage: Stage) -> None:
    await stage.type("retry production")
    await stage.finish(2)


async def _cancel(stage: Stage) -> None:
    await stage.type("cancel production")


async def _busy(stage: Stage) -> None:
    await stage.type("deploy production main")
    await asyncio.sleep(0.3)
    await stage.finish(1)
    await stage.finish(2)


async def _check(stage: Stage) -> None:
    sha = stage.world.github.head(REPOSITORY, "main")
    assert sha is not None
    stage.world.github.commit_status(REPOSITORY, sha, "ci/test", "pending")
    await stage.type("deploy production main")
    await until(lambda: stage.world.github.deployments(REPOSITORY), seconds=20, what="a deployment")
    await asyncio.sleep(0.3)
    stage.world.github.commit_status(REPOSITORY, sha, "ci/test", "success")
    await stage.finish(1)


async def _approval(stage: Stage) -> None:
    """Somebody else agrees to a deployment, and then to a job that CircleCI holds."""
    await stage.type(BY_TAG)
    await until(lambda: _asked(stage, "approval"), seconds=40, what="asking for approval")
    await stage.type("approve production", "sam")
    await stage.pipelines(1)
    await asyncio.sleep(JOB)
    stage.world.circleci.hold(1)
    await until(lambda: _asked(stage, "hold:0:hold"), seconds=40, what="a held job")
    await stage.type("approve production", "sam")
    [workflow] = stage.world.circleci.pipelines[0].workflows
    await until(lambda: workflow.status == "running", seconds=40, what="the job approved")
    await stage.finish(1)


async def _push(stage: Stage) -> None:
    """A push deploys by itself."""
    stage.world.github.push(REPOSITORY, message="Sell more hats")
    await stage.finish(1)


async def _red(stage: Stage) -> None:
    """A push whose check is red deploys once that is green."""
    github = stage.world.github
    github.deliverer.hold = True
    sha = github.push(REPOSITORY, message="Sell more hats")
    github.commit_status(REPOSITORY, sha, "ci/test", "failure")
    github.deliverer.hold = False
    github.deliverer.release()
    await asyncio.sleep(1.0)
    github.commit_status(REPOSITORY, sha, "ci/test", "success")
    await stage.finish(1)


async def _comment(stage: Stage) -> None:
    """A comment on a pull request deploys."""
    pull = stage.world.github.open_pull_request(REPOSITORY, "hats")
    stage.world.github.person_comments(REPOSITORY, pull.number, "/deploy preview", "octocat")
    await stage.finish(1)


async def _pull_request(stage: Stage) -> None:
    """A pull request deploys to its own place, and has a comment with the link."""
    stage.world.github.open_pull_request(REPOSITORY, "hats")
    await stage.finish(1)


def _asked(stage: Stage, what: str) -> bool:
    """Whether people were asked for that in the thread of the first deployment."""
    news = [message.metadata or {} for message in stage.world.slack.messages(CHANNEL)]
    said = [one.get("event_payload", {}).get("outcome", "") for one in news]
    return any(outcome.partition(":")[2] == what for outcome in said)


def _state(stage: Stage, number: int) -> str:
    made = stage.world.github.deployments(REPOSITORY)
    return made[number].state if len(made) > number else ""


SCENES = (
    Scene(name="command", act=_command, ends=("success",)),
    Scene(name="api", act=_by_api, ends=("success",)),
    Scene(name="swept", act=_swept, ends=("success",)),
    Scene(name="retry", before=_ended, act=_retry, ends=("failure", "success")),
    Scene(name="cancel", before=_runs, act=_cancel, ends=("error",)),
    Scene(name="busy", before=_runs, act=_busy, ends=("inactive", "success")),
    Scene(name="push", act=_push, ends=("success",), config=PUSHED),
    Scene(name="red", act=_red, ends=("success",), config=PUSHED),
    Scene(name="comment", act=_comment, ends=("success",), comments=1),
    Scene(
        name="pull_request",
        act=_pull_request,
        ends=("success",),
        config=FLOW,
        comments=1,
    ),
    Scene(name="approval", act=_approval, ends=("success",), config=AGREED, asks=2),
    Scene(name="check", act=_check, ends=("success",), config=CHECKED),
)
