"""What the lifecycle and the commands need of the CI."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from app.model.ci import FileGaps, Job, Pipeline, PipelineReading, PipelineSearch, WebhookGap
from app.model.plan import Run
from app.model.reasons import Reason

Claimed = Callable[[str], Awaitable[int | None]]
"""The deployment that a pipeline, by its id, is recorded as belonging to."""


class CI(Protocol):
    """The CI that runs pipelines; what is its own about names, links and limits it tells."""

    async def trigger(self, run: Run) -> Pipeline:
        """Start one pipeline: one request. `Unavailable.ambiguous` where it may have begun.

        `Refused` with a reason of the catalogue that says what to fix.
        """

    async def recent(
        self, run: Run, search: PipelineSearch, *, since: float, claimed: Claimed | None = None
    ) -> PipelineSearch:
        """One more page of a search for our own pipelines of the project since then.

        Each with the `deployment_id` it carries, or `unreadable`; one that `claimed` knows of
        costs no call. `since` is by the CI's clock (epoch seconds).
        """

    async def deployment_of(self, pipeline_id: str) -> int | None:
        """The `deployment_id` that a pipeline carries; None where it has none, or is not shown."""

    async def clock(self) -> float | None:
        """The CI's own clock now (epoch seconds), never ahead of it; None where it does not tell.

        It is asked for it where no answer has told it yet.
        """

    async def revision(self, pipeline_id: str) -> str:
        """The commit that a pipeline runs on; empty where the CI does not tell it."""

    async def read(
        self, pipeline_id: str, *, sent: Mapping[str, str | int | bool] | None = None
    ) -> PipelineReading:
        """A pipeline and its workflows; `sent` are the parameters it was started with."""

    async def jobs(self, workflow_id: str) -> list[Job]: ...

    async def cancel(self, workflow_ids: Sequence[str]) -> None:
        """Cancel workflows; one that ended already is fine, one that is not shown is refused."""

    async def approve(self, workflow_id: str, job_id: str) -> None:
        """Approve a job that waits for a person; one that is held no more is fine."""

    async def checks(self, pipeline_id: str, *, definition: str | None) -> frozenset[str]:
        """The names of the checks that a pipeline posts; `definition` is its `Run`'s."""

    def default_project(self, repository: str) -> str:
        """The project that runs a repository (`owner/name`) whose file names none."""

    def project_key(self, project: str) -> str:
        """A project in the one spelling that all its spellings share, to compare with."""

    async def source_of(self, project: str, definition: str) -> int | None:
        """GitHub's id of the repository that a definition checks out; None: it is not told."""

    def project_of_page(self, url: str) -> str | None:
        """The project of the pipeline whose page this is; None: it is no such page."""

    def barred(self, run: Run) -> tuple[Reason, ...]:
        """What the CI would not take of a run, as far as can be told without asking it."""

    def project_file(self, run: Run, repository: str) -> str | None:
        """The repository's file that says what the run's project does; None: it is elsewhere."""

    def file_gaps(self, text: str | None, run: Run) -> FileGaps:
        """What that file, None for none, lacks for deployments; nothing where that is hidden."""

    async def webhook_missing(self, project: str, url: str) -> WebhookGap | None:
        """None if an outbound webhook to `url` exists or was created now; else what hinders."""
