"""What `setup` says about the file that tells the CI what to run."""

from app.model.ci import FileGaps
from app.texts.failures.providers.circleci import declaration
from app.texts.markup import code
from app.texts.phrases import codes


def file_hints(gaps: FileGaps, path: str) -> list[str]:
    """What has to be added before deployments work (markup); empty if nothing is missing."""
    if gaps.missing:
        return [f"There's no {code(path)} on the default branch, so CircleCI has nothing to run."]
    found = [*_parameters(gaps), *_workflow(gaps), *_checkout(gaps), *_tags(gaps)]
    if not found:
        return []
    listed = "\n".join(f"• {each}" for each in found)
    return [f"{code(path)} on the default branch isn't ready for deployments yet:\n{listed}"]


def _parameters(gaps: FileGaps) -> list[str]:
    if not gaps.parameters:
        return []
    return [f"I send parameters that it doesn't declare. Add:\n{declaration(gaps.parameters)}"]


def _workflow(gaps: FileGaps) -> list[str]:
    if gaps.workflow is None:
        return []
    if gaps.workflow:
        missing = f"It has no workflow {code(gaps.workflow)}, which `circleci.workflow` names."
        return [missing]
    condition = code("when: << pipeline.parameters.deployment_id >>")
    return [f"No workflow is set up for deployments. Add {condition} to the one that deploys."]


def _checkout(gaps: FileGaps) -> list[str]:
    if not gaps.checkout:
        return []
    command = code("git checkout << pipeline.parameters.sha >>")
    return [f"No job checks out the deployment's commit. Run {command} after `checkout`."]


def _tags(gaps: FileGaps) -> list[str]:
    if not gaps.untagged:
        return []
    needed = code("filters: {tags: {only: /.*/}}")
    return [f"Tags can't be deployed: add {needed} to {codes(gaps.untagged)} in its workflow."]
