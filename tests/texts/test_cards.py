"""The live message and the reply, state by state, as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from msgspec import structs

from app.model.build import Build, BuildState, Origin
from app.model.build_parts import Approvers, JobProgress
from app.model.chat.card import Card
from app.model.effects import Backoff
from app.model.github.live import Live
from app.model.plan import Person, Ticket
from app.model.reasons.approvals import ApprovalNeeded
from app.model.reasons.base import BaseReason
from app.model.reasons.gates import (
    Busy,
    ChecksPending,
    FrozenUntil,
    HeldAfterRollback,
    RequiresPending,
    WindowClosed,
)
from app.model.reasons.locks import LockedOut
from app.texts.cards.approvals import held_reply
from app.texts.cards.card import card_of
from app.texts.cards.outcomes import outcome_reply, status_description
from app.texts.failures.failure import ENTRIES
from tests.plans import changed
from tests.texts.builds import ASKED, OCTOCAT, STATES, T0, build, over

every_state = pytest.mark.parametrize("name", STATES)


def shown(card: Card) -> list[str]:
    """A card as lines: state and color, sentence, blocks (but not what is deployed), buttons."""
    buttons = " ".join(f"[{each.label}]{'→' if each.url else ''}" for each in card.buttons)
    return [f"{card.state} · {card.color}", card.text, card.lines[0], *card.lines[2:], buttons]


def test_every_state() -> None:
    """What happened comes first, then what it means, then the buttons."""
    cards = {name: shown(card_of(each)) for name, each in STATES.items()}

    assert cards == snapshot(
        {
            "starting": [
                "pending · waiting",
                "Starting: v1.4.0 to production, requested by Dana.",
                "*production* · Starting · requested by Dana",
                "The pipeline is about to start.",
                "[Details] [Cancel]",
            ],
            "waiting on a check": [
                "pending · waiting",
                "Waiting for checks: v1.4.0 to production, requested by Dana.",
                "*production* · Waiting for checks · requested by Dana",
                "Waiting for `ci/build` (2 of 3 checks passed). Deploys automatically once it passes.",
                "[Details] [Cancel]",
            ],
            "in line": [
                "pending · waiting",
                "Queued: v1.4.0 to production, requested by Dana.",
                "*production* · Queued · requested by Dana",
                "Next after deployment 811, which is still deploying to *production*. Starts automatically.",
                "[Details] [Cancel]",
            ],
            "CircleCI hangs": [
                "pending · waiting",
                "Waiting for CircleCI: v1.4.0 to production, requested by Dana.",
                "*production* · Waiting for CircleCI · requested by Dana",
                "CircleCI hasn't answered since <!date^1790000004^{date_short_pretty} {time}|2026-09-21 14:13 UTC> (last: 503). I'll keep trying.",
                "[Details] [Cancel]",
            ],
            "asked, no answer": [
                "pending · waiting",
                "Waiting for CircleCI: v1.4.0 to production, requested by Dana.",
                "*production* · Waiting for CircleCI · requested by Dana",
                "CircleCI isn't answering. The pipeline may already have started; I'll check before retrying.",
                "[Details] [Cancel]",
            ],
            "running": [
                "in_progress · running",
                "Deploying — 2 of 4 jobs: v1.4.0 to production, requested by Dana.",
                "*production* · Deploying — 2 of 4 jobs · requested by Dana",
                "Running since <!date^1790000003^{time}|2026-09-21 14:13 UTC> · `migrate`",
                "[Logs]→ [Cancel]",
            ],
            "running, jobs unknown": [
                "in_progress · running",
                "Deploying: v1.4.0 to production, requested by Dana.",
                "*production* · Deploying · requested by Dana",
                "Running since <!date^1790000003^{time}|2026-09-21 14:13 UTC>",
                "[Logs]→ [Cancel]",
            ],
            "canceling": [
                "in_progress · running",
                "Canceling: v1.4.0 to production, requested by Dana.",
                "*production* · Canceling · requested by Dana",
                "Dana canceled this at <!date^1790000060^{time}|2026-09-21 14:14 UTC>. Waiting for CircleCI to stop.",
                "[Logs]→",
            ],
            "waiting for people": [
                "pending · waiting",
                "Waiting for approval: v1.4.0 to production, requested by Dana.",
                "*production* · Waiting for approval · requested by Dana",
                "Approved by Sam (1 of 2). Needs 1 more from `team:acme/leads`.",
                "[Approve] [Reject] [Details] [Cancel]",
            ],
            "rejected": [
                "error · quiet",
                "Rejected by Dana: v1.4.0 to production, requested by Dana.",
                "*production* · Rejected by Dana · requested by Dana",
                "Rejected by Dana at <!date^1790000060^{time}|2026-09-21 14:14 UTC>: Not today.",
                "`v1.3.9` is still live in *production*.",
                "[Retry]",
            ],
            "waiting for approval": [
                "in_progress · waiting",
                "Waiting for approval: v1.4.0 to production, requested by Dana.",
                "*production* · Waiting for approval · requested by Dana",
                "Needs approval: `hold-production`. <https://app.circleci.com/pipelines/gh/acme/shop/345|Approve it on CircleCI>, or press *Approve*.",
                "[Approve] [Reject] [Cancel]",
            ],
            "succeeded": [
                "success · good",
                "Deployed in 4 m 12 s: v1.4.0 to production, requested by Dana.",
                "*production* · Deployed in 4 m 12 s · requested by Dana",
                "Open <https://shop.example.com|shop.example.com> · <https://app.circleci.com/pipelines/gh/acme/shop/345|logs>",
                "[Roll back]",
            ],
            "failed": [
                "failure · bad",
                "Failed at migrate after 4 m 12 s: v1.4.0 to production, requested by Dana.",
                "*production* · Failed at `migrate` after 4 m 12 s · requested by Dana",
                "`migrate` failed. <https://circleci.example/job|Its log> says why. Deploy a fix, or press *Retry*.",
                "Before this, `v1.3.9` was live (since <!date^1789913600^{date_short_pretty} {time}|2026-09-20 14:13 UTC>); `migrate` may have changed something.",
                "[Retry] [Roll back] [Logs]→",
            ],
            "refused by CircleCI": [
                "error · bad",
                "Not started: v1.4.0 to production, requested by Dana.",
                "*production* · Not started · requested by Dana",
                """\
CircleCI refused the pipeline: `Unexpected argument(s): sha`. Add this to `.circleci/config.yml`, then press *Retry*:
```parameters:
  sha: {type: string, default: ""}```
Nothing was deployed.\
""",
                "`v1.3.9` is still live in *production*.",
                "[Retry]",
            ],
            "timed out": [
                "error · bad",
                "Timed out after 1 h: v1.4.0 to production, requested by Dana.",
                "*production* · Timed out after 1 h · requested by Dana",
                "No outcome after 1 h, so I stopped waiting. <https://app.circleci.com/pipelines/gh/acme/shop/345|The pipeline> may still be running; if it finishes, I'll update this. Press *Cancel* to stop it.",
                "Before this, `v1.3.9` was live (since <!date^1789913600^{date_short_pretty} {time}|2026-09-20 14:13 UTC>); `migrate` may have changed something.",
                "[Retry] [Roll back] [Cancel]",
            ],
            "canceled": [
                "error · quiet",
                "Canceled by Dana: v1.4.0 to production, requested by Dana.",
                "*production* · Canceled by Dana · requested by Dana",
                "Canceled by Dana at <!date^1790000060^{time}|2026-09-21 14:14 UTC>.",
                "Before this, `v1.3.9` was live (since <!date^1789913600^{date_short_pretty} {time}|2026-09-20 14:13 UTC>); `migrate` may have changed something.",
                "[Retry] [Roll back] [Logs]→",
            ],
            "canceled on CircleCI": [
                "error · quiet",
                "Canceled: v1.4.0 to production, requested by Dana.",
                "*production* · Canceled · requested by Dana",
                "<https://app.circleci.com/pipelines/gh/acme/shop/345|The pipeline> was canceled on CircleCI by octocat. Press *Retry* to run it again.",
                "Before this, `v1.3.9` was live (since <!date^1789913600^{date_short_pretty} {time}|2026-09-20 14:13 UTC>); `migrate` may have changed something.",
                "[Retry] [Roll back]",
            ],
            "superseded": [
                "inactive · quiet",
                "Superseded: v1.4.0 to production, requested by Dana.",
                "*production* · Superseded · requested by Dana",
                "Superseded by deployment 813. This one was never started.",
                "[Deploy anyway] [Details]",
            ],
            "a person's": [
                "in_progress · running",
                "Deploying — 2 of 4 jobs: v1.4.0 to production, created on GitHub by octocat.",
                "*production* · Deploying — 2 of 4 jobs · created on GitHub by octocat",
                "Running since <!date^1790000003^{time}|2026-09-21 14:13 UTC> · `migrate`",
                "[Logs]→ [Cancel]",
            ],
            "foreign, running": [
                "in_progress · running",
                "Deploying: v1.4.0 to production, deployed by github-actions.",
                "*production* · Deploying · deployed by github-actions",
                "<https://github.com/acme/shop/actions/runs/1|logs>",
                "",
            ],
            "foreign, deployed": [
                "success · good",
                "Deployed: v1.4.0 to production, deployed by vercel[bot].",
                "*production* · Deployed · deployed by vercel[bot]",
                "`Deployed by Vercel` · Open <https://preview.example.com|preview.example.com>",
                "",
            ],
        }
    )


@pytest.mark.parametrize(
    ("origin", "by"), [(Origin.PERSON, "Dana"), (Origin.FOREIGN, "an-app"), (None, "Dana")]
)
def test_who_created_it(origin: Origin | None, by: str) -> None:
    """What a person does through our own App is theirs: GitHub names the App beside them."""
    made = Build(
        repository_id=1,
        deployment_id=5,
        origin=origin,
        app_slug="an-app",
        creator="octocat",
        asker=Person(name="Dana", login="octocat"),
    )
    assert made.created_by == by
    assert structs.replace(made, app_slug=None, asker=None).created_by == "octocat"


def test_what_is_deployed() -> None:
    """The ref and commit, what changed since, and the pull request and tickets it belongs to."""
    assert card_of(build(pull_request=12)).lines[1] == snapshot(
        "`<https://github.com/acme/shop/tree/v1.4.0|v1.4.0>` · `<https://github.com/acme/shop/commit/3f9c2d1000000000000000000000000000000000|3f9c2d1>` Fix rounding of refunds — by octocat · <https://github.com/acme/shop/compare/1111111000000000000000000000000000000000...3f9c2d1000000000000000000000000000000000|changes since the last success> · <https://github.com/acme/shop/pull/12|#12> · <https://github.com/acme/shop/issues/482|#482> · <https://app.asana.com/0/1/1|Asana: Refund rounding>"
    )


def test_what_was_live_is_offered_back() -> None:
    """*Roll back* is offered only if something else was live before."""
    failed = STATES["failed"]
    assert failed.plan is not None
    assert failed.plan.live is not None
    same = structs.replace(failed.plan, live=structs.replace(failed.plan.live, sha=failed.sha))
    shown = [card_of(one) for one in (failed, structs.replace(failed, plan=same))]
    assert ["rollback" in {one.action for one in card.buttons} for card in shown] == [True, False]


def test_a_job_that_was_stopped_may_have_changed_something() -> None:
    """A canceled pipeline is like a failed one: nobody knows what is live now."""
    stopped = over(BuildState.CANCELED, "error", jobs=JobProgress(stopped="migrate"))
    assert card_of(stopped).lines[-1] == card_of(STATES["failed"]).lines[-1]


def test_what_was_live_has_its_commit_where_the_refs_read_alike() -> None:
    """Two commits of one branch are told apart; a bare commit isn't named twice."""
    nobody = {"requester": None, "committer": None}
    sha = "1111111" + "0" * 33
    live = Live(deployment_id=811, ref="refs/heads/main", sha=sha, since=T0)
    failed = over(BuildState.FAILED, "failure", ref="main", live=live, **nobody)
    bare = changed(failed, ref=sha, live=structs.replace(live, ref=sha))

    assert card_of(failed).lines[-1] == snapshot(
        "Before this, `main` (`1111111`) was live (since <!date^1790000000^{date_short_pretty} {time}|2026-09-21 14:13 UTC>); `migrate` may have changed something."
    )
    assert outcome_reply(failed) == snapshot(
        "`main` failed in *production*; `main` (`1111111`) was live before. Press *Retry* above or deploy a fix."
    )
    assert outcome_reply(bare) == snapshot(
        "`1111111` failed in *production*; `1111111` was live before. Press *Retry* above or deploy a fix."
    )


def test_what_was_live_before_a_rerun_is_not_known() -> None:
    """Something else may have gone live between the plan and the rerun."""
    rerun = over(BuildState.FAILED, "failure", reruns=1)
    assert not any("Before this" in line for line in card_of(rerun).lines)
    read = structs.replace(rerun, live_then=STATES["failed"].plan.live, live_known=1)
    assert any("Before this, `v1.3.9` was live" in line for line in card_of(read).lines)
    assert not any("Before this" in line for line in card_of(structs.replace(read, reruns=2)).lines)


def test_a_rerun_is_not_said_to_run_since_the_first_start() -> None:
    """Nobody tells when a rerun started, so neither a start nor a duration is shown."""
    again = structs.replace(STATES["running"], reruns=1)
    done = structs.replace(STATES["succeeded"], reruns=1)

    assert card_of(again).lines[-1] == snapshot("Rerunning on CircleCI · `migrate`")
    assert card_of(done).lines[0] == snapshot("*production* · Deployed · requested by Dana")
    assert status_description(done) == snapshot("Deployed.")


@every_state
def test_a_card_mentions_nobody(name: str) -> None:
    """Names on the card are plain text: only the reply notifies."""
    card = card_of(STATES[name])

    assert "<@" not in "".join((card.text, *card.lines))


def test_a_cancel_is_asked_back() -> None:
    """The question names what would be canceled."""
    (cancel,) = [
        button for button in card_of(STATES["running"]).buttons if button.action == "cancel"
    ]

    assert cancel.confirm == snapshot("Cancel the deployment of v1.4.0 to production?")
    assert (cancel.value, cancel.style) == ("812", "danger")


@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        ("command", "requested by Dana"),
        ("comment", "requested by Dana"),
        ("retry", "requested by Dana"),
        ("push", "pushed by Dana"),
        ("tag", "tagged by Dana"),
        ("pull_request", "for #12 by Dana"),
    ],
)
def test_nobody_requested_what_an_event_started(trigger: str, said: str) -> None:
    """The card, its sentence and the reply name the push, tag or pull request."""
    done = changed(STATES["succeeded"], trigger=trigger, pull_request=12)
    card = card_of(done)
    kim = changed(done, requester=Person(name="Kim", login="kim"))

    assert card.lines[0].endswith(f" · {said}")
    assert card.text.endswith(f", {said}.")
    assert f"({said.replace('Dana', 'kim')}, by octocat)" in outcome_reply(kim)


@given(evil=st.text(alphabet="<>&|`*@!#channel \n", min_size=1, max_size=40))
def test_nothing_of_others_is_raw(evil: str) -> None:
    """Commit messages, refs and names can neither mention anybody nor break the layout."""
    evil = f"<!channel>{evil}"
    odd = over(
        BuildState.FAILED,
        "failure",
        ref=evil,
        subject=evil,
        environment=evil,
        requester=Person(name=evil),
        committer=Person(login=evil),
        tickets=(Ticket(system="asana", key="1", url=f"https://a.example/{evil}", title=evil),),
    )
    card = card_of(odd)
    words = "\n".join((card.text, *card.lines, outcome_reply(odd)))

    assert "<!channel" not in words
    assert words.count("`") % 2 == 0


@pytest.mark.parametrize(
    "gate",
    [
        ApprovalNeeded,
        Busy,
        ChecksPending,
        FrozenUntil,
        HeldAfterRollback,
        LockedOut,
        RequiresPending,
        WindowClosed,
    ],
)
def test_what_waits_for_a_gate_is_not_starting(gate: type[BaseReason]) -> None:
    """The headline names the gate that is closed."""
    card = card_of(build(waits_for=(ENTRIES[gate].example,)))

    assert "Starting" not in card.lines[0]


def test_long_subjects_are_cut() -> None:
    """A long commit message doesn't make the card longer."""
    card = card_of(build(subject="x" * 500))

    assert "x" * 119 + "…" in card.lines[1]
    assert "x" * 121 not in card.lines[1]


def test_github_enterprise_links_go_there() -> None:
    """Links use the base URL of the installation."""
    card = card_of(ASKED, html="https://git.acme.example")

    assert "https://git.acme.example/acme/shop/commit/" in card.lines[1]


def test_an_outage_while_it_runs_is_shown() -> None:
    """A single failed call isn't worth an edit of the message."""
    pause = Backoff(attempts=1, since=T0, retry_at=T0 + 2, error="HTTP 503", status=503)
    once = structs.replace(STATES["running"], backoff={"ci": pause})
    limited = structs.replace(pause, attempts=2, status=429)
    lasting = structs.replace(once, backoff={"ci": limited})

    assert card_of(once) == card_of(STATES["running"])
    assert card_of(lasting).lines[-1] == snapshot("I hit CircleCI's rate limit. I'll keep trying.")


@every_state
def test_a_link_is_not_a_button_as_well(name: str) -> None:
    """A button isn't shown if the text has the same link."""
    card = card_of(STATES[name])

    assert not [
        one.url for one in card.buttons if one.url and f"<{one.url}|" in "".join(card.lines)
    ]
    assert card.buttons or name.startswith("foreign")


def test_a_held_job_tells_who_asked() -> None:
    """Approvers read who requested it, and the requester is told that it waits."""
    held, listed = STATES["waiting for approval"], ("@kim", "team:acme/leads")
    both = held_reply(held, listed, Approvers(people=("U7",)))

    assert both == snapshot(
        "<@U7>: `hold-production` needs approval to deploy `v1.4.0` to *production*, requested by <@U0DANA>. Press *Approve* above, or <https://app.circleci.com/pipelines/gh/acme/shop/345|approve it on CircleCI>."
    )
    assert held_reply(held, listed, Approvers(people=("U0DANA", "U7"))) == snapshot(
        "<@U0DANA> <@U7>: `hold-production` needs approval to deploy `v1.4.0` to *production*, requested by Dana. Press *Approve* above, or <https://app.circleci.com/pipelines/gh/acme/shop/345|approve it on CircleCI>."
    )
    assert held_reply(held, (), Approvers()) == snapshot(
        "<@U0DANA> `hold-production` needs approval to deploy `v1.4.0` to *production*. Press *Approve* above, or <https://app.circleci.com/pipelines/gh/acme/shop/345|approve it on CircleCI>."
    )
    assert held_reply(changed(held, requester=OCTOCAT), listed, Approvers()) == snapshot(
        "`@kim`, `team:acme/leads`: `hold-production` needs approval to deploy `v1.4.0` to *production*, requested by octocat. Press *Approve* above, or <https://app.circleci.com/pipelines/gh/acme/shop/345|approve it on CircleCI>."
    )
