"""The CI, as the lifecycle and the commands use it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from app.model.ci import FileGaps, Job, Pipeline, PipelineReading, PipelineSearch, WebhookGap
from app.model.plan import InputValue, Run
from app.model.reasons import Reason

Claimed = Callable[[str], Awaitable[int | None]]
"""Looks up the deployment that our records say a pipeline (by its id) belongs to."""


class CI(Protocol):
    """The CI that runs pipelines. It also answers what differs between CIs: names, URLs, limits."""

    async def trigger(self, run: Run) -> Pipeline:
        """Start one pipeline with a single request.

        Raises `Unavailable` with `ambiguous` set if a pipeline may have been started, and `Refused`
        with a reason that says what to fix.
        """

    async def recent(
        self, run: Run, search: PipelineSearch, *, since: float, claimed: Claimed | None = None
    ) -> PipelineSearch:
        """Read the next page of a search for our own pipelines of a run's project.

        Each has its `deployment_id` or is `unreadable`. Reading that takes a request for each
        pipeline, except for those that `claimed` knows. `since` is epoch seconds by the CI's clock.
        """

    async def deployment_of(self, pipeline_id: str) -> int | None:
        """A pipeline's parameter `deployment_id`; None if it has none, or we may not see it."""

    async def clock(self) -> float | None:
        """The CI's own clock (epoch seconds), at most a little slow; None if it does not tell.

        It is estimated from the CI's earlier answers; if there are none, the CI is asked.
        """

    async def revision(self, pipeline_id: str) -> str:
        """The commit that a pipeline runs on; empty if the CI does not tell."""

    async def read(
        self, pipeline_id: str, *, sent: Mapping[str, InputValue] | None = None
    ) -> PipelineReading:
        """Read a pipeline and its workflows; `sent` are the parameters it was started with."""

    async def jobs(self, workflow_id: str) -> list[Job]: ...

    async def cancel(self, workflow_ids: Sequence[str]) -> None:
        """Cancel workflows; raises `Refused` if we may not see one. One that has ended is fine."""

    async def approve(self, workflow_id: str, job_id: str) -> None:
        """Approve a job that waits for a person; one that no longer waits is fine."""

    async def checks(self, pipeline_id: str, *, definition: str | None) -> frozenset[str]:
        """The names of the checks that a pipeline posts on its commit; `definition` is `Run`'s."""

    def default_project(self, repository: str) -> str:
        """The project of a repository (`owner/name`) whose configuration names none."""

    def project_key(self, project: str) -> str:
        """A project's canonical spelling, for comparing projects."""

    async def source_of(self, project: str, definition: str) -> int | None:
        """GitHub's id of the repository that a pipeline definition checks out; None: not known."""

    def project_of_page(self, url: str) -> str | None:
        """The project of a pipeline, from the URL of its page; None if it is another URL."""

    def barred(self, run: Run) -> tuple[Reason, ...]:
        """Why the CI would refuse a run, as far as we can tell without asking it."""

    def project_file(self, run: Run, repository: str) -> str | None:
        """The path of the CI's configuration file in the repository; None: it is not in it."""

    def file_gaps(self, text: str | None, run: Run) -> FileGaps:
        """What the CI's configuration file lacks for deployments, as far as it can be told.

        `text` is None if there is no such file.
        """

    async def webhook_missing(self, project: str, url: str) -> WebhookGap | None:
        """Make sure that the CI sends webhooks to `url`; returns what is in the way, or None."""
