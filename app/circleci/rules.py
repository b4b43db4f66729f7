"""CircleCI's rules for project slugs, parameters and the checks it posts (pure)."""

import re
from collections.abc import Iterable, Mapping

from app.model import Json
from app.model.ci import LONGEST_PARAMETER, MOST_PARAMETERS, Workflow
from app.model.plan import InputValue
from app.model.reasons import Reason
from app.model.reasons.ci import CIParameterLimit

NAMES = ("pipeline.parameters.deployment_id", "deployment_id")
"""Names under which a pipeline's values may list the parameter; the prefix is not documented.

https://circleci.com/docs/api/v2/#operation/getPipelineValuesById
"""

_PAGE = re.compile(r"/pipelines/([^/]+/[^/]+/[^/]+)/\d+$")
_SHORT = {"github": "gh", "bitbucket": "bb"}


def lists_deployment(values: Mapping[str, Json]) -> bool:
    """Whether a pipeline's values list `deployment_id`, as every project that deploys declares."""
    return any(name in values for name in NAMES)


def deployment_in(values: Mapping[str, Json]) -> int | None:
    """The `deployment_id` among a pipeline's values; None for an ordinary pipeline."""
    return next((found for name in NAMES if (found := number_in(values.get(name)))), None)


def number_in(value: Json) -> int | None:
    """The positive number that a value is, as itself or as text; None for any other value."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value > 0 else None
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        return int(value) or None
    return None


def default_project(repository: str) -> str:
    """The slug of the project that a repository (`owner/name`) of GitHub has."""
    return f"gh/{repository}"


def is_own(slug: str, repository: str) -> bool:
    """Whether a project runs the repository's own file; assumed for projects of the GitHub App."""
    return slug.startswith("circleci/") or canonical(slug) == canonical(default_project(repository))


def canonical(slug: str) -> str:
    """A project slug in one spelling: `github` is `gh`, `bitbucket` is `bb`; case is ignored."""
    host, _, rest = slug.lower().partition("/")
    return f"{_SHORT.get(host, host)}/{rest}"


def project_of_page(url: str) -> str | None:
    """The slug of the project whose pipeline has this page; None for any other page."""
    found = _PAGE.search(url)
    return found[1] if found else None


def beyond_limits(parameters: Mapping[str, InputValue]) -> tuple[Reason, ...]:
    """The limits of CircleCI that the parameters exceed.

    https://circleci.com/docs/pipeline-variables/
    """
    if len(parameters) > MOST_PARAMETERS:
        return (CIParameterLimit(found=len(parameters), limit=MOST_PARAMETERS),)
    return tuple(
        CIParameterLimit(parameter=name, found=len(value), limit=LONGEST_PARAMETER)
        for name, value in parameters.items()
        if isinstance(value, str) and len(value) > LONGEST_PARAMETER
    )


def checks_of(workflow: Workflow, jobs: Iterable[str], *, definition: str | None) -> list[str]:
    """The names of the checks that a workflow posts on the commit.

    Commit statuses name a job; those of approvals and of jobs that run nothing name the workflow
    as well. Projects of CircleCI's GitHub App post a check run named by the workflow, with the
    first characters of the pipeline `definition`'s id.
    https://circleci.com/docs/enable-checks/
    """
    statuses = [f"ci/circleci: {name}" for job in jobs for name in (job, f"{workflow.name}/{job}")]
    runs = [workflow.name, *([f"{workflow.name}-{definition[:8]}"] if definition else [])]
    return [*statuses, *runs]
