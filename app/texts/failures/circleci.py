"""CircleCI refuses to start a pipeline: what to mend before it is asked again."""

from app.texts.failures.failure import Details, Failure
from app.texts.markup import code, words

_SENT = "deployment_id\nenvironment\nref\nsha"


def _project_unknown(d: Details) -> str:
    return (
        f"CircleCI does not know the project {d.code('slug', 'of this repository')}{d.quote()} "
        f"Follow the project on CircleCI, or set {code('circleci.project')} in "
        "`.github/deploybot.yml`; a project of CircleCI's GitHub App needs "
        f"{code('circleci.definition_id')} too."
    )


def _parameter_undeclared(d: Details) -> str:
    names = d.raw("parameters").replace(",", "\n").splitlines() or _SENT.splitlines()
    declared = (f'  {words(name)}: {{type: string, default: ""}}' for name in names[:20])
    block = "\n".join(("parameters:", *declared))
    return (
        f"CircleCI refused the pipeline{d.quote()} "
        f"Declare what is missing in `.circleci/config.yml`, then press *Retry*:\n```{block}```"
    )


def _token_refused(d: Details) -> str:
    return (
        f"CircleCI does not accept deploybot's token{d.quote()} "
        "Whoever operates deploybot must renew `CIRCLECI_TOKEN`; then press *Retry*."
    )


def _plan_limit(d: Details) -> str:
    return (
        f"CircleCI's plan does not allow another pipeline{d.quote()} "
        "Whoever pays for CircleCI can raise the limit; then press *Retry*."
    )


def _started_nothing(d: Details) -> str:
    return (
        f"CircleCI accepted the request but started nothing{d.quote()} "
        f"A {code('[ci skip]')} in the head commit's message is the usual cause. "
        "Push a commit without it, then deploy that."
    )


def _parameter_invalid(d: Details) -> str:
    names = d.codes("parameters", "a parameter")
    return (
        f"CircleCI refused the value of {names}{d.quote()} Its type in `.circleci/config.yml` "
        "is another one. Declare it as a string, then press *Retry*."
    )


def _parameter_limit(d: Details) -> str:
    name = d.code("parameter")
    what = f"the parameter {name} has {d.text('found')}" if name else d.text("found", "too many")
    unit = "characters" if name else "parameters"
    return (
        f"CircleCI takes at most {d.text('limit', '512')} {unit}, but {what}. "
        "Shorten it and deploy again."
    )


def _refused(d: Details) -> str:
    return (
        f"CircleCI refused the pipeline{d.quote()} "
        "Mend that, then press *Retry*. If it stays, tell whoever operates deploybot."
    )


CIRCLECI = (
    Failure(
        "circleci_project_unknown",
        "CircleCI answers that the project does not exist.",
        _project_unknown,
        {"slug": "gh/acme/shop", "message": "Project not found"},
        undeployed=True,
    ),
    Failure(
        "circleci_parameter_undeclared",
        "The project's configuration lacks a parameter that is sent.",
        _parameter_undeclared,
        {"parameters": "sha", "message": "Unexpected argument(s): sha"},
        undeployed=True,
    ),
    Failure(
        "circleci_token_refused",
        "CircleCI answers 401 or 403.",
        _token_refused,
        {"message": "You must log in first."},
        undeployed=True,
    ),
    Failure(
        "circleci_plan_limit",
        "CircleCI's plan is used up.",
        _plan_limit,
        {"message": "Plan limit reached: no credits left"},
        undeployed=True,
    ),
    Failure(
        "circleci_started_nothing",
        "CircleCI answers 200 with a message alone.",
        _started_nothing,
        {"message": "No pipeline was created"},
        undeployed=True,
    ),
    Failure(
        "circleci_parameter_invalid",
        "A parameter has another type in the project's configuration.",
        _parameter_invalid,
        {"parameters": "deployment_id", "message": "Type error for argument deployment_id"},
        undeployed=True,
    ),
    Failure(
        "circleci_parameter_limit",
        "More or longer parameters than CircleCI takes.",
        _parameter_limit,
        {"parameter": "ref", "found": "600", "limit": "512"},
        undeployed=True,
    ),
    Failure(
        "circleci_refused",
        "CircleCI refuses for a reason that has no entry of its own.",
        _refused,
        {"message": "Invalid tag"},
        undeployed=True,
    ),
)
