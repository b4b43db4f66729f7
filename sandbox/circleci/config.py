"""A project's `.circleci/config.yml`, as written and with its parameters filled in."""

import json

from sandbox.circleci.state import EVERY_JOB, Pipeline


def source(pipeline: Pipeline) -> str:
    """The config as it stands in the repository."""
    lines = ["version: 2.1", "parameters:"]
    lines += [
        f'  {name}: {{type: string, default: ""}}'
        if isinstance(kind, str)
        else f"  {name}: {{type: enum, enum: [{', '.join(kind)}], default: {kind[0]}}}"
        for name, kind in pipeline.project.declared.items()
    ]
    values = {name: f"<< pipeline.parameters.{name} >>" for name in pipeline.project.declared}
    return "\n".join(lines + _jobs(pipeline, values)) + "\n"


def compiled(pipeline: Pipeline) -> str:
    """The config after processing: every parameter replaced by its value."""
    values = {
        name: json.dumps(pipeline.parameters.get(name, "")) for name in pipeline.project.declared
    }
    return "\n".join(["version: 2", *_jobs(pipeline, values)]) + "\n"


def _jobs(pipeline: Pipeline, values: dict[str, str]) -> list[str]:
    lines = ["jobs:"]
    for job in pipeline.course.jobs:
        lines += [f"  {job}:", "    docker: [{image: cimg/base:stable}]", "    environment:"]
        lines += [f"      {name.upper()}: {value}" for name, value in values.items()]
        lines += ["    steps:", f"    - run: ./ci/{job}"]
    lines.append("workflows:")
    for workflow in pipeline.course.workflows:
        lines += [f"  {workflow}:", "    jobs:"]
        for before, job in zip((None, *pipeline.course.jobs), pipeline.course.jobs, strict=False):
            lines.append(f"    - {job}:")
            lines.append(f"        requires: [{before or ''}]")
            if _has_tag_filter(pipeline, job):
                lines.append("        filters: {tags: {only: /.*/}}")
    return lines


def runs(pipeline: Pipeline, job: str) -> bool:
    """Whether a job's filters let it run: for a tag it needs a tag filter of its own.

    https://circleci.com/docs/guides/orchestrate/workflows/#executing-workflows-for-a-git-tag
    """
    return pipeline.tag is None or _has_tag_filter(pipeline, job)


def _has_tag_filter(pipeline: Pipeline, job: str) -> bool:
    filtered = pipeline.project.tag_filters
    return filtered == EVERY_JOB or job in filtered
