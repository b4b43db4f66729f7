"""The reply when a deployment ends, and its status on GitHub, as people read them."""

from inline_snapshot import snapshot

from app.model.plan import Person
from app.texts.cards.outcomes import is_bad_news, outcome_reply, status_description
from tests.texts.builds import DANA, OCTOCAT, STATES


def test_every_outcome() -> None:
    """One reply in the thread mentions the requester and the committer."""
    said = {name: outcome_reply(each) for name, each in STATES.items() if each.state.ended}

    assert said == snapshot(
        {
            "rejected": "<@U0DANA> `v1.4.0` (by octocat) to *production* was rejected by Dana: Not today; `v1.3.9` is still live.",
            "succeeded": "<@U0DANA> `v1.4.0` (by octocat) is live in *production*.",
            "failed": "<@U0DANA> `v1.4.0` (by octocat) failed in *production* at `migrate`; `v1.3.9` was live before. Press *Retry* above or deploy a fix.",
            "refused by CircleCI": "<@U0DANA> `v1.4.0` (by octocat) to *production* didn't start; `v1.3.9` is still live. CircleCI refused the pipeline: `Unexpected argument(s): sha`. The message above says what to do.",
            "timed out": "<@U0DANA> `v1.4.0` (by octocat) to *production* timed out; `v1.3.9` was live before. No outcome after 1 h, so I stopped waiting. The message above says what to do.",
            "canceled": "<@U0DANA> `v1.4.0` (by octocat) to *production* was canceled by Dana; `v1.3.9` was live before.",
            "canceled on CircleCI": "<@U0DANA> `v1.4.0` (by octocat) to *production* was canceled; `v1.3.9` was live before. The pipeline was canceled on CircleCI by octocat. The message above says what to do.",
            "superseded": "<@U0DANA> `v1.4.0` (by octocat) to *production* was superseded by deployment 813.",
            "foreign, running": "`v1.4.0` (by octocat) to *production* didn't start; `v1.3.9` is still live. The message above says what to do.",
            "foreign, deployed": "`v1.4.0` (by octocat) to *production* didn't start; `v1.3.9` is still live. The message above says what to do.",
        }
    )


def test_every_description() -> None:
    """What GitHub shows has at most 140 characters."""
    said = {name: status_description(each) for name, each in STATES.items()}

    assert said == snapshot(
        {
            "starting": "Waiting for CircleCI to start the pipeline.",
            "waiting on a check": "Waiting for ci/build (2 of 3 checks passed). Deploys automatically once it passes.",
            "in line": "Next after deployment 811, which is still deploying to production. Starts automatically.",
            "CircleCI hangs": "Waiting for CircleCI to start the pipeline.",
            "asked, no answer": "Waiting for CircleCI to start the pipeline.",
            "running": "Pipeline 345 is running on CircleCI.",
            "running, jobs unknown": "Pipeline 345 is running on CircleCI.",
            "canceling": "Pipeline 345 is running on CircleCI.",
            "waiting for people": "Approved by Sam (1 of 2).",
            "rejected": "Rejected by Dana: Not today.",
            "waiting for approval": "Needs approval: hold-production. Approve it on CircleCI.",
            "succeeded": "Deployed in 4 m 12 s.",
            "failed": "migrate failed. Its log says why. Deploy a fix.",
            "refused by CircleCI": "CircleCI refused the pipeline: Unexpected argument(s): sha. Add this to .circleci/config.yml. Nothing was deployed.",
            "timed out": "No outcome after 1 h, so I stopped waiting. The pipeline may still be running; if it finishes, I'll update this.",
            "canceled": "Canceled by Dana.",
            "canceled on CircleCI": "The pipeline was canceled on CircleCI by octocat.",
            "superseded": "Superseded by deployment 813. This one was never started.",
            "a person's": "Pipeline 345 is running on CircleCI.",
            "foreign, running": "logs",
            "foreign, deployed": "Deployed by Vercel · Open preview.example.com",
        }
    )
    assert max(map(len, said.values())) <= 140


def test_only_the_linked_are_notified_and_once() -> None:
    """Others are named by login; somebody who deploys their own commit is named once."""
    done = STATES["succeeded"]

    assert outcome_reply(done, [DANA, DANA, OCTOCAT]) == snapshot(
        "<@U0DANA> `v1.4.0` (by octocat) is live in *production*."
    )
    assert outcome_reply(done, []) == snapshot("`v1.4.0` is live in *production*.")
    assert outcome_reply(done, [Person(name="Kim")]) == snapshot(
        "`v1.4.0` (requested by Kim) is live in *production*."
    )


def test_failures_are_told_to_the_channel() -> None:
    """Successes, cancels and superseded deployments stay in the thread."""
    bad = {name for name, each in STATES.items() if is_bad_news(each)}

    assert bad == {"failed", "refused by CircleCI", "timed out"}
