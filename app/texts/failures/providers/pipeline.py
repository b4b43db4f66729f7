"""How a pipeline went wrong: it ran no job, failed, was canceled, or its outcome is unknown."""

from app.model.reasons.ci import CIDown, CIRateLimited
from app.model.reasons.pipeline import (
    ApprovalJobWaiting,
    ApprovalTimedOut,
    Candidate,
    CIConfigError,
    CINoTagFilter,
    CINoWorkflow,
    CISetupFailed,
    JobFailed,
    PipelineCanceledElsewhere,
    PipelineDoubled,
    PipelineUndecided,
    RunsBeside,
    TimedOut,
    WebhookLost,
    WorkflowFailed,
    WorkflowNamedDifferently,
)
from app.texts.failures.failure import failure
from app.texts.markup import link
from app.texts.phrases import (
    coded,
    codes,
    day_time,
    duration,
    links,
    quote,
    strong,
    text,
)
from app.texts.speech import ci_name

_PAGE = "https://app.circleci.com/pipelines/gh/acme/shop/345"


@failure(
    when="The pipeline has a config error and no workflow.",
    example=CIConfigError(message="Job 'deploy' not found in 'jobs'", url=_PAGE),
    undeployed=True,
)
def circleci_config_error(r: CIConfigError) -> str:
    """Quote the first error; "error" and "unauthorized" are a workflow's status, not an error."""
    if r.message in {"error", "unauthorized"}:
        return workflow_failed(WorkflowFailed(status=r.message, url=r.url))
    return (
        f"CircleCI can't read {link(r.url, 'the pipeline')}'s configuration{quote(r.message)} "
        "No job ran. Fix `.circleci/config.yml` on that ref and deploy it again."
    )


@failure(
    when="The pipeline was created, and no workflow matched.",
    example=CINoWorkflow(workflow="deploy", url=_PAGE),
    undeployed=True,
)
def circleci_no_workflow(r: CINoWorkflow) -> str:
    """Name the filters to check."""
    named = coded(r.workflow)
    look = f"the filters of {named}" if named else "the filters and `when:` of its workflows"
    return (
        f"CircleCI created {link(r.url, 'a pipeline')}, but no workflow matched, so no job ran. "
        f"Check {look} in `.circleci/config.yml`, then press *Retry*."
    )


@failure(
    when="The pipeline of a tag has no workflow: no job of it has a tag filter.",
    example=CINoTagFilter(tag="v1.4.0", workflow="deploy", url=_PAGE),
    undeployed=True,
)
def circleci_no_tag_filter(r: CINoTagFilter) -> str:
    """Show the filter to add; an existing tag needs a new one, since its file can't change.

    https://circleci.com/docs/guides/orchestrate/workflows/#executing-workflows-for-a-git-tag
    """
    jobs = f"each job of {coded(r.workflow)}" if r.workflow.strip() else "each job that deploys"
    return (
        f"CircleCI created {link(r.url, 'a pipeline')} for the tag {coded(r.tag)}, but no workflow "
        "matched, so no job ran. On a tag, CircleCI only runs jobs that have a tag filter. "
        f"In `.circleci/config.yml`, give {jobs} one, and every job it requires:\n"
        "```filters: {tags: {only: /.*/}}```\n"
        "An existing tag keeps its old file, so create a new tag, or deploy this one's commit by "
        "its SHA."
    )


@failure(
    when="The setup workflow of a dynamic configuration fails.",
    example=CISetupFailed(workflow="setup", url=_PAGE),
)
def circleci_setup_failed(r: CISetupFailed) -> str:
    """Explain the usual cause, a conflict of pipeline parameters, which only its log shows."""
    named = f" {coded(r.workflow)}" if r.workflow.strip() else ""
    return (
        f"The setup workflow{named} failed, so the workflows that deploy never "
        f"started. {link(r.url, 'Its log')} says why. If it's `Conflicting pipeline parameters`: "
        "declare `deployment_id`, `sha` and the others in both files, but don't pass them on to "
        "`continuation/continue` (CircleCI does that), then press *Retry*."
    )


@failure(
    when="`circleci.workflow` names a workflow that the pipeline lacks.",
    example=WorkflowNamedDifferently(asked="deploi", found=("deploy", "lint"), url=_PAGE),
)
def workflow_named_differently(r: WorkflowNamedDifferently) -> str:
    """Name the configured workflow, and the ones that the pipeline has."""
    several = len(r.found) > 1
    has = f"{'its workflows are' if several else 'its only workflow is'} {codes(r.found)}"
    how = "it ended" if r.ended else "it's going"
    only = "on a tag, CircleCI only runs jobs with one"
    filters = f" If the name is right, its jobs need a tag filter: {only}." if r.tag else ""
    return (
        f"{link(r.url, 'The pipeline')} has no workflow {coded(r.asked)}; {has}. Check on CircleCI "
        f"how {how}, and fix `circleci.workflow` in `.github/deploybot.yml`.{filters}"
    )


@failure(
    when="CircleCI's answer was lost, and a pipeline that can't be read may be the one it started.",
    example=PipelineUndecided(pipelines=(Candidate(id="a", name="345", url=_PAGE),)),
)
def pipeline_undecided(r: PipelineUndecided) -> str:
    """Link the pipelines that may be this deployment's, and say that no other was started."""
    which, ci = links(r.pipelines) or "another", ci_name()
    lost = f"{ci}'s answer got lost. I can't tell whether"
    if len(r.pipelines) > 1:
        return (
            f"{lost} one of the pipelines {which} is this deployment, so I didn't start another. "
            f"Check on {ci}: if none of them is, press *Retry*. It starts once they've ended."
        )
    return (
        f"{lost} pipeline {which} is this deployment, so I didn't start another. "
        f"Check on {ci}: if it isn't, press *Retry*. It starts once that pipeline has ended."
    )


@failure(
    when="A trigger that seemed lost arrived late.",
    example=PipelineDoubled(kept=345, kept_url=_PAGE),
)
def pipeline_doubled(r: PipelineDoubled) -> str:
    """Say which one was kept, and which one was canceled."""
    kept = link(r.kept_url, f"pipeline {r.kept}" if r.kept else "the earlier one")
    later = link(r.canceled_url, "the later one")
    return (
        f"CircleCI started two pipelines for this deployment. I kept {kept} and canceled {later}. "
        "Check whether the canceled one had already changed anything."
    )


@failure(
    when="A pipeline is rerun on CircleCI's page while another deployment has the environment.",
    example=RunsBeside(running=813, environment="production"),
)
def runs_beside(r: RunsBeside) -> str:
    """Name the other deployment."""
    return (
        f"Deployment {r.running} is also running in "
        f"{strong(r.environment, 'this environment')}, at the same time as this one. "
        "Cancel one of the two if they shouldn't run together."
    )


@failure(
    when="CircleCI answers 5xx or not at all.",
    example=CIDown(attempts=3, status=503),
)
def circleci_down(r: CIDown) -> str:
    """Say how often I tried, and whether I keep trying."""
    since = day_time(r.since)
    last = str(r.status) if r.status else coded(r.message)
    silent = f"hasn't answered since {since}" if since else "isn't answering"
    if r.unsure and not r.gave_up:
        counted = f" ({last})" if last else ""
        return (
            f"CircleCI {silent}{counted}. The pipeline may already have started; "
            "I'll check before retrying."
        )
    told = [f"{r.attempts} tries" if r.attempts else "", f"last: {last}" if last else ""]
    counted = ", ".join(part for part in told if part)
    return f"CircleCI {silent}{f' ({counted})' if counted else ''}. {_next(r)}"


@failure(when="CircleCI answers 429.", example=CIRateLimited())
def circleci_rate_limited(r: CIRateLimited) -> str:
    """Say whether I keep trying."""
    return f"I hit CircleCI's rate limit. {_next(r)}"


def _next(r: CIDown | CIRateLimited) -> str:
    if r.gave_up:
        return "I gave up. Press *Retry* when CircleCI is back."
    return "I'll keep trying."


@failure(
    when="The workflow is canceled on CircleCI's page.",
    example=PipelineCanceledElsewhere(by="octocat", url=_PAGE),
)
def pipeline_canceled_elsewhere(r: PipelineCanceledElsewhere) -> str:
    """Say who canceled it, if CircleCI tells."""
    by = f" by {text(r.by)}" if r.by else ""
    pipeline = link(r.url, "The pipeline")
    return f"{pipeline} was canceled on CircleCI{by}. Press *Retry* to run it again."


@failure(
    when="A workflow is on hold.", example=ApprovalJobWaiting(job="hold-production", url=_PAGE)
)
def approval_job_waiting(r: ApprovalJobWaiting) -> str:
    """Name the job, who can approve it, and where."""
    who = f" from {codes(r.listed)}" if r.listed else ""
    needs, approve = f"Needs approval{who}: {coded(r.job, 'a job')}.", "Approve it on CircleCI"
    if r.refused:
        mine = f"CircleCI rejected my approval{quote(r.refused)}"
        return f"{needs} {mine} {link(r.url, approve)}."
    return f"{needs} {link(r.url, approve)}, or press *Approve*."


@failure(
    when="Nobody approves a job on CircleCI within `PEOPLE_AFTER`.",
    example=ApprovalTimedOut(seconds=259200, job="hold-production", url=_PAGE),
)
def approval_timed_out(r: ApprovalTimedOut) -> str:
    """Name the job and how long it waited; say that I canceled the pipeline."""
    job = f" {coded(r.job)}" if r.job else " it"
    return (
        f"Nobody approved{job} on CircleCI for {duration(r.seconds)}, so I canceled "
        f"{link(r.url, 'the pipeline')}. Press *Retry* to start over."
    )


@failure(when="A job of the pipeline fails.", example=JobFailed(job="migrate", url=_PAGE))
def job_failed(r: JobFailed) -> str:
    """Name the job, and link its log."""
    what = f"workflow {coded(r.workflow)}" if r.workflow else "pipeline"
    failed = f"{coded(r.job)} failed." if r.job.strip() else f"The {what} failed."
    return f"{failed} {link(r.url, 'Its log')} says why. Deploy a fix, or press *Retry*."


@failure(
    when="A workflow doesn't succeed, and no failed job is known.",
    example=WorkflowFailed(workflow="deploy", status="unauthorized", url=_PAGE),
)
def workflow_failed(r: WorkflowFailed) -> str:
    """Say how it ended."""
    return (
        f"The workflow {coded(r.workflow, 'of the pipeline')} ended with the status "
        f"{coded(r.status, 'failed')}. "
        f"{link(r.url, 'CircleCI')} says why. Press *Retry* to run it again."
    )


@failure(
    when="There is no outcome within the environment's `timeout`.",
    example=TimedOut(seconds=3600, url=_PAGE),
)
def timed_out(r: TimedOut) -> str:
    """Say how long I waited, and that the pipeline may still be running."""
    return (
        f"No outcome after {duration(r.seconds)}, so I stopped waiting. "
        f"{link(r.url, 'The pipeline')} may still be running; if it finishes, I'll update this. "
        "Press *Cancel* to stop it."
    )


@failure(
    when="The outcome was found by polling (`status` and the log only).",
    example=WebhookLost(late=48),
)
def webhook_lost(r: WebhookLost) -> str:
    """Say how late the outcome was noticed."""
    return f"{ci_name()}'s webhook didn't arrive, so I noticed {duration(r.late)} late."
