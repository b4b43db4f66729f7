"""What a pipeline has come to: the table, and what holds for any pipeline."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lifecycle.deployment.pipeline_outcome import (
    judge_pipeline,
    judge_reports,
    newest_of_each,
    progress,
)
from app.model.build_parts import JobProgress
from app.model.ci import (
    CIState,
    Job,
    Pipeline,
    PipelineReading,
    Workflow,
    WorkflowReport,
)
from app.model.reasons.pipeline import (
    CIConfigError,
    CINoTagFilter,
    CINoWorkflow,
    JobFailed,
    WorkflowNamedDifferently,
)


def flow(name: str, state: str, at: float = 1.0, **more: Any) -> Workflow:
    """A workflow."""
    return Workflow(id=f"{name}@{at:g}", name=name, state=CIState(state), created_at=at, **more)


PIPELINE = Pipeline(id="p", number=1)
BROKEN = CIConfigError(message="no jobs")


def reading(state: str, workflows: Sequence[Workflow] = ()) -> PipelineReading:
    """A pipeline that is `made`, still in the `making`, or `broken`."""
    return PipelineReading(
        pipeline=PIPELINE,
        made=state == "made",
        problem=BROKEN if state == "broken" else None,
        workflows=tuple(workflows),
    )


PREPARES = {"prepares": True}
TABLE = [
    # one workflow
    ("made", [flow("a", "success")], None, "success", None),
    ("made", [flow("a", "failure")], None, "failure", "job_failed"),
    ("made", [flow("a", "error")], None, "error", "workflow_failed"),
    ("made", [flow("a", "canceled")], None, "canceled", "superseded"),
    (
        "made",
        [flow("a", "canceled", canceled_by="Dana")],
        None,
        "canceled",
        "pipeline_canceled_elsewhere",
    ),
    ("made", [flow("a", "running")], None, "running", None),
    ("made", [flow("a", "on_hold")], None, "on_hold", "approval_job_waiting"),
    ("made", [flow("a", "pending")], None, "pending", None),
    # several
    ("made", [flow("a", "success"), flow("b", "success")], None, "success", None),
    ("made", [flow("a", "failure"), flow("b", "running")], None, "running", None),
    ("made", [flow("a", "running"), flow("b", "on_hold")], None, "running", None),
    ("made", [flow("a", "success"), flow("b", "on_hold")], None, "on_hold", "approval_job_waiting"),
    ("made", [flow("a", "error"), flow("b", "failure")], None, "failure", "job_failed"),
    ("made", [flow("a", "success"), flow("b", "error")], None, "error", "workflow_failed"),
    ("made", [flow("a", "success"), flow("b", "canceled")], None, "canceled", "superseded"),
    # reruns
    ("made", [flow("a", "success", 2), flow("a", "failure", 1)], None, "success", None),
    ("made", [flow("a", "success", 1), flow("a", "failure", 2)], None, "failure", "job_failed"),
    ("made", [flow("a", "failure", 1), flow("a", "running", 2)], None, "running", None),
    # only one counts
    ("made", [flow("a", "success"), flow("b", "failure")], "a", "success", None),
    ("made", [flow("a", "success"), flow("b", "running")], "a", "success", None),
    ("made", [flow("a", "running"), flow("b", "failure")], "a", "running", None),
    ("made", [flow("b", "success")], "a", "error", "workflow_named_differently"),
    ("made", [flow("b", "running")], "a", "running", "workflow_named_differently"),
    ("made", [flow("b", "on_hold")], "a", "on_hold", "workflow_named_differently"),
    (
        "made",
        [flow("s", "running", **PREPARES), flow("b", "success")],
        "a",
        "running",
        "workflow_named_differently",
    ),
    ("making", [flow("b", "success")], "a", "running", "workflow_named_differently"),
    ("making", [flow("a", "success")], "a", "success", None),
    # being made
    ("making", [], None, "pending", None),
    ("making", [flow("a", "success")], None, "running", None),
    ("making", [flow("s", "running", **PREPARES)], None, "running", None),
    ("making", [flow("s", "success", **PREPARES)], None, "running", None),
    ("making", [flow("s", "on_hold", **PREPARES)], None, "on_hold", "approval_job_waiting"),
    ("making", [flow("s", "failure", **PREPARES)], None, "failure", "circleci_setup_failed"),
    ("made", [flow("s", "success", **PREPARES)], None, "error", "circleci_no_workflow"),
    ("made", [flow("s", "success", **PREPARES), flow("a", "running")], None, "running", None),
    ("made", [flow("s", "failure", **PREPARES), flow("a", "success")], None, "success", None),
    (
        "made",
        [flow("a", "success", **PREPARES), flow("a", "failure")],
        None,
        "failure",
        "job_failed",
    ),
    # without workflows
    ("made", [], None, "error", "circleci_no_workflow"),
    ("made", [flow("a", "error", skipped=True)], None, "error", "circleci_skipped"),
    ("broken", [], None, "error", "circleci_config_error"),
    ("broken", [], "a", "error", "circleci_config_error"),
    ("broken", [flow("s", "success", **PREPARES)], None, "error", "circleci_config_error"),
    ("broken", [flow("a", "running")], None, "running", None),
    ("broken", [flow("a", "success")], None, "error", "circleci_config_error"),
]


@pytest.mark.parametrize(("state", "workflows", "only", "kind", "reason"), TABLE)
def test_table(
    state: str, workflows: list[Workflow], only: str | None, kind: str, reason: str | None
) -> None:
    """State, workflows and the one that counts, and what they come to."""
    outcome = judge_pipeline(reading(state, workflows), only=only)
    assert (outcome.kind, outcome.reason and outcome.reason.name) == (kind, reason)


def test_a_problem_is_quoted() -> None:
    """Why the CI could not make the pipeline, in its own words."""
    outcome = judge_pipeline(reading("broken"))
    assert outcome.reason == BROKEN


def test_a_young_pipeline_may_get_its_workflows_yet() -> None:
    """Until it is settled, created without workflows is pending."""
    assert judge_pipeline(reading("made"), settled=False).kind is CIState.PENDING
    missing = judge_pipeline(reading("made"), only="a")
    assert missing.reason == CINoWorkflow(workflow="a")
    other = reading("made", [flow("b", "success")])
    assert judge_pipeline(other, only="a", settled=False).kind is CIState.RUNNING
    found = judge_pipeline(other, only="a")
    assert found.reason == WorkflowNamedDifferently(asked="a", found=("b",), ended=True)


def test_a_tag_s_pipeline_without_its_workflow() -> None:
    """What is missing is a tag filter."""
    for only in (None, "a"):
        missing = judge_pipeline(reading("made"), only=only, tag="v1")
        assert missing.reason == CINoTagFilter(tag="v1", workflow=only or "")
    other = judge_pipeline(reading("made", [flow("b", "success")]), only="a", tag="v1")
    assert other.reason == WorkflowNamedDifferently(asked="a", found=("b",), ended=True, tag="v1")


def test_the_deciding_workflow_is_told() -> None:
    """Its name and page stand beside the reason."""
    failed = flow("b", "failure", url="https://app.circleci.com/x")
    outcome = judge_pipeline(reading("made", [flow("a", "success"), failed]))
    assert outcome.workflow == failed
    assert outcome.reason == JobFailed(workflow="b", url=failed.url)


def report(name: str, state: str, at: float) -> WorkflowReport:
    """What a webhook told."""
    return WorkflowReport(
        id=f"{name}@{at:g}", name=name, state=CIState(state), at=at, url="https://x"
    )


def test_reports_of_the_workflow_that_counts() -> None:
    """The newest one speaks; others say nothing."""
    reports = [report("a", "failure", 1), report("a", "success", 2), report("b", "failure", 3)]
    outcome = judge_reports(reports, only="a")
    assert outcome is not None
    assert outcome.kind is CIState.SUCCESS
    assert outcome.workflow is not None
    assert (outcome.workflow.id, outcome.workflow.stopped_at) == ("a@2", 2)
    assert judge_reports(reports, only="c") is None


def test_a_report_does_not_know_who_canceled() -> None:
    """So it does not claim that the deployment was superseded."""
    outcome = judge_reports([report("a", "canceled", 1)], only="a")
    assert outcome is not None
    assert outcome.kind is CIState.CANCELED
    assert outcome.reason is not None
    assert outcome.reason.name == "pipeline_canceled_elsewhere"


def job(name: str, state: str) -> Job:
    """A job."""
    return Job(id=name, name=name, state=CIState(state), url=f"https://ci/{name}")


def test_progress() -> None:
    """What is done, what runs, what failed, what waits for a person."""
    jobs = [job("build", "success"), job("migrate", "running"), job("release", "pending")]
    assert progress(jobs, "w1") == JobProgress(done=1, total=3, current="migrate")
    jobs = [job("build", "success"), job("hold", "on_hold"), job("go", "pending")]
    assert progress(jobs, "w1") == JobProgress(
        done=1, total=3, approval="hold", approval_id="hold", approval_workflow="w1"
    )
    jobs = [job("build", "success"), job("migrate", "failure"), job("release", "canceled")]
    assert progress(jobs) == JobProgress(
        done=3, total=3, failed="migrate", failed_url="https://ci/migrate"
    )
    jobs = [job("build", "success"), job("migrate", "canceled"), job("release", "pending")]
    assert progress(jobs) == JobProgress(done=2, total=3, stopped="migrate")
    assert progress([]) == JobProgress()


WORKFLOWS = st.lists(
    st.builds(
        flow,
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(CIState),
        st.integers(0, 5).map(float),
        prepares=st.booleans(),
        canceled_by=st.sampled_from(["", "Dana"]),
    ),
    max_size=6,
    unique_by=lambda workflow: (workflow.name, workflow.created_at),
)
STATES = st.sampled_from(["made", "making", "broken"])
ONLY = st.none() | st.sampled_from(["a", "b"])


@given(WORKFLOWS, STATES, ONLY, st.booleans(), st.randoms(use_true_random=False))
def test_order_does_not_matter(
    workflows: list[Workflow], state: str, only: str | None, settled: bool, random: object
) -> None:
    """A CI may list workflows in any order."""
    shuffled = list(workflows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis' Random
    first = judge_pipeline(reading(state, workflows), only=only, settled=settled)
    again = judge_pipeline(reading(state, shuffled), only=only, settled=settled)
    assert (first.kind, first.reason) == (again.kind, again.reason)


@given(WORKFLOWS, STATES, ONLY)
def test_success_means_that_everything_succeeded(
    workflows: list[Workflow], state: str, only: str | None
) -> None:
    """Never success while something that counts is open or did not succeed."""
    outcome = judge_pipeline(reading(state, workflows), only=only)
    counted = newest_of_each(each for each in workflows if not each.prepares)
    if only is not None:
        counted = [each for each in counted if each.name == only]
    succeeded = bool(counted) and all(each.state is CIState.SUCCESS for each in counted)
    if outcome.kind is CIState.SUCCESS:
        assert succeeded
    if succeeded and state == "made":
        assert outcome.kind is CIState.SUCCESS


@given(WORKFLOWS, STATES, ONLY)
def test_an_end_has_a_reason(workflows: list[Workflow], state: str, only: str | None) -> None:
    """Whatever ended other than well says why; what ended has nothing open that counts."""
    outcome = judge_pipeline(reading(state, workflows), only=only)
    if outcome.kind.ended:
        assert (outcome.reason is None) == (outcome.kind is CIState.SUCCESS)
        counted = newest_of_each(each for each in workflows if not each.prepares)
        assert all(each.state.ended for each in counted if only in (None, each.name))
