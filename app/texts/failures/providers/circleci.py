"""CircleCI didn't start a pipeline, or can't be asked about one: what to fix."""

from collections.abc import Sequence

from app.model.reasons.ci import (
    CIParameter,
    CIParameterInvalid,
    CIParameterLimit,
    CIParameterUndeclared,
    CIPlanLimit,
    CIProjectUnknown,
    CIRefused,
    CISkipped,
    CIStartedNothing,
    CITokenRefused,
    CIUnseen,
    ProjectOfAnother,
)
from app.texts.failures.failure import failure
from app.texts.markup import code, link, words
from app.texts.phrases import coded, codes, day_time, quote

ALWAYS_SENT = (CIParameter(name="deployment_id"), CIParameter(name="sha"))
"""Every deployment sends these; shown if CircleCI doesn't say which parameters are missing."""

MOST = 20
"""At most so many parameters are shown."""

_DEFAULTS = {"string": '""', "boolean": "false", "integer": "0"}


@failure(
    when="CircleCI answers that the project does not exist.",
    example=CIProjectUnknown(slug="gh/acme/shop", message="Project not found"),
    undeployed=True,
)
def circleci_project_unknown(r: CIProjectUnknown) -> str:
    """Name the project slug that was tried, and where to set it."""
    return (
        f"CircleCI doesn't know the project {coded(r.slug, 'of this repository')}"
        f"{quote(r.message)} "
        f"Follow it on CircleCI, or set {code('circleci.project')} in "
        "`.github/deploybot.yml`. Projects of CircleCI's GitHub App also need "
        f"{code('circleci.definition_id')}."
    )


@failure(
    when="The file names a CircleCI project that isn't the repository's own.",
    example=ProjectOfAnother(repository="acme/playground", project="gh/acme/shop"),
    undeployed=True,
)
def project_of_another(r: ProjectOfAnother) -> str:
    """Say what to remove from the file, or what the operator has to set."""
    app = (
        f" Or set {code('circleci.definition_id')} to a pipeline that checks out this repository, "
        "if it's this repository's own project."
        if r.project.startswith("circleci/")
        else ""
    )
    allow = code(f"CIRCLECI_PROJECTS={r.repository}={r.project}")
    return (
        f"{coded(r.repository, 'This repository')} isn't allowed to run the CircleCI project "
        f"{coded(r.project, 'that its file names')}. Remove {code('circleci.project')} from "
        f"`.github/deploybot.yml`, or ask whoever runs deploybot to set {allow}.{app}"
    )


@failure(
    when="The project's configuration lacks a parameter that is sent.",
    example=CIParameterUndeclared(
        parameters=(CIParameter(name="sha"),), message="Unexpected argument(s): sha"
    ),
    undeployed=True,
)
def circleci_parameter_undeclared(r: CIParameterUndeclared) -> str:
    """Show the lines to add."""
    return (
        f"CircleCI refused the pipeline{quote(r.message)} "
        "Add this to `.circleci/config.yml`, then press *Retry*:\n"
        f"{declaration(r.parameters)}"
    )


@failure(
    when="CircleCI answers 401 or 403.",
    example=CITokenRefused(message="You must log in first."),
    undeployed=True,
)
def circleci_token_refused(r: CITokenRefused) -> str:
    """Say who has to renew the token."""
    return (
        f"CircleCI rejected my token{quote(r.message)} "
        "Ask whoever runs deploybot to renew `CIRCLECI_TOKEN`, then press *Retry*."
    )


@failure(
    when="CircleCI's plan is used up.",
    example=CIPlanLimit(message="Plan limit reached: no credits left"),
    undeployed=True,
)
def circleci_plan_limit(r: CIPlanLimit) -> str:
    """Say who can raise the limit."""
    return (
        f"CircleCI's plan doesn't allow another pipeline{quote(r.message)} "
        "Ask whoever pays for CircleCI to raise the limit, then press *Retry*."
    )


@failure(
    when="CircleCI answers 200 with only a message.",
    example=CIStartedNothing(message="No pipeline was created"),
    undeployed=True,
)
def circleci_started_nothing(r: CIStartedNothing) -> str:
    """Name the usual cause.

    https://circleci.com/docs/guides/orchestrate/skip-build/
    """
    return (
        f"CircleCI accepted the request but started nothing{quote(r.message)} "
        f"The usual cause is {code('[ci skip]')} in the head commit's message. "
        "Push a commit without it and deploy that one."
    )


@failure(
    when="The head commit's message asks CircleCI to skip it.",
    example=CISkipped(workflow="deploy", url="https://app.circleci.com/pipelines/gh/acme/shop/345"),
)
def circleci_skipped(r: CISkipped) -> str:
    """Name the usual cause. *Retry* isn't offered: CircleCI would skip the same commit again."""
    named = f" {coded(r.workflow)}" if r.workflow.strip() else ""
    return (
        f"CircleCI didn't run {link(r.url, 'the workflow')}{named}, so no job ran. "
        f"The usual cause is {code('[ci skip]')} in the commit's message. "
        "Push a commit without it and deploy that one."
    )


@failure(
    when="A parameter has another type in the project's configuration.",
    example=CIParameterInvalid(
        parameters=(CIParameter(name="migrate", type="boolean"),),
        message="Type error for argument migrate",
    ),
    undeployed=True,
)
def circleci_parameter_invalid(r: CIParameterInvalid) -> str:
    """Name the parameter, and show the line that declares its type."""
    names = codes([each.name for each in r.parameters], "a parameter")
    return (
        f"CircleCI refused the value of {names}{quote(r.message)} "
        "Declare it like this in `.circleci/config.yml`, then press *Retry*:\n"
        f"{declaration(r.parameters)}"
    )


@failure(
    when="There are more or longer parameters than CircleCI takes.",
    example=CIParameterLimit(parameter="ref", found=600, limit=512),
    undeployed=True,
)
def circleci_parameter_limit(r: CIParameterLimit) -> str:
    """Say how many or how long they are, and what the limit is."""
    name = coded(r.parameter)
    if not name:
        return (
            f"Too many parameters: {r.found}, and CircleCI takes {r.limit} at most. "
            "Remove some and deploy again."
        )
    return (
        f"The parameter {name} is too long: {r.found} characters, and CircleCI takes {r.limit} at "
        "most. Shorten it and deploy again."
    )


@failure(
    when="CircleCI refuses for a reason that has no entry of its own.",
    example=CIRefused(message="Invalid tag"),
    undeployed=True,
)
def circleci_refused(r: CIRefused) -> str:
    """Quote CircleCI."""
    return (
        f"CircleCI refused the pipeline{quote(r.message)} "
        "Fix that, then press *Retry*. If it keeps happening, tell whoever runs deploybot."
    )


@failure(
    when="CircleCI answers 404, 401 or 403 about a pipeline that was started, or to a cancel.",
    example=CIUnseen(
        status=404,
        message="Pipeline not found",
        since=1790000000,
        url="https://app.circleci.com/pipelines/gh/acme/shop/345",
    ),
)
def circleci_unseen(r: CIUnseen) -> str:
    """Say what CircleCI answers and since when, and that the pipeline may be running."""
    since = f" since {at}" if (at := day_time(r.since)) else ""
    answered = "CircleCI " + (
        f"{'answered' if r.gave_up else 'has been answering'} {r.status}{since}"
        if r.status
        else f"hasn't answered{since}"
    )
    told = f"{answered}{quote(r.message)}"
    pipeline = link(r.url, "the pipeline")
    unknown = f"how {pipeline} {'ended' if r.gave_up else 'is doing'}"
    if not r.url:
        unknown = "whether the pipeline started"
    if r.gave_up:
        return f"{told} I don't know {unknown}. Check on CircleCI before you retry."
    if r.canceling:
        return f"I can't cancel {pipeline}: {told} I'll keep trying; you can cancel it on CircleCI."
    renew = " Ask whoever runs deploybot to check `CIRCLECI_TOKEN`." if r.status == 401 else ""
    return f"I can't see {unknown}: {told} It may be running.{renew}"


def declaration(parameters: Sequence[CIParameter]) -> str:
    """The lines of `.circleci/config.yml` that declare pipeline parameters (markup).

    Their defaults apply to pipelines that a push starts. https://circleci.com/docs/pipeline-variables/
    """
    declared = (
        f"  {words(each.name)}: {{type: {each.type}, default: {_DEFAULTS[each.type]}}}"
        for each in (parameters or ALWAYS_SENT)[:MOST]
    )
    lines = "\n".join(("parameters:", *declared))
    return f"```{lines}```"
