"""What becomes of a pipeline: refused for its own sake, lost, failed, or never heard of again."""

from app.texts.failures.failure import Details, Failure
from app.texts.markup import esc
from app.texts.times import duration


def _config_error(d: Details) -> str:
    if d.raw("message") in {"error", "unauthorized"}:
        return _workflow_failed(Details({**d.values, "status": d.raw("message")}))
    return (
        f"CircleCI cannot read {d.link('url', 'the pipeline')}'s configuration{d.quote()} "
        "No job ran. Mend `.circleci/config.yml` on that ref, then deploy it again."
    )


def _no_workflow(d: Details) -> str:
    named = d.code("workflow")
    look = f"the filters of {named}" if named else "the filters and `when:` of its workflows"
    return (
        f"CircleCI made {d.link('url', 'a pipeline')}, but no workflow matched, so no job ran. "
        f"Look at {look} in `.circleci/config.yml`, then press *Retry*."
    )


def _pipeline_undecided(d: Details) -> str:
    numbers = d.lines("pipelines")
    listed = d.links("pipelines", "urls")
    which = f": {listed}" if numbers else ""
    several = f"Several pipelines could be this deployment's{which}."
    one = f"Pipeline {listed} may be this deployment's."
    return (
        f"{one if len(numbers) == 1 else several} "
        "Nothing is started again until somebody says which. Press the one that it is."
    )


def _pipeline_doubled(d: Details) -> str:
    kept = d.link("kept_url", f"pipeline {d.text('kept')}" if d.raw("kept") else "the earlier one")
    other = d.text("canceled")
    later = d.link("canceled_url", f"pipeline {other}" if other else "the later one")
    return (
        f"CircleCI started two pipelines for this deployment. I kept {kept} and canceled {later}. "
        "Look there whether it had changed anything."
    )


def _runs_beside(d: Details) -> str:
    number = d.text("running")
    other = f"deployment {number}" if number else "another deployment"
    where = d.bold("environment", "this environment")
    return (
        f"This deployment runs beside {other} in {where}: both pipelines are at work on CircleCI. "
        "Cancel one of the two if they must not run together."
    )


def _down(d: Details) -> str:
    since, tries, status = d.time("since"), d.text("attempts"), d.text("status")
    last = status or d.code("message")
    if d.raw("unsure") and not d.raw("gave_up"):
        silent = f"has not answered since {since}" if since else "did not answer"
        counted = f" (last: {last})" if last else ""
        return (
            f"CircleCI {silent}{counted}, so the pipeline may have started. "
            "I look for it before I ask again. There is nothing to type."
        )
    told = [f"{tries} tries" if tries else "", f"last: {last}" if last else ""]
    counted = ", ".join(part for part in told if part)
    return (
        f"CircleCI {f'has not answered since {since}' if since else 'does not answer'}"
        f"{f' ({counted})' if counted else ''}. {_next(d)}"
    )


def _rate_limited(d: Details) -> str:
    return f"CircleCI asks me to wait, its rate limit is used up. {_next(d)}"


def _next(d: Details) -> str:
    if d.raw("gave_up"):
        return "I gave up. Press *Retry* when CircleCI is back."
    again, until = d.clock("retry_at"), d.time("until")
    then = f"Next try at {again}. " if again else "I try again by myself. "
    bound = f"I give up {until}. " if until and d.raw("until") != d.raw("retry_at") else ""
    return f"{then}{bound}There is nothing to type."


def _canceled_elsewhere(d: Details) -> str:
    by = d.so("by", " by {}")
    runs = f" {d.bold('environment')} still runs {d.code('runs')}." if d.raw("runs") else ""
    pipeline = d.link("url", "The pipeline")
    return f"{pipeline} was canceled on CircleCI{by}.{runs} Press *Retry* to run it again."


def _approval_job_waiting(d: Details) -> str:
    return (
        f"CircleCI waits for somebody to approve the job {d.code('job', 'on hold')}. "
        f"{d.link('url', 'Approve it on CircleCI')}, or press *Cancel*."
    )


def _job_failed(d: Details) -> str:
    step = d.so("step", " in the step “{}”")
    tail = d.raw("lines").replace("```", "")[-600:]
    shown = f"\n```{esc(tail)}```" if tail else ""
    what = f"workflow {d.code('workflow')}" if d.raw("workflow") else "pipeline"
    failed = f"The job {d.code('job')} failed{step}." if d.raw("job") else f"The {what} failed."
    return (
        f"{failed} "
        f"{d.link('url', 'Its log')} says why. Mend it and deploy again, or press *Retry*.{shown}"
    )


def _workflow_failed(d: Details) -> str:
    status = d.code("status", "failed")
    return (
        f"The workflow {d.code('workflow', 'of the pipeline')} ended as {status}. "
        f"{d.link('url', 'CircleCI')} says why. Press *Retry* to run it again."
    )


def _timed_out(d: Details) -> str:
    seconds = d.raw("seconds")
    after = duration(float(seconds)) if seconds.isdecimal() else d.text("after", "its timeout")
    return (
        f"No outcome after {after}, so I stopped waiting. "
        f"{d.link('url', 'The pipeline')} may still be running; a later outcome is shown here. "
        "Press *Cancel* to stop it."
    )


def _webhook_lost(d: Details) -> str:
    late = d.so("late", ", {} late")
    return (
        f"{d.text('provider', 'A provider')}'s webhook did not arrive; "
        f"{d.text('healed_by', 'the watch')} made up for it{late}. There is nothing to do."
    )


_PIPELINE = "https://app.circleci.com/pipelines/gh/acme/shop/345"

PIPELINE = (
    Failure(
        "circleci_config_error",
        "The pipeline has a config error and no workflow.",
        _config_error,
        {"message": "Job 'deploy' not found in 'jobs'", "url": _PIPELINE},
        undeployed=True,
    ),
    Failure(
        "circleci_no_workflow",
        "The pipeline was created, and no workflow matched.",
        _no_workflow,
        {"workflow": "deploy", "url": _PIPELINE},
        undeployed=True,
    ),
    Failure(
        "pipeline_undecided",
        "After a lost answer several pipelines could be the one that was started.",
        _pipeline_undecided,
        {"pipelines": "345\n346", "urls": f"{_PIPELINE}\n{_PIPELINE[:-1]}6"},
    ),
    Failure(
        "pipeline_doubled",
        "A trigger that was thought lost landed late.",
        _pipeline_doubled,
        {"kept": "345", "kept_url": _PIPELINE, "canceled": "346"},
    ),
    Failure(
        "runs_beside",
        "A pipeline is rerun on CircleCI's page while another deployment has the environment.",
        _runs_beside,
        {"running": "813", "environment": "production"},
    ),
    Failure(
        "circleci_down",
        "CircleCI answers 5xx or not at all.",
        _down,
        {"attempts": "3", "status": "503", "retry_at": "1790000020", "until": "1790086400"},
    ),
    Failure(
        "circleci_rate_limited",
        "CircleCI answers 429.",
        _rate_limited,
        {"retry_at": "1790000060"},
    ),
    Failure(
        "pipeline_canceled_elsewhere",
        "The workflow is canceled on CircleCI's page.",
        _canceled_elsewhere,
        {"by": "octocat", "url": _PIPELINE, "environment": "production", "runs": "v1.3.9"},
    ),
    Failure(
        "approval_job_waiting",
        "A workflow is on hold.",
        _approval_job_waiting,
        {"job": "hold-production", "url": _PIPELINE},
    ),
    Failure(
        "job_failed",
        "A job of the pipeline fails.",
        _job_failed,
        {"job": "migrate", "step": "Run migrations", "url": _PIPELINE},
    ),
    Failure(
        "workflow_failed",
        "A workflow ends other than well, and no failed job is known.",
        _workflow_failed,
        {"workflow": "deploy", "status": "unauthorized", "url": _PIPELINE},
    ),
    Failure(
        "timed_out",
        "No outcome within the environment's `timeout`.",
        _timed_out,
        {"seconds": "3600", "url": _PIPELINE},
    ),
    Failure(
        "webhook_lost",
        "An outcome is found by the watch, a delivery by the sweep (`status` and the log only).",
        _webhook_lost,
        {"provider": "CircleCI", "healed_by": "the watch", "late": "48 s"},
    ),
)
