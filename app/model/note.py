"""A note: what is written down about one deployment without reading it first."""

from msgspec import Struct, to_builtins

from app.model import Json
from app.model.build_parts import SeenStatus
from app.model.ci import WorkflowReport
from app.model.project import Project

FIXED = ("sha", "ref", "environment", "task", "creator", "creator_id", "creator_type")
"""What never changes after a deployment's creation: the first value that was stored stays."""


class DeploymentFacts(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What an event from GitHub tells about a deployment, under the names of `Build`.

    A field that the event doesn't mention is None: the stored value stays. So does the stored value
    of a field in `FIXED`.
    """

    repository: str | None = None
    installation_id: int | None = None
    sha: str | None = None
    ref: str | None = None
    environment: str | None = None
    task: str | None = None
    created_at: float | None = None
    creator: str | None = None
    creator_id: int | None = None
    creator_type: str | None = None
    app_slug: str | None = None
    workflow_run: bool | None = None
    transient: bool | None = None
    production: bool | None = None
    payload: str | None = None


class Entry(Struct, frozen=True, kw_only=True):
    """One entry of a mapping of `Build`, such as `reports`, which maps workflow ids to reports.

    `value` is JSON or a msgspec struct. It replaces the entry with the same key; the others stay.
    """

    attribute: str
    key: str
    value: Json


def reported(report: WorkflowReport) -> Entry:
    """A workflow's report as an entry of `Build.reports`."""
    return Entry(attribute="reports", key=report.id, value=report)


def seen(status: SeenStatus) -> Entry:
    """A status as an entry of `Build.statuses`."""
    return Entry(attribute="statuses", key=status.creator, value=status)


class Note(Struct, frozen=True, kw_only=True):
    """What is written about one deployment in a single write, without reading it first.

    `facts` overwrite attributes of `Build` (None removes one), `once` sets attributes that aren't
    stored yet, `entry` is added to a mapping. A build that doesn't exist is created.
    """

    repository_id: int
    deployment_id: int
    facts: dict[str, Json] | DeploymentFacts = {}
    once: dict[str, Json] = {}
    entry: Entry | None = None


def written_down(note: Note) -> dict[str, Json]:
    """A note as JSON, for a record that keeps it until it is written."""
    kept: dict[str, Json] = to_builtins(note)
    return kept


def read_again(kept: dict[str, Json]) -> Note:
    """The note from its JSON; the inverse of `written_down`."""
    entry = kept["entry"]
    return Note(**{**kept, "entry": Entry(**entry) if entry is not None else None})


def note_on(
    project: Project, deployment_id: int, *, entry: Entry | None = None, **facts: Json
) -> Note:
    """A note on a deployment of a bound repository, which creates the build if there is none."""
    known = {"repository": project.repository, "installation_id": project.installation_id}
    return Note(
        repository_id=project.repository_id,
        deployment_id=deployment_id,
        facts=known | facts,
        entry=entry,
    )
