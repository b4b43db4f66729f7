"""What tests and the page can do to a pipeline, in the place of CircleCI or of a person there."""

from sandbox.circleci.life import Life
from sandbox.circleci.state import Job, Pipeline, State, Workflow


class Hand:
    """Moves pipelines by hand; most methods take a pipeline's id or its number."""

    state: State
    life: Life

    def resume(self, pipeline: Pipeline) -> None:
        """Let a pipeline move along by itself, if pipelines do so."""
        raise NotImplementedError

    def pipeline(self, key: str | int) -> Pipeline:
        """A pipeline by id or number, which must exist."""
        found = self.state.pipeline(key)
        if found is None:
            raise LookupError(key)
        return found

    def begin(self, key: str | int) -> None:
        """Let a pipeline that stays pending go on."""
        self.life.begin(self.pipeline(key))

    def advance(self, key: str | int) -> None:
        """Finish the running jobs as planned."""
        self.life.advance(self.pipeline(key))

    def finish(self, key: str | int, status: str = "success") -> None:
        """Bring every open workflow of a pipeline to an end."""
        self.life.finish(self.pipeline(key), status)

    def fail(self, key: str | int, job: str = "migrate", *, linger: bool = False) -> None:
        """Let a job fail; with `linger` its workflow is left `failing`."""
        self.life.fail(self.pipeline(key), job, linger=linger)

    def hold(self, key: str | int) -> Job | None:
        """Let the pipeline wait for approval."""
        return self.life.hold(self.pipeline(key))

    def approve_in_page(self, key: str | int, by: str = "Dana") -> None:
        """Approve the waiting job, as somebody on CircleCI's page."""
        pipeline = self.pipeline(key)
        for workflow in pipeline.workflows:
            job = workflow.current
            if job is not None and job.status == "on_hold":
                self.life.approve(pipeline, workflow, job, by)

    def cancel_in_page(self, key: str | int, by: str | None = "Dana") -> None:
        """Cancel the pipeline, as somebody on CircleCI's page."""
        pipeline = self.pipeline(key)
        for workflow in [one for one in pipeline.workflows if one.open]:
            self.life.end(pipeline, workflow, "canceled", by=by)

    def rerun(self, key: str | int, *, from_failed: bool = False) -> Workflow:
        """Rerun the last workflow, as somebody on CircleCI's page."""
        pipeline = self.pipeline(key)
        again = self.life.rerun(pipeline, pipeline.workflows[-1], from_failed=from_failed)
        self.resume(pipeline)
        return again

    def start_workflow(self, key: str | int, name: str) -> Workflow | None:
        """Start another workflow of the pipeline."""
        return self.life.start_workflow(self.pipeline(key), name)

    def skip(self, key: str | int) -> None:
        """Skip what has not run, because a newer pipeline of the same serial group went first."""
        self.life.skip(self.pipeline(key))
