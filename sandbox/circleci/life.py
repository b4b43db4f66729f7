"""How a pipeline moves along: by itself, and by what people do on CircleCI's page."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise, takewhile

from sandbox.circleci import config
from sandbox.circleci.hooks import Hooks
from sandbox.circleci.reports import Reports
from sandbox.circleci.state import ENDED, Job, Pipeline, Workflow
from sandbox.core.clock import Clock


@dataclass(kw_only=True)
class Life:
    """Moves pipelines along; `changed` is called after every change."""

    hooks: Hooks
    reports: Reports
    clock: Clock
    changed: Callable[[Pipeline], None]

    def begin(self, pipeline: Pipeline) -> None:
        """Leave `pending`: report an error in the config, or start the first workflows."""
        course = pipeline.course
        if course.config_error:
            pipeline.errors = [{"type": course.error_type, "message": course.config_error}]
        if pipeline.errors:
            pipeline.state = "errored"
        elif course.setup and not pipeline.workflows:
            pipeline.state = "setup"
            self._start(pipeline, "setup", ("setup",), tag="setup")
        else:
            pipeline.state = "created"
            for name in course.workflows:
                self._start(pipeline, name, course.jobs)
        self._touch(pipeline)

    def start_workflow(self, pipeline: Pipeline, name: str) -> Workflow | None:
        """Start another workflow of a pipeline, which follows the pipeline's course."""
        workflow = self._start(pipeline, name, pipeline.course.jobs)
        self._touch(pipeline)
        return workflow

    def _start(
        self, pipeline: Pipeline, name: str, names: tuple[str, ...], *, tag: str | None = None
    ) -> Workflow | None:
        """Start a workflow with those of the jobs that may run; None if there are none."""
        course = pipeline.course
        planned = [Job(name=job) for job in names]
        if course.hold and planned and tag is None:
            planned.insert(len(planned) - 1, Job(name="hold", type="approval"))
        for before, job in pairwise(planned):
            job.dependencies = [before.name]
        jobs = list(takewhile(lambda job: config.runs(pipeline, job.name), planned))
        if planned and not jobs:
            return None
        workflow = Workflow(name=name, jobs=jobs, tag=tag, created_at=self.clock())
        workflow.fail_at = _failing_job(pipeline, tag)
        pipeline.workflows.append(workflow)
        outcome = "not_run" if pipeline.skipped else course.outcome
        if outcome and tag is None:
            self.end(pipeline, workflow, outcome)
        else:
            self._next_job(pipeline, workflow)
        return workflow

    def advance(self, pipeline: Pipeline) -> None:
        """Let the running job of each workflow finish as planned."""
        for workflow in [one for one in pipeline.workflows if one.open]:
            job = workflow.current
            if job is not None and job.status == "running":
                failed = workflow.fail_at == job.name
                self.end_job(pipeline, workflow, job, "failed" if failed else "success")

    def end_job(self, pipeline: Pipeline, workflow: Workflow, job: Job, status: str) -> None:
        """End a job; the next one starts, or the workflow ends."""
        job.status, job.stopped_at = status, self.clock()
        self.reports.job(pipeline, workflow, job)
        self.hooks.job_completed(pipeline, workflow, job)
        if status == "success" and any(one.status == "blocked" for one in workflow.jobs):
            self._next_job(pipeline, workflow)
        elif status == "success":
            self.end(pipeline, workflow, "success")
        else:
            self.end(pipeline, workflow, status)
        self._touch(pipeline)

    def _next_job(self, pipeline: Pipeline, workflow: Workflow) -> None:
        job = next((one for one in workflow.jobs if one.status == "blocked"), None)
        if job is None:
            return
        if job.type == "approval":
            job.status = workflow.status = "on_hold"
        else:
            job.status = workflow.status = "running"
            pipeline.project.jobs_started += 1
            job.number, job.started_at = pipeline.project.jobs_started, self.clock()
        self.reports.job(pipeline, workflow, job)
        self.reports.workflow(pipeline, workflow)

    def end(
        self, pipeline: Pipeline, workflow: Workflow, status: str, *, by: str | None = None
    ) -> None:
        """End a workflow (a cancel ends its job too); after a setup, start the other workflows."""
        if not workflow.open:
            return
        current = workflow.current
        workflow.status, workflow.stopped_at = status, self.clock()
        if status == "canceled":
            workflow.canceled_by = by
            if current is not None:
                current.status, current.stopped_at = "canceled", self.clock()
                current.canceled_by = by
                self.reports.job(pipeline, workflow, current)
                self.hooks.job_completed(pipeline, workflow, current)
        self.reports.workflow(pipeline, workflow)
        self.hooks.workflow_completed(pipeline, workflow)
        if workflow.tag == "setup" and status == "success":
            pipeline.state = "pending"
            self.begin(pipeline)
        elif workflow.tag == "setup":
            pipeline.state = "created"
        self._touch(pipeline)

    def finish(self, pipeline: Pipeline, status: str) -> None:
        """End every open workflow with `status` at once; for some statuses, job by job."""
        if pipeline.state in {"pending", "setup-pending"}:
            self.begin(pipeline)
        while any(workflow.open for workflow in pipeline.workflows):
            for workflow in [one for one in pipeline.workflows if one.open]:
                self._finish(pipeline, workflow, status)

    def _finish(self, pipeline: Pipeline, workflow: Workflow, status: str) -> None:
        job = workflow.current
        if status == "success" or workflow.tag == "setup":
            if job is None:
                self.end(pipeline, workflow, "success")
            else:
                self.end_job(pipeline, workflow, job, "success")
        elif status == "failed" and job is not None:
            self.end_job(pipeline, workflow, job, "failed")
        else:
            self.end(pipeline, workflow, status)

    def fail(self, pipeline: Pipeline, name: str, *, linger: bool = False) -> None:
        """Let a job fail; with `linger` its workflow stays `failing`, as if other jobs ran on."""
        for workflow in [one for one in pipeline.workflows if one.open]:
            while workflow.open and (job := workflow.current) is not None:
                if job.name != name:
                    self.end_job(pipeline, workflow, job, "success")
                elif linger:
                    job.status, job.stopped_at = "failed", self.clock()
                    workflow.status = "failing"
                    self.reports.workflow(pipeline, workflow)
                    self.reports.job(pipeline, workflow, job)
                    self.hooks.job_completed(pipeline, workflow, job)
                    break
                else:
                    self.end_job(pipeline, workflow, job, "failed")
        self._touch(pipeline)

    def hold(self, pipeline: Pipeline) -> Job | None:
        """End the running job with success and insert an approval job after it, which waits."""
        for workflow in pipeline.workflows:
            job = workflow.current
            if not workflow.open or job is None:
                continue
            waiting = Job(name="hold", type="approval")
            at = workflow.jobs.index(job)
            workflow.jobs.insert(at + 1, waiting)
            waiting.dependencies = [job.name]
            self.end_job(pipeline, workflow, job, "success")
            return waiting
        return None

    def approve(self, pipeline: Pipeline, workflow: Workflow, job: Job, by: str) -> None:
        """Approve a job that waits for it."""
        job.approved_by = by
        self.end_job(pipeline, workflow, job, "success")

    def rerun(
        self, pipeline: Pipeline, workflow: Workflow, *, from_failed: bool = False
    ) -> Workflow:
        """Run a workflow again, as a new workflow in the same pipeline in which no job fails."""
        jobs = [Job(name=one.name, type=one.type) for one in workflow.jobs]
        for fresh, old in zip(jobs, workflow.jobs, strict=True):
            fresh.dependencies = list(old.dependencies)
            if from_failed and old.status == "success":
                fresh.status, fresh.number = "success", old.number
                fresh.started_at, fresh.stopped_at = old.started_at, old.stopped_at
        again = Workflow(name=workflow.name, jobs=jobs, tag=workflow.tag, created_at=self.clock())
        pipeline.workflows.append(again)
        self._next_job(pipeline, again)
        self._touch(pipeline)
        return again

    def skip(self, pipeline: Pipeline) -> None:
        """Skip what has not run, because a newer pipeline of the same serial group went first."""
        for workflow in [one for one in pipeline.workflows if one.open]:
            for job in workflow.jobs:
                if job.status not in ENDED:
                    job.status = "not_run"
            self.end(pipeline, workflow, "canceled")

    def _touch(self, pipeline: Pipeline) -> None:
        pipeline.updated_at = self.clock()
        self.changed(pipeline)


def _failing_job(pipeline: Pipeline, tag: str | None) -> str:
    """The job that will fail: as planned, or the setup job because of conflicting parameters.

    https://circleci.com/docs/guides/orchestrate/dynamic-config/
    """
    if tag != "setup":
        return pipeline.course.fail_at
    conflict = any(pipeline.parameters.get(name) for name in pipeline.course.passed_on)
    return "setup" if conflict else ""
