"""What a pipeline has come to: the table, and what holds for any pipeline."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lifecycle.deployment.outcomes import (
    KINDS,
    OutcomeKind,
    judge_pipeline,
    judge_reports,
    newest_of_each,
    progress,
)
from app.model.build import JobProgress, WorkflowReport
from app.model.ci import Job, Workflow


def flow(name: str, status: str, at: float = 1.0, **more: str) -> Workflow:
    """A workflow."""
    return Workflow(id=f"{name}@{at:g}", name=name, status=status, created_at=at, **more)


SETUP = {"tag": "setup"}
TABLE = [
    # one workflow
    ("created", [flow("a", "success")], None, "success", None),
    ("created", [flow("a", "failed")], None, "failure", "job_failed"),
    ("created", [flow("a", "error")], None, "error", "workflow_failed"),
    ("created", [flow("a", "unauthorized")], None, "error", "workflow_failed"),
    ("created", [flow("a", "not_run")], None, "error", "workflow_failed"),
    ("created", [flow("a", "canceled")], None, "canceled", "superseded"),
    (
        "created",
        [flow("a", "canceled", canceled_by="Dana")],
        None,
        "canceled",
        "pipeline_canceled_elsewhere",
    ),
    ("created", [flow("a", "running")], None, "running", None),
    ("created", [flow("a", "failing")], None, "running", None),
    ("created", [flow("a", "on_hold")], None, "held", "approval_job_waiting"),
    ("created", [flow("a", "a word of the future")], None, "running", None),
    # several
    ("created", [flow("a", "success"), flow("b", "success")], None, "success", None),
    ("created", [flow("a", "failed"), flow("b", "running")], None, "running", None),
    ("created", [flow("a", "running"), flow("b", "on_hold")], None, "running", None),
    ("created", [flow("a", "success"), flow("b", "on_hold")], None, "held", "approval_job_waiting"),
    ("created", [flow("a", "error"), flow("b", "failed")], None, "failure", "job_failed"),
    ("created", [flow("a", "success"), flow("b", "not_run")], None, "error", "workflow_failed"),
    ("created", [flow("a", "success"), flow("b", "canceled")], None, "canceled", "superseded"),
    # reruns
    ("created", [flow("a", "success", 2), flow("a", "failed", 1)], None, "success", None),
    ("created", [flow("a", "success", 1), flow("a", "failed", 2)], None, "failure", "job_failed"),
    ("created", [flow("a", "failed", 1), flow("a", "running", 2)], None, "running", None),
    # only one counts
    ("created", [flow("a", "success"), flow("b", "failed")], "a", "success", None),
    ("created", [flow("a", "success"), flow("b", "running")], "a", "success", None),
    ("created", [flow("a", "running"), flow("b", "failed")], "a", "running", None),
    ("created", [flow("b", "success")], "a", "error", "circleci_no_workflow"),
    ("pending", [flow("a", "success")], "a", "success", None),
    # being made
    ("pending", [], None, "pending", None),
    ("setup-pending", [], None, "pending", None),
    ("pending", [flow("a", "success")], None, "running", None),
    ("setup", [flow("s", "running", **SETUP)], None, "running", None),
    ("setup", [flow("s", "success", **SETUP)], None, "running", None),
    ("setup", [flow("s", "on_hold", **SETUP)], None, "held", "approval_job_waiting"),
    ("setup", [flow("s", "failed", **SETUP)], None, "failure", "job_failed"),
    ("created", [flow("s", "failed", **SETUP)], "a", "failure", "job_failed"),
    ("created", [flow("s", "success", **SETUP)], None, "error", "circleci_no_workflow"),
    ("created", [flow("s", "success", **SETUP), flow("a", "running")], None, "running", None),
    ("created", [flow("s", "failed", **SETUP), flow("a", "success")], None, "success", None),
    (
        "created",
        [flow("a", "success", **SETUP), flow("a", "failed")],
        None,
        "failure",
        "job_failed",
    ),
    # without workflows
    ("created", [], None, "error", "circleci_no_workflow"),
    ("errored", [], None, "error", "circleci_config_error"),
    ("errored", [], "a", "error", "circleci_config_error"),
    ("errored", [flow("s", "success", **SETUP)], None, "error", "circleci_config_error"),
    ("errored", [flow("a", "running")], None, "running", None),
    ("errored", [flow("a", "success")], None, "error", "circleci_config_error"),
]


@pytest.mark.parametrize(("state", "workflows", "only", "kind", "reason"), TABLE)
def test_table(
    state: str, workflows: list[Workflow], only: str | None, kind: str, reason: str | None
) -> None:
    """State, workflows and the one that counts, and what they come to."""
    outcome = judge_pipeline(workflows, state=state, only=only)
    assert (outcome.kind, outcome.reason and outcome.reason.name) == (kind, reason)


def test_errors_are_quoted() -> None:
    """The first error is told, and a plan's limit apart from a mistake in the config."""
    config = judge_pipeline([], state="errored", errors=[("config", "no jobs"), ("plan", "x")])
    plan = judge_pipeline([], state="errored", errors=[("plan", "no credits")])
    assert config.reason is not None
    assert plan.reason is not None
    assert (config.reason.name, config.reason.details["message"]) == (
        "circleci_config_error",
        "no jobs",
    )
    assert (plan.reason.name, plan.reason.details["message"]) == (
        "circleci_plan_limit",
        "no credits",
    )


def test_errors_beside_workflows() -> None:
    """An error of a pipeline whose workflows ran does not overrule them."""
    outcome = judge_pipeline([flow("a", "success")], state="created", errors=[("other", "x")])
    assert outcome.kind is OutcomeKind.SUCCESS


def test_a_young_pipeline_may_get_its_workflows_yet() -> None:
    """Until it is settled, created without workflows is pending."""
    assert judge_pipeline([], state="created", settled=False).kind is OutcomeKind.PENDING
    missing = judge_pipeline([flow("b", "success")], state="created", only="a")
    assert missing.reason is not None
    assert missing.reason.details == {"workflow": "a"}


def test_the_deciding_workflow_is_told() -> None:
    """Its name and page stand beside the reason."""
    failed = flow("b", "failed", url="https://app.circleci.com/x")
    outcome = judge_pipeline([flow("a", "success"), failed], state="created")
    assert outcome.workflow == failed
    assert outcome.reason is not None
    assert (outcome.reason.details["workflow"], outcome.reason.details["url"]) == ("b", failed.url)


def report(name: str, status: str, at: float) -> WorkflowReport:
    """What a webhook told."""
    return WorkflowReport(id=f"{name}@{at:g}", name=name, status=status, at=at, url="https://x")


def test_reports_of_the_workflow_that_counts() -> None:
    """The newest one speaks; others say nothing."""
    reports = [report("a", "failed", 1), report("a", "success", 2), report("b", "failed", 3)]
    outcome = judge_reports(reports, only="a")
    assert outcome is not None
    assert outcome.kind is OutcomeKind.SUCCESS
    assert outcome.workflow is not None
    assert (outcome.workflow.id, outcome.workflow.stopped_at) == ("a@2", 2)
    assert judge_reports(reports, only="c") is None


def test_a_report_does_not_know_who_canceled() -> None:
    """So it does not claim that the deployment was superseded."""
    outcome = judge_reports([report("a", "canceled", 1)], only="a")
    assert outcome is not None
    assert outcome.kind is OutcomeKind.CANCELED
    assert outcome.reason is not None
    assert outcome.reason.name == "pipeline_canceled_elsewhere"


def job(name: str, status: str, kind: str = "build") -> Job:
    """A job."""
    return Job(id=name, name=name, status=status, type=kind, url=f"https://ci/{name}")


def test_progress() -> None:
    """What is done, what runs, what failed, what waits for a person."""
    jobs = [job("build", "success"), job("migrate", "running"), job("release", "blocked")]
    assert progress(jobs) == JobProgress(done=1, total=3, current="migrate")
    jobs = [job("build", "success"), job("hold", "on_hold", "approval"), job("go", "blocked")]
    assert progress(jobs) == JobProgress(done=1, total=3, approval="hold")
    jobs = [job("build", "success"), job("migrate", "timedout"), job("release", "not_run")]
    assert progress(jobs) == JobProgress(
        done=3, total=3, failed="migrate", failed_url="https://ci/migrate"
    )
    assert progress([]) == JobProgress()


WORKFLOWS = st.lists(
    st.builds(
        flow,
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from([*KINDS, "unheard of"]),
        st.integers(0, 5).map(float),
        tag=st.sampled_from(["", "setup"]),
        canceled_by=st.sampled_from(["", "Dana"]),
    ),
    max_size=6,
    unique_by=lambda workflow: (workflow.name, workflow.created_at),
)
STATES = st.sampled_from(["created", "errored", "setup-pending", "setup", "pending", "new"])
ONLY = st.none() | st.sampled_from(["a", "b"])


@given(WORKFLOWS, STATES, ONLY, st.booleans(), st.randoms(use_true_random=False))
def test_order_does_not_matter(
    workflows: list[Workflow], state: str, only: str | None, settled: bool, random: object
) -> None:
    """CircleCI may list workflows in any order."""
    shuffled = list(workflows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis' Random
    first = judge_pipeline(workflows, state=state, only=only, settled=settled)
    again = judge_pipeline(shuffled, state=state, only=only, settled=settled)
    assert (first.kind, first.reason) == (again.kind, again.reason)


@given(WORKFLOWS, STATES, ONLY)
def test_success_means_that_everything_succeeded(
    workflows: list[Workflow], state: str, only: str | None
) -> None:
    """Never success while something that counts is open or did not succeed."""
    outcome = judge_pipeline(workflows, state=state, only=only)
    counted = newest_of_each(each for each in workflows if each.tag != "setup")
    if only is not None:
        counted = [each for each in counted if each.name == only]
    succeeded = bool(counted) and all(each.status == "success" for each in counted)
    if outcome.kind is OutcomeKind.SUCCESS:
        assert succeeded
    if succeeded and state == "created":
        assert outcome.kind is OutcomeKind.SUCCESS


@given(WORKFLOWS, STATES, ONLY)
def test_an_end_has_a_reason(workflows: list[Workflow], state: str, only: str | None) -> None:
    """Whatever ended other than well says why; what ended has nothing open that counts."""
    outcome = judge_pipeline(workflows, state=state, only=only)
    if outcome.kind.ended:
        assert (outcome.reason is None) == (outcome.kind is OutcomeKind.SUCCESS)
        counted = newest_of_each(each for each in workflows if each.tag != "setup")
        assert all(
            KINDS.get(each.status, OutcomeKind.RUNNING).ended
            for each in counted
            if only in (None, each.name)
        )
