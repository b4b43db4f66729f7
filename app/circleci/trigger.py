"""The request that starts a pipeline: two endpoints, one choice (pure).

A pipeline is started by branch or tag, never by commit; `pull/<n>/head` is taken as a branch.
"""

from urllib.parse import quote

from app.circleci.refusals import refusal
from app.model import Json
from app.model.plan import Run


def trigger_request(run: Run) -> tuple[str, dict[str, Json]]:
    """Path and body: `pipeline/run` where a definition is named, else the older `pipeline`.

    The older one is CircleCI Server's, and does not take GitHub App projects.
    https://circleci.com/docs/api/v2/#operation/triggerPipelineRun
    """
    path = project_path(run.project)
    place = {"tag": run.tag} if run.tag else {"branch": run.branch}
    if run.definition is None:
        return f"{path}/pipeline", {**place, "parameters": run.parameters}
    return f"{path}/pipeline/run", {
        "definition_id": run.definition,
        "config": place,
        "checkout": place,
        "parameters": run.parameters,
    }


def needs_definition(run: Run) -> bool:
    """Whether the run lacks a definition, without which a GitHub App project cannot be started."""
    return run.definition is None and run.project.startswith("circleci/")


def project_path(slug: str) -> str:
    """The API's path of a project; raises `Refused` if the slug cannot be one."""
    parts = slug.split("/")
    if len(parts) != 3 or any(part in ("", ".", "..") for part in parts):
        raise refusal(404, "not a project slug", slug=slug)
    return "/project/" + "/".join(quote(part, safe="") for part in parts)
