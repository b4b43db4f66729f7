"""What a project's `.circleci/config.yml` declares: parameters, and filters of jobs."""

from typing import Any

from sandbox.circleci.state import EVERY_JOB, Pipeline, Project

EMPTY: dict[str, Any] = {"string": "", "boolean": False, "integer": 0}


def defaults(project: Project) -> dict[str, Any]:
    """The default values of the project's parameters."""
    return {
        name: kind[0] if isinstance(kind, list) else EMPTY[kind]
        for name, kind in project.declared.items()
    }


def runs(pipeline: Pipeline, job: str) -> bool:
    """Whether a job's filters let it run; for a tag, the job must have a tag filter.

    https://circleci.com/docs/guides/orchestrate/workflows/#executing-workflows-for-a-git-tag
    """
    return pipeline.tag is None or _has_tag_filter(pipeline, job)


def _has_tag_filter(pipeline: Pipeline, job: str) -> bool:
    filtered = pipeline.project.tag_filters
    return filtered == EVERY_JOB or job in filtered
