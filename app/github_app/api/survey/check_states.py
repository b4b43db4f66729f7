"""The state of each check of a commit, which is that of its latest run (pure)."""

from collections.abc import Iterable

from app.github_app.api.shapes.survey import ContextNode, Suite, SuiteApp
from app.model.github.commit import Check, CheckState

_GREEN = frozenset({"SUCCESS", "NEUTRAL", "SKIPPED"})
_PENDING = frozenset({"PENDING", "EXPECTED"})


def judged_checks(
    contexts: Iterable[ContextNode], *, app_id: str = "", by_suite: bool = False
) -> tuple[Check, ...]:
    """Each check once, in the state of its latest run, by name; a queued run is the latest.

    A check is identified by its name, its App and, for GitHub Actions, its workflow: one name in
    two workflows means two checks. `by_suite`: GitHub withholds the workflows, so check suites
    take their place. `app_id` is our own App's.
    """
    latest: dict[tuple[str, ...], tuple[float, Check]] = {}
    for context in contexts:
        check = _judged(context, app_id)
        seen = context.seen_at
        order = float("inf") if seen is None else seen
        identity = (context.kind, *_whose(context, by_suite=by_suite), check.name)
        known = latest.get(identity)
        if known is None or order >= known[0]:
            latest[identity] = (order, check)
    return tuple(sorted((check for _, check in latest.values()), key=lambda check: check.name))


def _whose(context: ContextNode, *, by_suite: bool) -> tuple[str, str]:
    """The App and the workflow (or check suite) of a check run."""
    suite = context.check_suite or Suite()
    app = suite.app or SuiteApp()
    run = suite.workflow_run
    workflow = suite.id if by_suite else run.workflow.id if run else ""
    return str(app.database_id or app.slug), workflow


def _judged(context: ContextNode, app_id: str) -> Check:
    if context.kind == "CheckRun":
        app = (context.check_suite or Suite()).app or SuiteApp()
        return Check(
            name=context.name,
            state=_run_state(context),
            url=context.details_url or "",
            app_slug=app.slug,
            first_seen=context.seen_at or 0.0,
            ours=app.database_id is not None and str(app.database_id) == app_id,
        )
    return Check(
        name=context.context,
        state=_status_state(context.state),
        url=context.target_url or "",
        first_seen=context.seen_at or 0.0,
    )


def _run_state(run: ContextNode) -> CheckState:
    if run.status != "COMPLETED":
        return CheckState.PENDING
    return CheckState.GREEN if run.conclusion in _GREEN else CheckState.RED


def _status_state(state: str) -> CheckState:
    if state in _PENDING:
        return CheckState.PENDING
    return CheckState.GREEN if state in _GREEN else CheckState.RED
