"""CircleCI's records: projects, pipelines, workflows, jobs. Times are epoch seconds."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

JOBS = ("build", "migrate", "release")
DECLARED = ("deployment_id", "environment", "ref", "sha", "version", "url", "task")
ENDED = frozenset({"success", "failed", "error", "canceled", "unauthorized", "not_run"})
EVERY_JOB = frozenset({"*"})

WEB_URL = "https://app.circleci.com"
ALIASES = {"github": "gh", "bitbucket": "bb"}


def iso(epoch: float) -> str:
    """A time in CircleCI's format."""
    return datetime.fromtimestamp(epoch, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def new_id() -> str:
    """A fresh id."""
    return str(uuid.uuid4())


def short_slug(slug: str) -> str:
    """A project slug with the provider's short name: `gh` for `github`."""
    provider, _, rest = slug.partition("/")
    return f"{ALIASES.get(provider, provider)}/{rest}"


@dataclass(kw_only=True)
class Commit:
    """The commit that a branch or tag points to."""

    sha: str
    subject: str = "Change something"
    body: str = ""
    author: str = "octocat"

    @property
    def skips_ci(self) -> bool:
        """Whether the message asks CircleCI to skip the commit."""
        message = f"{self.subject}\n{self.body}"[:250].lower()
        return "[ci skip]" in message or "[skip ci]" in message


@dataclass(kw_only=True)
class Course:
    """How a pipeline will go.

    - `fail_at` is the job that will fail; `hold` puts an approval job before the last job.
    - `config_error` is the message of an error in the config, and `error_type` its type.
    - `outcome` ends its workflows at once (`unauthorized`, `not_run`, `canceled`, `error`).
    - `stay_pending` leaves the pipeline pending until `begin`; `stall` leaves its first job
      running until `resume`, if pipelines move by themselves.
    - `lateness` cuts the caller off and lets the trigger take effect that many seconds later.
    - `started_nothing` starts no pipeline and answers 200 with this message.
    - `setup` begins with a setup workflow. It passes the parameters named in `passed_on` to the
      real configuration, and fails if the trigger gave one of them a value.
    """

    jobs: tuple[str, ...] = JOBS
    workflows: tuple[str, ...] = ("deploy",)
    fail_at: str = ""
    hold: bool = False
    outcome: str = ""
    config_error: str = ""
    error_type: str = "config"
    setup: bool = False
    passed_on: tuple[str, ...] = ()
    stay_pending: bool = False
    stall: bool = False
    lateness: float = 0.0
    started_nothing: str = ""


@dataclass(kw_only=True)
class Job:
    """A job of a workflow; it gets its `number` when it starts, except for approval jobs."""

    name: str
    id: str = field(default_factory=new_id)
    type: str = "build"
    status: str = "blocked"
    number: int | None = None
    started_at: float | None = None
    stopped_at: float | None = None
    dependencies: list[str] = field(default_factory=list)
    approved_by: str | None = None
    canceled_by: str | None = None


@dataclass(kw_only=True)
class Workflow:
    """A workflow of a pipeline; its jobs run one after the other."""

    name: str
    jobs: list[Job]
    created_at: float
    id: str = field(default_factory=new_id)
    status: str = "running"
    stopped_at: float | None = None
    tag: str | None = None
    canceled_by: str | None = None
    fail_at: str = ""

    @property
    def open(self) -> bool:
        """Whether it has not ended."""
        return self.status not in ENDED

    @property
    def current(self) -> Job | None:
        """The job that runs or waits for approval."""
        return next((job for job in self.jobs if job.status in {"running", "on_hold"}), None)


@dataclass(kw_only=True)
class Pipeline:
    """A pipeline; `lateness` is how many seconds after the request it was created.

    `skipped`: its commit asks CircleCI to skip it, so its workflows are not run.
    """

    number: int
    project: "Project"
    commit: Commit
    branch: str | None
    tag: str | None
    course: Course
    created_at: float
    updated_at: float
    id: str = field(default_factory=new_id)
    parameters: dict[str, object] = field(default_factory=dict)
    definition_id: str | None = None
    trigger: str = "api"
    actor: str = ""
    state: str = "pending"
    errors: list[dict[str, str]] = field(default_factory=list)
    lateness: float = 0.0
    skipped: bool = False
    workflows: list[Workflow] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether the pipeline has not ended yet."""
        if self.state in {"pending", "setup-pending", "setup"}:
            return True
        return any(workflow.open for workflow in self.workflows)


@dataclass(kw_only=True)
class Webhook:
    """An outbound webhook of a project."""

    name: str
    url: str
    events: list[str]
    secret: str
    project_id: str
    created_at: float
    id: str = field(default_factory=new_id)
    verify_tls: bool = True


@dataclass(kw_only=True)
class Project:
    """A project.

    `declared` maps the config's parameters to their types (or to an enum's values). With
    `hide_undeclared` the answer to an undeclared parameter is a misleading 404. `tag_filters` are
    the jobs that have a tag filter in the config (`EVERY_JOB`: all). With `checks` GitHub Checks
    are enabled: workflows are reported as check runs, in addition to the statuses.
    """

    slug: str
    organization: str
    name: str
    id: str = field(default_factory=new_id)
    organization_id: str = field(default_factory=new_id)
    definition_id: str = field(default_factory=new_id)
    declared: dict[str, str | list[str]] = field(
        default_factory=lambda: dict.fromkeys(DECLARED, "string")
    )
    default_branch: str = "main"
    repository_url: str = ""
    repository_id: str = ""
    hide_undeclared: bool = False
    auto_cancel: bool = False
    tag_filters: frozenset[str] = frozenset()
    checks: bool = True
    pipelines: list[Pipeline] = field(default_factory=list)
    webhooks: list[Webhook] = field(default_factory=list)
    jobs_started: int = 0

    @property
    def by_app(self) -> bool:
        """Whether the project uses CircleCI's GitHub App (its slug begins with `circleci/`)."""
        return self.slug.startswith("circleci/")

    @property
    def long_slug(self) -> str:
        """The slug in the form that webhooks use: `github/…`."""
        provider, _, rest = self.slug.partition("/")
        long = {short: word for word, short in ALIASES.items()}
        return f"{long.get(provider, provider)}/{rest}"


@dataclass
class State:
    """All records, found by id or slug."""

    projects: dict[str, Project] = field(default_factory=dict)

    def project(self, slug: str) -> Project | None:
        """A project by its slug, which may begin with `gh/` or `github/`."""
        return self.projects.get(short_slug(slug))

    def project_by_id(self, project_id: str) -> Project | None:
        """A project by its id."""
        return next((one for one in self.projects.values() if one.id == project_id), None)

    def pipelines(self) -> Iterator[Pipeline]:
        """All pipelines, oldest first within a project."""
        for project in self.projects.values():
            yield from project.pipelines

    def pipeline(self, key: str | int) -> Pipeline | None:
        """A pipeline by id, or by number (the first project that has it)."""
        return next((one for one in self.pipelines() if key in {one.id, one.number}), None)

    def workflow(self, workflow_id: str) -> tuple[Pipeline, Workflow] | None:
        """A workflow with its pipeline."""
        for pipeline in self.pipelines():
            for workflow in pipeline.workflows:
                if workflow.id == workflow_id:
                    return pipeline, workflow
        return None
