"""Every way to fail, made to happen through the running app: the person sees its sentence."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.texts.failures.catalogue import CATALOGUE
from app.texts.failures.table import failures_table
from sandbox.world import World
from tests.e2e.failures.walks import Walk, circleci, gates, outside, pipeline, typed, unbound
from tests.e2e.running import Bot
from tests.e2e.shop import Shop

GROUPS = {
    "typed": typed.WALKS,
    "gates": gates.WALKS,
    "circleci": circleci.WALKS,
    "pipeline": pipeline.WALKS,
    "undecided": pipeline.UNDECIDED,
    "outside": outside.WALKS,
}
"""Walks that share a bound shop; they are walked in order."""

LEFT_OUT = {
    "github_down": "lasts for half an hour: tests/e2e/failures/test_outages.py",
    **dict.fromkeys(
        ("slack_missing_scope", "slack_not_in_channel", "slack_token_revoked"),
        "takes a deployment: tests/e2e/failures/test_slack_fails.py",
    ),
    "identity_unverified": "takes SETUP_BY=verified: tests/e2e/people/test_who_may_bind.py",
    "store_timeout": "takes a store that answers after 1.5 s: tests/slack/entrances/test_entrances.py",
    "circleci_unseen": "lasts for minutes: tests/e2e/pipelines/test_unseen.py",
    "workflow_named_differently": "takes another file: tests/e2e/pipelines/test_unseen.py",
    "waited_too_long": "takes a day: tests/e2e/recovery/test_everything_ends.py",
    "approval_timed_out": "takes three days: tests/e2e/recovery/test_everything_ends.py",
    "outside_window": "takes a file of its own: tests/e2e/gates/test_calendar.py",
    "frozen": "takes a file of its own: tests/e2e/gates/test_calendar.py",
    "window_closed": "an event waits: tests/lifecycle/planning/gates/test_windows.py",
    "frozen_until": "an event waits: tests/lifecycle/planning/gates/test_windows.py",
    "nothing_to_roll_back_to": "takes a deployment: tests/e2e/commands/test_rollback.py",
    "never_succeeded_there": "takes two deployments: tests/e2e/commands/test_rollback.py",
    "live_already": "takes two deployments: tests/e2e/commands/test_rollback.py",
    "nothing_to_promote": "takes two environments: tests/e2e/commands/test_promote.py",
    "held_after_rollback": "takes a rollback: tests/e2e/commands/test_hold.py",
    "not_held": "takes a rollback: tests/e2e/commands/test_hold.py",
    "not_allowed": "takes a file of its own: tests/e2e/gates/test_who_may.py",
    "identity_unproven": "takes a file of its own: tests/e2e/gates/test_who_may.py",
    "unlock_not_allowed": "takes a file of its own: tests/e2e/gates/test_who_may.py",
    "input_invalid": "takes a file of its own: tests/e2e/commands/test_inputs.py",
    "input_missing": "takes a file of its own: tests/e2e/commands/test_inputs.py",
    "input_twice": "takes a file of its own: tests/e2e/commands/test_inputs.py",
    "inputs_malformed": "takes a payload of its own: tests/lifecycle/planning/pipelines/test_inputs.py",
    "input_unknown": "takes a file of its own: tests/e2e/commands/test_inputs.py",
    "pull_request_closed": "takes a pull request: tests/e2e/triggers/test_triggers.py",
    "replaced": "takes two deployments: tests/e2e/gates/test_inactive.py",
    "locked": "takes two people: tests/e2e/commands/test_locks.py",
    "locked_already": "takes two people: tests/e2e/commands/test_locks.py",
    "locked_out": "an event waits: tests/lifecycle/planning/gates/test_lock.py",
    "kept": "takes an outage: tests/e2e/recovery/test_kept.py",
    "dropped": "takes an outage: tests/e2e/recovery/test_kept.py",
    "older_than_live": "takes two deployments: tests/e2e/gates/test_live.py",
    "confirmation_expired": "takes a quarter of an hour: tests/lifecycle/requests/test_confirmation.py",
    **dict.fromkeys(
        (
            "approval_needed",
            "approval_own",
            "approval_by_unlinked",
            "approval_by_guest",
            "not_awaited",
            "which_deployment",
            "rejected",
        ),
        "has a walk of its own: tests/e2e/gates/test_approvals.py",
    ),
    "checks_withheld": "takes another permission: tests/e2e/gates/test_checks.py",
    "claim_unreadable": "takes a button that we never made: tests/commands",
    "broken_here": "takes a defect of ours: tests/lifecycle/engine/test_defects.py",
    "deployment_deleted": "is quiet: nobody is told, tests/lifecycle/deployment",
    "slack_message_fixed": "is mended before anybody reads it: tests/e2e/failures/test_slack_fails.py",
    "code_invalid": "has a walk of its own: tests/e2e/people/test_verify.py",
    "requires_not_met": "has a walk of its own: tests/e2e/triggers/test_requires.py",
    "requires_pending": "has a walk of its own: tests/e2e/triggers/test_requires.py",
    "verifying_off": "has a walk of its own: tests/e2e/people/test_verify.py",
    "slack_message_gone": "is mended before anybody reads it: tests/e2e/failures/test_slack_fails.py",
}
"""The entries that are not walked, and why."""

CALM = {
    "LEASE_SECONDS": "4",
    "WATCH_INTERVAL": "60",
    "CHECKS_SETTLE": "0.1",
    "SLACK_COMMAND": "/ship",
}


@pytest.fixture
def environ() -> dict[str, str]:
    """Minutes pass on the bot's clock alone, and the slash command is not the usual one."""
    return CALM


async def walk(shop: Shop, walks: Sequence[Walk]) -> None:
    """Walk them all: what was not said, with what was seen instead.

    Nothing that anybody saw names another slash command than this installation's.
    """
    missed = {}
    for one in walks:
        seen = await one.go(shop)
        if one.says not in seen:
            missed[one.name] = seen
            print(f"{one.name}: not {one.says!r} but {seen}")
    assert {} == missed
    assert [] == [text for text in everything_said(shop) if "/cimon" in text]


def everything_said(shop: Shop) -> Iterator[str]:
    """Every text that Slack or GitHub shows: messages, answers to one person, descriptions."""
    for channel in shop.world.slack.workspace.channels.values():
        yield from shop.eyes.channel(channel.name).split("\n")
    for user in shop.world.slack.workspace.users.values():
        yield from shop.eyes.whispers(user.name)
    for deployment in shop.deployments:
        yield from (status.description for status in deployment.statuses)


async def test_before_a_channel_is_bound(world: World, bot: Bot) -> None:
    """Mistakes of the first minute."""
    await walk(Shop(world, bot), unbound.WALKS)


@pytest.mark.by_setup
@pytest.mark.parametrize("group", GROUPS)
async def test_in_a_bound_channel(shop: Shop, group: str) -> None:
    """Each in its turn."""
    await walk(shop, GROUPS[group])


def test_every_entry_is_walked_or_left_out_for_a_reason() -> None:
    """Nothing in the catalogue is without a test that a person sees it."""
    walked = [one.name for walks in (unbound.WALKS, *GROUPS.values()) for one in walks]
    print(f"{len(set(walked))} of {len(CATALOGUE)} ways to fail are walked")
    assert not set(walked) & set(LEFT_OUT)
    assert {entry.name for entry in CATALOGUE} == {*walked, *LEFT_OUT}
    assert 50 <= len(set(walked))


def test_the_page_of_failures_is_generated() -> None:
    """docs/failures.md is what app/texts says."""
    page = Path(__file__).parents[3] / "docs" / "failures.md"
    assert failures_table(CATALOGUE) == page.read_text(encoding="utf-8")
