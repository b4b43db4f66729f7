"""Who may bind a channel and claim a login, and the line that every such thing leaves in the log."""

from collections.abc import Iterator

import pytest
import structlog
from structlog.typing import EventDict

from sandbox.slack.requests.typed import controls
from sandbox.slack.state import Message
from sandbox.world import World
from tests.e2e.conftest import ENVIRON
from tests.e2e.running import Bot, until
from tests.e2e.shop import REPOSITORY, Shop

AGREED = """\
version: 1
circleci: {workflow: deploy}
environments: {staging: {approvals: 1}}
"""
ELSEWHERE = "version: 1\nchannel: C0ELSEWHERE\ncircleci: {workflow: deploy}\n"


@pytest.fixture
def lines() -> Iterator[list[EventDict]]:
    """What is logged meanwhile."""
    with structlog.testing.capture_logs() as lines:
        yield lines


def audit(lines: list[EventDict]) -> list[tuple[str, str]]:
    """What was done, and by whom."""
    return [(line["did"], line["by"]) for line in lines if line["event"] == "audit"]


def claim_button(message: Message) -> dict[str, str]:
    """The first login of an answer to `setup`."""
    return next(one for _, one, _ in controls(message) if one.get("action_id", "")[:5] == "claim")


async def test_guests_bind_and_claim_nothing(world: World, bot: Bot) -> None:
    """Single-channel and multi-channel guests alike."""
    world.slack.add_user("gus", "Gus", is_restricted=True)
    world.slack.add_user("uma", "Uma", is_ultra_restricted=True)
    shop = Shop(world, bot)
    for guest in ("gus", "uma"):
        told = await shop.type(f"setup {REPOSITORY}", guest)
        assert "Guests can't connect or disconnect" in told, guest
    await shop.bound()
    message = world.slack.messages("shop")[0]
    for guest in ("gus", "uma"):
        told = await shop.claim(guest, "octocat", message)
        assert "Guests can't connect or disconnect" in told, guest
        assert "Guests can't connect or disconnect" in await shop.type("reset", guest), guest
    assert "[hubot]  [octocat]" in await shop.type("hello")
    assert "nothing is deployed" not in await shop.type("list")


async def test_people_of_other_workspaces_bind_and_claim_nothing(world: World, bot: Bot) -> None:
    """A stranger of a shared channel, whatever workspace the request names."""
    world.slack.add_user("stan", "Stan", is_stranger=True)
    shop = Shop(world, bot)
    assert "another Slack workspace" in await shop.type(f"setup {REPOSITORY}", "stan")
    await shop.bound()
    message = world.slack.messages("shop")[0]
    assert "another Slack workspace" in await shop.claim("stan", "octocat", message)


@pytest.mark.by_setup
async def test_before_slack_has_told_us_who_we_are(shop: Shop) -> None:
    """A press names our workspace, its person another: it is judged again when we know."""
    world, bot = shop.world, shop.bot
    await bot.stop()
    away = world.slack.faults.add("auth.test", status=503, times=None)
    await bot.start(known=False)
    message = world.slack.messages("shop")[0]
    button = claim_button(message)
    payload_team = world.slack.workspace.team_id
    world.slack.interactions._person = lambda user, _team: {  # type: ignore[method-assign]
        "user": {"id": user.id, "username": user.name, "team_id": "T0STRANGER"},
        "team": {"id": payload_team},
        "api_app_id": "A1",
    }
    pressed = {"value": button["value"]}
    await world.slack.press("shop", "sam", message, button["action_id"], **pressed)
    world.slack.faults.rules.remove(away)
    await until(lambda: world.slack.ephemerals("sam"), what="an answer")
    assert "another Slack workspace" in shop.eyes.whispers("sam")[-1]


async def test_an_enterprise_grid_is_ours(world: World, bot: Bot) -> None:
    """A press names no team, only the organization; the person's workspace is another of it."""
    world.slack.workspace.enterprise_id = "E0ACME"
    assert bot.service is not None
    await bot.service.chat.identify()
    shop = Shop(world, bot)
    await shop.bound(("dana", "octocat"))
    message = world.slack.messages("shop")[0]
    button = claim_button(message)
    pressed = {"value": button["value"], "team_id": "T0SISTER"}
    await world.slack.press("shop", "sam", message, button["action_id"], **pressed)
    await until(lambda: world.slack.ephemerals("sam"), what="an answer")
    assert "another Slack workspace" not in shop.eyes.whispers("sam")[-1]


@pytest.mark.parametrize("config", [ELSEWHERE])
async def test_the_file_names_the_only_channel(world: World, bot: Bot) -> None:
    """Nothing is bound in another one."""
    shop = Shop(world, bot)
    told = await shop.type(f"setup {REPOSITORY}")
    assert "only deploys from <#C0ELSEWHERE>" in told
    assert "This channel has no repository yet" in await shop.type("deploy production")


@pytest.mark.parametrize(
    "environ", [{**ENVIRON, "SETUP_BY": "verified", "GITHUB_CLIENT_SECRET": "a-client-secret"}]
)
async def test_only_proven_people_bind(world: World, bot: Bot) -> None:
    """A claim proves nothing; a proven login must be able to push."""
    shop = Shop(world, bot)
    assert "takes a verified GitHub login" in await shop.type(f"setup {REPOSITORY}")


@pytest.mark.parametrize("config", [AGREED])
async def test_every_change_leaves_a_line(world: World, bot: Bot, lines: list[EventDict]) -> None:
    """Whatever a person decides: one event, with who, what and where."""
    shop = Shop(world, bot)
    dana, sam = world.slack.dana.id, world.slack.sam.id
    await shop.bound(("dana", "octocat"), ("sam", "hubot"))
    await shop.type(f"setup {REPOSITORY}")
    for number, ref in enumerate(("v1.4.0 --force", "main"), 1):
        await shop.deploy(f"deploy production {ref}")
        world.github.clock.ahead += 60
        await shop.finish(number)
    await shop.type("rollback production", "sam")
    await shop.press(world.slack.ephemerals("sam")[-1], "Roll back", "sam")
    await until(lambda: len(world.circleci.pipelines) == 3, what="the rollback's pipeline")
    await shop.quiet()
    world.github.clock.ahead += 60
    await shop.finish(3)
    await shop.type("resume production")
    await shop.deploy("deploy production main")
    await shop.type("cancel production", "sam")
    await shop.quiet()
    await shop.type("deploy staging")
    await shop.type("approve staging", "sam")
    await until(lambda: len(world.circleci.pipelines) == 5, what="what was approved")
    await shop.quiet()
    await shop.finish(5)
    await shop.type("deploy staging v1.4.0")
    await shop.type("reject staging not today", "sam")
    await shop.type("goodbye", "sam")
    await shop.type("reset", "sam")
    assert audit(lines) == [
        ("bind", dana),
        ("claim", dana),
        ("claim", sam),
        ("deploy", dana),
        ("force", dana),
        ("deploy", dana),
        ("rollback", sam),
        ("resume", dana),
        ("deploy", dana),
        ("cancel", sam),
        ("deploy", dana),
        ("approve", sam),
        ("deploy", dana),
        ("reject", sam),
        ("unclaim", sam),
        ("release", sam),
    ]
    forced = next(line for line in lines if line.get("did") == "force")
    assert (forced["repository"], forced["environment"]) == (REPOSITORY, "production")
