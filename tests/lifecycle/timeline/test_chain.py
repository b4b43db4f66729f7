"""The chain of a deployment: every hop, and the one that hangs."""

import pytest
import structlog
from inline_snapshot import snapshot
from msgspec import structs

from app.lifecycle.timeline.chain import chain_of, stuck_hop
from app.lifecycle.timeline.chain_log import ChainLog
from app.model.build import Build, BuildState
from app.model.build_parts import CancelRequest
from app.model.chain import Hop, HopState
from app.model.effects import Backoff
from app.model.reasons.ci import CIDown
from app.model.reasons.ours import SlackArchived
from app.texts.replies.deployments.status import hop_text, turn_of
from tests.texts.builds import ASKED, DANA, RUNNING, STATES, T0, build, over

NOW = T0 + 300


def told(build: Build) -> list[str]:
    """A chain as lines: state, seconds since it was asked for, name, text."""
    return [
        f"{hop.state:7} {'' if hop.at is None else f'+{hop.at - T0:g}':>4} {hop.name}: "
        f"{hop_text(hop, build, NOW)}"
        for hop in chain_of(build, NOW)
    ]


def test_the_chain_of_every_state() -> None:
    """What is done with its time, what is waited for, what never came is left out."""
    chains = {name: told(each) for name, each in STATES.items()}

    assert chains == snapshot(
        {
            "starting": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "done      +1 gates: checks and queue: clear",
                "waiting      pipeline: pipeline on CircleCI",
                "waiting      jobs: jobs",
                "waiting      outcome: outcome on GitHub",
                "done      +2 message: message posted, kept up to date",
            ],
            "waiting on a check": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "current      gates: checks and queue: Waiting for `ci/build` (2 of 3 checks passed). Deploys automatically once it passes.",
                "waiting      pipeline: pipeline on CircleCI",
                "waiting      jobs: jobs",
                "waiting      outcome: outcome on GitHub",
                "done      +2 message: message posted, kept up to date",
            ],
            "in line": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "current      gates: checks and queue: Next after deployment 811, which is still deploying to *production*. Starts automatically.",
                "waiting      pipeline: pipeline on CircleCI",
                "waiting      jobs: jobs",
                "waiting      outcome: outcome on GitHub",
                "done      +2 message: message posted, kept up to date",
            ],
            "CircleCI hangs": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "done      +1 gates: checks and queue: clear",
                "stuck     +4 pipeline: CircleCI: no answer for 4 m 56 s (3 tries, last: 503). Trying now. No pipeline exists yet.",
                "waiting      jobs: jobs",
                "waiting      outcome: outcome on GitHub",
                "done      +2 message: message posted, kept up to date",
            ],
            "asked, no answer": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "done      +1 gates: checks and queue: clear",
                "current   +3 pipeline: CircleCI's answer got lost. The pipeline may already have started; I'll check before retrying",
                "waiting      jobs: jobs",
                "waiting      outcome: outcome on GitHub",
                "done      +2 message: message posted, kept up to date",
            ],
            "running": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "done      +1 gates: checks and queue: clear",
                "done      +3 pipeline: CircleCI started <https://app.circleci.com/pipelines/gh/acme/shop/345|pipeline 345>",
                "current   +3 jobs: 2 of 4 jobs, `migrate` is running",
                "waiting      outcome: outcome on GitHub",
                "done      +2 message: message posted, kept up to date",
            ],
            "running, jobs unknown": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "done      +1 gates: checks and queue: clear",
                "done      +3 pipeline: CircleCI started <https://app.circleci.com/pipelines/gh/acme/shop/345|pipeline 345>",
                "current   +3 jobs: jobs are running",
                "waiting      outcome: outcome on GitHub",
                "done      +2 message: message posted, kept up to date",
            ],
            "canceling": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "done      +1 gates: checks and queue: clear",
                "done      +3 pipeline: CircleCI started <https://app.circleci.com/pipelines/gh/acme/shop/345|pipeline 345>",
                "current  +60 jobs: Dana canceled it; CircleCI is stopping its jobs",
                "waiting      outcome: outcome on GitHub",
                "done      +2 message: message posted, kept up to date",
            ],
            "waiting for people": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "current      gates: checks and queue: Approved by Sam (1 of 2). Needs 1 more from `team:acme/leads`.",
                "waiting      pipeline: pipeline on CircleCI",
                "waiting      jobs: jobs",
                "waiting      outcome: outcome on GitHub",
                "done      +2 message: message posted, kept up to date",
            ],
            "rejected": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "done     +60 gates: Rejected by Dana at <!date^1790000060^{time}|2026-09-21 14:14 UTC>: Not today.",
                "done         outcome: outcome on GitHub: `error`",
                "done      +2 message: message shows the outcome",
            ],
            "waiting for approval": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "done      +1 gates: checks and queue: clear",
                "done      +3 pipeline: CircleCI started <https://app.circleci.com/pipelines/gh/acme/shop/345|pipeline 345>",
                "current  +50 jobs: Needs approval: `hold-production`. <https://app.circleci.com/pipelines/gh/acme/shop/345|Approve it on CircleCI>, or press *Approve*.",
                "waiting      outcome: outcome on GitHub",
                "done      +2 message: message posted, kept up to date",
            ],
            "succeeded": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "done      +1 gates: checks and queue: clear",
                "done      +3 pipeline: CircleCI started <https://app.circleci.com/pipelines/gh/acme/shop/345|pipeline 345>",
                "done    +255 jobs: jobs ended",
                "done    +256 outcome: outcome on GitHub: `success`",
                "done      +2 message: message shows the outcome",
            ],
            "failed": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "done      +1 gates: checks and queue: clear",
                "done      +3 pipeline: CircleCI started <https://app.circleci.com/pipelines/gh/acme/shop/345|pipeline 345>",
                "failed  +255 jobs: The workflow `deploy` failed. Its log says why. Deploy a fix, or press *Retry*.",
                "done    +256 outcome: outcome on GitHub: `failure`",
                "done      +2 message: message shows the outcome",
            ],
            "refused by CircleCI": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "done      +1 gates: checks and queue: clear",
                """\
failed    +4 pipeline: CircleCI refused the pipeline: `Unexpected argument(s): sha`. Add this to `.circleci/config.yml`, then press *Retry*:
```parameters:
  sha: {type: string, default: ""}```
Nothing was deployed.\
""",
                "done      +5 outcome: outcome on GitHub: `error`",
                "done      +2 message: message posted, kept up to date",
            ],
            "timed out": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "done      +1 gates: checks and queue: clear",
                "done      +3 pipeline: CircleCI started <https://app.circleci.com/pipelines/gh/acme/shop/345|pipeline 345>",
                "failed  +255 jobs: No outcome after 1 h, so I stopped waiting. The pipeline may still be running; if it finishes, I'll update this. Press *Cancel* to stop it.",
                "done    +256 outcome: outcome on GitHub: `error`",
                "done      +2 message: message shows the outcome",
            ],
            "canceled": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "done      +1 gates: checks and queue: clear",
                "done      +3 pipeline: CircleCI started <https://app.circleci.com/pipelines/gh/acme/shop/345|pipeline 345>",
                "done    +255 jobs: Canceled by Dana at <!date^1790000060^{time}|2026-09-21 14:14 UTC>.",
                "done    +256 outcome: outcome on GitHub: `error`",
                "done      +2 message: message shows the outcome",
            ],
            "canceled on CircleCI": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "done      +1 gates: checks and queue: clear",
                "done      +3 pipeline: CircleCI started <https://app.circleci.com/pipelines/gh/acme/shop/345|pipeline 345>",
                "done    +255 jobs: The pipeline was canceled on CircleCI by octocat. Press *Retry* to run it again.",
                "done    +256 outcome: outcome on GitHub: `error`",
                "done      +2 message: message shows the outcome",
            ],
            "superseded": [
                "done      +0 asked: requested by Dana",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "failed    +9 gates: Superseded by deployment 813.",
                "done      +9 outcome: outcome on GitHub: `inactive`",
                "done      +2 message: message shows the outcome",
            ],
            "a person's": [
                "done      +0 asked: requested by octocat with GitHub's API",
                "done      +1 created: created on GitHub",
                "done      +2 webhook: GitHub's webhook received",
                "done      +1 gates: checks and queue: clear",
                "done      +3 pipeline: CircleCI started <https://app.circleci.com/pipelines/gh/acme/shop/345|pipeline 345>",
                "current   +3 jobs: 2 of 4 jobs, `migrate` is running",
                "waiting      outcome: outcome on GitHub",
                "done      +2 message: message posted, kept up to date",
            ],
            "foreign, running": [
                "done      +0 asked: requested by github-actions",
                "done      +1 created: created on GitHub",
                "current      jobs: run by github-actions, not by me: deploying",
                "done      +2 message: message posted, kept up to date",
            ],
            "foreign, deployed": [
                "done      +0 asked: requested by vercel[bot]",
                "done      +1 created: created on GitHub",
                "done     +30 jobs: run by vercel[bot], not by me: deployed",
                "done      +2 message: message posted, kept up to date",
            ],
        }
    )


def hop(build: Build, name: str, now: float = NOW) -> Hop:
    """One hop of a chain."""
    (found,) = [each for each in chain_of(build, now) if each.name == name]
    return found


def said(build: Build, name: str, now: float = NOW) -> str:
    """What is said of one hop."""
    return hop_text(hop(build, name, now), build, now)


def paused(provider: str, attempts: int = 1) -> dict[str, Backoff]:
    """A provider that does not answer."""
    pause = Backoff(attempts=attempts, since=T0 + 250, retry_at=T0 + 300, error="HTTP 502")
    return {provider: pause}


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("gates", structs.replace(ASKED, gates_at=None, backoff=paused("github"))),
        ("pipeline", structs.replace(ASKED, backoff=paused("ci"))),
        ("jobs", structs.replace(RUNNING, backoff=paused("ci", 2))),
        ("outcome", structs.replace(STATES["succeeded"], status=None, backoff=paused("github"))),
        ("message", structs.replace(RUNNING, backoff=paused("slack"))),
        ("message", structs.replace(RUNNING, channel_problem=SlackArchived())),
    ],
)
def test_each_hop_can_hang(name: str, record: Build) -> None:
    """The hop whose provider does not answer is the one that is named."""
    found = stuck_hop(chain_of(record, NOW))

    assert found is not None
    assert found.name == name
    assert hop(record, name).state is HopState.STUCK


def test_a_healthy_chain_does_not_hang() -> None:
    """Nothing is said to hang while it only takes its time."""
    assert stuck_hop(chain_of(RUNNING, NOW)) is None


def test_a_lost_webhook_of_github_is_waited_for_a_minute() -> None:
    """After that it is known not to be needed."""
    lost = build(webhook_at=None)

    assert hop(lost, "webhook", T0 + 30).state is HopState.WAITING
    assert said(lost, "webhook", T0 + 90) == snapshot(
        "GitHub's webhook hasn't arrived, but wasn't needed"
    )


def test_the_outcome_on_its_way_to_github() -> None:
    """The pipeline has ended, the status is not posted yet."""
    assert hop(structs.replace(STATES["succeeded"], status=None), "outcome").state == "current"


def test_a_trigger_that_never_had_an_answer_ends_at_the_pipeline() -> None:
    """The hop that ended it says why."""
    lost = structs.replace(
        STATES["asked, no answer"],
        state=BuildState.ERRORED,
        reason=CIDown(gave_up=True),
        ended_at=T0 + 99,
    )

    assert told(lost)[4:] == snapshot(
        [
            "failed   +99 pipeline: CircleCI isn't answering. I gave up. Press *Retry* when CircleCI is back.",
            "current      outcome: outcome on GitHub",
            "done      +2 message: message posted, kept up to date",
        ]
    )


def test_what_a_person_canceled_has_not_failed() -> None:
    """Neither in its line nor on CircleCI; and the log does not warn of it."""
    in_line = build(
        state=BuildState.CANCELED,
        gates_at=None,
        ended_at=T0 + 9,
        cancel=CancelRequest(by=DANA, at=T0 + 8),
    )
    with structlog.testing.capture_logs() as lines:
        ChainLog()(RUNNING, structs.replace(STATES["canceled"], version=2), NOW)

    assert told(in_line)[3] == snapshot(
        "done      +9 gates: Canceled by Dana at <!date^1790000008^{time}|2026-09-21 14:13 UTC>."
    )
    assert {line["hop"]: line["log_level"] for line in lines}["jobs"] == "info"


def test_the_log_names_reasons_and_says_no_sentences() -> None:
    """Each line has the hop, its state, its time and the names of its reasons."""
    before = structs.replace(STATES["starting"], version=2)
    with structlog.testing.capture_logs() as lines:
        ChainLog()(before, structs.replace(STATES["waiting on a check"], version=3), NOW)
        ChainLog()(before, structs.replace(STATES["CircleCI hangs"], version=3), NOW)

    assert lines == snapshot(
        [
            {
                "hop": "gates",
                "state": "current",
                "at": None,
                "reason": "checks_pending",
                "event": "chain",
                "log_level": "info",
            },
            {
                "hop": "pipeline",
                "state": "stuck",
                "at": 1790000004.0,
                "provider": "ci",
                "error": "HTTP 503",
                "event": "chain",
                "log_level": "warning",
            },
        ]
    )


def test_what_comes_between_two_looks_is_logged() -> None:
    """GitHub's webhook was looked at first; then the command recorded what it had created."""
    known = structs.replace(STATES["starting"], version=3)
    unknown = structs.replace(known, origin=None, plan=None, version=1)
    log = ChainLog()
    with structlog.testing.capture_logs() as lines:
        log(unknown, structs.replace(unknown, version=2), NOW)
        log(known, structs.replace(known, version=4), NOW)
    assert [line["hop"] for line in lines] == ["asked", "created", "webhook", "gates", "message"]


def test_what_another_process_logged_is_not_logged_again() -> None:
    """Only what the look itself changed, if another process looked in between."""
    starting = STATES["starting"]
    log = ChainLog()
    log(structs.replace(starting, version=1), structs.replace(starting, version=2), NOW)
    with structlog.testing.capture_logs() as lines:
        log(structs.replace(RUNNING, version=5), structs.replace(RUNNING, version=6), NOW)
    assert lines == []


def test_the_jobs_of_a_rerun_have_no_time() -> None:
    """The first start's would be wrong, and nobody tells of the second."""
    assert hop(structs.replace(RUNNING, reruns=1), "jobs").at is None
    assert hop(RUNNING, "jobs").at == RUNNING.started_at


def test_a_message_nowhere() -> None:
    """Without a channel nothing is shown, and that is said."""
    assert said(build(slack_channelid=None), "message") == snapshot(
        "no channel shows this deployment"
    )


def test_an_end_without_a_reason() -> None:
    """It is said all the same that it stopped here."""
    ended = over(BuildState.ERRORED, "error", reason=None)

    assert said(ended, "jobs") == snapshot("it stopped here")


def test_whose_turn_it_is() -> None:
    """Each chain ends with that."""
    assert {
        "held": turn_of(STATES["waiting for approval"], stuck=False),
        "stuck": turn_of(RUNNING, stuck=True),
        "over": turn_of(STATES["failed"], stuck=False),
        "running": turn_of(RUNNING, stuck=False),
    } == snapshot(
        {
            "held": "Somebody has to approve it on CircleCI.",
            "stuck": "One step is stuck; I'm retrying.",
            "over": "It's finished.",
            "running": "It continues automatically.",
        }
    )
