"""What can be going on when something breaks: each kind of trigger, from its cause to its end."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sandbox.slack.requests.typed import controls
from sandbox.slack.state import Message
from tests.e2e.running import until
from tests.e2e.stage import CHANNEL, JOB, REPOSITORY, Stage

BY_TAG = "deploy production v1.4.0"
PLAIN = "version: 1\ncircleci: {workflow: deploy}\n"
CHECKED = PLAIN + "environments: {production: {checks: [ci/test]}}\n"
AGREED = PLAIN + "environments: {production: {approvals: 1}}\n"
PUSHED = PLAIN + "environments: {preview: {deploy_on: {push: [main]}}}\n"
FLOW = PLAIN + "workflow: github-flow\n"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One kind of trigger: what is so before, what happens, and how each deployment ends.

    `before` is over when the faults begin; `act` is what they hit. `comments` of ours are on pull
    requests then; `asks` are replies that asked people for something before it ended. `said` is what the
    channel was told, once each.
    """

    name: str
    act: Callable[[Stage], Awaitable[None]]
    ends: tuple[str, ...]
    before: Callable[[Stage], Awaitable[None]] | None = None
    config: str = PLAIN
    comments: int = 0
    asks: int = 0
    said: tuple[str, ...] = ()


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


async def _lock(stage: Stage) -> None:
    """One lock ends by itself, the next is released: a push waits for that, a person is told."""
    await stage.type("lock preview --for 3s brief", "sam")
    await until(lambda: _heard(stage, "(brief) has ended"), seconds=40, what="its end")
    await stage.type("lock preview migration", "sam")
    await until(lambda: _heard(stage, "preview*: migration"), seconds=40, what="a lock")
    stage.world.github.push(REPOSITORY, message="Sell more hats")
    await until(lambda: stage.world.github.deployments(REPOSITORY), seconds=40, what="a deployment")
    await stage.type("unlock preview", "sam")
    await stage.finish(1)


async def _twice(stage: Stage) -> None:
    """Two releases, one after the other."""
    for number, ref in enumerate(("v1.4.0", "main"), 1):
        await stage.type(f"deploy production {ref}")
        await stage.finish(number)
        await stage.quiet()
        stage.world.github.clock.ahead += 60


async def _rollback(stage: Stage) -> None:
    """Somebody goes back, and agrees to what is shown."""
    slack = stage.world.slack
    await stage.type("rollback production")
    question = await until(lambda: _question(stage), seconds=40, what="a question")
    [button] = [one for _, one, _ in controls(question) if one.get("value")]
    while len(stage.world.github.deployments(REPOSITORY)) < 3:
        await until(lambda: stage.bot.alive, what="a bot to press for")
        await slack.press(CHANNEL, "dana", question, button["action_id"], value=button["value"])
        await asyncio.sleep(1)
    await stage.finish(3)


def _question(stage: Stage) -> Message | None:
    """The last one that Dana was asked."""
    whispers = stage.world.slack.ephemerals("dana")
    return next((one for one in reversed(whispers) if "Roll back to" in one.text), None)


def _heard(stage: Stage, words: str) -> bool:
    """Whether the channel was told that."""
    return any(words in text for text in stage.world.slack.channel_texts(CHANNEL))


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
    Scene(
        name="lock",
        act=_lock,
        ends=("success",),
        config=PUSHED,
        said=("(brief) has ended", "unlocked *preview*"),
    ),
    Scene(name="rollback", before=_twice, act=_rollback, ends=("inactive", "inactive", "success")),
    Scene(name="check", act=_check, ends=("success",), config=CHECKED),
)
