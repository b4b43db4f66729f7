"""What a project's `.circleci/config.yml` lacks for deployments, read without running it (pure).

Only what the text itself shows is reported. Nothing is reported for a text with anchors, aliases or
merge keys, for one that is too large, or for a setup configuration, which is not the final one.
https://circleci.com/docs/reference/configuration-reference/
"""

from collections.abc import Iterator, Mapping

from app.circleci.refusals import Sent, declared_as
from app.lifecycle.configuration.yaml_reader import read_yaml
from app.model import Json
from app.model.ci import FileGaps
from app.model.plan import Run
from app.model.reasons.ci import CIParameter

PATH = ".circleci/config.yml"

_DEPLOYMENT = "pipeline.parameters.deployment_id"
_COMMIT = "pipeline.parameters.sha"


def gaps_of(text: str | None, run: Run) -> FileGaps:
    """What the file lacks before `run` can work; `text` is None if there is no file.

    A pipeline definition may name another file, so this one may be missing there.
    """
    if text is None:
        return FileGaps(missing=run.definition is None)
    file = read_yaml(text)
    if file.flaws or not isinstance(file.data, dict) or file.data.get("setup"):
        return FileGaps()
    data: dict[str, Json] = file.data
    workflows = _mapping(_mapping(data.get("workflows")))
    workflows.pop("version", None)
    return FileGaps(
        parameters=_undeclared(_mapping(data.get("parameters")), run.parameters),
        workflow=_missing_workflow(workflows, run.workflow),
        checkout=_ignores_commit(data, workflows),
        untagged=_untagged(workflows),
    )


def _undeclared(declared: Mapping[str, Json], sent: Sent) -> tuple[CIParameter, ...]:
    """Parameters that are sent but not declared with their type; an enum accepts text as well."""
    wanted = [CIParameter(name=name, type=declared_as(value)) for name, value in sent.items()]
    return tuple(each for each in wanted if not _takes(declared.get(each.name), each.type))


def _takes(declaration: Json, kind: str) -> bool:
    declared = _mapping(declaration).get("type")
    return declared == kind or (declared == "enum" and kind == "string")


def _missing_workflow(workflows: Mapping[str, Json], named: str | None) -> str | None:
    """The named workflow if it is missing; empty: no workflow tests `deployment_id`."""
    if named is not None and named not in workflows:
        return named
    return None if any(_DEPLOYMENT in text for text in _texts(workflows)) else ""


def _ignores_commit(data: Mapping[str, Json], workflows: Mapping[str, Json]) -> bool:
    """Whether nothing uses the parameter `sha`; a job of an orb may use it, so it counts."""
    if any("/" in job for each in workflows.values() for job in _jobs(each)):
        return False
    used = {key: value for key, value in data.items() if key != "parameters"}
    return not any(_COMMIT in text for text in _texts(used))


def _untagged(workflows: Mapping[str, Json]) -> tuple[str, ...]:
    """The jobs of deployment workflows that would not run in a tag's pipeline.

    https://circleci.com/docs/guides/orchestrate/workflows/#executing-workflows-for-a-git-tag
    """
    return tuple(
        job
        for each in workflows.values()
        if _for_deployments(_mapping(each).get("when"))
        for job, options in _jobs(each).items()
        if _excludes_tags(_mapping(options).get("filters"))
    )


def _excludes_tags(filters: Json) -> bool:
    """Whether the filters exclude every tag; a filter that is an expression is not read."""
    return filters is None or (isinstance(filters, dict) and "tags" not in filters)


def _for_deployments(when: Json) -> bool:
    """Whether a condition is surely true for deployments only: it requires `deployment_id`."""
    if isinstance(when, str):
        return when.strip().removeprefix("<<").removesuffix(">>").strip() == _DEPLOYMENT
    every = _mapping(when).get("and")
    return isinstance(every, tuple) and any(_for_deployments(each) for each in every)


def _jobs(workflow: Json) -> dict[str, Json]:
    """A workflow's jobs with their options: `- build`, or `- build: {requires: …}`."""
    listed = _mapping(workflow).get("jobs")
    named = listed if isinstance(listed, tuple) else ()
    return {
        name: options
        for job in named
        for name, options in ({job: None} if isinstance(job, str) else _mapping(job)).items()
    }


def _texts(value: Json) -> Iterator[str]:
    """Every text in a value, except keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)


def _mapping(value: Json) -> dict[str, Json]:
    return dict(value) if isinstance(value, dict) else {}
